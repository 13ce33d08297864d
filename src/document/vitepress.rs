//! The blocks of a page as VitePress 1 makes them: by the rules of markdown-it 14 and of what VitePress adds to it,
//! components (`@mdit-vue/plugin-component`), containers such as `::: tip`, alerts such as `[!NOTE]` and `<<<`. Where a
//! block ends decides which tags stand within each other, and it differs from CommonMark: a component ends paragraphs,
//! lists, tables and quotations, and `:::` ends whatever stands in its container.

use std::{collections::HashSet, ops::Range, sync::LazyLock};

use regex::Regex;

use crate::source::Span;

/// Blocks within each other, by `maxNesting` of markdown-it; what is deeper is left out.
const DEEPEST: usize = 100;
/// Cells that a table may lack in all, by `MAX_AUTOCOMPLETED_CELLS`.
const LACKING: isize = 0x10000;
/// Parentheses within each other in the address of a definition.
const PARENTHESES: usize = 32;

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

/// The name by which a definition is found, however it is written.
pub fn label(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Start tags in `words` with an attribute such as `@click`, which CommonMark takes for text, as it reads them: with `:`.
pub fn bound(words: &mut String) {
    if !words.contains('@') {
        return;
    }
    let Some(tags) = TAGS.as_ref() else { return };
    let mut at = 0;
    while let Some(found) = words[at..].find('<') {
        at += found;
        let escaped = words[..at].ends_with('\\');
        let Some(tag) = tags.start.find(&words[at..]).filter(|tag| !escaped && tag.as_str().contains('@')) else {
            at += 1;
            continue;
        };
        let mut before = ' ';
        let read = |c: char| {
            let starts = std::mem::replace(&mut before, c).is_whitespace();
            if c == '@' && starts { ':' } else { c }
        };
        let tag: String = tag.as_str().chars().map(read).collect();
        words.replace_range(at..at + tag.len(), &tag);
        at += tag.len();
    }
}

/// Tags as VitePress reads them: attributes may be bound to events.
struct Tags {
    start: Regex,
    /// `<Foo />`
    empty: Regex,
    /// `<Foo>`
    open: Regex,
    end: Regex,
}

static TAGS: LazyLock<Option<Tags>> = LazyLock::new(|| {
    let value = r#"(?:[^"'=<>`\x00-\x20]+|'[^']*'|"[^"]*")"#;
    let start = format!(r"^<([A-Za-z][A-Za-z0-9-]*)(?:\s+[a-zA-Z_:@][a-zA-Z0-9:._-]*(?:\s*=\s*{value})?)*\s*");
    Some(Tags {
        start: Regex::new(&format!("{start}/?>")).ok()?,
        empty: Regex::new(&format!("{start}/>")).ok()?,
        open: Regex::new(&format!("{start}>")).ok()?,
        end: Regex::new(r"^</[A-Za-z][A-Za-z0-9-]*\s*>").ok()?,
    })
});

/// Elements that begin a block of HTML.
const BLOCKS: [&str; 62] = [
    "address",
    "article",
    "aside",
    "base",
    "basefont",
    "blockquote",
    "body",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "iframe",
    "legend",
    "li",
    "link",
    "main",
    "menu",
    "menuitem",
    "nav",
    "noframes",
    "ol",
    "optgroup",
    "option",
    "p",
    "param",
    "search",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "track",
    "ul",
];

/// Elements that stand in a line; every other name is that of a component.
const INLINE: [&str; 53] = [
    "a", "abbr", "acronym", "audio", "b", "bdi", "bdo", "big", "br", "button", "canvas", "cite", "code", "data",
    "datalist", "del", "dfn", "em", "embed", "i", "iframe", "img", "input", "ins", "kbd", "label", "map", "mark",
    "meter", "noscript", "object", "output", "picture", "progress", "q", "ruby", "s", "samp", "script", "select",
    "small", "span", "strong", "sub", "sup", "svg", "textarea", "time", "u", "tt", "var", "video", "wbr",
];

/// A line, as far as it is not a part of what holds it.
#[derive(Debug, Clone, Copy)]
struct Line {
    /// Behind the marks of the quotations that hold it.
    start: usize,
    /// Its first byte that is neither space nor the mark of a list item.
    first: usize,
    end: usize,
    /// Columns before `first`; -1 where the line continues a paragraph in a quotation without its mark.
    indent: isize,
    /// Columns before `start`.
    before: isize,
}

/// The lines of `body` and an empty one behind them.
fn lines(text: &str, body: Span) -> Vec<Line> {
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
fn spaces(bytes: &[u8], mut at: usize, end: usize, mut column: isize, before: isize) -> (usize, isize) {
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

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

/// What a line may end by beginning something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Paragraph,
    Definition,
    Quote,
    List,
}

/// The mark of a list item.
struct Mark {
    ordered: bool,
    first: bool,
    /// What ends it: `-`, `.`, …
    byte: u8,
    after: usize,
}

/// How a block of HTML ends.
enum HtmlEnd {
    With(&'static str),
    /// With the end tag of a script, a style or preformatted text.
    Text,
    /// Before a blank line.
    Blank,
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

    /// The first words in a quotation without their first line, where that makes an alert of it. Its title stands in
    /// the page as it is written.
    fn alert(&mut self, words: Vec<Span>) -> Vec<Span> {
        let Some(quote) = self.quotes.first().copied() else { return words };
        self.quotes.clear();
        let Some(title) = words.first().and_then(|line| alert_title(self.text, *line)) else { return words };
        if let Some(place) = self.blocks.parts.get_mut(quote + 1) {
            *place = Part::Html { lines: vec![title], alone: true };
        }
        words[1..].to_vec()
    }

    // Tables.

    /// How many columns the table has that begins in `line`.
    fn columns(&self, line: usize, end: usize) -> Option<usize> {
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

    fn table(&mut self, start: usize, end: usize) -> bool {
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

    // Code.

    fn indented(&mut self, start: usize, end: usize) -> bool {
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

    fn span(&self, line: usize) -> Span {
        Span::new(self.lines[line].first.min(self.lines[line].end), self.lines[line].end)
    }

    /// The mark of a fence and how often it stands there.
    fn fence_mark(&self, line: usize) -> Option<(char, usize)> {
        let rest = self.rest(line);
        let mark = rest.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let words = rest.trim_start_matches(mark);
        let length = rest.len() - words.len();
        (length >= 3 && !self.is_deep(line) && !(mark == '`' && words.contains('`'))).then_some((mark, length))
    }

    /// Past a fence. Nothing in it is compiled.
    fn fence(&mut self, start: usize, end: usize) -> bool {
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
    fn snippet(&mut self, line: usize) -> bool {
        let found = self.rest(line).starts_with("<<<") && !self.is_deep(line);
        self.line = if found { line + 1 } else { self.line };
        found
    }

    /// `[[toc]]`
    fn contents(&mut self, line: usize) -> bool {
        let found = self.is_contents(line);
        self.line = if found { line + 1 } else { self.line };
        found
    }

    fn is_contents(&self, line: usize) -> bool {
        self.rest(line).split(' ').next().is_some_and(|word| word.eq_ignore_ascii_case("[[toc]]"))
            && !self.is_deep(line)
    }

    // What holds other blocks.

    /// How many colons open a container, and what is written behind them.
    fn container_name(&self, line: usize) -> Option<(usize, &'a str)> {
        let rest = self.rest(line);
        let words = rest.trim_start_matches(':');
        let count = rest.len() - words.len();
        let name = words.trim().split(' ').next().filter(|name| !name.is_empty() && count >= 3)?;
        (CONTAINERS.iter().any(|(known, ..)| *known == name) || self.open).then_some((count, words.trim()))
    }

    fn container(&mut self, start: usize, end: usize) -> bool {
        let Some((count, words)) = self.container_name(start) else { return false };
        let closes = |line: usize| {
            let rest = self.rest(line);
            let words = rest.trim_start_matches(':');
            rest.len() - words.len() >= count && words.trim_matches(is_space).is_empty() && !self.is_deep(line)
        };
        let mut line = start + 1;
        while line < end && (self.is_empty(line) || self.lines[line].indent >= self.indent) && !closes(line) {
            line += 1;
        }
        let closed = line < end && (self.is_empty(line) || self.lines[line].indent >= self.indent);
        let last = std::mem::replace(&mut self.last, line);
        let name = words.split(' ').next().unwrap_or_default();
        let known = CONTAINERS.iter().find(|(known, ..)| *known == name);
        let (_, open, close, titled) = known.copied().unwrap_or((name, "<div>", "</div>", false));
        self.tag(open, self.lines[start].first);
        let title = words[name.len()..].trim();
        if titled && !title.is_empty() {
            let at = title.as_ptr() as usize - self.text.as_ptr() as usize;
            let summary = if name == "details" { ("<summary>", "</summary>") } else { ("<p>", "</p>") };
            let quotes = std::mem::take(&mut self.quotes);
            self.element(summary.0, summary.1, vec![Span::new(at, at + title.len())]);
            self.quotes = quotes;
        }
        self.blocks(start + 1, line);
        self.tag(close, self.lines[line.min(self.lines.len() - 1)].first);
        self.after_rows = false;
        self.last = last;
        self.line = line + usize::from(closed);
        true
    }

    fn quote(&mut self, start: usize, end: usize) -> bool {
        if !self.rest(start).starts_with('>') || self.is_deep(start) {
            return false;
        }
        let last = self.last;
        let mut old: Vec<Line> = Vec::new();
        let (mut line, mut blank) = (start, false);
        while line < end && !self.is_empty(line) {
            let now = self.lines[line];
            if self.rest(line).starts_with('>') && now.indent >= self.indent {
                old.push(now);
                self.lines[line] = self.quoted(now);
                blank = self.is_empty(line);
            } else if blank {
                break;
            } else if self.ends(Ended::Quote, line, end) {
                // Nothing within reaches beyond.
                self.last = line;
                if self.indent != 0 {
                    old.push(now);
                    self.lines[line].indent -= self.indent;
                }
                break;
            } else {
                old.push(now);
                self.lines[line].indent = -1;
            }
            line += 1;
        }
        let indent = std::mem::replace(&mut self.indent, 0);
        let place = self.blocks.parts.len();
        self.tag("<blockquote>", old[0].first);
        // The title of an alert comes here.
        self.blocks.parts.push(Part::Html { lines: Vec::new(), alone: true });
        self.quotes.push(place);
        self.blocks(start, line);
        self.quotes.retain(|quote| *quote != place);
        self.tag("</blockquote>", self.lines[line - 1].end);
        self.after_rows = false;
        self.last = last;
        self.lines[start..start + old.len()].copy_from_slice(&old);
        self.indent = indent;
        true
    }

    /// The line behind its `>` and one space.
    fn quoted(&self, line: Line) -> Line {
        let bytes = self.text.as_bytes();
        let mut at = line.first + 1;
        let mut column = line.indent + 1;
        let (mut wide, mut spaced) = (0, false);
        match bytes.get(at).filter(|_| at < line.end) {
            Some(b' ') => {
                (at, column, spaced) = (at + 1, column + 1, true);
            }
            Some(b'\t') => {
                spaced = true;
                if (line.before + column) % 4 == 3 {
                    (at, column) = (at + 1, column + 1);
                } else {
                    // The rest of the tab stays.
                    wide = 1;
                }
            }
            _ => {}
        }
        let (first, end) = spaces(bytes, at, line.end, column, line.before + wide);
        let before = line.indent + 1 + isize::from(spaced);
        Line { start: at, first, end: line.end, indent: end - column, before }
    }

    fn thematic_break(&mut self, line: usize) -> bool {
        let found = self.is_break(line);
        self.line = if found { line + 1 } else { self.line };
        found
    }

    fn is_break(&self, line: usize) -> bool {
        let rest = self.rest(line);
        let Some(mark) = rest.chars().next().filter(|c| matches!(c, '*' | '-' | '_')) else { return false };
        !self.is_deep(line)
            && rest.chars().all(|c| c == mark || is_space(c))
            && rest.chars().filter(|c| *c == mark).count() >= 3
    }

    // Lists.

    /// The mark of the item that begins in `line`, which may have to interrupt a paragraph.
    fn item(&self, line: usize, paragraph: bool) -> Option<Mark> {
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

    fn list(&mut self, start: usize, end: usize) -> bool {
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

    // Link reference definitions.

    fn definition(&mut self, start: usize) -> bool {
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

    // HTML.

    /// How the block of HTML ends that begins in `line`, and whether it may interrupt a paragraph.
    fn html_end(&self, line: usize) -> Option<(HtmlEnd, bool)> {
        let rest = self.rest(line);
        let inner = rest.strip_prefix('<').filter(|_| !self.is_deep(line))?;
        if inner.starts_with(['!', '?']) {
            let end = if inner.starts_with("!--") {
                "-->"
            } else if inner.starts_with("![CDATA[") {
                "]]>"
            } else if inner.starts_with('?') {
                "?>"
            } else if inner[1..].starts_with(|c: char| c.is_ascii_uppercase()) {
                ">"
            } else {
                return None;
            };
            return Some((HtmlEnd::With(end), true));
        }
        let name = element_name(rest);
        let lower = name.to_ascii_lowercase();
        let ends = |rest: &str| rest.is_empty() || rest.starts_with(char::is_whitespace) || rest.starts_with('>');
        let after = &inner[usize::from(inner.starts_with('/')) + name.len()..];
        if matches!(&*lower, "script" | "pre" | "style") && !inner.starts_with('/') && ends(after) {
            return Some((HtmlEnd::Text, true));
        }
        let whole = !name.is_empty() && (ends(after) || after.starts_with("/>"));
        let block = BLOCKS.contains(&lower.as_str());
        if whole && (block || !INLINE.contains(&name)) {
            return Some((HtmlEnd::Blank, true));
        }
        let tags = TAGS.as_ref()?;
        let tag = tags.start.find(rest).or_else(|| tags.end.find(rest))?;
        rest[tag.end()..].trim().is_empty().then_some((HtmlEnd::Blank, false))
    }

    fn html(&mut self, start: usize, end: usize) -> bool {
        let Some((closing, _)) = self.html_end(start) else { return false };
        if let Some(length) = self.alone(start) {
            let span = self.span(start);
            let tag = Span::new(span.start, span.start + length);
            self.blocks.parts.push(Part::Html { lines: vec![tag], alone: true });
            let rest = Span::new(tag.end, span.end).trimmed(self.text);
            self.words(vec![rest]);
            self.line = start + 1;
            return true;
        }
        let closes = |line: usize| {
            let rest = self.rest(line);
            match closing {
                HtmlEnd::With(end) => rest.contains(end),
                HtmlEnd::Text => ends_text(rest),
                HtmlEnd::Blank => rest.is_empty(),
            }
        };
        let mut line = start + 1;
        if !closes(start) {
            while line < end && self.lines[line].indent >= self.indent {
                if closes(line) {
                    line += usize::from(!self.is_empty(line));
                    break;
                }
                line += 1;
            }
        }
        let lines = self.joined(start..line);
        self.blocks.parts.push(Part::Html { lines, alone: false });
        self.line = line;
        true
    }

    /// How much of the line is a component without a start or an end elsewhere: `<Foo />`, `<Foo>…</Foo>`. What follows
    /// it is inline content, and the next line is Markdown again.
    fn alone(&self, line: usize) -> Option<usize> {
        let rest = self.rest(line);
        let name = element_name(rest);
        if BLOCKS.contains(&name.to_ascii_lowercase().as_str())
            || INLINE.contains(&name)
            || ["script", "pre", "style"].iter().any(|text| name.eq_ignore_ascii_case(text))
        {
            return None;
        }
        let tags = TAGS.as_ref()?;
        if let Some(tag) = tags.empty.find(rest) {
            return Some(tag.end());
        }
        let open = tags.open.find(rest)?.end();
        let end = format!("</{name}");
        let close = memchr::memmem::rfind_iter(rest[open..].as_bytes(), end.as_bytes()).map(|at| open + at + end.len());
        close.into_iter().find_map(|after| {
            let trimmed = rest[after..].trim_start();
            trimmed.starts_with('>').then(|| rest.len() - trimmed.len() + 1)
        })
    }

    /// Lines in as few spans as the marks of quotations between them allow.
    fn joined(&self, lines: Range<usize>) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        for line in lines {
            let (start, span) = (self.lines[line].start, self.span(line));
            match spans.last_mut() {
                Some(last) if self.text[last.end..start].trim_matches(['\n', '\r']).is_empty() => last.end = span.end,
                _ => spans.push(span),
            }
        }
        spans
    }

    // Headings and paragraphs.

    fn heading_level(&self, line: usize) -> Option<usize> {
        let rest = self.rest(line);
        let words = rest.trim_start_matches('#');
        let level = rest.len() - words.len();
        let fits = (1..=6).contains(&level) && (words.is_empty() || words.starts_with(is_space));
        (fits && !self.is_deep(line)).then_some(level)
    }

    fn heading(&mut self, line: usize) -> bool {
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
    fn paragraph(&mut self, start: usize, end: usize, after_rows: bool) -> bool {
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

/// Containers by name, with the tags that they become and whether words behind the name are a title.
const CONTAINERS: [(&str, &str, &str, bool); 8] = [
    ("tip", "<div>", "</div>", true),
    ("info", "<div>", "</div>", true),
    ("warning", "<div>", "</div>", true),
    ("danger", "<div>", "</div>", true),
    ("details", "<details>", "</details>", true),
    ("v-pre", "<div v-pre>", "</div>", false),
    ("raw", "<div>", "</div>", false),
    ("code-group", "<div>", "</div>", false),
];

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

/// The name of the tag that a line begins with, start or end; empty where there is none.
fn element_name(line: &str) -> &str {
    let inner = line.strip_prefix('<').unwrap_or_default();
    let name = inner.strip_prefix('/').unwrap_or(inner);
    let length = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(name.len());
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { &name[..length] } else { "" }
}

/// Whether a line holds the end tag of a script, a style or preformatted text.
fn ends_text(line: &str) -> bool {
    memchr::memmem::find_iter(line.as_bytes(), b"</").any(|at| {
        ["script>", "pre>", "style>"]
            .iter()
            .any(|name| line.get(at + 2..at + 2 + name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name)))
    })
}

/// The level of the heading that a line underlines.
fn underline(line: &str) -> Option<usize> {
    let mark = line.chars().next().filter(|c| matches!(c, '-' | '='))?;
    let rest = line.trim_start_matches(mark);
    rest.trim_matches(is_space).is_empty().then_some(if mark == '=' { 1 } else { 2 })
}

/// What follows `[!NOTE]` in a line.
fn alert_title(text: &str, line: Span) -> Option<Span> {
    let inner = line.of(text).strip_prefix("[!")?;
    let (name, title) = inner.split_once(']')?;
    let known = ["tip", "note", "info", "important", "warning", "caution", "danger"];
    let start = line.end - title.len();
    known.iter().any(|known| known.eq_ignore_ascii_case(name)).then(|| Span::new(start, line.end).trimmed(text))
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
