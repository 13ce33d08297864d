//! The page that a generator hands to a template compiler: raw HTML as it stands, the rest as the tags that Markdown
//! makes of it. It is only made where the post holds something that such a compiler reads.

use std::{collections::HashSet, ops::Range};

use memchr::memmem;

use crate::source::Span;

/// HTML, and where each byte of it comes from.
#[derive(Debug, Default)]
pub struct Rendered {
    pub html: String,
    /// In order; together they cover the HTML.
    pieces: Vec<Piece>,
    /// Attributes in braces, `{.red}`, that name one twice.
    pub twice: Vec<Span>,
    /// The page as it would be if the site had a plugin for the containers that VitePress does not know.
    pub other: Option<Box<Rendered>>,
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
    /// How many images are open: their text becomes an attribute.
    images: usize,
    /// Whether code within a line is not compiled.
    code_is_inert: bool,
    /// Where the plain text that is being written begins in the HTML.
    run: Option<usize>,
    /// Whether a mark, code or an image ends right before it.
    follows: bool,
    /// Where in the HTML the last line of the block begins, unless it is the first.
    line: Option<usize>,
}

impl<'a> Writer<'a> {
    pub fn new(text: &'a str, code_is_inert: bool) -> Self {
        Self { text, page: Rendered::default(), images: 0, code_is_inert, run: None, follows: false, line: None }
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
        if last && self.line == Some(from) && run.starts_with('{') && run.ends_with('}') && run.len() > 3 {
            // All of the last line, whatever it holds.
            if !run[1..run.len() - 1].contains(['{', '}']) {
                self.told_twice(from..from + run.len());
            }
            return self.page.truncate(from);
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

    /// Inline content begins.
    pub fn begin(&mut self) {
        self.settle(true);
        self.follows = false;
        self.line = None;
    }

    /// A start or end tag such as `<em>` that Markdown writes for the mark at `place`.
    pub fn tag(&mut self, html: &str, place: Span) {
        self.settle(false);
        self.follows = html.starts_with("</");
        if self.images == 0 {
            self.page.push(html, place, Author::Markdown);
        }
    }

    pub fn image(&mut self, opens: bool) {
        self.settle(false);
        self.follows = !opens;
        self.images = if opens { self.images + 1 } else { self.images.saturating_sub(1) };
    }

    /// Text as a reader sees it; `place` is where it stands.
    pub fn text(&mut self, piece: &str, place: Span) {
        if self.images > 0 {
            return;
        }
        let written = place.of(self.text);
        if piece == "\n" {
            self.settle(false);
            self.page.push("\n", place, Author::Markdown);
            self.line = Some(self.page.html.len());
            return;
        }
        self.run.get_or_insert(self.page.html.len());
        if written.starts_with('&') && written != piece {
            // An entity stays one, so that it can hide a brace.
            return self.page.push(written, place, Author::Markdown);
        }
        self.escaped(piece, place);
    }

    /// Code within a line: VitePress 1 compiles it like any text.
    pub fn code(&mut self, piece: &str, place: Span) {
        self.tag(if self.code_is_inert { "<code v-pre>" } else { "<code>" }, place);
        if self.images == 0 {
            self.escaped(piece, place);
        }
        self.tag("</code>", place);
    }

    /// Lines of code that is indented: like code within a line.
    pub fn lines(&mut self, lines: &[Span]) {
        self.settle(true);
        let lines = if self.code_is_inert { &[] } else { lines };
        for line in lines {
            self.escaped(line.of(self.text), *line);
            self.page.push("\n", Span::new(line.end, line.end), Author::Markdown);
        }
    }

    /// Raw HTML that stands in the file.
    pub fn raw(&mut self, place: Span) {
        self.settle(false);
        if self.images == 0 {
            self.page.push(place.of(self.text), place, Author::File);
        }
    }

    /// Raw HTML in runs, with what stands between them in the file left out. One that is nothing but a script or a
    /// style becomes a part of the component instead, unless it stands in a line.
    pub fn block(&mut self, runs: &[Span], inline: bool) {
        self.settle(true);
        let part = |first: &Span, last: &Span| is_part(first.of(self.text), last.of(self.text));
        if !inline && runs.first().zip(runs.last()).is_some_and(|(first, last)| part(first, last)) {
            self.page.typed |= runs.first().is_some_and(|run| is_typed(run.of(self.text)));
            return;
        }
        for run in runs {
            self.raw(*run);
            self.page.push("\n", Span::new(run.end, run.end), Author::Markdown);
        }
    }

    /// Text with what HTML reads written as entities, as markdown-it writes it.
    fn escaped(&mut self, piece: &str, place: Span) {
        let same = place.of(self.text) == piece;
        let mut from = 0;
        let span = |from: usize, to: usize| if same { Span::new(place.start + from, place.start + to) } else { place };
        let author = if same { Author::File } else { Author::Markdown };
        for (at, c) in piece.match_indices(['&', '<', '>', '"']) {
            self.page.push(&piece[from..at], span(from, at), author);
            let entity = match c {
                "&" => "&amp;",
                "<" => "&lt;",
                ">" => "&gt;",
                _ => "&quot;",
            };
            from = at + c.len();
            self.page.push(entity, span(at, from), Author::Markdown);
        }
        self.page.push(&piece[from..], span(from, piece.len()), author);
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
    let plain = |c: char| !matches!(c, '&' | ':' | '@' | '\t');
    let name = |word: &str| {
        // These are no part of a name.
        let name = word.split('=').next().unwrap_or_default().replace(['/', '\''], "");
        if name.starts_with('#') && !word.contains('=') { "id".to_owned() } else { name }
    };
    let joined = |name: &str| name == "class" || name == "css-module";
    words.chars().all(plain)
        && !words.contains("//")
        && words.split(' ').all(|word| word.starts_with('.') || !word.contains('.'))
        && !words
            .split(' ')
            .filter(|word| !word.is_empty() && !word.starts_with('.'))
            .map(name)
            .all(|name| name.is_empty() || joined(&name) || seen.insert(name))
}

/// A whole `<script>…</script>` or `<style>…</style>`, by the lines at its ends.
fn is_part(first: &str, last: &str) -> bool {
    ["script", "style"].iter().any(|name| {
        let starts = |part: &str| part.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        let end = last.trim().strip_suffix('>').map(str::trim_end).and_then(|rest| rest.rsplit_once("</"));
        first.strip_prefix('<').is_some_and(starts)
            && end.is_some_and(|(_, end)| end.len() == name.len() && starts(end))
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
