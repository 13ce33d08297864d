//! Passages left out in the middle of a post: an ellipsis that is a whole paragraph, or words that say so.

pub mod notes;
mod numbering;
mod open;

use super::{
    Hit, Severity, Subject,
    lazy::{Pattern, Set},
};
use crate::{
    document::{
        BlockKind, Document, code,
        prose::{self, Stop},
    },
    source::Span,
};
use notes::beside;
pub use notes::{Note, Notes};

pub const WORDS: &[&str] = &["text"];

#[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Parameters {
    /// Patterns of a whole line or bracket that says that text was left out.
    markers: Vec<String>,
    /// So many paragraphs that break off in an ellipsis are no style any more.
    trailing: usize,
}

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(from = "Parameters")]
#[schemars(with = "Parameters")]
pub struct Elision {
    markers: Set,
    trailing: usize,
}

impl From<Parameters> for Elision {
    fn from(parameters: Parameters) -> Self {
        Self { markers: Set::new(parameters.markers), trailing: parameters.trailing }
    }
}

impl Elision {
    /// Compiles the patterns.
    ///
    /// # Errors
    /// What is wrong with one.
    pub fn compile(&self) -> Result<(), String> {
        self.markers.compile()
    }

    /// The patterns of what says that text was left out.
    pub fn markers(&self) -> &[Pattern] {
        self.markers.patterns()
    }

    /// `may_say_so` is whether one of the markers may stand anywhere.
    pub fn run(&self, subject: &Subject<'_>, may_say_so: bool) -> Vec<Hit> {
        let (document, tail) = (subject.document, subject.tail);
        let Some(last) = tail.last else { return Vec::new() };
        let mut spans: Vec<Span> = gaps(document, last).collect();
        drop_fences(document, &mut spans);
        let notes: Vec<Note> = subject.notes.before(document, last).collect();
        spans.extend(notes.iter().map(|note| note.span));
        spans.extend(numbering::gaps(document, last));
        spans.extend(numbering::labels(document, last));
        spans.extend(open::formulas(document, last));
        spans.extend(open::words(document, last));
        if may_say_so {
            spans.extend(self.marked(document, last));
            spans.extend(self.appended(document, last));
        }
        // Without another gap, trailing off is how some people write.
        if !spans.is_empty() {
            let trailing: Vec<Span> = trailing(document, last).collect();
            let paragraphs = document.blocks[..last].iter().filter(|block| block.kind == BlockKind::Paragraph).count();
            if trailing.len() >= self.trailing && trailing.len() * 4 >= paragraphs {
                spans.extend(trailing);
            }
        }
        spans.sort();
        spans.dedup();
        // Authors set the whole sign for a pause, and brackets around it, or a note, where they quote or shorten what a
        // program said. Where nothing else is missing, that is all that is known.
        let is_aside = |span: &Span| notes.iter().any(|note| note.span == *span && note.is_aside);
        let may_be_meant = |span: &Span| {
            let text = document.text(*span);
            is_pause(text)
                || is_bracketed(text)
                || is_aside(span)
                || (prose::is_ellipsis(text) && goes_on(document, *span))
        };
        let only_pauses = spans.len() < self.trailing && spans.iter().all(may_be_meant);
        let severity = |hit: Hit| if only_pauses { hit.severity(Severity::Info) } else { hit };
        spans.into_iter().map(|span| severity(Hit::new(span).word("text", document.text(span)))).collect()
    }

    /// Lines and comments before the last block that say that text was left out.
    fn marked<'a>(&'a self, document: &'a Document, last: usize) -> impl Iterator<Item = Span> + 'a {
        let prose = |kind| matches!(kind, BlockKind::Paragraph | BlockKind::Html | BlockKind::Heading { .. });
        let about_code = |index: &usize| !beside(document, *index, |kind| matches!(kind, BlockKind::Code { .. }));
        let blocks = (0..last).filter(move |index| prose(document.blocks[*index].kind)).filter(about_code);
        blocks.flat_map(move |index| {
            let block = document.blocks[index].span;
            let is_whole = move |line: &Span| line.start == block.start || !begins_a_word(document.text(*line));
            trimmed(document, lines(document, block).filter(is_whole)).filter(move |line| {
                let text = document.text(*line);
                let whole = line.start == block.start || text.starts_with(['(', '[', '<', '{', '（', '【', '.', '…']);
                text.len() <= 200 && whole && self.markers.is_match(text)
            })
        })
    }

    /// Brackets behind an ellipsis at the end of a paragraph that say so.
    fn appended<'a>(&'a self, document: &'a Document, last: usize) -> impl Iterator<Item = Span> + 'a {
        let paragraphs = (0..last).filter(|index| document.blocks[*index].kind == BlockKind::Paragraph);
        paragraphs.filter_map(|index| {
            let block = document.blocks[index].span;
            let span = Span::new(block.start + bracket(document.text(block))?, block.end);
            let says_so = || span.len() <= 200 && self.markers.is_match(document.text(span));
            (!beside(document, index, |kind| matches!(kind, BlockKind::Code { .. })) && says_so()).then_some(span)
        })
    }
}

/// A bracket that ends a paragraph, with the ellipsis before it.
fn bracket(text: &str) -> Option<usize> {
    let open = text.ends_with(['）', ')', '】', ']']).then(|| text.rfind(['（', '(', '【', '[']))??;
    let before = text[..open].trim_end();
    let sentence = before.trim_end_matches(['.', '…']);
    (!sentence.is_empty() && prose::is_ellipsis(&before[sentence.len()..])).then_some(sentence.len())
}

/// Ellipses alone on a line that stand for text: not beside code, and not for the rest of a series, of output or of code
/// that stands in the same paragraph.
fn gaps(document: &Document, last: usize) -> impl Iterator<Item = Span> + '_ {
    let is_code = |kind| matches!(kind, BlockKind::Code { .. });
    let series = |index: usize| {
        let above = index.checked_sub(1).map(|above| document.text(document.blocks[above].span));
        above.is_some_and(|text| prose::stop(text).0 == Stop::Comma)
    };
    let mut index = 0;
    lone(document, last).filter(move |span| {
        while document.blocks.get(index + 1).is_some_and(|next| next.span.start <= span.start) {
            index += 1;
        }
        let block = document.blocks[index].span;
        if block == *span {
            return !(beside(document, index, is_code) || series(index));
        }
        let before = document.text(Span::new(block.start, span.start.max(block.start))).trim_end();
        let before = before.lines().next_back().unwrap_or_default().trim();
        before.is_empty() || prose::finished(before) || code::is_words(before)
    })
}

/// Takes away pairs of ellipses with nothing but lines of code between them: their author meant a fence.
fn drop_fences(document: &Document, spans: &mut Vec<Span>) {
    let mut kept = Vec::new();
    let mut rest = spans.as_slice();
    while let Some((first, others)) = rest.split_first() {
        rest = match others.split_first() {
            Some((second, after)) if is_code(document.text(Span::new(first.end, second.start.max(first.end)))) => after,
            _ => {
                kept.push(*first);
                others
            }
        };
    }
    *spans = kept;
}

/// Whether each line has the signs of code and no sentence.
fn is_code(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
    lines.peek().is_some()
        && lines.all(|line| {
            let sign = line.contains(['=', '(', '{', '}', ';', '$', '/', '<', '_']) || line.contains("--");
            let command = line.is_ascii() && line.split_whitespace().count() <= 4;
            let first = line
                .chars()
                .next()
                .is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '$' | '/' | '{' | '}' | ')'));
            first && line.len() <= 200 && (sign || command) && !(prose::finished(line) && line.contains(' '))
        })
}

/// Whether the paragraph goes on with words in the next line.
fn goes_on(document: &Document, span: Span) -> bool {
    let at = document.blocks.partition_point(|block| block.span.end <= span.start);
    let Some(block) = document.blocks.get(at).filter(|block| block.kind == BlockKind::Paragraph) else { return false };
    let below = document.text(Span::new(span.end, block.span.end.max(span.end))).trim_start();
    below.starts_with(char::is_alphabetic) && prose::finished(below.lines().next().unwrap_or_default())
}

/// The sign of six dots, or six dots typed.
fn is_pause(text: &str) -> bool {
    let dots = |c: char| matches!(c, '.' | '。');
    let whole = |c: char| matches!(c, '…' | '⋯');
    text.chars().all(|c| dots(c) || whole(c)) && (text.contains(whole) || text.chars().count() >= 6)
}

/// An ellipsis in brackets.
fn is_bracketed(text: &str) -> bool {
    prose::is_ellipsis(text)
        && text.trim_start_matches(['*', '_', '\\']).starts_with(['[', '(', '（', '［', '【', '<', '〔'])
}

/// Ellipses that are a whole line of a paragraph before block `last`.
pub fn lone(document: &Document, last: usize) -> impl Iterator<Item = Span> + '_ {
    let paragraphs = document.blocks[..last.min(document.blocks.len())].iter();
    paragraphs
        .filter(|block| matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading { .. }))
        .flat_map(|block| {
            let lines = lines(document, block.span).filter(|line| !begins_a_word(document.text(*line)));
            trimmed(document, lines)
        })
        .filter(|line| line.len() < 40 && prose::is_ellipsis(document.text(*line)))
}

/// The ellipses that paragraphs before block `last` break off with, each with the word before it.
fn trailing(document: &Document, last: usize) -> impl Iterator<Item = Span> + '_ {
    let paragraphs = document.blocks[..last].iter().filter(|block| block.kind == BlockKind::Paragraph);
    paragraphs.filter_map(|block| {
        let text = document.text(block.span);
        let dots = text.len() - text.trim_end_matches(['…', '.', '。']).len();
        let before = text[..text.len() - dots].chars().next_back()?;
        let breaks = prose::ends_in_ellipsis(text) && before.is_alphanumeric() && text.chars().count() >= 30;
        breaks.then(|| Span::new(block.span.end - dots - before.len_utf8(), block.span.end))
    })
}

/// Whether the first byte of a line that is no blank of ASCII says that it begins with a letter or a digit of ASCII, or
/// with a character of those from U+4000 to U+EFFF, nearly all of which are letters and none of which is a sign.
fn begins_a_word(line: &str) -> bool {
    let first = line.bytes().find(|byte| !byte.is_ascii_whitespace());
    matches!(first, Some(b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | 0xE4..=0xEE))
}

/// Each with its line end.
fn lines(document: &Document, span: Span) -> impl Iterator<Item = Span> + '_ {
    let text = document.text(span).as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let line = Span::new(span.start + at, span.start + at + length);
        at += length;
        Some(line)
    })
}

fn trimmed<'a>(document: &'a Document, lines: impl Iterator<Item = Span> + 'a) -> impl Iterator<Item = Span> + 'a {
    lines.map(|line| line.trimmed(&document.source.text))
}
