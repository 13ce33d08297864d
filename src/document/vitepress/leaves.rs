//! Blocks of lines that hold no other blocks: code, headings, paragraphs.

use super::{Ended, Part, Reader, lines::is_space};
use crate::source::Span;

impl Reader<'_> {
    pub(super) fn indented(&mut self, start: usize, end: usize) -> bool {
        if !self.is_deep(start) {
            return false;
        }
        let (mut line, mut last) = (start + 1, start + 1);
        while line < end && (self.is_empty(line) || self.is_deep(line)) {
            line += 1;
            last = if self.is_empty(line - 1) { last } else { line };
        }
        let code: Vec<Span> = (start..last).map(|line| self.span(line)).collect();
        if self.is_worth(&code) {
            self.tag("<pre>", self.lines[start].first);
            self.blocks.parts.push(Part::Code(code));
            self.tag("</pre>", self.lines[last - 1].end);
        }
        self.line = last;
        true
    }

    pub(super) fn span(&self, line: usize) -> Span {
        Span::new(self.lines[line].first.min(self.lines[line].end), self.lines[line].end)
    }

    /// The mark of a fence and how often it stands there.
    pub(super) fn fence_mark(&self, line: usize) -> Option<(char, usize)> {
        let rest = self.rest(line);
        let mark = rest.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let words = rest.trim_start_matches(mark);
        let length = rest.len() - words.len();
        (length >= 3 && !self.is_deep(line) && !(mark == '`' && words.contains('`'))).then_some((mark, length))
    }

    /// Past a fence. Nothing in it is compiled.
    pub(super) fn fence(&mut self, start: usize, end: usize) -> bool {
        let Some((mark, length)) = self.fence_mark(start) else { return false };
        let mut line = start + 1;
        while line < end && (self.is_empty(line) || self.lines[line].indent >= self.indent) {
            let rest = self.rest(line);
            let words = rest.trim_start_matches(mark);
            line += 1;
            if rest.len() - words.len() >= length && words.trim_matches(is_space).is_empty() && !self.is_deep(line - 1)
            {
                break;
            }
        }
        self.line = line;
        true
    }

    /// `<<< file`
    pub(super) fn snippet(&mut self, line: usize) -> bool {
        let found = self.rest(line).starts_with("<<<") && !self.is_deep(line);
        self.line = if found { line + 1 } else { self.line };
        found
    }

    /// `[[toc]]`
    pub(super) fn contents(&mut self, line: usize) -> bool {
        let found = self.is_contents(line);
        self.line = if found { line + 1 } else { self.line };
        found
    }

    pub(super) fn is_contents(&self, line: usize) -> bool {
        self.rest(line).split(' ').next().is_some_and(|word| word.eq_ignore_ascii_case("[[toc]]"))
            && !self.is_deep(line)
    }

    pub(super) fn thematic_break(&mut self, line: usize) -> bool {
        let found = self.is_break(line);
        self.line = if found { line + 1 } else { self.line };
        found
    }

    pub(super) fn is_break(&self, line: usize) -> bool {
        let rest = self.rest(line);
        let Some(mark) = rest.chars().next().filter(|c| matches!(c, '*' | '-' | '_')) else { return false };
        !self.is_deep(line)
            && rest.chars().all(|c| c == mark || is_space(c))
            && rest.chars().filter(|c| *c == mark).count() >= 3
    }

    pub(super) fn heading_level(&self, line: usize) -> Option<usize> {
        let rest = self.rest(line);
        let words = rest.trim_start_matches('#');
        let level = rest.len() - words.len();
        let fits = (1..=6).contains(&level) && (words.is_empty() || words.starts_with(is_space));
        (fits && !self.is_deep(line)).then_some(level)
    }

    pub(super) fn heading(&mut self, line: usize) -> bool {
        let Some(level) = self.heading_level(line) else { return false };
        let span = self.span(line);
        let words = Span::new(span.start + level, span.end);
        let text = words.of(self.text).trim_end_matches(is_space);
        let cut = text.trim_end_matches('#');
        let text = if cut.ends_with(is_space) { cut } else { text };
        let words = Span::new(words.start, words.start + text.len()).trimmed(self.text);
        let (open, close) = HEADINGS[level - 1];
        self.element(open, close, vec![words]);
        self.line = line + 1;
        true
    }

    /// A paragraph, or a heading that is underlined. Attributes in braces that are one, right behind a list or a table,
    /// are no text of the page.
    pub(super) fn paragraph(&mut self, start: usize, end: usize, after_rows: bool) -> bool {
        let mut line = start + 1;
        let mut underlined = None;
        while line < end && !self.is_empty(line) {
            if !self.is_deep(line) {
                if self.lines[line].indent >= self.indent {
                    underlined = underline(self.rest(line));
                    if underlined.is_some() {
                        break;
                    }
                }
                if self.lines[line].indent >= 0 && self.ends(Ended::Paragraph, line, end) {
                    break;
                }
            }
            line += 1;
        }
        let words: Vec<Span> = (start..line).map(|line| self.span(line).trimmed(self.text)).collect();
        let whole = words[0].of(self.text);
        if after_rows && words.len() == 1 && whole.len() > 3 && whole.starts_with('{') && whole.ends_with('}') {
            self.line = line + usize::from(underlined.is_some());
            return true;
        }
        let (open, close) = underlined.map_or(("<p>", "</p>"), |level| HEADINGS[level - 1]);
        self.element(open, close, words);
        self.line = line + usize::from(underlined.is_some());
        true
    }
}

const HEADINGS: [(&str, &str); 6] =
    [("<h1>", "</h1>"), ("<h2>", "</h2>"), ("<h3>", "</h3>"), ("<h4>", "</h4>"), ("<h5>", "</h5>"), ("<h6>", "</h6>")];

/// The level of the heading that a line underlines.
fn underline(line: &str) -> Option<usize> {
    let mark = line.chars().next().filter(|c| matches!(c, '-' | '='))?;
    let rest = line.trim_start_matches(mark);
    rest.trim_matches(is_space).is_empty().then_some(if mark == '=' { 1 } else { 2 })
}
