//! Passages that are named instead of told: 1, 2, "3 to 9 follow the same pattern", 10.

use super::notes::in_brackets;
use crate::{
    document::{Block, BlockKind, Document, prose},
    source::Span,
};

/// A line that stands for others is no longer, in bytes.
const LINE: usize = 240;

/// A number that a passage begins with stands within so many characters.
const LABEL: usize = 16;

/// So many blocks may belong to one number.
const PASSAGE: usize = 6;

/// Two numbers are parted by at most so many characters, as `–` or ` through ` do it.
const BETWEEN: usize = 9;

/// Paragraphs of one line in brackets before block `last` that name a range of numbers of which the passages around them are the
/// neighbours.
pub fn gaps(document: &Document, last: usize) -> impl Iterator<Item = Span> + '_ {
    let blocks = &document.blocks;
    let lines = (1..last).filter(|at| blocks[*at].kind == BlockKind::Paragraph && blocks[*at].span.len() <= LINE);
    lines.filter_map(move |at| {
        let text = document.text(blocks[at].span);
        // Without brackets, days and stages are told together: `Days 2–4: rain.`
        let (from, to) = range(text).filter(|_| in_brackets(text).is_some() && !text.contains('\n'))?;
        let next = number(document, blocks.get(at + 1)?)?;
        let before = || (at.saturating_sub(PASSAGE)..at).rev().find_map(|at| last_number(document, &blocks[at]));
        (next == to + 1 && before()? + 1 == from).then_some(blocks[at].span)
    })
}

/// So many bytes behind a bold label are a passage.
const TOLD: usize = 80;

/// So many words, or characters where words are not parted, are a note: `(closed)` may be all that there is to say.
const NOTE: [usize; 2] = [3, 6];

/// Paragraphs before block `last` whose bold label names several things and which say no more than a note in brackets, where
/// the one above, and another one, have a passage behind such a label: `**Steps 3–5.** (in the same way)`.
pub fn labels(document: &Document, last: usize) -> impl Iterator<Item = Span> + '_ {
    let told = move |at: usize| passage(document, at).is_some_and(|(_, rest)| rest.len() >= TOLD);
    let several = (0..last).filter(|at| told(*at)).count() > 1;
    (1..last).filter(move |at| several && told(at - 1)).filter_map(move |at| {
        let (label, rest) = passage(document, at)?;
        let inner = in_brackets(rest)?;
        let words = inner.split_whitespace().count() >= NOTE[0];
        let is_note = words || inner.chars().filter(|c| prose::script(*c).unspaced()).count() >= NOTE[1];
        (is_note && names_several(label) && !inner.contains("](")).then_some(document.blocks[at].span)
    })
}

/// The bold label that a paragraph of one line begins with, and what stands behind it.
fn passage(document: &Document, at: usize) -> Option<(&str, &str)> {
    let block = document.blocks.get(at).filter(|block| block.kind == BlockKind::Paragraph)?;
    let text = document.text(block.span).strip_prefix("**").filter(|text| !text.contains('\n'))?;
    let (label, rest) = text.split_once("**")?;
    Some((label, rest.trim_start_matches([':', '：', ' '])))
}

/// Whether a label names a range or a list: `3–5`, `Monday to Friday` is not told from other words.
fn names_several(label: &str) -> bool {
    let label = label.trim_end_matches(['.', ':', '：', ' ']);
    let ranged = label.char_indices().any(|(at, c)| {
        let parts = matches!(c, '–' | '—' | '〜' | '～')
            || c == '-' && label[..at].ends_with(|c: char| c.is_ascii_digit() || c == '.');
        parts && at > 0 && !label[at + c.len_utf8()..].trim().is_empty()
    });
    ranged || label.contains([',', '、', '，'])
}

/// The first two numbers in a text, if the second one is the larger one and stands near the first.
fn range(text: &str) -> Option<(usize, usize)> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let (from, rest) = digits(&text[start..])?;
    let between = rest.find(|c: char| c.is_ascii_digit()).filter(|at| rest[..*at].chars().count() <= BETWEEN)?;
    let by = &rest[..between];
    // A slash alone parts a date.
    let is_parted =
        !by.contains([',', '.', ':', '、', '，']) && (by.contains(char::is_alphabetic) || !by.contains('/'));
    let (to, _) = digits(&rest[between..])?;
    (is_parted && from < to).then_some((from, to))
}

/// The number that `text` starts with, of at most three digits, and what follows it.
fn digits(text: &str) -> Option<(usize, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let number = text[..length].parse().ok().filter(|_| length <= 3)?;
    Some((number, &text[length..]))
}

/// The number that a block begins with, behind a few letters at most: `**Day 3:**`, `4.`
fn number(document: &Document, block: &Block) -> Option<usize> {
    number_of(document.text(block.span))
}

fn number_of(text: &str) -> Option<usize> {
    let at = text.char_indices().take(LABEL).find(|(_, c)| c.is_ascii_digit())?.0;
    digits(&text[at..]).map(|(number, _)| number)
}

/// The same of the last item of a list.
fn last_number(document: &Document, block: &Block) -> Option<usize> {
    let text = document.text(block.span);
    match block.kind {
        BlockKind::List { ordered: true } => {
            text.lines().rev().find(|line| line.starts_with(|c: char| c.is_ascii_digit())).and_then(number_of)
        }
        _ => number_of(text),
    }
}
