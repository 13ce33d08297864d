//! Lines and columns of one file, at a small constant cost for each question however long the lines are.

use std::{borrow::Cow, cell::OnceCell, ops::Range, rc::Rc};

use crate::{
    finding::{Finding, Report},
    source::{
        Lines, Position, Sources, Span,
        lines::{characters, count},
    },
};

/// Bytes between two places whose columns are known beforehand.
const STEP: usize = 4096;

/// A file's text with everything that is needed to speak of a place in it.
pub struct Ruler<'a> {
    pub text: Cow<'a, str>,
    pub lines: Lines,
    /// For each [`STEP`] bytes: how much text lies before. Counted when a line is that long.
    marks: OnceCell<Vec<Width>>,
}

/// A length of text in two units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Width {
    characters: usize,
    utf16: usize,
}

impl<'a> Ruler<'a> {
    pub fn new(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        Self { lines: Lines::new(&text), text, marks: OnceCell::new() }
    }

    /// One-based line, and column in characters, of a byte.
    pub fn position(&self, offset: usize) -> Position {
        let (line, width) = self.column(offset);
        Position { line: line + 1, column: width.characters + 1 }
    }

    /// One-based line, and column in UTF-16 code units, of a byte.
    pub fn position_utf16(&self, offset: usize) -> Position {
        let (line, width) = self.column(offset);
        Position { line: line + 1, column: width.utf16 + 1 }
    }

    /// One-based line, and column in bytes, of a byte; a byte order mark counts.
    pub fn position_bytes(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.lines.line_of(offset);
        Position { line: line + 1, column: offset - self.lines.range(line, &self.text).start + 1 }
    }

    /// The one-based line of the last character under `span`; the line of the place where it is empty.
    pub fn last_line(&self, span: Span) -> usize {
        let span = self.clamp(span);
        self.lines.line_of(if span.is_empty() { span.start } else { span.end - 1 }) + 1
    }

    /// `span` inside the text and on the boundaries of characters, whatever a check may have said.
    pub fn clamp(&self, span: Span) -> Span {
        let start = self.text.floor_char_boundary(span.start);
        Span { start, end: self.text.ceil_char_boundary(span.end).clamp(start, self.text.len()) }
    }

    /// Byte range of a zero-based line without its line end.
    pub fn line(&self, line: usize) -> Range<usize> {
        let range = self.lines.range(line, &self.text);
        range.start..range.start + self.text[range].trim_end_matches(['\r', '\n']).len()
    }

    /// The zero-based line, and how wide the text is that stands on it before `offset`.
    fn column(&self, offset: usize) -> (usize, Width) {
        let offset = offset.min(self.text.len());
        let line = self.lines.line_of(offset);
        let start = self.lines.range(line, &self.text).start;
        let mark = if start == 0 && self.text.starts_with('\u{feff}') { 3 } else { 0 };
        let start = (start + mark).min(offset);
        let width = match offset - start {
            0..STEP => Width::default().plus(&self.text.as_bytes()[start..offset]),
            _ => self.before(offset).minus(self.before(start)),
        };
        (line, width)
    }

    fn before(&self, offset: usize) -> Width {
        let step = offset / STEP;
        self.marks.get_or_init(|| self.mark())[step].plus(&self.text.as_bytes()[step * STEP..offset])
    }

    fn mark(&self) -> Vec<Width> {
        let mut before = Width::default();
        let mut marks = Vec::with_capacity(self.text.len() / STEP + 1);
        for chunk in self.text.as_bytes().chunks(STEP) {
            marks.push(before);
            before = before.plus(chunk);
        }
        marks.push(before);
        marks
    }
}

impl Width {
    /// Every byte but a continuation byte begins a character; one of four bytes is two units in UTF-16.
    fn plus(self, bytes: &[u8]) -> Self {
        let characters = characters(bytes);
        let long = count(bytes, |byte| byte >= 0xF0);
        Self { characters: self.characters + characters, utf16: self.utf16 + characters + long }
    }

    fn minus(self, other: Self) -> Self {
        Self { characters: self.characters - other.characters, utf16: self.utf16 - other.utf16 }
    }
}

/// Each finding with the ruler of its file, which is made once as findings are sorted by path.
pub fn measured(report: &Report) -> impl Iterator<Item = (&Finding, Rc<Ruler<'_>>)> {
    measured_in(report.findings.iter(), &report.sources)
}

/// The same for findings in any files, sorted by path.
pub fn measured_in<'a>(
    findings: impl Iterator<Item = &'a Finding>,
    sources: &'a Sources,
) -> impl Iterator<Item = (&'a Finding, Rc<Ruler<'a>>)> {
    let mut last: Option<(&str, Rc<Ruler<'_>>)> = None;
    findings.map(move |finding| {
        let ruler = match &last {
            Some((path, ruler)) if **path == *finding.path => Rc::clone(ruler),
            _ => Rc::new(Ruler::new(sources.text(&finding.path))),
        };
        last = Some((&finding.path, Rc::clone(&ruler)));
        (finding, ruler)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_counting_from_the_start_of_the_line() {
        let text = format!("\u{feff}{}\r\n{}😀中\rend", "é中a".repeat(3_000), "x😀".repeat(2_000));
        let (ruler, lines) = (Ruler::new(&text), Lines::new(&text));
        for (offset, _) in text.char_indices().step_by(97).chain([(text.len(), ' ')]) {
            assert_eq!(ruler.position(offset), lines.position(offset, &text), "at {offset}");
        }
        let at = text.find("中\rend").unwrap();
        assert_eq!(ruler.position_utf16(at), Position { line: 2, column: 6_000 + 2 + 1 });
    }

    #[test]
    fn a_span_from_nowhere_is_brought_inside() {
        let ruler = Ruler::new("中文");
        assert_eq!(ruler.clamp(Span::new(1, 4)), Span::new(0, 6));
        assert_eq!(ruler.clamp(Span { start: 90, end: 20 }), Span::new(6, 6));
    }
}
