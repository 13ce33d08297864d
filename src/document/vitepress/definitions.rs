//! Link reference definitions.

use super::{Ended, Reader, lines::is_space};

/// Parentheses within each other in the address of a definition.
const PARENTHESES: usize = 32;

/// The name by which a definition is found, however it is written.
pub fn label(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

impl Reader<'_> {
    pub(super) fn definition(&mut self, start: usize) -> bool {
        if !self.rest(start).starts_with('[') || self.is_deep(start) {
            return false;
        }
        let mut cursor = Cursor { read: String::new(), next: start };
        cursor.push(self.rest(start));
        let Some((label, end)) = self.defined(&mut cursor) else { return false };
        self.line = start + cursor.read[..end].matches('\n').count().max(1);
        self.blocks.labels.insert(label);
        true
    }

    /// The label of a definition and where it ends, behind its last line.
    fn defined(&self, cursor: &mut Cursor) -> Option<(String, usize)> {
        let mut at = 1;
        loop {
            match cursor.byte(at)? {
                b'[' => return None,
                b']' => break,
                b'\\' if cursor.byte(at + 1) != Some(b'\n') => at += 2,
                b'\n' => {
                    self.continue_definition(cursor);
                    at += 1;
                }
                _ => at += 1,
            }
        }
        let label = label(cursor.read.get(1..at)?);
        if label.is_empty() || cursor.byte(at + 1) != Some(b':') {
            return None;
        }
        let from = self.space(cursor, at + 2);
        let address_end = destination(&cursor.read, from)?;
        let lower = cursor.read[from..address_end].to_ascii_lowercase();
        if ["vbscript:", "javascript:", "file:", "data:"].iter().any(|scheme| lower.starts_with(scheme))
            && !lower.starts_with("data:image/")
        {
            return None;
        }
        let title = self.space(cursor, address_end);
        let with_title = (title > address_end).then(|| self.title(cursor, title)).flatten();
        // Without a title, if something else stands behind it.
        [with_title, Some(address_end)].into_iter().flatten().find_map(|end| {
            let rest = &cursor.read[end..];
            let line = rest.find('\n').unwrap_or(rest.len());
            rest[..line]
                .trim_matches(is_space)
                .is_empty()
                .then(|| (label.clone(), (end + line + 1).min(cursor.read.len())))
        })
    }

    /// Past spaces and line ends.
    fn space(&self, cursor: &mut Cursor, mut at: usize) -> usize {
        while let Some(c @ (b' ' | b'\t' | b'\n')) = cursor.byte(at) {
            if c == b'\n' {
                self.continue_definition(cursor);
            }
            at += 1;
        }
        at
    }

    fn title(&self, cursor: &mut Cursor, start: usize) -> Option<usize> {
        let close = match cursor.byte(start)? {
            quote @ (b'"' | b'\'') => quote,
            b'(' => b')',
            _ => return None,
        };
        let mut at = start + 1;
        loop {
            match cursor.byte(at)? {
                c if c == close => return Some(at + 1),
                b'(' if close == b')' => return None,
                b'\\' if cursor.byte(at + 1) != Some(b'\n') => at += 2,
                b'\n' => {
                    self.continue_definition(cursor);
                    at += 1;
                }
                _ => at += 1,
            }
        }
    }

    /// Adds the next line, if it belongs to the same block.
    fn continue_definition(&self, cursor: &mut Cursor) {
        let line = cursor.next;
        if line >= self.last || self.is_empty(line) {
            return;
        }
        let continues = self.lines[line].indent - self.indent > 3 || self.lines[line].indent < 0;
        if continues || !self.ends(Ended::Definition, line, self.last) {
            cursor.push(self.rest(line));
        }
    }
}

/// The lines of a definition that have been read so far, with their ends.
struct Cursor {
    read: String,
    /// The next line.
    next: usize,
}

impl Cursor {
    fn push(&mut self, line: &str) {
        self.read.push_str(line);
        self.read.push('\n');
        self.next += 1;
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.read.as_bytes().get(at).copied()
    }
}

/// Where the address of a definition ends.
fn destination(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let angled = bytes.get(start) == Some(&b'<');
    let (mut at, mut depth) = (start + usize::from(angled), 0);
    while let Some(c) = bytes.get(at) {
        match c {
            b'\n' | b'<' if angled => return None,
            b'>' if angled => return Some(at + 1),
            b'\\' if bytes.get(at + 1).is_some_and(|next| !next.is_ascii_whitespace()) => at += 1,
            _ if angled => {}
            c if *c <= b' ' || *c == 0x7f => break,
            b'(' if depth == PARENTHESES => return None,
            b'(' => depth += 1,
            b')' if depth == 0 => break,
            b')' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    while !text.is_char_boundary(at.min(text.len())) {
        at += 1;
    }
    (!angled && depth == 0 && at > start).then_some(at.min(text.len()))
}
