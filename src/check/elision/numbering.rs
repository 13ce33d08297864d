//! Numbers that are named instead of told: 1, 2, "3 to 9 follow the same pattern", 10.

use crate::{
    document::{Block, BlockKind, Document},
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
        let is_note = text.trim_start_matches(['*', '_']).starts_with(['[', '(', '（', '【', '［'])
            && text.trim_end_matches(['*', '_', '.', '。']).ends_with([']', ')', '）', '】', '］']);
        let (from, to) = range(text).filter(|_| is_note && !text.contains('\n'))?;
        let next = number(document, blocks.get(at + 1)?)?;
        let before = || (at.saturating_sub(PASSAGE)..at).rev().find_map(|at| last_number(document, &blocks[at]));
        (next == to + 1 && before()? + 1 == from).then_some(blocks[at].span)
    })
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
