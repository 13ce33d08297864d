//! Paragraphs that are nothing but a note which says that text was left out.

use std::sync::Arc;

use crate::{
    check::lazy::Set,
    document::{Block, BlockKind, Document},
    source::Span,
};

/// What such notes say; read from `rules/shared/omission.yaml`.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(from = "Patterns")]
pub struct Notes(Arc<Sets>);

#[derive(Debug)]
struct Sets {
    notes: Set,
    asides: Set,
    edits: Set,
    texts: Set,
}

#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Patterns {
    notes: Vec<String>,
    asides: Vec<String>,
    edits: Vec<String>,
    texts: Vec<String>,
}

/// A paragraph that is a note.
#[derive(Debug, Clone, Copy)]
pub struct Note {
    pub span: Span,
    /// The author may have meant it: something is quoted, or the note speaks of code.
    pub is_aside: bool,
    /// It stands in brackets.
    pub is_bracketed: bool,
    /// It says that the text as a whole was edited, or is a part of another one.
    pub is_edit: bool,
}

impl From<Patterns> for Notes {
    fn from(patterns: Patterns) -> Self {
        let Patterns { notes, asides, edits, texts } = patterns;
        Self(Arc::new(Sets {
            notes: Set::new(notes),
            asides: Set::new(asides),
            edits: Set::new(edits),
            texts: Set::new(texts),
        }))
    }
}

impl Default for Notes {
    fn default() -> Self {
        Patterns::default().into()
    }
}

impl Notes {
    /// Compiles the patterns.
    ///
    /// # Errors
    /// What is wrong with one.
    pub fn compile(&self) -> Result<(), String> {
        [&self.0.notes, &self.0.asides, &self.0.edits, &self.0.texts].into_iter().try_for_each(Set::compile)
    }

    /// The notes before block `last`. Above the first paragraph they are about the whole.
    pub fn before<'a>(&'a self, document: &'a Document, last: usize) -> impl Iterator<Item = Note> + 'a {
        let first = document.blocks[..last].iter().position(is_paragraph).unwrap_or(last);
        (first..last).skip(1).filter_map(|index| self.read(document, index))
    }

    /// The note that the block at `index` is, if it is one of these.
    pub fn at(&self, document: &Document, index: usize) -> Option<Note> {
        let note = self.read(document, index)?;
        document.blocks[..index].iter().any(is_paragraph).then_some(note)
    }

    /// The note that the block at `index` is, not below a picture, and not beside code, which it is about where it does not
    /// name the text. A comment of HTML may be one too.
    fn read(&self, document: &Document, index: usize) -> Option<Note> {
        let is_note = |block: &&Block| is_paragraph(block) || is_comment(document.text(block.span));
        let block = document.blocks.get(index).filter(is_note)?;
        let remark = unwrapped(document.text(block.span)).filter(|remark| remark.is_torn || self.says_so(remark))?;
        let pictured = index.checked_sub(1).is_some_and(|before| {
            let before = document.text(document.blocks[before].span);
            before.starts_with("![") || before.contains("<img")
        });
        let about_code = || beside(document, index, |kind| matches!(kind, BlockKind::Code { .. }));
        if pictured || (about_code() && !self.0.texts.is_match(remark.text)) {
            return None;
        }
        let is_vague = remark.is_short() && !self.says_so(&remark);
        Some(Note {
            span: block.span,
            is_aside: is_vague || self.0.asides.is_match(remark.text) || is_beside_quotation(document, index),
            is_bracketed: in_brackets(document.text(block.span)).is_some(),
            is_edit: self.0.edits.is_match(remark.text),
        })
    }

    /// Whether an item of a list is such a note in brackets.
    pub fn is_item(&self, item: &str) -> bool {
        let says_so = |remark: Remark<'_>| self.says_so(&remark) && !self.0.asides.is_match(remark.text);
        in_brackets(item).is_some() && unwrapped(item).is_some_and(says_so)
    }

    fn says_so(&self, remark: &Remark<'_>) -> bool {
        self.0.notes.is_match(remark.text)
    }
}

fn is_paragraph(block: &Block) -> bool {
    block.kind == BlockKind::Paragraph
}

/// Whether a block is one comment of HTML.
fn is_comment(text: &str) -> bool {
    let inner = text.trim().strip_prefix("<!--").and_then(|text| text.strip_suffix("-->"));
    inner.is_some_and(|inner| !inner.contains("-->"))
}

/// A note is no longer than this, in bytes.
const NOTE: usize = 400;

/// Nor is one in italics, or one that tells by its ellipsis alone, in characters.
const SLANTED: usize = 100;

/// Fewer words, and characters, behind an ellipsis say little.
const FEW: [usize; 2] = [3, 24];

/// A paragraph that is nothing but a remark.
struct Remark<'a> {
    text: &'a str,
    /// It stands in brackets, behind an ellipsis: whatever it says, text is missing there.
    is_torn: bool,
}

impl Remark<'_> {
    /// Two words behind an ellipsis may be what somebody does who is quoted, or heard.
    fn is_short(&self) -> bool {
        self.text.split_whitespace().count() < FEW[0] && self.text.chars().count() < FEW[1]
    }
}

/// The brackets that notes stand in: those that open them, and those that close them.
const BRACKETS: [[char; 9]; 2] =
    [['[', '(', '{', '<', '（', '【', '［', '〔', '〈'], [']', ')', '}', '>', '）', '】', '］', '〕', '〉']];

/// What stands in brackets where these are all that there is, but for marks around them.
pub(super) fn in_brackets(text: &str) -> Option<&str> {
    let bare = text.trim_matches(['*', '_', '.', '…', '。', ' ']);
    bare.strip_prefix(BRACKETS[0])?.strip_suffix(BRACKETS[1])
}

/// What a paragraph of one line says in brackets, in emphasis, between ellipses or behind a mark for notes.
fn unwrapped(text: &str) -> Option<Remark<'_>> {
    let first = text.chars().next()?;
    let opens = BRACKETS[0].contains(&first) || matches!(first, '*' | '_' | '.' | '…' | '⋯' | '※' | '-' | '—' | '–');
    if !opens || text.len() > NOTE || text.contains('\n') {
        return None;
    }
    let is_edge = |c: char| {
        c.is_whitespace()
            || BRACKETS.iter().flatten().any(|bracket| *bracket == c)
            || matches!(c, '*' | '_' | '.' | '…' | '⋯' | '。' | '-' | '—' | '–' | '!' | '\\' | '※')
    };
    let note = text.trim_matches(is_edge);
    let lead = &text[..text.len() - text.trim_start_matches(is_edge).len()];
    let trail = &text[lead.len() + note.len()..];
    let ellipsis = |edge: &str| edge.contains("...") || edge.contains(['…', '⋯']);
    // A whole sentence in bold is a heading or what matters most.
    let slanted = |mark: char| lead.starts_with(mark) && trail.ends_with(mark) && !lead[1..].starts_with(mark);
    let bracketed = lead.contains(BRACKETS[0]) && trail.contains(BRACKETS[1]);
    let wrapped = bracketed
        || (ellipsis(lead) && ellipsis(trail))
        || (text.chars().count() <= SLANTED && (slanted('*') || slanted('_')))
        || (lead.starts_with(['—', '–']) && trail.ends_with(['—', '–']))
        || lead.contains('※');
    let linked = note.contains("](") || note.contains("][");
    let is_prose =
        || note.contains(char::is_alphabetic) && !note.contains(['=', ';', '{', '}', '$', '|', '`', '"', '/']);
    let is_torn = bracketed && ellipsis(lead) && text.chars().count() <= SLANTED && is_prose();
    (wrapped && !note.is_empty() && !linked && !note.contains(['<', '>'])).then_some(Remark { text: note, is_torn })
}

/// Whether the block before or after the one at `index` is a quotation.
fn is_beside_quotation(document: &Document, index: usize) -> bool {
    const MARKS: [char; 14] = ['"', '“', '”', '„', '«', '»', '‹', '›', '「', '」', '『', '』', '‘', '’'];
    let quoted = |index: usize| {
        document.blocks.get(index).is_some_and(|block| {
            let text = document.text(block.span).trim_matches(|c: char| matches!(c, '*' | '_' | '.' | ',' | ' '));
            block.kind == BlockKind::Quote || text.starts_with(MARKS) || text.ends_with(MARKS)
        })
    };
    quoted(index + 1) || index.checked_sub(1).is_some_and(quoted)
}

/// Whether a block before or after the one at `index` is of such a kind.
pub(super) fn beside(document: &Document, index: usize, is: impl Fn(BlockKind) -> bool) -> bool {
    let at = |index: usize| document.blocks.get(index).is_some_and(|block| is(block.kind));
    at(index + 1) || index.checked_sub(1).is_some_and(at)
}
