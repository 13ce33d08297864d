//! Which findings a change brings: those on the lines that it touches, and those elsewhere that speak of a file which it
//! touches.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use aho_corasick::AhoCorasick;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::{Finding, Report, Status, baseline};
use crate::{
    check::Edit,
    source::{Lines, Span},
};

/// What a change touches. Paths are relative to the project's root, with `/`.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Files that are there now and are new, other or elsewhere than before.
    pub files: BTreeMap<String, Touched>,
    /// Files that were there before.
    pub gone: BTreeSet<String>,
    /// Whether a finding anywhere in a changed file counts.
    pub whole_files: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touched {
    Everything,
    /// First and last lines, one-based, in order; those around a deletion are touched by it.
    Lines(Vec<(usize, usize)>),
    /// The file has another name than before, and these lines.
    Moved(Vec<(usize, usize)>),
}

impl Touched {
    /// Whether the finding or what explains it is on these lines of its file.
    fn holds(&self, finding: &Finding, lines: &Lines) -> bool {
        let touched = match self {
            Self::Everything => return true,
            Self::Lines(touched) | Self::Moved(touched) => touched,
        };
        let on_them = |span: Span| {
            let first = lines.line_of(span.start) + 1;
            let last = lines.line_of(span.end.max(span.start + 1) - 1) + 1;
            touched.iter().any(|(from, to)| *from <= last && first <= *to)
        };
        on_them(finding.span) || finding.labels.iter().any(|label| on_them(label.span))
    }

    fn common(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Everything, only) | (only, Self::Everything) => only.clone(),
            (Self::Moved(mine), Self::Moved(other)) => Self::Moved(overlaps(mine, other)),
            (Self::Lines(mine) | Self::Moved(mine), Self::Lines(other) | Self::Moved(other)) => {
                Self::Lines(overlaps(mine, other))
            }
        }
    }
}

/// The lines that are in both, in one pass; both are in order.
fn overlaps(mine: &[(usize, usize)], other: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let (mut mine, mut other) = (mine.iter().peekable(), other.iter().peekable());
    let mut both = Vec::new();
    while let (Some((from, to)), Some((first, last))) = (mine.peek(), other.peek()) {
        if from.max(first) <= to.min(last) {
            both.push((*from.max(first), *to.min(last)));
        }
        if to <= last {
            mine.next()
        } else {
            other.next()
        };
    }
    both
}

impl Changes {
    /// Drops what the change does not bring; the summary says how much that was. On lines that it touches, nothing is
    /// milder for being old: whoever writes an address should see that it works.
    pub fn keep(&self, report: &mut Report) {
        let before = report.new_findings().count();
        let lines = self.lines(report);
        for finding in report.findings.iter_mut().filter(|finding| finding.strict.is_some()) {
            let (touched, lines) = (self.files.get(&*finding.path), lines.get(&*finding.path));
            if touched.zip(lines).is_some_and(|(touched, lines)| touched.holds(finding, lines)) {
                finding.severity = finding.strict.take().unwrap_or(finding.severity);
            }
        }
        let mut brought = self.brings(report).into_iter();
        report.findings.retain(|_| brought.next().unwrap_or(true));
        report.summary.count(&report.findings);
        report.summary.outside = before - report.new_findings().count();
    }

    /// For each finding of the report, whether the change brings it.
    pub fn brings(&self, report: &Report) -> Vec<bool> {
        let (elsewhere, lines) = (self.elsewhere(), self.lines(report));
        let brings = |finding: &Finding| {
            let path: &str = &finding.path;
            let (true, lines) = (report.sources.contains(path), lines.get(path)) else { return true };
            path == baseline::NAME
                || lines.is_some_and(|lines| self.touches(finding, lines))
                || elsewhere.concern(finding)
        };
        report.findings.iter().map(brings).collect()
    }

    /// The lines of the changed files that the report has.
    fn lines(&self, report: &Report) -> BTreeMap<&str, Lines> {
        let source = |path: &'_ String| report.sources.get(path);
        let changed = self.files.keys().filter_map(|path| Some((path.as_str(), source(path)?)));
        changed.map(|(path, source)| (path, Lines::as_git_counts(&source.text))).collect()
    }

    /// Follows the lines of a file through `edits` of `text`, which are in order and do not overlap. What an edit writes is
    /// part of the change.
    pub fn follow(&mut self, path: &str, text: &str, edits: &[Edit]) {
        let Some(Touched::Lines(touched) | Touched::Moved(touched)) = self.files.get_mut(path) else { return };
        let lines = Lines::as_git_counts(text);
        let breaks = |text: &str| memchr::memchr_iter(b'\n', text.as_bytes()).count();
        for edit in edits.iter().rev() {
            let (first, last) = (lines.line_of(edit.span.start) + 1, lines.line_of(edit.span.end) + 1);
            let (gone, come) = (last - first, breaks(&edit.text));
            let moved = |line: usize| match line {
                line if line <= first => line,
                line if line > last => line.saturating_add(come) - gone,
                line => line.min(first + come),
            };
            let end = |line: usize| if line == usize::MAX { line } else { moved(line) };
            touched.iter_mut().for_each(|(from, to)| (*from, *to) = (moved(*from), end(*to)));
            touched.push((first, first + come));
        }
        touched.sort_unstable();
    }

    /// Takes the lines of a file from `before`.
    pub fn restore(&mut self, path: &str, before: &Self) {
        if let Some(touched) = before.files.get(path) {
            self.files.insert(path.to_owned(), touched.clone());
        }
    }

    /// What both change: in a merge, what neither side had before.
    #[must_use]
    pub fn common(&self, other: &Self) -> Self {
        let both = |(path, touched): (&String, &Touched)| Some((path.clone(), touched.common(other.files.get(path)?)));
        Self {
            files: self.files.iter().filter_map(both).collect(),
            gone: self.gone.intersection(&other.gone).cloned().collect(),
            whole_files: self.whole_files,
        }
    }

    fn touches(&self, finding: &Finding, lines: &Lines) -> bool {
        let Some(touched) = self.files.get(&*finding.path) else { return false };
        // Where a post stands decides where its relative addresses lead.
        let moved = matches!(touched, Touched::Moved(_)) && finding.rule.starts_with("image-");
        self.whole_files || moved || touched.holds(finding, lines)
    }

    /// All changed files, as findings in other files may name them.
    fn elsewhere(&self) -> Elsewhere<'_> {
        let paths = || self.files.keys().chain(&self.gone);
        let quoted = AhoCorasick::new(paths().map(|path| format!("`{path}`"))).ok();
        Elsewhere {
            paths: paths().map(|path| composed(path)).collect(),
            names: paths().map(|path| composed(name(path))).collect(),
            quoted,
        }
    }
}

struct Elsewhere<'a> {
    /// As the folders of a site compare them: composed (NFC).
    paths: BTreeSet<Cow<'a, str>>,
    names: BTreeSet<Cow<'a, str>>,
    /// Finds any of the paths as messages write them; none for more than can be looked for at once.
    quoted: Option<AhoCorasick>,
}

impl Elsewhere<'_> {
    /// Whether the finding hangs on a changed file, or says its path.
    fn concern(&self, finding: &Finding) -> bool {
        if finding.rule.starts_with("image-") {
            return finding.files.iter().any(|file| match file.strip_prefix("**/") {
                Some(name) => self.names.contains(&composed(name)),
                None => self.paths.contains(&composed(file)),
            });
        }
        finding.status == Status::New && self.quoted.as_ref().is_none_or(|paths| paths.is_match(&finding.message))
    }
}

fn composed(path: &str) -> Cow<'_, str> {
    if is_nfc(path) { path.into() } else { path.nfc().collect::<String>().into() }
}

fn name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
