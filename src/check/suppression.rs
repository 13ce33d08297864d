//! Suppressions that do not do what they say. Which ones matched nothing is known only when every rule has run, so
//! [`crate::examine`] asks for those itself.

use std::collections::BTreeMap;

use super::{Hit, Subject};
use crate::{
    document::{self, suppression::Mistake},
    error::nearest,
    source::Span,
};

pub const WORDS: &[&str] = &["name", "hint", "count", "entries"];

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Suppression {
    /// It names a rule that there is none of.
    Unknown(Hints),
    /// It gives no reason, where one is required.
    Reason(Reason),
    /// It is none; what to do about each kind of mistake fills `{hint}`.
    Malformed(BTreeMap<Mistake, String>),
    /// It covers no finding of the rules that it names.
    Unused,
    /// Entries of the baseline whose findings are gone.
    Stale,
}

/// What fills `{hint}`, by whether a rule is called alike.
#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hints {
    /// `{near}` is that rule.
    pub near: String,
    pub otherwise: String,
}

#[derive(Debug, Clone, Copy, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Set by `suppressions.require-reason` in the configuration.
    pub required: bool,
}

impl Suppression {
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let suppressions = &subject.document.suppressions;
        let list = suppressions.list.iter();
        match self {
            Self::Unknown(hints) => {
                let rules = &subject.facts.rules;
                let is_unknown = |one: &&document::Suppression| !rules.iter().any(|rule| one.names(rule));
                list.filter(is_unknown).map(|one| hints.fill(hit(one), &one.name, rules)).collect()
            }
            Self::Reason(Reason { required }) => {
                list.filter(|one| *required && one.reason.is_empty()).map(hit).collect()
            }
            Self::Malformed(hints) => {
                let mistakes = suppressions.mistakes.iter();
                mistakes
                    .map(|(place, mistake)| {
                        let hint = hints.get(mistake).map(String::as_str).unwrap_or_default();
                        Hit::new(*place).word("name", subject.document.text(*place)).word("hint", hint)
                    })
                    .collect()
            }
            Self::Unused | Self::Stale => Vec::new(),
        }
    }
}

impl Hints {
    fn fill(&self, hit: Hit, name: &str, rules: &[String]) -> Hit {
        let hint = match nearest(name, rules.iter().map(String::as_str)) {
            Some(near) => self.near.replace("{near}", near),
            None => self.otherwise.clone(),
        };
        hit.word("hint", hint)
    }
}

/// A hit on the first of those entries of a baseline that are stale; none where there are none.
pub fn stale(places: &[Span]) -> Option<Hit> {
    let count = places.len();
    let entries = if count == 1 { "entry" } else { "entries" };
    let (first, others) = places.split_first()?;
    let hit = Hit::new(*first).word("count", count.to_string()).word("entries", entries);
    Some(others.iter().fold(hit, |hit, place| hit.label("entry", *place)))
}

/// A hit on the name of the rule.
pub fn hit(one: &document::Suppression) -> Hit {
    Hit::new(one.place).word("name", &one.name)
}
