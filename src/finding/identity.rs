//! What tells a finding from every other one, however its file changed elsewhere: the baseline knows findings by it, and so
//! do forges that read our reports.
//!
//! It is the path, the rule, and a hash of the marked text with what stands around it on its line; among equals the second,
//! third and so on have their number. So it stays the same when lines move and when others change, and a fault that takes
//! the place of another is new.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::{Finding, Report};
use crate::source::Lines;

/// Of the marked line, so much counts before and after the mark. In bytes.
const AROUND: usize = 64;

/// What stays the same of a finding while its file is edited elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// Relative to the project's root, with `/`.
    pub path: String,
    pub rule: String,
    pub(super) hash: u64,
    /// One-based, among those that are equal in all this, in the order of the file.
    pub(super) nth: usize,
}

impl Identity {
    /// All of it in one word, for those that keep no path and rule beside it.
    pub fn fingerprint(&self) -> String {
        let all = xxh3_128(format!("{}\0{}\0{:016x}", self.path, self.rule, self.hash).as_bytes());
        format!("{all:032x}:{}", self.nth)
    }
}

/// The identity of each finding of the report, in its order. Those that do not count are numbered too, so that the others
/// keep their numbers when one is suppressed.
pub fn identify(report: &Report) -> Vec<Identity> {
    let mut seen: HashMap<(Arc<str>, Arc<str>, u64), usize> = HashMap::new();
    let mut file: Option<(&str, Cow<'_, str>, Lines)> = None;
    let mut identified = Vec::with_capacity(report.findings.len());
    for finding in &report.findings {
        let (_, text, lines) = match file.take() {
            Some(same) if same.0 == &*finding.path => file.insert(same),
            _ => {
                let text = report.sources.text(&finding.path);
                let lines = Lines::new(&text);
                file.insert((&finding.path, text, lines))
            }
        };
        let hash = hash(finding, text, lines);
        let nth = seen.entry((Arc::clone(&finding.path), Arc::clone(&finding.rule), hash)).or_default();
        *nth += 1;
        let (path, rule) = (finding.path.to_string(), finding.rule.to_string());
        identified.push(Identity { path, rule, hash, nth: *nth });
    }
    identified
}

/// Of the marked text, what stands around it on its line, and what the finding is about; the same for every line end.
fn hash(finding: &Finding, text: &str, lines: &Lines) -> u64 {
    let (start, end) = (finding.span.start.min(text.len()), finding.span.end.min(text.len()));
    let before = lines.range(lines.line_of(start), text).start.max(start.saturating_sub(AROUND));
    let after = lines.range(lines.line_of(end), text).end.min(end.saturating_add(AROUND));
    let part = |from: usize, to: usize| {
        let (from, to) = (text.ceil_char_boundary(from), text.floor_char_boundary(to));
        let part = text.get(from..to).unwrap_or_default().trim_start_matches('\u{feff}');
        part.lines().map(str::trim).collect::<Vec<_>>().join("\n")
    };
    let parts = [part(before, start), part(start, end), part(end, after), finding.about.clone().unwrap_or_default()];
    xxh3_64(parts.join("\0").as_bytes())
}
