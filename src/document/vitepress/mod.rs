//! The blocks of a page as VitePress 1 makes them: by the rules of markdown-it 14 and of what VitePress adds to it,
//! components (`@mdit-vue/plugin-component`), containers such as `::: tip`, alerts such as `[!NOTE]` and `<<<`. Where a
//! block ends decides which tags stand within each other, and it differs from CommonMark: a component ends paragraphs,
//! lists, tables and quotations, and `:::` ends whatever stands in its container.

mod containers;
mod definitions;
mod leaves;
mod lines;
mod lists;
mod tables;
mod tags;

use std::collections::HashSet;

pub use definitions::label;
use lines::{Line, lines};
pub use tags::bound;

use crate::source::Span;

/// Blocks within each other, by `maxNesting` of markdown-it; what is deeper is left out.
const DEEPEST: usize = 100;

/// A piece of the page, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A tag that Markdown writes for the mark at a place; empty where it writes none.
    Tag { html: &'static str, at: usize, level: usize },
    /// Inline content: the lines, or parts of them, that it is made of.
    Words(Vec<Span>),
    /// A block of raw HTML, or a component that is alone in its line.
    Html { lines: Vec<Span>, alone: bool },
    /// Code that is indented, which is compiled.
    Code(Vec<Span>),
}

/// The blocks of a page.
#[derive(Debug, Default)]
pub struct Blocks {
    pub parts: Vec<Part>,
    /// Of link reference definitions, as `label` makes them.
    pub labels: HashSet<String>,
    /// Whether a line opens a container that VitePress does not know, but a plugin may.
    pub foreign: bool,
}

/// Reads `body`. With `open`, every word behind `:::` names a container.
pub fn read(text: &str, body: Span, open: bool) -> Blocks {
    let lines = lines(text, body);
    let count = lines.len() - 1;
    let mut reader = Reader {
        text,
        open,
        lines,
        line: 0,
        last: count,
        indent: 0,
        list_indent: -1,
        level: 0,
        tight: false,
        after_rows: false,
        quotes: Vec::new(),
        blocks: Blocks::default(),
    };
    let foreign = |line| reader.rest(line).starts_with(":::") && reader.container_name(line).is_none();
    let named = |line: usize| !reader.rest(line).trim_matches([':', ' ', '\t']).is_empty();
    let foreign = (0..count).any(|line| foreign(line) && named(line));
    reader.blocks(0, count);
    Blocks { foreign, ..reader.blocks }
}

/// What a line may end by beginning something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Paragraph,
    Definition,
    Quote,
    List,
}

struct Reader<'a> {
    text: &'a str,
    open: bool,
    lines: Vec<Line>,
    /// The next line to read.
    line: usize,
    /// No block reaches past this line.
    last: usize,
    /// Columns that a line needs to belong to the list item that is read.
    indent: isize,
    list_indent: isize,
    level: usize,
    /// Whether the item that is read holds no blank line.
    tight: bool,
    /// Whether a list or a table has just ended.
    after_rows: bool,
    /// Quotations that are open and hold no words yet: their place among the parts.
    quotes: Vec<usize>,
    blocks: Blocks,
}

impl<'a> Reader<'a> {
    /// The blocks in the lines from `start` to before `end`.
    fn blocks(&mut self, start: usize, end: usize) {
        let (mut line, mut gap) = (start, false);
        while line < end {
            while line < self.last && self.is_empty(line) {
                line += 1;
            }
            self.line = line;
            if line >= end || self.lines[line].indent < self.indent {
                break;
            }
            if self.level >= DEEPEST {
                self.line = end;
                break;
            }
            self.block(line, end);
            self.line = self.line.max(line + 1);
            self.tight = !gap;
            gap |= self.is_empty(self.line - 1);
            line = self.line;
            if line < end && self.is_empty(line) {
                gap = true;
                line += 1;
                self.line = line;
            }
        }
    }

    fn block(&mut self, line: usize, end: usize) {
        let after_rows = std::mem::take(&mut self.after_rows);
        let _found = self.table(line, end)
            || self.indented(line, end)
            || self.snippet(line)
            || self.container(line, end)
            || self.fence(line, end)
            || self.quote(line, end)
            || self.thematic_break(line)
            || self.list(line, end)
            || self.definition(line)
            || self.html(line, end)
            || self.contents(line)
            || self.heading(line)
            || self.paragraph(line, end, after_rows);
    }

    fn is_empty(&self, line: usize) -> bool {
        self.lines[line].first >= self.lines[line].end
    }

    /// The line without the space before it.
    fn rest(&self, line: usize) -> &'a str {
        let line = self.lines[line];
        &self.text[line.first.min(line.end)..line.end]
    }

    /// Whether the line is indented as code is.
    fn is_deep(&self, line: usize) -> bool {
        self.lines[line].indent - self.indent >= 4
    }

    /// Whether `line` begins something that ends what stands before it.
    fn ends(&self, what: Ended, line: usize, end: usize) -> bool {
        let Some(first) = self.rest(line).bytes().next() else { return false };
        let all = match first {
            b':' => self.container_name(line).is_some(),
            b'`' | b'~' => self.fence_mark(line).is_some(),
            b'>' => !self.is_deep(line),
            b'*' | b'-' | b'_' => self.is_break(line),
            _ => false,
        };
        all || (what != Ended::List
            && match first {
                b'0'..=b'9' | b'*' | b'-' | b'+' => self.item(line, what == Ended::Paragraph).is_some(),
                b'<' => self.html_end(line).is_some_and(|(_, interrupts)| interrupts),
                b'[' => self.is_contents(line),
                b'#' => self.heading_level(line).is_some(),
                _ => false,
            })
            || (matches!(what, Ended::Paragraph | Ended::Definition) && self.columns(line, end).is_some())
    }

    fn tag(&mut self, html: &'static str, at: usize) {
        let closes = html.starts_with("</");
        self.level = self.level.saturating_sub(usize::from(closes));
        self.blocks.parts.push(Part::Tag { html, at, level: self.level });
        self.level += usize::from(!closes);
    }

    /// Inline content in an element.
    fn element(&mut self, open: &'static str, close: &'static str, words: Vec<Span>) {
        let (start, end) = (words.first().map_or(0, |span| span.start), words.last().map_or(0, |span| span.end));
        let words = self.alert(words);
        if self.is_worth(&words) {
            self.tag(open, start);
            self.blocks.parts.push(Part::Words(words));
            self.tag(close, end);
        }
    }

    fn words(&mut self, words: Vec<Span>) {
        let words = self.alert(words);
        if self.is_worth(&words) {
            self.blocks.parts.push(Part::Words(words));
        }
    }

    /// Whether a compiler could find anything in them.
    fn is_worth(&self, words: &[Span]) -> bool {
        words.iter().any(|span| span.of(self.text).contains(['<', '{', '}']))
    }
}
