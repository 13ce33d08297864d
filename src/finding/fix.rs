//! Applying fixes: which of them go together, and rounds until nothing is left to mend. Nothing is written here.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::{Finding, Report, Status, changes::Changes};
use crate::{
    check::{Edit, Fix},
    source::{Origin, Source, Span},
};

/// Which fixes may be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Safe,
    /// Also those that need a look.
    All,
}

/// A text is mended at most so often: fixes that want the same place wait for each other.
pub const ROUNDS: usize = 10;

/// What became of the posts.
pub struct Mended {
    /// On the posts as they are now.
    pub report: Report,
    /// The files that are other than before, by path.
    pub changes: BTreeMap<String, Change>,
    /// Files that no fix can be applied to, though there is one, by path: why.
    pub untouched: BTreeMap<String, &'static str>,
}

/// One file before, and what makes it the file after.
#[derive(Debug)]
pub struct Change {
    pub before: String,
    /// In order, and none touches the next.
    pub edits: Vec<Edit>,
    /// The rule of each finding that was fixed.
    pub fixed: Vec<Arc<str>>,
}

impl Change {
    pub fn after(&self) -> String {
        edited(&self.before, &self.edits)
    }
}

impl Wanted {
    const fn allows(self, fix: &Fix) -> bool {
        fix.safe || matches!(self, Self::All)
    }
}

/// Mends `origins` until `look`, which examines them, finds nothing more to mend. Where only `changes` are to be mended, they
/// are afterwards those of the posts as they are then.
pub fn mend(
    mut origins: Vec<Origin>,
    wanted: Wanted,
    mut changes: Option<&mut Changes>,
    look: impl Fn(Vec<Origin>) -> Report,
) -> Mended {
    let mut progress: BTreeMap<String, Progress> = BTreeMap::new();
    let mut untouched = BTreeMap::new();
    let place: HashMap<String, usize> =
        origins.iter().enumerate().map(|(index, origin)| (origin.path().to_owned(), index)).collect();
    let mut round = 0;
    loop {
        let report = look(origins.clone());
        let mut changed = false;
        for (path, findings) in fixable(&report, wanted, changes.as_deref()) {
            let Some(index) = place.get(path).filter(|_| round < ROUNDS) else { continue };
            let Some(source) = report.sources.get(path) else { continue };
            if let Some(why) = source.unwritable() {
                untouched.insert(path.to_owned(), why);
                continue;
            }
            let (edits, fixed) = compatible(&source.text, &findings, wanted);
            if edits.is_empty() {
                continue;
            }
            let progress = progress.entry(path.to_owned()).or_insert_with(|| Progress::new(&source.text));
            progress.apply(&edits, fixed);
            if let Some(changes) = &mut changes {
                changes.follow(path, &source.text, &edits);
            }
            let text = edited(&source.text, &edits);
            origins[*index] = Source { subject: source.subject, ..Source::from_bytes(path, text.as_bytes()) }.into();
            changed = true;
        }
        if !changed {
            let changes = progress.into_iter().filter_map(|(path, progress)| Some((path, progress.into_change()?)));
            return Mended { report, changes: changes.collect(), untouched };
        }
        round += 1;
    }
}

/// The findings with a fix that is wanted, by path. One that is known or suppressed, or that the changes do not bring, is
/// never fixed.
fn fixable<'a>(report: &'a Report, wanted: Wanted, changes: Option<&Changes>) -> BTreeMap<&'a str, Vec<&'a Finding>> {
    let brought = changes.map(|changes| changes.brings(report));
    let mut by_path: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for (index, finding) in report.findings.iter().enumerate() {
        if brought.as_ref().is_some_and(|brought| !brought[index]) {
            continue;
        }
        if finding.status == Status::New && finding.fixes.iter().any(|fix| wanted.allows(fix)) {
            by_path.entry(&finding.path).or_default().push(finding);
        }
    }
    by_path
}

/// The fixes of `findings` that can be applied to `text` together: their edits in order, and the rule of each fix. Where
/// two want the same place, that which begins first is taken; the other may come in a later round.
pub fn compatible(text: &str, findings: &[&Finding], wanted: Wanted) -> (Vec<Edit>, Vec<Arc<str>>) {
    let mut fixes: Vec<(Span, &Arc<str>, &Fix)> = findings
        .iter()
        .filter_map(|finding| {
            let fix = finding.fixes.iter().find(|fix| wanted.allows(fix))?;
            Some((reach(fix, text)?, &finding.rule, fix))
        })
        .collect();
    fixes.sort_by_key(|(reach, rule, _)| (*reach, *rule));
    let mut taken: BTreeMap<usize, &Edit> = BTreeMap::new();
    let mut rules = Vec::new();
    for (_, rule, fix) in fixes {
        let free = |edit: &Edit| {
            let before = taken.range(..=edit.span.end).next_back();
            before.is_none_or(|(_, before)| before.span.end < edit.span.start)
        };
        if fix.edits.iter().all(free) {
            taken.extend(fix.edits.iter().map(|edit| (edit.span.start, edit)));
            rules.push(Arc::clone(rule));
        }
    }
    (taken.into_values().cloned().collect(), rules)
}

/// From the first edit to the last; none where they are not in order, lie outside of the text or change nothing.
fn reach(fix: &Fix, text: &str) -> Option<Span> {
    let ordered = fix.edits.windows(2).all(|pair| pair[0].span.end < pair[1].span.start);
    let inside = fix.edits.iter().all(|edit| text.get(edit.span.start..edit.span.end).is_some());
    let changes = fix.edits.iter().any(|edit| edit.span.of(text) != edit.text);
    let (first, last) = (fix.edits.first()?, fix.edits.last()?);
    (ordered && inside && changes).then_some(Span::new(first.span.start, last.span.end))
}

/// `text` with `edits`, which are in order and do not overlap.
fn edited(text: &str, edits: &[Edit]) -> String {
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        result.push_str(&text[at..edit.span.start]);
        result.push_str(&edit.text);
        at = edit.span.end;
    }
    result.push_str(&text[at..]);
    result
}

/// A text on its way, as parts of the text that it once was and parts that are new.
struct Progress {
    before: String,
    pieces: Vec<Piece>,
    fixed: Vec<Arc<str>>,
}

enum Piece {
    /// Bytes of the text as it was.
    Kept(Span),
    New(String),
}

impl Progress {
    fn new(text: &str) -> Self {
        Self { before: text.to_owned(), pieces: vec![Piece::Kept(Span::new(0, text.len()))], fixed: Vec::new() }
    }

    /// `edits` are places in the text as it is now.
    fn apply(&mut self, edits: &[Edit], fixed: Vec<Arc<str>>) {
        let mut rest = Rest { pieces: std::mem::take(&mut self.pieces).into_iter(), begun: None };
        let mut at = 0;
        for edit in edits {
            rest.pass(edit.span.start - at, |piece| self.pieces.push(piece));
            rest.pass(edit.span.len(), |_| {});
            self.pieces.push(Piece::New(edit.text.clone()));
            at = edit.span.end;
        }
        rest.pass(usize::MAX, |piece| self.pieces.push(piece));
        self.fixed.extend(fixed);
    }

    /// None where all came to nothing.
    fn into_change(self) -> Option<Change> {
        let mut edits = Vec::new();
        let (mut at, mut text) = (0, String::new());
        for piece in self.pieces.into_iter().chain([Piece::Kept(Span::at(self.before.len()))]) {
            match piece {
                Piece::New(more) => text.push_str(&more),
                Piece::Kept(kept) => {
                    let span = Span::new(at, kept.start);
                    if span.of(&self.before) != text {
                        edits.push(Edit { span, text: std::mem::take(&mut text) });
                    }
                    text.clear();
                    at = kept.end;
                }
            }
        }
        (!edits.is_empty()).then_some(Change { before: self.before, edits, fixed: self.fixed })
    }
}

/// The pieces that are still to come.
struct Rest {
    pieces: std::vec::IntoIter<Piece>,
    /// What is left of the piece that was looked at last.
    begun: Option<Piece>,
}

impl Rest {
    /// Hands the next `length` bytes to `take`.
    fn pass(&mut self, mut length: usize, mut take: impl FnMut(Piece)) {
        while length > 0
            && let Some(piece) = self.begun.take().or_else(|| self.pieces.next())
        {
            let (head, tail) = piece.split(length);
            length -= head.len();
            self.begun = tail;
            take(head);
        }
    }
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Self::Kept(span) => span.len(),
            Self::New(text) => text.len(),
        }
    }

    /// The first `at` bytes, and what is left.
    fn split(self, at: usize) -> (Self, Option<Self>) {
        match self {
            piece if piece.len() <= at => (piece, None),
            Self::Kept(Span { start, end }) => {
                (Self::Kept(Span::new(start, start + at)), Some(Self::Kept(Span::new(start + at, end))))
            }
            Self::New(mut text) => {
                let tail = text.split_off(at);
                (Self::New(text), Some(Self::New(tail)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Severity;
    use crate::source::origin::Stored;

    fn finding(rule: &str, safe: bool, edits: &[(usize, usize, &str)]) -> Finding {
        let edits = edits.iter().map(|(start, end, text)| Edit { span: Span::new(*start, *end), text: (*text).into() });
        Finding {
            rule: Arc::from(rule),
            severity: Severity::Error,
            strict: None,
            about: None,
            status: Status::New,
            reason: None,
            path: Arc::from("a.md"),
            span: Span::default(),
            message: String::new(),
            label: None,
            labels: Vec::new(),
            help: None,
            fixes: vec![Fix { safe, edits: edits.collect() }],
            files: Vec::new(),
        }
    }

    fn fix(text: &str, findings: &[Finding], wanted: Wanted) -> (String, Vec<String>) {
        let (edits, rules) = compatible(text, &findings.iter().collect::<Vec<_>>(), wanted);
        (edited(text, &edits), rules.iter().map(|rule| rule.to_string()).collect())
    }

    #[test]
    fn the_first_of_two_that_want_one_place_is_taken_and_the_other_waits() {
        let findings = [
            finding("second", true, &[(2, 4, "X")]),
            finding("first", true, &[(0, 1, ""), (3, 5, "Y")]),
            finding("touches", true, &[(5, 5, "Z")]),
            finding("apart", true, &[(6, 7, "W")]),
        ];
        assert_eq!(fix("abcdefgh", &findings, Wanted::Safe), ("bcYfWh".into(), vec!["first".into(), "apart".into()]));
    }

    #[test]
    fn unsafe_fixes_are_applied_only_when_they_are_wanted() {
        let findings = [finding("safe", true, &[(0, 1, "")]), finding("other", false, &[(2, 3, "")])];
        assert_eq!(fix("abc", &findings, Wanted::Safe).0, "bc");
        assert_eq!(fix("abc", &findings, Wanted::All).0, "b");
    }

    #[test]
    fn edits_that_make_no_sense_are_left_alone() {
        for edits in [vec![(0, 1, "x")], vec![(3, 9, "")], vec![(3, 4, "d"), (0, 1, "")], vec![(3, 4, "d")], vec![]] {
            assert_eq!(fix("中d", &[finding("odd", true, &edits)], Wanted::All).0, "中d", "{edits:?}");
        }
    }

    #[test]
    fn edits_of_several_rounds_add_up() {
        let mut progress = Progress::new("one two three four");
        let edit = |start, end, text: &str| Edit { span: Span::new(start, end), text: text.into() };
        progress.apply(&[edit(0, 3, "1"), edit(8, 13, "3")], Vec::new());
        progress.apply(&[edit(1, 2, "; "), edit(5, 8, "!! ")], Vec::new());
        let change = progress.into_change().unwrap();
        assert_eq!(change.after(), "1; two!! four");
        assert_eq!(change.edits.len(), 2, "{:?}", change.edits);
    }

    #[test]
    fn fixes_that_never_end_are_stopped() {
        let look = |origins: Vec<Origin>| {
            let [Origin::Text(source)] = &origins[..] else { unreachable!("one text was given") };
            let findings = vec![finding("grows", true, &[(0, 0, &format!("{}.", source.text.len()))])];
            let mut report = Report { findings, ..Report::default() };
            report.sources.insert("a.md".into(), Stored::Held(source.clone()));
            report
        };
        let mended = mend(vec![Source::from_text("a.md", "x").into()], Wanted::Safe, None, look);
        assert_eq!(mended.changes["a.md"].fixed.len(), ROUNDS);
        assert_eq!(mended.report.findings.len(), 1);
    }

    #[test]
    fn what_is_known_or_suppressed_is_never_fixed() {
        for status in [Status::Known, Status::Suppressed] {
            let look = |_: Vec<Origin>| Report {
                findings: vec![Finding { status: status.clone(), ..finding("old", true, &[(0, 1, "")]) }],
                ..Report::default()
            };
            assert!(mend(vec![Source::from_text("a.md", "x").into()], Wanted::All, None, look).changes.is_empty());
        }
    }
}
