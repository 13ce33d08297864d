//! Front matter that the site does not read, or reads as something else than was meant. One fault per file is the root
//! cause; faults of single values stand beside it.

mod cause;
mod latest;
mod lost;
mod tab;

use std::collections::{BTreeMap, HashSet};

use super::{Edit, Fixing, Hit, Severity, Subject};
use crate::{
    data::{Data, Node, Scalar, Style},
    document::front_matter::{Typed, reading, rejects_duplicates},
    site::{
        Generator, date,
        dialect::{FaultKind, Syntax},
        scalar,
    },
    source::Span,
};

pub const WORDS: &[&str] = &["key", "value", "fence", "cause", "advice", "found", "reading", "with", "posts", "usual"];

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FrontMatter {
    pub fault: Fault,
    /// What each usual cause of a syntax error is called, and how to mend it.
    #[serde(default)]
    pub causes: BTreeMap<cause::Cause, Explanation>,
    /// Values that somebody or something left behind instead of a real one, in lower case.
    #[serde(default)]
    pub values: Vec<String>,
    /// The same for one key alone, in the singular, as `Your Name` is no author but may be a title.
    #[serde(default)]
    pub values_of: BTreeMap<String, Vec<String>>,
    /// Keys whose values this is about, in lower case; all where none is given.
    #[serde(default)]
    pub only: Vec<String>,
    /// Keys that hold a version, in lower case: a number loses the zero at its end.
    #[serde(default)]
    pub versions: Vec<String>,
    /// What a reading is called, with its `{value}`.
    #[serde(default)]
    pub readings: BTreeMap<String, String>,
    /// The last day that is not in the future: a date, or `today`.
    #[serde(default)]
    pub latest: Option<latest::Latest>,
}

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    pub cause: String,
    pub advice: String,
}

/// What may be wrong with front matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// None at all, where the site's posts have it.
    Missing,
    Unopened,
    Unclosed,
    Doubled,
    Fenced,
    Displaced,
    False,
    /// A syntax error.
    Malformed,
    /// More than copydesk reads.
    Unread,
    /// Text or a list instead of keys and values.
    NotAMap,
    DuplicateKey,
    /// A key that is written with other capital letters than in all other posts.
    KeyCase,
    /// A plain scalar that this generator takes for something else than text.
    Ambiguous,
    /// A date that is not in the calendar.
    Date,
    /// A value that the generator cannot read where it wants a date.
    DateFormat,
    /// A date that is yet to come.
    Future,
    Placeholder,
    /// No value where nearly all posts have one.
    Empty,
    /// A value of several lines where one is meant.
    Lines,
    /// A part of the value that YAML takes for a comment, an anchor or a tag.
    Lost,
    /// A tab before a key that the reader passes over, so that the key belongs to another one.
    Tab,
}

impl Fault {
    /// Whether it is one of the lines around the front matter.
    const fn is_of_fences(self) -> bool {
        matches!(self, Self::Unopened | Self::Unclosed | Self::Doubled | Self::Fenced | Self::Displaced | Self::False)
    }

    pub const fn fixing(self) -> Fixing {
        match self {
            Self::Doubled | Self::Displaced | Self::KeyCase => Fixing::Safe,
            Self::Malformed => Fixing::SomeSafe,
            Self::Unopened | Self::Unclosed | Self::Fenced | Self::Ambiguous | Self::NotAMap | Self::Lost => {
                Fixing::Unsafe
            }
            Self::Missing
            | Self::Unread
            | Self::False
            | Self::DuplicateKey
            | Self::Date
            | Self::DateFormat
            | Self::Future
            | Self::Placeholder
            | Self::Empty
            | Self::Lines
            | Self::Tab => Fixing::No,
        }
    }
}

impl FrontMatter {
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        match self.fault {
            Fault::DuplicateKey => duplicates(subject),
            Fault::KeyCase => cases(subject),
            Fault::Ambiguous => self.scalars(subject, |key, scalar| self.ambiguous(subject, key, scalar)),
            Fault::Date => self.scalars(subject, |_, scalar| is_impossible(scalar).then(String::new)),
            Fault::DateFormat => unread_dates(subject),
            Fault::Future => self.scalars(subject, |_, scalar| self.is_future(scalar).then(String::new)),
            // Whoever begins a block of text means one.
            Fault::Lines => self.scalars(subject, |_, scalar| {
                let is_long = scalar.style != Style::Block && scalar.text.trim().contains('\n');
                is_long.then(String::new)
            }),
            Fault::Empty => self.empty(subject),
            Fault::Lost => self.lost(subject),
            Fault::Tab => tab::find(subject),
            Fault::Placeholder => {
                // What this generator reads as no value at all is none.
                let is_null = |scalar: &Scalar| reading(scalar, subject.site.generator) == Typed::Null;
                let is_one = |key: &str, scalar: &Scalar| {
                    self.is_placeholder(subject.document.path(), key, scalar) && !is_null(scalar)
                };
                self.scalars(subject, |key, scalar| is_one(key, scalar).then(String::new))
            }
            _ => self.root_cause(subject).into_iter().collect(),
        }
    }

    /// One hit for each scalar value, at any depth, of which `says` says something.
    fn scalars(&self, subject: &Subject<'_>, says: impl Fn(&str, &Scalar) -> Option<String>) -> Vec<Hit> {
        let mut hits = Vec::new();
        let Some(tree) = &subject.document.front_matter.tree else { return hits };
        let mut open: Vec<(&str, &Node)> = Vec::with_capacity(tree.entries().len().max(1));
        open.push(("", tree));
        while let Some((key, node)) = open.pop() {
            match &node.data {
                Data::Scalar(scalar) => {
                    if self.is_about(key)
                        && let Some(found) = says(key, scalar)
                    {
                        let hit = Hit::new(node.span).word("key", key).word("value", shown(&scalar.text));
                        hits.push(self.with_reading(hit, &found, node.span, subject));
                    }
                }
                Data::List(items) => open.extend(items.iter().map(|item| (key, item))),
                Data::Map(entries)
                    if self.fault == Fault::Placeholder
                        && is_template(entries, node.span.of(&subject.document.source.text)) =>
                {
                    if self.is_about(key) {
                        let value = shown(node.span.of(&subject.document.source.text));
                        hits.push(Hit::new(node.span).word("key", key).word("value", value));
                    }
                }
                Data::Map(entries) => {
                    open.extend(entries.iter().filter_map(|entry| Some((entry.key.text()?, &entry.value))));
                }
                Data::Alias(..) => {}
            }
        }
        hits.sort_by_key(|hit| hit.span);
        hits
    }

    fn is_about(&self, key: &str) -> bool {
        self.only.is_empty() || lists(&self.only, key)
    }

    fn with_reading(&self, hit: Hit, found: &str, span: Span, subject: &Subject<'_>) -> Hit {
        if self.fault != Fault::Ambiguous {
            return hit;
        }
        let (kind, value) = found.split_once(' ').unwrap_or((found, ""));
        let name = self.readings.get(kind).map_or(kind, String::as_str).replace("{value}", value);
        let quoted = format!("\"{}\"", span.of(&subject.document.source.text));
        hit.word("reading", name).fix(false, vec![Edit { span, text: quoted }])
    }

    /// What this generator reads instead of the text that stands there, where other readers see it differently.
    fn ambiguous(&self, subject: &Subject<'_>, key: &str, scalar: &Scalar) -> Option<String> {
        if scalar.style != Style::Plain || !scalar.text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return None;
        }
        let read = reading(scalar, subject.site.generator);
        let (word, value) = match read {
            Typed::Bool(value) => ("boolean", value.to_string()),
            Typed::Number(value) => ("number", value.to_string()),
            _ => return None,
        };
        let is_text = lists(&self.values, key);
        let loses_zeros = is_number_with_zeros(&scalar.text, &read);
        if loses_zeros && is_text || text_ends_in_zero(&scalar.text) && lists(&self.versions, key) {
            return Some(format!("shortened {value}"));
        }
        let differs = Generator::ALL.into_iter().any(|other| reading(scalar, other) != read);
        // Whoever writes `comments: yes` means a boolean, and who writes `weight: 01` one; in a list of tags or for a title
        // they are words.
        let meant = word == "boolean" && !is_text || loses_zeros;
        (differs && !meant).then(|| format!("{word} {value}"))
    }

    /// Values that are not written, of keys that have one in nearly all posts.
    fn empty(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let Some(tree) = &subject.document.front_matter.tree else { return Vec::new() };
        // One that stands twice is another fault.
        let twice = subject.document.front_matter.duplicates.iter().flat_map(|(first, second)| [first, second]);
        let twice: HashSet<Span> = twice.copied().collect();
        let entries = tree.entries().iter().filter(|entry| !twice.contains(&entry.key.span)).filter_map(|entry| {
            let key = entry.key.text().filter(|key| lists(&self.only, key))?;
            let scalar = entry.value.scalar()?;
            let nothing = scalar.text.trim().is_empty() || reading(scalar, subject.site.generator) == Typed::Null;
            let count = subject.facts.habits.fills(key).filter(|_| nothing)?;
            let span = if entry.value.span.is_empty() { entry.key.span } else { entry.value.span };
            let hit = Hit::new(span).word("key", key).word("with", count.with.to_string());
            Some(hit.word("posts", count.posts.to_string()))
        });
        entries.collect()
    }

    /// Words that the author wrote and no reader of YAML gives back.
    fn lost(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let matter = &subject.document.front_matter;
        let yaml = matter.split.block.as_ref().filter(|block| block.syntax == Syntax::Yaml);
        let (Some(tree), Some(block)) = (&matter.tree, yaml) else { return Vec::new() };
        let text = &subject.document.source.text;
        let lost = |entry: &crate::data::Entry| {
            let key = entry.key.text().filter(|key| lists(&self.only, key))?;
            let found = lost::find(text, block.payload, entry)?;
            let hit = Hit::new(found.lost).word("key", key).word("value", shown(found.lost.of(text)));
            Some(hit.fix(false, vec![Edit { span: found.line, text: cause::quote(found.line.of(text)) }]))
        };
        tree.entries().iter().filter_map(lost).collect()
    }

    fn is_future(&self, scalar: &Scalar) -> bool {
        let dated = is_dated(scalar) && scalar::in_calendar(&scalar.text);
        let day = scalar::numbers(&scalar.text).filter(|_| dated);
        day.zip(self.latest.as_ref()).is_some_and(|(day, latest)| latest.is_before(day))
    }

    fn is_placeholder(&self, path: &str, key: &str, scalar: &Scalar) -> bool {
        if matches!(scalar.style, Style::Null | Style::Boolean | Style::Integer | Style::Float | Style::Date) {
            return false;
        }
        let text = scalar.text.trim();
        let inner = [("{{", "}}"), ("{", "}"), ("${", "}"), ("%", "%")]
            .iter()
            .find_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close));
        let name = |inner: &str| {
            let inner = inner.trim();
            (1..=40).contains(&inner.len())
                && inner.chars().all(|c| c.is_alphabetic() || matches!(c, '_' | ' ' | '-' | '.'))
        };
        // `author` is about `authors` too.
        let key = key.trim_end_matches(['s', 'S']);
        let of_key = || self.values_of.iter().any(|(of, values)| of.eq_ignore_ascii_case(key) && lists(values, text));
        (lists(&self.values, text) || of_key() || inner.is_some_and(name)) && !names(path, text)
    }

    /// The place of this fault, if it is the one that keeps the site from reading the file's front matter.
    fn root_cause(&self, subject: &Subject<'_>) -> Option<Hit> {
        let document = subject.document;
        let matter = &document.front_matter;
        let text = &document.source.text;
        let is = |fault: Fault| self.fault == fault;
        if let Some(fault) = matter.split.faults.first() {
            let found = is(fault_of(fault.kind));
            // Another fault of the fences is none, whatever was meant.
            if !found && self.fault.is_of_fences() {
                return None;
            }
            if is_meant(subject, fault.kind, fault.keys) {
                return found.then(|| fence_hit(subject, fault));
            }
        }
        if let Some(limit) = matter.errors.first().filter(|error| error.limit) {
            return is(Fault::Unread).then(|| Hit::new(limit.span).word("found", limit.message.as_str()));
        }
        if !matter.errors.is_empty() {
            let keys = matter.split.block.as_ref().map_or(Span::default(), |block| block.payload);
            let meant = || {
                subject.site.generator != Generator::Plain
                    || first_keys(text, keys).any(|key| subject.facts.habits.knows(key))
            };
            return (is(Fault::Malformed) && meant()).then(|| self.malformed(subject));
        }
        if let Some(tree) = matter.tree.as_ref().filter(|tree| !tree.is_map())
            && tree.scalar().is_none_or(|scalar| reading(scalar, subject.site.generator) != Typed::Null)
            && subject.site.generator != Generator::Plain
        {
            let hit = || {
                let payload = matter.split.block.as_ref().map_or(tree.span, |block| block.payload);
                let hit = Hit::new(tree.span).word("value", shown(tree.span.of(text)));
                hit.fix(false, cause::separators(text, payload))
            };
            return is(Fault::NotAMap).then(hit);
        }
        // An empty block is one: Zola asks for no key.
        let is_empty = subject.site.generator == Generator::Zola && matter.split.block.is_some();
        if !is(Fault::Missing) || is_empty || matter.tree.as_ref().is_some_and(|tree| !tree.entries().is_empty()) {
            return None;
        }
        let (count, sure) = subject.facts.habits.expects(document.path(), subject.site)?;
        let severity = if sure { Severity::Error } else { Severity::Warning };
        let hit = Hit::new(first_line(text));
        let hit = hit.word("with", count.with.to_string()).word("posts", count.posts.to_string());
        Some(hit.severity(severity))
    }

    fn malformed(&self, subject: &Subject<'_>) -> Hit {
        let document = subject.document;
        let found = cause::find(&document.source.text, document);
        let said = self.causes.get(&found.cause);
        let hit = Hit::new(found.span)
            .word("found", found.message)
            .word("cause", said.map_or("", |said| said.cause.as_str()))
            .word("advice", said.map_or("", |said| said.advice.as_str()));
        match found.fix {
            Some((safe, edit)) => hit.fix(safe, vec![edit]),
            None => hit,
        }
    }
}

/// Whether `text` in small letters is one of `words`.
fn lists(words: &[String], text: &str) -> bool {
    if text.is_ascii() {
        return words.iter().any(|word| word.eq_ignore_ascii_case(text));
    }
    // Most are told by how they begin.
    let first = text.chars().flat_map(char::to_lowercase).next();
    words.iter().any(|word| word.chars().next() == first) && words.contains(&text.to_lowercase())
}

const fn fault_of(kind: FaultKind) -> Fault {
    match kind {
        FaultKind::Unopened => Fault::Unopened,
        FaultKind::Unclosed => Fault::Unclosed,
        FaultKind::Doubled => Fault::Doubled,
        FaultKind::Fenced => Fault::Fenced,
        FaultKind::Displaced => Fault::Displaced,
        FaultKind::False => Fault::False,
    }
}

/// Whether the lines were meant as front matter (or, for a false one, were not): keys that posts use give it away.
fn is_meant(subject: &Subject<'_>, kind: FaultKind, keys: Span) -> bool {
    let text = &subject.document.source.text;
    if kind == FaultKind::False {
        // MkDocs wants no space behind the colon, and a key may be misspelt.
        let mut starts = keys.of(text).lines().filter_map(|line| line.split_once(':')).map(|(key, _)| key);
        return !starts.any(|key| subject.facts.habits.nearly_knows(key));
    }
    first_keys(text, keys).any(|key| subject.facts.habits.knows(key))
}

/// The keys of the first few lines.
fn first_keys(text: &str, lines: Span) -> impl Iterator<Item = &str> {
    lines.of(text).lines().take(8).filter_map(crate::site::dialect::key_of)
}

fn fence_hit(subject: &Subject<'_>, fault: &crate::site::dialect::Fault) -> Hit {
    let text = &subject.document.source.text;
    let key = first_keys(text, fault.keys).next().unwrap_or_default();
    let mut hit = Hit::new(fault.span)
        .word("key", key)
        .word("fence", fault.span.of(text))
        .word("value", shown(fault.span.of(text)))
        .label("keys", fault.keys);
    if subject.site.generator == Generator::Plain {
        hit = hit.severity(Severity::Warning);
    }
    if fault.edits.is_empty() {
        return hit;
    }
    let edits = fault.edits.iter().map(|(span, text)| Edit { span: *span, text: (*text).to_owned() }).collect();
    hit.fix(matches!(fault.kind, FaultKind::Doubled | FaultKind::Displaced), edits)
}

fn duplicates(subject: &Subject<'_>) -> Vec<Hit> {
    let document = subject.document;
    let severity = if rejects_duplicates(subject.site.generator) { Severity::Error } else { Severity::Warning };
    let hit = |(first, second): &(Span, Span)| {
        Hit::new(*second).word("key", document.text(*second)).label("first", *first).severity(severity)
    };
    document.front_matter.duplicates.iter().map(hit).collect()
}

/// Keys that this generator does not know for the ones that they are meant to be.
fn cases(subject: &Subject<'_>) -> Vec<Hit> {
    let folds = subject.site.generator.folds_keys();
    let Some(tree) = subject.document.front_matter.tree.as_ref().filter(|_| !folds) else { return Vec::new() };
    let entries = tree.entries().iter().filter_map(|entry| {
        let key = entry.key.text()?;
        let usual = subject.facts.habits.usual_case(key).filter(|usual| tree.entry(usual).is_none())?;
        let quoted = entry.key.scalar().is_some_and(|scalar| scalar.style != Style::Plain);
        let hit = Hit::new(entry.key.span).word("key", key).word("usual", usual);
        Some(if quoted { hit } else { hit.fix(true, vec![Edit { span: entry.key.span, text: usual.to_owned() }]) })
    });
    entries.collect()
}

/// `007` as the number 7, which is no other one in any notation.
fn is_number_with_zeros(text: &str, read: &Typed) -> bool {
    text.len() > 1
        && text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.parse().ok().is_some_and(|number| *read == Typed::Number(number))
}

/// `1.10` as a number is 1.1.
fn text_ends_in_zero(text: &str) -> bool {
    text.split_once('.').is_some_and(|(whole, fraction)| {
        [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
            && fraction.len() > 1
            && fraction.ends_with('0')
    })
}

/// Whether a map is what YAML makes of a placeholder without quotes: `{{ title }}` is a map whose key is a map, `{TITLE}`
/// one whose only key has no value.
fn is_template(entries: &[crate::data::Entry], written: &str) -> bool {
    let is_null = |entry: &crate::data::Entry| matches!(&entry.value.data, Data::Scalar(of) if of.style == Style::Null);
    matches!(entries, [entry] if entry.key.is_map() || written.starts_with('{') && !written.contains(':') && is_null(entry))
}

/// Values at the top of the front matter at which the generator stops, as they are no dates to it.
fn unread_dates(subject: &Subject<'_>) -> Vec<Hit> {
    let (path, generator) = (subject.document.path(), subject.site.generator);
    let is_built = subject.site.builds(path);
    let Some(tree) = subject.document.front_matter.tree.as_ref().filter(|_| is_built) else { return Vec::new() };
    let hits = tree.entries().iter().filter_map(|entry| {
        let (key, scalar) = (entry.key.text()?, entry.value.scalar()?);
        let severity = match date::reads(scalar, key, path, generator) {
            date::Reads::Date => return None,
            _ if is_impossible(scalar) => return None,
            date::Reads::Once => Severity::Warning,
            date::Reads::Never => Severity::Error,
        };
        let hit = Hit::new(entry.value.span).word("key", key).word("value", shown(&scalar.text));
        Some(hit.severity(severity))
    });
    hits.collect()
}

fn is_impossible(scalar: &Scalar) -> bool {
    is_dated(scalar) && (!scalar::in_calendar(&scalar.text) || lacks_digits(&scalar.text))
}

/// Whether letters stand for the digits of a month or a day: `2024-05-xx`.
fn lacks_digits(date: &str) -> bool {
    let parts: Vec<&str> = date.get(..10).unwrap_or_default().split(['-', '/']).collect();
    let is_part =
        |part: &&str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit() || b"xXmMdD?".contains(&byte));
    matches!(parts[..], [_, month, day] if is_part(&month) && is_part(&day) && !day.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a post is called by this word: then it is about that.
fn names(path: &str, word: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase();
    !word.is_empty() && stem.split(['-', '_', ' ']).next_back().is_some_and(|last| last == word.to_lowercase())
}

/// Whether the value begins like a date: `2024-` or `2024/`.
fn is_dated(scalar: &Scalar) -> bool {
    matches!(scalar.style, Style::Plain | Style::Quoted | Style::Date)
        && scalar.text.len() >= 8
        && scalar.text.as_bytes()[..4].iter().all(u8::is_ascii_digit)
        && matches!(scalar.text.as_bytes()[4], b'-' | b'/')
}

/// The first line that is not blank, else the start of the file.
fn first_line(text: &str) -> Span {
    let span = Span::new(text.find(|c: char| !c.is_whitespace() && c != '\u{feff}').unwrap_or(0), text.len());
    let line = span.of(text).lines().next().map_or(0, str::len);
    Span::new(span.start, span.start + line).trimmed(text)
}

/// A value as a message shows it: one line, not too long.
fn shown(value: &str) -> String {
    let mut shown: String = value.lines().next().unwrap_or_default().chars().take(40).collect();
    if shown.len() < value.len() {
        shown.push('…');
    }
    shown
}
