//! The baseline: findings that were there when a site took copydesk up. They are known, and only new ones count.
//!
//! The file has a header and one line for each finding, its [`Identity`], and git merges the lines in any order.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use percent_encoding::percent_decode_str;

use super::{
    Report, Status,
    identity::{Identity, identify},
    judge::judge,
};
use crate::{
    check::{
        Check,
        suppression::{self, Suppression},
    },
    data::typed::Fault,
    rule::Rules,
    site::Site,
    source::{Source, Span, origin::Stored},
};

/// The name of the file, in the project's root.
pub const NAME: &str = "copydesk.baseline";
/// What the first line begins with, before the version.
const HEADER: &str = "# copydesk baseline ";
const VERSION: &str = "1";
const REST: &str = ": known findings, one a line; `copydesk baseline --prune` removes those that are gone";

/// A baseline as it was read: each entry and its place in the file.
#[derive(Debug)]
pub struct Baseline {
    source: Source,
    entries: BTreeMap<Identity, Span>,
}

impl Baseline {
    /// Reads a baseline; its path is relative to the project's root.
    ///
    /// # Errors
    /// A line that is none of a baseline, at its place.
    pub fn parse(source: Source) -> Result<Self, Fault> {
        let text = source.text.as_str();
        let mut entries = BTreeMap::new();
        if text.is_empty() {
            check_header(Span::at(0), "")?;
        }
        let mut at = source.mark();
        for (number, line) in text[at..].split_inclusive('\n').enumerate() {
            let span = Span::new(at, at + line.len()).trimmed(text);
            at += line.len();
            let fault = |message: &str, help: &str| Fault {
                span,
                message: message.to_owned(),
                help: Some(help.to_owned()).filter(|help| !help.is_empty()),
            };
            let line = span.of(text);
            if number == 0 {
                check_header(span, line)?;
            } else if ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark)) {
                let help = "keep the lines of both sides without the marks: their order does not matter";
                return Err(fault("a merge was not finished here", help));
            } else if !line.is_empty() && !line.starts_with('#') {
                let help = "`copydesk baseline` writes the file anew";
                let entry = Identity::parse(line).ok_or_else(|| fault("this is no line of a baseline", help))?;
                entries.entry(entry).or_insert(span);
            }
        }
        Ok(Self { source, entries })
    }

    /// Marks the findings that this holds as known. Those entries that match none and that `is_judged` says could have
    /// are reported, as a finding in the baseline itself.
    pub fn hold(self, report: &mut Report, rules: &Rules, is_judged: impl Fn(&Identity) -> bool) {
        let idle = self.mark(report).into_iter();
        let stale: Vec<Span> = idle.filter(|(entry, _)| is_judged(entry)).map(|(_, place)| place).collect();
        for rule in rules.active().filter(|rule| matches!(rule.check, Check::Suppression(Suppression::Stale))) {
            let hit = suppression::stale(&stale);
            report.findings.extend(hit.and_then(|hit| judge(hit, rule, &self.source.path, &Site::default())));
        }
        report.findings.sort_by(|a, b| a.path.cmp(&b.path));
        report.summary.count(&report.findings);
        report.sources.insert(Arc::from(self.source.path.as_str()), Stored::Held(self.source));
    }

    /// Marks the findings that this holds as known.
    pub fn know(&self, report: &mut Report) {
        self.mark(report);
    }

    /// Returns the entries that match no finding, with their places.
    fn mark(&self, report: &mut Report) -> Vec<(&Identity, Span)> {
        let mut met = BTreeSet::new();
        for (index, identity) in identify(report).into_iter().enumerate() {
            let finding = &mut report.findings[index];
            if finding.status != Status::Suppressed
                && let Some((entry, _)) = self.entries.get_key_value(&identity)
            {
                finding.status = Status::Known;
                met.insert(entry);
            }
        }
        let idle = self.entries.iter().filter(|(entry, _)| !met.contains(entry));
        idle.map(|(entry, place)| (entry, *place)).collect()
    }

    pub fn entries(&self) -> impl Iterator<Item = &Identity> {
        self.entries.keys()
    }
}

fn check_header(span: Span, line: &str) -> Result<(), Fault> {
    let fault =
        |message| Err(Fault { span, message, help: Some("`copydesk baseline` writes the file anew".to_owned()) });
    let Some(rest) = line.strip_prefix(HEADER) else {
        return fault(format!("a baseline begins with `{HEADER}{VERSION}`"));
    };
    let version = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    if version == VERSION {
        return Ok(());
    }
    fault(format!("this is a baseline of version {version}; this copydesk reads version {VERSION}"))
}

/// The findings that a baseline would hold: all but those that are suppressed.
pub fn entries(report: &Report) -> BTreeSet<Identity> {
    let all = identify(report).into_iter().zip(&report.findings);
    all.filter(|(_, finding)| finding.status != Status::Suppressed).map(|(identity, _)| identity).collect()
}

/// The file with `entries`, whatever their order.
pub fn write<'a>(entries: impl Iterator<Item = &'a Identity>) -> String {
    let mut lines: Vec<String> = entries.map(Identity::to_string).collect();
    lines.sort();
    lines.dedup();
    lines.insert(0, format!("{HEADER}{VERSION}{REST}"));
    lines.join("\n") + "\n"
}

impl Identity {
    /// Reads a line of the file.
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let (path, rule, hash) = (words.next()?, words.next()?, words.next()?);
        let path = percent_decode_str(path).decode_utf8().ok()?.into_owned();
        // Nothing outside of the project is ever looked for.
        let leaves = path.starts_with('/') || path.split('/').any(|name| name == "..");
        let (hash, nth) = hash.split_once(':').unwrap_or((hash, "1"));
        let is_hash = hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_line = !leaves && is_hash && !path.is_empty() && !rule.is_empty() && words.next().is_none();
        let hash = u64::from_str_radix(hash, 16).ok()?;
        let nth = nth.parse().ok().filter(|nth| *nth > 0)?;
        is_line.then(|| Self { path, rule: rule.to_owned(), hash, nth })
    }
}

/// One line: nothing in a path can end it or steer a terminal.
impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.path.chars() {
            let is_plain = c.is_alphanumeric() || c.is_ascii_graphic() && !"%#<>=|".contains(c);
            if is_plain {
                write!(f, "{c}")?;
            } else {
                c.encode_utf8(&mut [0; 4]).bytes().try_for_each(|byte| write!(f, "%{byte:02X}"))?;
            }
        }
        write!(f, " {} {:016x}", self.rule, self.hash)?;
        if self.nth > 1 { write!(f, ":{}", self.nth) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_reads_as_it_was_written() {
        for path in ["a.md", "a b/中文.md", "a\n%20#\u{202e}.md", "-x.md", "<<<<<<< x.md"] {
            let entry = Identity { path: path.to_owned(), rule: "image-missing".to_owned(), hash: 7, nth: 2 };
            let line = entry.to_string();
            assert_eq!(Identity::parse(&line).as_ref(), Some(&entry), "{line}");
            assert!(!line.contains(['\n', '\u{202e}']));
        }
    }
}
