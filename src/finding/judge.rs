//! From hits to findings: the rule's sentences, and the severity that the configuration wants for this path.

use std::sync::Arc;

use super::{Finding, Label, Status};
use crate::{
    check::Hit,
    rule::{Rule, Setting},
    site::Site,
};

/// The finding that a hit of `rule` in the file at `path` becomes; none where the configuration turns the rule off for this path.
pub fn judge(hit: Hit, rule: &Rule, path: &str, site: &Site) -> Option<Finding> {
    let (severity, strict) = match rule.setting(path) {
        Some(Setting::Off) => return None,
        Some(Setting::On(severity)) => (severity, None),
        _ if rule.pinned => (rule.severity, None),
        _ => (hit.severity.unwrap_or(rule.severity), hit.patient.then_some(rule.severity)),
    };
    let value = |word: &str| match word {
        "generator" => Some(site.generator.name()),
        "consequence" => Some(rule.consequence(site.generator)),
        _ => hit.words.iter().find(|(name, _)| *name == word).map(|(_, value)| value.as_str()),
    };
    let labels = hit
        .labels
        .iter()
        .filter_map(|(name, span)| Some(Label { span: *span, text: rule.labels.get(*name)?.fill(value) }))
        .collect();
    Some(Finding {
        rule: Arc::from(rule.id.as_str()),
        severity,
        strict,
        about: hit.words.iter().find(|(name, _)| *name == "key").map(|(_, key)| key.clone()),
        status: Status::New,
        reason: None,
        path: Arc::from(path),
        span: hit.span,
        message: rule.message.fill(value),
        label: rule.label.as_ref().map(|label| label.fill(value)),
        labels,
        help: rule.help.as_ref().map(|help| help.fill(value)).filter(|help| !help.is_empty()),
        fixes: hit.fix.into_iter().collect(),
        files: hit.files,
    })
}
