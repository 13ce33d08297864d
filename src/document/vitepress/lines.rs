//! The lines of a page, and where each begins for what holds it.

use crate::source::Span;

/// A line, as far as it is not a part of what holds it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// Behind the marks of the quotations that hold it.
    pub(super) start: usize,
    /// Its first byte that is neither space nor the mark of a list item.
    pub(super) first: usize,
    pub(super) end: usize,
    /// Columns before `first`; -1 where the line continues a paragraph in a quotation without its mark.
    pub(super) indent: isize,
    /// Columns before `start`.
    pub(super) before: isize,
}

/// The lines of `body` and an empty one behind them.
pub(super) fn lines(text: &str, body: Span) -> Vec<Line> {
    let bytes = text.as_bytes();
    let mut lines = Vec::with_capacity(body.len() / 32 + 2);
    let mut start = body.start;
    while start < body.end {
        let found = memchr::memchr2(b'\n', b'\r', &bytes[start..body.end]);
        let end = found.map_or(body.end, |found| start + found);
        let mut line = Line { start, first: start, end, indent: 0, before: 0 };
        (line.first, line.indent) = spaces(bytes, start, end, 0, 0);
        lines.push(line);
        start = end + if bytes[end..body.end].starts_with(b"\r\n") { 2 } else { 1 };
    }
    lines.push(Line { start: body.end, first: body.end, end: body.end, indent: 0, before: 0 });
    lines
}

/// Past spaces and tabs from `at`, which is in column `column` of a line that begins in column `before`; the new column.
pub(super) fn spaces(bytes: &[u8], mut at: usize, end: usize, mut column: isize, before: isize) -> (usize, isize) {
    while at < end {
        match bytes[at] {
            b' ' => column += 1,
            b'\t' => column += 4 - (column + before) % 4,
            _ => break,
        }
        at += 1;
    }
    (at, column)
}

pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t')
}
