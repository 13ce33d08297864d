//! The page that a generator hands to a template compiler: raw HTML as it stands, the rest as the tags that Markdown
//! makes of it. It is only made where the post holds something that such a compiler reads.
//!
//! VitePress makes it with markdown-it and a plugin that takes every unknown tag at the start of a line for a component
//! (`@mdit-vue/plugin-component`); where that differs from CommonMark, it is done here.

use std::{collections::HashSet, ops::Range, sync::LazyLock};

use memchr::memmem;
use regex::Regex;

use crate::source::Span;

/// HTML, and where each byte of it comes from.
#[derive(Debug, Default)]
pub struct Rendered {
    pub html: String,
    /// In order; together they cover the HTML.
    pieces: Vec<Piece>,
    /// Attributes in braces, `{.red}`, that name one twice.
    pub twice: Vec<Span>,
    /// Whether its scripts are TypeScript, and so are the expressions.
    pub typed: bool,
}

#[derive(Debug)]
struct Piece {
    /// Offset into the HTML.
    from: usize,
    /// The place in the file that the piece stands for.
    place: Span,
    author: Author,
}

/// Who wrote a piece of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// Markdown: a tag that stands for a mark, or text escaped.
    Markdown,
    /// The file, byte by byte.
    File,
}

impl Rendered {
    /// Whether the compiler could find anything to read in `body` beyond what Markdown makes.
    pub fn is_worth(body: &str) -> bool {
        let tag =
            |at: usize| body.as_bytes().get(at + 1).is_some_and(|c| c.is_ascii_alphabetic() || b"/!?".contains(c));
        let braces = memchr::memchr(b'{', body.as_bytes()).is_some_and(|at| body[at..].contains('}'));
        braces || memmem::find(body.as_bytes(), b"{{").is_some() || memchr::memchr_iter(b'<', body.as_bytes()).any(tag)
    }

    fn push(&mut self, html: &str, place: Span, author: Author) {
        if !html.is_empty() {
            self.pieces.push(Piece { from: self.html.len(), place, author });
            self.html.push_str(html);
        }
    }

    fn piece(&self, offset: usize) -> Option<&Piece> {
        self.pieces.get(self.pieces.partition_point(|piece| piece.from <= offset).checked_sub(1)?)
    }

    /// Who wrote the byte at `offset` of the HTML.
    pub fn author(&self, offset: usize) -> Author {
        self.piece(offset).map_or(Author::Markdown, |piece| piece.author)
    }

    /// Takes back what was written from `offset` on.
    fn truncate(&mut self, offset: usize) {
        self.html.truncate(offset);
        self.pieces.truncate(self.pieces.partition_point(|piece| piece.from < offset));
    }

    /// The place in the file of a range of the HTML.
    pub fn place(&self, range: Range<usize>) -> Span {
        let at = |offset: usize, end: bool| match self.piece(offset) {
            Some(piece) if piece.author == Author::File => piece.place.start + offset - piece.from + usize::from(end),
            Some(piece) if end => piece.place.end,
            Some(piece) => piece.place.start,
            None => 0,
        };
        let start = at(range.start, false);
        if range.is_empty() { Span::new(start, start) } else { Span::new(start, at(range.end - 1, true).max(start)) }
    }
}

/// Makes the page from what the Markdown parser says, in order.
pub struct Writer<'a> {
    text: &'a str,
    page: Rendered,
    /// What starts before this byte of the file has been written already.
    until: usize,
    /// How many images are open: their text becomes an attribute.
    images: usize,
    /// Where the paragraph ends, if it may hold a tag that CommonMark takes for text.
    bound: usize,
    /// Where the last `@` of the body stands; 0 where there is none.
    last_at: usize,
    /// Blocks in which nothing is compiled, as their author asked: `::: v-pre`. In order and apart.
    inert: Vec<Span>,
    /// Whether code within a line is not compiled.
    code_is_inert: bool,
    /// Where the plain text that is being written begins in the HTML.
    run: Option<usize>,
    /// Whether a mark, code or an image ends right before it.
    follows: bool,
}

/// A start tag as VitePress reads it: attributes may be bound to events.
static TAG: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let value = r#"(?:[^"'=<>`\x00-\x20]+|'[^']*'|"[^"]*")"#;
    Regex::new(&format!(r"^<[A-Za-z][A-Za-z0-9-]*(?:\s+[a-zA-Z_:@][a-zA-Z0-9:._-]*(?:\s*=\s*{value})?)*\s*/?>")).ok()
});

/// Tags that VitePress leaves inside a paragraph; every other one that it does not know begins a block.
const INLINE: [&str; 54] = [
    "a", "abbr", "acronym", "audio", "b", "bdi", "bdo", "big", "br", "button", "canvas", "cite", "code", "data",
    "datalist", "del", "dfn", "em", "embed", "i", "iframe", "img", "input", "ins", "kbd", "label", "map", "mark",
    "meter", "noscript", "object", "output", "picture", "progress", "q", "ruby", "s", "samp", "script", "select",
    "small", "span", "strong", "sub", "sup", "svg", "textarea", "time", "u", "tt", "var", "video", "wbr", "pre",
];

impl<'a> Writer<'a> {
    pub fn new(text: &'a str, body: Span, code_is_inert: bool) -> Self {
        let inert = inert(text, body);
        let page = Rendered::default();
        let last_at = memchr::memrchr(b'@', body.of(text).as_bytes()).map_or(0, |at| body.start + at);
        Self { text, page, until: 0, images: 0, bound: 0, last_at, inert, code_is_inert, run: None, follows: false }
    }

    pub fn finish(mut self) -> Rendered {
        self.settle(false);
        self.page
    }

    /// Plain text ends here, and with `last` the block that holds it. VitePress takes `{.red #top a=b}` at either place
    /// for attributes (`markdown-it-attrs`): they are no text of the page.
    pub fn settle(&mut self, last: bool) {
        let follows = std::mem::take(&mut self.follows);
        let Some(from) = self.run.take() else { return };
        let mut run = &self.page.html[from..];
        let mut removed = None;
        if follows && run.starts_with('{') {
            let close = run.get(2..).and_then(|rest| rest.find('}')).map(|at| at + 3);
            let close = close.filter(|close| !run[*close..].starts_with('}') && is_attributes(&run[..*close]));
            removed = close.map(|close| from..from + close);
            run = &run[close.unwrap_or(0)..];
        }
        let at = from + removed.as_ref().map_or(0, |range| range.len());
        if last
            && run.ends_with('}')
            && let Some(open) = run.rfind('{')
        {
            let group = &run[open..];
            if group.get(2..).is_some_and(|rest| rest.find('}') == Some(rest.len() - 1)) && is_attributes(group) {
                self.told_twice(at + open..at + run.len());
                self.page.truncate(at + open);
            }
        }
        if let Some(range) = removed {
            self.told_twice(range.clone());
            // Spaces keep the offsets behind it right.
            self.page.html.replace_range(range.clone(), &" ".repeat(range.len()));
        }
    }

    fn told_twice(&mut self, range: Range<usize>) {
        if names_one_twice(&self.page.html[range.start + 1..range.end - 1]) {
            let place = self.page.place(range);
            self.page.twice.push(place);
        }
    }

    /// Inline content begins in a heading, an item or a cell.
    pub fn inline(&mut self, place: Span) {
        // Items lie within each other, so that none of them is searched.
        if place.start >= self.until && place.start <= self.last_at {
            self.bound = place.end;
        }
    }

    /// A start or end tag such as `<em>` that Markdown writes for the mark at `place`.
    pub fn tag(&mut self, html: &str, place: Span) {
        self.settle(false);
        self.follows = html.starts_with("</");
        if place.start >= self.until && self.images == 0 {
            self.page.push(html, place, Author::Markdown);
        }
    }

    /// A paragraph begins. Where a component stands at the start of one of its lines, what follows is raw HTML to the
    /// next blank line; `top` says that no list or quotation holds it.
    pub fn paragraph(&mut self, place: Span, top: bool) {
        if place.start < self.until {
            return;
        }
        let mut at = place.start;
        for line in place.of(self.text).split_inclusive('\n') {
            if is_component(line) {
                let end = if top { blank_line(self.text, at) } else { place.end };
                if at > place.start {
                    self.page.push("<p>", Span::new(place.start, place.start), Author::Markdown);
                    self.escaped(&self.text[place.start..at], Span::new(place.start, at));
                    self.page.push("</p>", Span::new(at, at), Author::Markdown);
                }
                self.raw(&self.text[at..end], at);
                self.until = end;
                return;
            }
            at += line.len();
        }
        self.inline(place);
        self.page.push("<p>", Span::new(place.start, place.start), Author::Markdown);
    }

    pub fn image(&mut self, opens: bool) {
        self.settle(false);
        self.follows = !opens;
        self.images = if opens { self.images + 1 } else { self.images.saturating_sub(1) };
    }

    /// Text as a reader sees it; `place` is where it stands.
    pub fn text(&mut self, piece: &str, place: Span) {
        if self.images > 0 || place.start < self.until {
            return;
        }
        let written = place.of(self.text);
        if piece == "\n" {
            self.settle(false);
            return self.page.push("\n", place, Author::Markdown);
        }
        self.run.get_or_insert(self.page.html.len());
        if written.starts_with('&') && written != piece {
            // An entity stays one, so that it can hide a brace.
            return self.page.push(written, place, Author::Markdown);
        }
        let mut place = place;
        if written == piece {
            while let Some(tag) = self.bound(place) {
                self.escaped(&self.text[place.start..tag.start], Span::new(place.start, tag.start));
                self.raw(tag.of(self.text), tag.start);
                self.until = tag.end;
                place = Span::new(tag.end, place.end.max(tag.end));
            }
            return self.escaped(place.of(self.text), place);
        }
        self.escaped(piece, place);
    }

    /// Code within a line: VitePress 1 compiles it like any text.
    pub fn code(&mut self, piece: &str, place: Span) {
        self.tag(if self.code_is_inert { "<code v-pre>" } else { "<code>" }, place);
        self.escaped_unless_written(piece, place);
        self.tag("</code>", place);
    }

    /// Raw HTML that stands in the file at `at`.
    pub fn raw(&mut self, html: &str, at: usize) {
        self.settle(false);
        if at < self.until || self.images > 0 {
            return;
        }
        let mut from = 0;
        while let Some(found) = self.is_inert(at).then(|| html[from..].find('{')).flatten() {
            self.page.push(&html[from..from + found], Span::new(at + from, at + from + found), Author::File);
            let brace = at + from + found;
            self.page.push("&#123;", Span::new(brace, brace + 1), Author::Markdown);
            from += found + 1;
        }
        self.page.push(&html[from..], Span::new(at + from, at + html.len()), Author::File);
    }

    /// A block of raw HTML, in runs with their places. One that is nothing but a script or a style becomes a part of the
    /// component instead.
    pub fn block<'h>(&mut self, runs: impl Iterator<Item = (&'h str, usize)> + Clone) {
        let whole: String = runs.clone().map(|(html, _)| html).collect();
        if is_part(whole.trim()) {
            self.page.typed |= is_typed(&whole);
        } else {
            runs.for_each(|(html, at)| self.raw(html, at));
        }
    }

    fn escaped_unless_written(&mut self, piece: &str, place: Span) {
        if self.images == 0 && place.start >= self.until {
            self.escaped(piece, place);
        }
    }

    /// Text with what HTML reads written as entities, as markdown-it writes it.
    fn escaped(&mut self, piece: &str, place: Span) {
        let same = place.of(self.text) == piece;
        let inert = self.is_inert(place.start);
        let special = |c: char| matches!(c, '&' | '<' | '>' | '"') || (inert && c == '{');
        let mut from = 0;
        let span = |from: usize, to: usize| if same { Span::new(place.start + from, place.start + to) } else { place };
        let author = if same { Author::File } else { Author::Markdown };
        for (at, c) in piece.match_indices(special) {
            self.page.push(&piece[from..at], span(from, at), author);
            let entity = match c {
                "&" => "&amp;",
                "<" => "&lt;",
                ">" => "&gt;",
                "\"" => "&quot;",
                _ => "&#123;",
            };
            from = at + c.len();
            self.page.push(entity, span(at, from), Author::Markdown);
        }
        self.page.push(&piece[from..], span(from, piece.len()), author);
    }

    /// The first tag with an attribute such as `@click` from `place` on, which CommonMark takes for text.
    fn bound(&self, place: Span) -> Option<Span> {
        if place.start >= self.bound {
            return None;
        }
        let tag = TAG.as_ref()?;
        memchr::memchr_iter(b'<', place.of(self.text).as_bytes())
            .map(|at| place.start + at)
            .filter(|at| !self.text[..*at].ends_with('\\'))
            .find_map(|at| {
                let found = tag.find(&self.text[at..self.bound])?;
                found.as_str().contains('@').then(|| Span::new(at, at + found.end()))
            })
    }

    fn is_inert(&self, at: usize) -> bool {
        let next = self.inert.partition_point(|span| span.end <= at);
        self.inert.get(next).is_some_and(|span| span.start <= at)
    }
}

/// Whether `{…}` holds enough to be attributes.
fn is_attributes(group: &str) -> bool {
    group.len() > if group.starts_with("{.") || group.starts_with("{#") { 3 } else { 2 }
}

/// Whether an attribute among `words`, as they stand between braces, is named twice. None of them may be in quotes or
/// look like a link, which would be no text.
fn names_one_twice(words: &str) -> bool {
    let mut seen = HashSet::new();
    let plain = |c: char| !matches!(c, '&' | ':' | '/' | '@' | '\t');
    let name = |word: &str| match word.split_once('=') {
        Some((name, _)) => name.to_owned(),
        None if word.starts_with('#') => "id".to_owned(),
        None => word.to_owned(),
    };
    let joined = |name: &str| name == "class" || name == "css-module";
    words.chars().all(plain)
        && words.split(' ').all(|word| word.starts_with('.') || !word.contains('.'))
        && !words
            .split(' ')
            .filter(|word| !word.is_empty() && !word.starts_with('.'))
            .map(name)
            .all(|name| name.is_empty() || joined(&name) || seen.insert(name))
}

/// A whole `<script>…</script>` or `<style>…</style>`.
fn is_part(html: &str) -> bool {
    ["script", "style"].iter().any(|name| {
        let starts = |part: &str| part.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        let end = html.strip_suffix('>').map(str::trim_end).and_then(|rest| rest.rsplit_once("</"));
        html.strip_prefix('<').is_some_and(starts) && end.is_some_and(|(_, end)| end.len() == name.len() && starts(end))
    })
}

/// Whether the first tag is that of a script in TypeScript.
fn is_typed(html: &str) -> bool {
    let tag = html.split('>').next().unwrap_or_default();
    ["ts", "tsx"].iter().any(|language| {
        [format!("lang=\"{language}\""), format!("lang='{language}'"), format!("lang={language}")]
            .iter()
            .any(|attribute| tag.split_ascii_whitespace().any(|word| word == attribute))
    })
}

/// Whether a line begins with a tag that begins a block because it is unknown, and does not end with it.
fn is_component(line: &str) -> bool {
    let line = line.trim_end();
    let Some(rest) = line.trim_start().strip_prefix('<') else { return false };
    let name = rest.strip_prefix('/').unwrap_or(rest);
    let length = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(name.len());
    let (name, after) = name.split_at(length);
    let ends = after.is_empty() || after.starts_with(char::is_whitespace) || after.starts_with('>');
    if !name.starts_with(|c: char| c.is_ascii_alphabetic())
        || !(ends || after.starts_with("/>"))
        || INLINE.contains(&name)
    {
        return false;
    }
    let Some(tag) = TAG.as_ref().and_then(|tag| tag.find(line.trim_start())) else { return true };
    !tag.as_str().ends_with("/>") && !line.contains(&format!("</{name}"))
}

/// Where the first blank line after `at` begins, or the end.
fn blank_line(text: &str, at: usize) -> usize {
    let mut end = at;
    for line in text[at..].split_inclusive('\n') {
        if line.trim().is_empty() {
            break;
        }
        end += line.len();
    }
    end
}

/// `::: v-pre` up to the `:::` that ends it.
fn inert(text: &str, body: Span) -> Vec<Span> {
    let mut found = Vec::new();
    if memmem::find(body.of(text).as_bytes(), b"v-pre").is_none() {
        return found;
    }
    let (mut at, mut open) = (body.start, None);
    for line in body.of(text).split_inclusive('\n') {
        let words = line.trim_start().strip_prefix(":::").map(|rest| rest.trim_start_matches(':').trim());
        match (words, open) {
            (Some("v-pre"), None) => open = Some(at),
            (Some(""), Some(start)) => {
                found.push(Span::new(start, at));
                open = None;
            }
            _ => {}
        }
        at += line.len();
    }
    found.extend(open.map(|start| Span::new(start, body.end)));
    found
}
