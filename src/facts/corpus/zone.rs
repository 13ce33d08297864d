//! The places of a post where something may have been put in front of the article or behind it.

use crate::{
    document::{Block, BlockKind, Document},
    source::Span,
};

/// Blocks at the end and at the start that are looked at.
const LAST: usize = 8;
const FIRST: usize = 3;
/// Lines at the end of a block that are looked at one by one.
const LINES: usize = 4;
/// A longer block (in bytes) is no footer as a whole.
const LONGEST: usize = 2700;

/// A block or a line of one.
#[derive(Debug, Clone, Copy)]
pub struct Unit {
    pub span: Span,
    /// Whether it is one line of a block that has several.
    pub line: bool,
    /// How many solid blocks of the body stand after it.
    pub after: usize,
    /// How many solid blocks of the body stand before it.
    pub before: usize,
    pub heading: bool,
}

/// The units of a post in the order of the file; of one block, the block first and then its last lines.
pub fn units(document: &Document) -> Vec<Unit> {
    let solid: Vec<&Block> =
        document.blocks.iter().filter(|block| !matches!(block.kind, BlockKind::Rule | BlockKind::Definition)).collect();
    let mut units = Vec::new();
    for (before, block) in solid.iter().enumerate() {
        let after = solid.len() - 1 - before;
        if (after < LAST || before < FIRST) && !matches!(block.kind, BlockKind::Code { .. } | BlockKind::Table) {
            of_block(document, block, before, after, &mut units);
        }
    }
    units
}

fn of_block(document: &Document, block: &Block, before: usize, after: usize, units: &mut Vec<Unit>) {
    let underlined = matches!(block.kind, BlockKind::Heading { setext: true, .. });
    let heading = matches!(block.kind, BlockKind::Heading { setext: false, .. });
    let span = if underlined { without_last_line(document, block.span) } else { block.span };
    let unit = |span: Span, line: bool| Unit { span, line, after, before, heading };
    if span.len() <= LONGEST {
        units.push(unit(span, false));
    }
    if after < LAST && !matches!(block.kind, BlockKind::Html) {
        let lines = last_lines(document, span);
        if lines.len() > 1 {
            units.extend(lines.into_iter().map(|span| unit(span, true)));
        }
    }
}

fn without_last_line(document: &Document, span: Span) -> Span {
    let end = document.text(span).rfind('\n').map_or(span.end, |at| span.start + at);
    Span::new(span.start, end).trimmed(&document.source.text)
}

/// The last lines of a block in the order of the file.
fn last_lines(document: &Document, span: Span) -> Vec<Span> {
    let mut lines = Vec::new();
    let mut end = span.end;
    while end > span.start && lines.len() < LINES {
        let start = document.text(Span::new(span.start, end)).rfind('\n').map_or(span.start, |at| span.start + at + 1);
        let line = Span::new(start, end).trimmed(&document.source.text);
        if !line.is_empty() && line.len() <= LONGEST {
            lines.push(line);
        }
        end = start.saturating_sub(1).max(span.start);
    }
    lines.reverse();
    lines
}

/// The sentence around `at`, in bytes of `text`.
pub fn sentence(text: &str, at: usize) -> Span {
    let ends = |c: char| "。！？!?\n".contains(c);
    let (before, after) = text.split_at(at);
    let mark = before.rfind(ends).map(|at| at + before[at..].chars().next().map_or(0, char::len_utf8));
    let start = mark.max(before.rfind(". ").map(|at| at + 2)).unwrap_or(0);
    let stop = after.find(ends).map(|at| at + after[at..].chars().next().map_or(0, char::len_utf8));
    let end = stop.into_iter().chain(after.find(". ").map(|at| at + 1)).min().unwrap_or(after.len());
    Span::new(start, at + end).trimmed(text)
}
