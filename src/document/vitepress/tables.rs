//! Tables.

use super::{Ended, Reader};
use crate::source::Span;

/// Cells that a table may lack in all, by `MAX_AUTOCOMPLETED_CELLS`.
const LACKING: isize = 0x10000;

impl Reader<'_> {
    /// How many columns the table has that begins in `line`.
    pub(super) fn columns(&self, line: usize, end: usize) -> Option<usize> {
        if line + 2 > end || self.lines[line + 1].indent < self.indent || self.is_deep(line + 1) {
            return None;
        }
        let rule = self.rest(line + 1).as_bytes();
        let plain = |c: &u8| b"|-: \t".contains(c);
        if rule.len() < 2 || !rule.iter().all(plain) || (rule[0] == b'-' && b" \t".contains(&rule[1])) {
            return None;
        }
        let cells: Vec<&str> = self.rest(line + 1).split('|').map(str::trim).collect();
        let mut count = 0;
        for (index, cell) in cells.iter().enumerate() {
            if cell.is_empty() && (index == 0 || index == cells.len() - 1) {
                continue;
            }
            let dashes = cell.strip_prefix(':').unwrap_or(cell);
            let dashes = dashes.strip_suffix(':').unwrap_or(dashes);
            if dashes.is_empty() || !dashes.bytes().all(|c| c == b'-') {
                return None;
            }
            count += 1;
        }
        if !self.rest(line).contains('|') || self.is_deep(line) {
            return None;
        }
        (count > 0 && self.cells(line).len() == count).then_some(count)
    }

    /// The cells of a line, each without the backslashes before its bars.
    fn cells(&self, line: usize) -> Vec<Vec<Span>> {
        let line = self.lines[line];
        let row = Span::new(line.first.min(line.end), line.end).trimmed(self.text);
        let (mut cells, mut cell, mut from, mut escaped) = (Vec::new(), Vec::new(), row.start, false);
        for at in row.start..row.end {
            match self.text.as_bytes()[at] {
                b'|' if escaped => {
                    cell.push(Span::new(from, at - 1));
                    from = at;
                }
                b'|' => {
                    cell.push(Span::new(from, at));
                    cells.push(std::mem::take(&mut cell));
                    from = at + 1;
                }
                _ => {}
            }
            escaped = self.text.as_bytes()[at] == b'\\';
        }
        cell.push(Span::new(from, row.end));
        cells.push(cell);
        let is_empty = |cell: Option<&Vec<Span>>| cell.is_some_and(|cell| cell.iter().all(|span| span.is_empty()));
        if is_empty(cells.last()) {
            cells.pop();
        }
        if is_empty(cells.first()) {
            cells.remove(0);
        }
        for cell in &mut cells {
            trim(self.text, cell);
        }
        cells
    }

    pub(super) fn table(&mut self, start: usize, end: usize) -> bool {
        let Some(columns) = self.columns(start, end) else { return false };
        self.tag("<table>", self.lines[start].first);
        self.row(start, columns, "<th>", "</th>");
        let (mut line, mut lacking) = (start + 2, 0);
        while line < end
            && self.lines[line].indent >= self.indent
            && !self.ends(Ended::Quote, line, end)
            && !self.is_empty(line)
            && !self.is_deep(line)
        {
            lacking += columns as isize - self.cells(line).len() as isize;
            if lacking > LACKING {
                break;
            }
            self.row(line, columns, "<td>", "</td>");
            line += 1;
        }
        self.tag("</table>", self.lines[line - 1].end);
        self.line = line;
        self.after_rows = true;
        true
    }

    fn row(&mut self, line: usize, columns: usize, open: &'static str, close: &'static str) {
        self.tag("<tr>", self.lines[line].first);
        for cell in self.cells(line).into_iter().take(columns) {
            self.element(open, close, cell);
        }
        self.tag("</tr>", self.lines[line].end);
    }
}

/// Takes the space off both ends of a cell.
fn trim(text: &str, cell: &mut [Span]) {
    if let Some(first) = cell.first_mut() {
        let trimmed = first.of(text).trim_start();
        first.start = first.end - trimmed.len();
    }
    if let Some(last) = cell.last_mut() {
        last.end = last.start + last.of(text).trim_end().len();
    }
}
