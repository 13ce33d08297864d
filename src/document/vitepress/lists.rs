//! Lists.

use super::{
    Ended, Part, Reader,
    lines::{is_space, spaces},
};

/// The mark of a list item.
pub(super) struct Mark {
    ordered: bool,
    first: bool,
    /// What ends it: `-`, `.`, …
    byte: u8,
    after: usize,
}

impl Reader<'_> {
    /// The mark of the item that begins in `line`, which may have to interrupt a paragraph.
    pub(super) fn item(&self, line: usize, paragraph: bool) -> Option<Mark> {
        let indent = self.lines[line].indent;
        let lost = self.list_indent >= 0 && indent - self.list_indent >= 4 && indent < self.indent;
        if self.is_deep(line) || lost {
            return None;
        }
        let mark = self.mark(line)?;
        let interrupts = paragraph && indent >= self.indent;
        let empty = self.text[mark.after..self.lines[line].end].trim_matches(is_space).is_empty();
        (!interrupts || ((!mark.ordered || mark.first) && !empty)).then_some(mark)
    }

    fn mark(&self, line: usize) -> Option<Mark> {
        let rest = self.rest(line);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let byte = *rest.as_bytes().get(digits)?;
        let fits = match digits {
            0 => matches!(byte, b'-' | b'*' | b'+'),
            _ => digits < 10 && matches!(byte, b'.' | b')'),
        };
        let spaced = rest[digits..].get(1..).is_some_and(|rest| rest.is_empty() || rest.starts_with(is_space));
        let first = rest[..digits].parse() == Ok(1);
        let after = self.lines[line].first + digits + 1;
        (fits && spaced).then_some(Mark { ordered: digits > 0, first, byte, after })
    }

    pub(super) fn list(&mut self, start: usize, end: usize) -> bool {
        let Some(mut mark) = self.item(start, false) else { return false };
        let (ordered, byte) = (mark.ordered, mark.byte);
        let place = self.blocks.parts.len();
        self.tag(if ordered { "<ol>" } else { "<ul>" }, self.lines[start].first);
        let (mut line, mut tight, mut gap) = (start, true, false);
        while line < end {
            let was_tight = self.tight;
            self.one_item(line, end, &mark);
            tight &= self.tight && !gap;
            gap = self.line - line > 1 && self.is_empty(self.line - 1);
            self.tight = was_tight;
            line = self.line;
            if line >= end
                || self.lines[line].indent < self.indent
                || self.is_deep(line)
                || self.ends(Ended::List, line, end)
            {
                break;
            }
            match self.mark(line).filter(|next| next.ordered == ordered && next.byte == byte) {
                Some(next) => mark = next,
                None => break,
            }
        }
        self.tag(if ordered { "</ol>" } else { "</ul>" }, self.lines[line - 1].end);
        self.line = line;
        self.after_rows = true;
        if tight {
            let wanted = self.level + 2;
            for part in &mut self.blocks.parts[place..] {
                if let Part::Tag { html, level, .. } = part
                    && *level == wanted
                    && matches!(*html, "<p>" | "</p>")
                {
                    *html = "";
                }
            }
        }
        true
    }

    fn one_item(&mut self, line: usize, end: usize, mark: &Mark) {
        let old = self.lines[line];
        let initial = old.indent + (mark.after - old.first) as isize;
        let (first, column) = spaces(self.text.as_bytes(), mark.after, old.end, initial, old.before);
        // With more spaces the item begins with code.
        let spaces = if first >= old.end || column - initial > 4 { 1 } else { column - initial };
        self.tag("<li>", old.first);
        let list_indent = std::mem::replace(&mut self.list_indent, self.indent);
        let indent = std::mem::replace(&mut self.indent, initial + spaces);
        self.tight = true;
        self.lines[line].first = first;
        self.lines[line].indent = column;
        if first >= old.end && self.is_empty(line + 1) {
            self.line = (self.line + 2).min(end).max(line + 1);
        } else {
            self.blocks(line, end);
        }
        self.indent = indent;
        self.list_indent = list_indent;
        self.lines[line] = old;
        self.tag("</li>", self.lines[self.line.max(line + 1) - 1].end);
    }
}
