//! Line and column of a byte, computed only while rendering.

/// Where each line of a text begins. A line ends with LF, CRLF or a lone CR.
#[derive(Debug)]
pub struct Lines {
    starts: Vec<usize>,
}

/// A place as people count: both one-based, the column in characters (Unicode scalar values).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

impl Lines {
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        // Few posts have shorter lines on average, counted with the blank ones between.
        let mut starts = Vec::with_capacity(bytes.len() / 32 + 1);
        starts.push(0);
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n') {
                starts.push(at + 1);
            }
        }
        Self { starts }
    }

    /// Lines as git numbers them: to git a lone CR ends none.
    pub fn as_git_counts(text: &str) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes());
        Self { starts: std::iter::once(0).chain(ends.map(|at| at + 1)).collect() }
    }

    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// Zero-based number of the line that holds byte `offset`.
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset) - 1
    }

    /// Byte range of the zero-based line, with its line end.
    pub fn range(&self, line: usize, text: &str) -> std::ops::Range<usize> {
        self.starts[line]..self.starts.get(line + 1).copied().unwrap_or(text.len())
    }

    /// `offset` in bytes; one inside a character counts as that character.
    pub fn position(&self, offset: usize, text: &str) -> Position {
        let offset = offset.min(text.len());
        let line = self.line_of(offset);
        let start = self.starts[line];
        let skip = if start == 0 && text.starts_with('\u{feff}') { 3 } else { 0 };
        let before = &text.as_bytes()[(start + skip).min(offset)..offset];
        Position { line: line + 1, column: characters(before) + 1 }
    }
}

/// How many characters begin in these bytes: every byte but a continuation byte begins one.
pub fn characters(bytes: &[u8]) -> usize {
    count(bytes, |byte| byte & 0xC0 != 0x80)
}

/// How many of `bytes` are such. No more are counted together than a byte can count, so that many are added up at a time.
pub fn count(bytes: &[u8], is: impl Fn(u8) -> bool) -> usize {
    const CHUNK: usize = 240;
    let mut all = 0;
    for chunk in bytes.chunks(CHUNK) {
        let mut some = 0_u8;
        for byte in chunk {
            some += u8::from(is(*byte));
        }
        all += usize::from(some);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_every_line_end_counts() {
        let text = "ab\r\n中文x\rlast\nend";
        let lines = Lines::new(text);
        assert_eq!(lines.count(), 4);
        assert_eq!(lines.position(text.find('x').unwrap(), text), Position { line: 2, column: 3 });
        assert_eq!(lines.position(text.find("last").unwrap(), text), Position { line: 3, column: 1 });
        assert_eq!(lines.position(text.len(), text), Position { line: 4, column: 4 });
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        let text = "\u{feff}abc";
        assert_eq!(Lines::new(text).position(4, text), Position { line: 1, column: 2 });
    }
}
