//! Stars that were meant to make text bold and are shown, as CommonMark neither opens nor closes bold text there.

use super::{Hit, Subject, markup};
use crate::{
    document::prose,
    site::{Generator, Setting, Site},
    source::Span,
};

pub const WORDS: &[&str] = &["text", "reason"];

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Emphasis {
    /// Longer text between stars, in characters, was perhaps not meant to be bold.
    longest: usize,
    /// What is in the way: a mark between the stars and a letter.
    marked: String,
    /// A space before the stars that were to end the text.
    spaced: String,
}

impl Emphasis {
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let document = subject.document;
        let site = subject.site;
        let is_known = site.generator != Generator::Obsidian && !site.has(Setting::LooseEmphasis);
        if document.stars.is_empty() || !is_known {
            return Vec::new();
        }
        let text = &document.source.text;
        let (mut hits, mut line, mut end) = (Vec::new(), Line::default(), 0);
        for open in &document.stars {
            line.read(text, open.start);
            if open.start < end || line.is_foreign() {
                continue;
            }
            let Some(close) = self.next(text, open.end) else { continue };
            let is_shown = document.stars.binary_search(&close).is_ok();
            let reason = match () {
                () if !reads_loosely(site) && is_marked(text, *open, close) => &self.marked,
                () if is_shown && is_spaced(text, *open, close) => &self.spaced,
                () => continue,
            };
            let span = Span::new(open.start, close.end);
            end = span.end;
            hits.push(Hit::new(span).word("text", markup::quoted(span.of(text))).word("reason", reason));
        }
        hits
    }

    /// The next `**`, whether it is shown or not: where the first of a pair is not read, the second may go together with one
    /// that was to begin other text.
    fn next(&self, text: &str, from: usize) -> Option<Span> {
        let most = (from + 4 * self.longest).min(text.len());
        let at = from + memchr::memmem::find(&text.as_bytes()[from..most], b"**")?;
        let is_longer = text[at + 2..].starts_with('*');
        (!is_longer && text[from..at].chars().count() <= self.longest).then_some(Span::new(at, at + 2))
    }
}

/// No text ends with one of these or begins with its counterpart.
const OPENING: &str = "([{（［「『【《〈";
const CLOSING: &str = ")]}）］」』】》〉";

/// Whether text between stars was meant to be bold and only what stands beside the stars is in the way: a bracket or a mark on
/// the inner side, a letter on the outer.
fn is_marked(text: &str, open: Span, close: Span) -> bool {
    let inner = Span::new(open.end, close.start).of(text);
    let Some((first, last)) = inner.chars().next().zip(inner.chars().next_back()) else { return false };
    let spaced = first.is_whitespace() || last.is_whitespace();
    let cut = OPENING.contains(last) || CLOSING.contains(first) || !inner.contains(char::is_alphanumeric);
    if spaced || cut || inner.contains(['\n', '\r', '|', '$', '\\']) || inner.matches('`').count() % 2 == 1 {
        return false;
    }
    let before = text[..open.start].chars().next_back().filter(|c| c.is_alphanumeric());
    let after = text[close.end..].chars().next().filter(|c| c.is_alphanumeric());
    let blocked = |inner: char, outer: Option<char>| prose::is_mark_or_bracket(inner) && outer.is_some();
    (blocked(first, before) || blocked(last, after)) && !is_code(inner, before, after)
}

/// Whether a space before the closing stars is all that is in the way: `**word **more`. CommonMark, kramdown 2.4 and
/// Python-Markdown 3 show the stars (run).
fn is_spaced(text: &str, open: Span, close: Span) -> bool {
    let inner = Span::new(open.end, close.start).of(text);
    let word = |c: char| c.is_alphanumeric();
    inner.ends_with(' ')
        && inner.starts_with(word)
        && inner.chars().filter(|c| c.is_alphabetic()).count() >= LETTERS
        && !inner.contains(['\n', '\r', '|', '$', '\\', '*', '='])
        && inner.matches('`').count().is_multiple_of(2)
        && !text[..open.start].ends_with(word)
}

/// Between stars of powers and of footnotes stand fewer letters.
const LETTERS: usize = 3;

/// Whether marks beside the stars are not in the way: kramdown and Python-Markdown make bold of what stands between stars
/// then. What Obsidian does was not looked at.
fn reads_loosely(site: &Site) -> bool {
    site.generator == Generator::Jekyll || site.generator.uses_python_markdown()
}

/// Powers, patterns of paths and arguments of programs: one word in ASCII, with nothing else around it.
fn is_code(inner: &str, before: Option<char>, after: Option<char>) -> bool {
    let ascii = |c: Option<char>| c.is_none_or(|c| c.is_ascii());
    let path = inner.starts_with(['/', '.']) || inner.ends_with(['/', ',', '=']);
    let word = !inner.contains(char::is_whitespace) && before.is_some() && ascii(before) && ascii(after);
    inner.is_ascii() && (path || word)
}

/// What may begin a formula, a template or code in HTML.
const OPENERS: [&str; 11] = ["{{", "{%", "{#", "\\(", "\\[", "<code", "<pre", "<kbd", "<tt", "<samp", "<math"];

/// A line up to some place, read once from its beginning on.
#[derive(Default)]
struct Line {
    at: usize,
    dollars: usize,
    opened: bool,
}

impl Line {
    /// Reads on up to `at`, which stands before stars, so that no opener lies across it.
    fn read(&mut self, text: &str, at: usize) {
        let mut piece = &text[self.at..at];
        if let Some(end) = piece.rfind(['\n', '\r']) {
            piece = &piece[end + 1..];
            *self = Self::default();
        }
        self.dollars += piece.matches('$').count();
        self.opened |= OPENERS.iter().any(|opener| piece.contains(opener));
        self.at = at;
    }

    fn is_foreign(&self) -> bool {
        self.opened || self.dollars % 2 == 1
    }
}
