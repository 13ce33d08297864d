//! CommonMark with the common extensions, as tables of blocks, images and links. The only module that knows
//! pulldown-cmark.

use std::{borrow::Cow, ops::Range};

use pulldown_cmark::{BrokenLink, CowStr, Event, LinkType, Options, Parser, RefDefs, Tag, TagEnd};

use super::{
    Block, BlockKind, Form, Image, Link, LookAlike, admonition, fences,
    html::{self, Html},
    look_alike,
    rendered::{Rendered, Writer},
    shortcode,
    vitepress::{self, Blocks, Part},
};
use crate::{
    site::{Generator, Setting, Site},
    source::{Source, Span},
};

#[derive(Debug, Default)]
pub struct Parsed {
    pub blocks: Vec<Block>,
    pub images: Vec<Image>,
    pub links: Vec<Link>,
    pub look_alikes: Vec<LookAlike>,
    pub torn: Vec<Span>,
    /// Runs of stars that made nothing; at the end, those of two.
    pub stars: Vec<Span>,
    /// Whole comments of every kind, in order.
    pub comments: Vec<Span>,
    pub rendered: Option<Rendered>,
    /// Code and comments, kept for Hexo's tags.
    pub verbatim: Option<Vec<Span>>,
}

/// Where the text is not Markdown, each list in order and without overlap.
#[derive(Debug, Default)]
pub struct Opaque {
    /// Code and comments: nothing in them is shown as what it looks like.
    pub verbatim: Vec<Span>,
    /// Blocks of raw HTML, where Markdown is only text but a shortcode is still run.
    pub html: Vec<Span>,
    /// Those among `verbatim` that are comments.
    pub comments: Vec<Span>,
}

impl Opaque {
    /// Puts the places in order and makes one of those that overlap.
    pub fn settle(&mut self) {
        for list in [&mut self.verbatim, &mut self.html] {
            list.sort();
            list.dedup_by(|later, kept| {
                let inside = later.start < kept.end;
                kept.end = if inside { kept.end.max(later.end) } else { kept.end };
                inside
            });
        }
    }

    pub fn is_verbatim(&self, at: usize) -> bool {
        holds(&self.verbatim, at)
    }

    /// Whether no Markdown is read at `at`.
    pub fn is_raw(&self, at: usize) -> bool {
        self.is_verbatim(at) || holds(&self.html, at)
    }
}

fn holds(spans: &[Span], at: usize) -> bool {
    let before = spans.partition_point(|span| span.start <= at);
    before > 0 && at < spans[before - 1].end
}

/// Parses `body`, a part of the file. Front matter is cut off before: pulldown-cmark takes a metadata block anywhere.
pub fn parse(source: &Source, body: Span, site: &Site) -> Parsed {
    let text = source.text.as_str();
    // A byte order mark would make a paragraph of a heading or a list.
    let mark = if body.of(text).starts_with('\u{feff}') { 3 } else { 0 };
    let body = Span::new(body.start + mark, body.end);
    let base = match site.generator {
        Generator::MkDocs => admonition::listed(body.of(text)),
        // A lone post with Liquid at a fence is one of Jekyll's.
        Generator::Jekyll | Generator::Plain => fences::without_liquid(body.of(text)),
        _ => Cow::Borrowed(body.of(text)),
    };
    let base = fences::behind_tags(base, site, &source.path);
    // A block has a hundred bytes and more.
    let parsed = Parsed { blocks: Vec::with_capacity(body.len() / 64), ..Parsed::default() };
    let mut reader = Reader { text, base: &base, body, parsed, opaque: Opaque::default(), open: Vec::new() };
    let worth = site.generator == Generator::VitePress && Rendered::is_worth(body.of(text));
    let mut events = Parser::new_ext(&base, options(site.generator)).into_offset_iter();
    let mut depth = 0usize;
    let mut block = Html::default();
    while let Some((event, range)) = events.next() {
        let span = Span::new(range.start, range.end).shifted(body.start);
        match event {
            Event::Start(tag) => {
                if depth == 0 {
                    reader.block(&tag, span);
                }
                depth += 1;
                reader.start(tag, span);
            }
            Event::End(end) => {
                depth -= 1;
                match end {
                    TagEnd::HtmlBlock => reader.html(std::mem::take(&mut block), true),
                    TagEnd::Image | TagEnd::Link => reader.close(events.reference_definitions()),
                    _ => {}
                }
                reader.pass(span);
            }
            // As it is written: where nothing was taken out of it, only what parts a fence from it differs.
            Event::Html(piece) => {
                let written = if piece.len() == span.len() { span.of(text) } else { &piece };
                block.push(span, written, text);
            }
            Event::InlineHtml(piece) => {
                let mut inline = Html::default();
                inline.push(span, &piece, text);
                reader.html(inline, false);
                reader.pass(span);
            }
            Event::Rule if depth == 0 => {
                reader.parsed.blocks.push(Block { kind: BlockKind::Rule, span: span.trimmed(text) });
            }
            Event::Text(piece) => {
                reader.star(&piece, span);
                reader.torn(&piece, span);
                reader.text(&piece, span);
            }
            Event::Code(piece) => {
                reader.opaque.verbatim.push(span);
                reader.text(&piece, span);
            }
            Event::SoftBreak | Event::HardBreak => reader.text(" ", span),
            _ => reader.pass(span),
        }
    }
    // What another file defines that is taken in here, nobody sees.
    let takes_in =
        || ["--8<--", "{{#include", "{% include", "@include", "{!"].iter().any(|sign| body.of(text).contains(sign));
    let is_defined = |label: &str| events.reference_definitions().get(label).is_some() || takes_in();
    let Reader { mut parsed, mut opaque, .. } = reader;
    opaque.settle();
    let tagged = |at: usize| matches!(body.of(text).as_bytes().get(at + 1), Some(b'{' | b'%' | b'#'));
    if site.generator == Generator::Hexo && memchr::memchr_iter(b'{', body.of(text).as_bytes()).any(tagged) {
        parsed.verbatim = Some(opaque.verbatim.clone());
    }
    shortcode::scan(source, body, site, &mut opaque, &mut parsed.images);
    opaque.settle();
    parsed.images.retain(|image| !opaque.is_verbatim(image.span.start));
    parsed.stars.retain(|stars| is_pair_of_stars(*stars, text) && !opaque.is_raw(stars.start));
    parsed.images.sort_by_key(|image| (image.span, image.address_span));
    // A tag that makes the address of an image is no image of its own, and `{{<img src="x.png">}}` is no element.
    let mut address = Span::default();
    parsed.images.retain(|image| {
        let is_part =
            address.start <= image.span.start && image.span.end <= address.end || image.address_span == address;
        address = if is_part { address } else { image.address_span };
        !is_part
    });
    parsed.look_alikes = look_alike::scan(text, body, site, &opaque, &mut parsed.images, is_defined);
    parsed.blocks = with_definitions(parsed.blocks, text, body);
    opaque.comments.sort();
    parsed.comments = opaque.comments;
    parsed.rendered = worth.then(|| rendered(text, body, site.has(Setting::InertCode)));
    parsed
}

/// The page that VitePress compiles.
fn rendered(text: &str, body: Span, code_is_inert: bool) -> Rendered {
    let blocks = vitepress::read(text, body, false);
    let mut page = written(text, &blocks, code_is_inert);
    page.other = blocks.foreign.then(|| Box::new(written(text, &vitepress::read(text, body, true), code_is_inert)));
    page
}

fn written(text: &str, blocks: &Blocks, code_is_inert: bool) -> Rendered {
    let mut page = Writer::new(text, code_is_inert);
    for part in &blocks.parts {
        match part {
            Part::Tag { html, at, .. } => page.tag(html, Span::new(*at, *at)),
            Part::Words(lines) => words(&mut page, text, lines, blocks),
            Part::Html { lines, alone } => page.block(lines, *alone),
            Part::Code(lines) => page.lines(lines),
        }
    }
    page.finish()
}

/// Before what is parsed as inline content stands a space that Markdown does not take for one, so that no block begins.
const GUARD: &str = "\u{a0}";

/// Writes inline content.
fn words(page: &mut Writer<'_>, text: &str, lines: &[Span], blocks: &Blocks) {
    let mut words = GUARD.to_owned();
    let mut pieces = Vec::new();
    let mut end = None;
    for line in lines {
        if end.is_some_and(|end| text[end..line.start].contains(['\n', '\r'])) {
            // So much space makes no block of any line either.
            words.push_str("\n    ");
        }
        pieces.push((words.len(), *line));
        words.push_str(line.of(text));
        end = Some(line.end);
    }
    vitepress::bound(&mut words);
    let place = |offset: usize| {
        let piece = pieces.partition_point(|(from, _)| *from <= offset).saturating_sub(1);
        pieces.get(piece).map_or(0, |(from, line)| (line.start + offset.saturating_sub(*from)).min(line.end))
    };
    let span = |range: &Range<usize>| {
        let start = place(range.start);
        Span::new(start, if range.is_empty() { start } else { place(range.end - 1).max(start) + 1 })
    };
    let mut defined = |link: BrokenLink<'_>| {
        blocks.labels.contains(&vitepress::label(&link.reference)).then(|| ("#".into(), CowStr::from("")))
    };
    let parser = Parser::new_with_broken_link_callback(&words, Options::ENABLE_STRIKETHROUGH, Some(&mut defined));
    page.begin();
    for (event, range) in parser.into_offset_iter() {
        let range = range.start.max(GUARD.len())..range.end.max(GUARD.len());
        match event {
            Event::Start(Tag::Image { .. }) => page.image(true),
            Event::End(TagEnd::Image) => page.image(false),
            Event::Start(tag) => {
                if let Some((open, _)) = element(&tag.to_end(), &words[range.clone()]) {
                    page.tag(open, span(&range));
                }
            }
            Event::End(tag) => {
                if let Some((_, close)) = element(&tag, &words[range.clone()]) {
                    page.tag(close, span(&range));
                }
            }
            Event::Text(piece) => page.text(piece.strip_prefix(GUARD).unwrap_or(&piece), span(&range)),
            Event::Code(piece) => page.code(&piece, span(&range)),
            Event::InlineHtml(_) => {
                let first = pieces.partition_point(|(from, line)| from + line.len() <= range.start);
                for (from, line) in pieces[first..].iter().take_while(|(from, _)| *from < range.end) {
                    let (start, end) = (range.start.max(*from), range.end.min(from + line.len()));
                    page.raw(Span::new(line.start + start - from, line.start + end - from));
                    if end < range.end {
                        page.text("\n", Span::new(line.end, line.end));
                    }
                }
            }
            Event::SoftBreak | Event::HardBreak => page.text("\n", span(&range)),
            _ => {}
        }
    }
    page.settle(true);
}

/// The tags that Markdown makes of a mark within words.
fn element(tag: &TagEnd, written: &str) -> Option<(&'static str, &'static str)> {
    Some(match tag {
        TagEnd::Emphasis => ("<em>", "</em>"),
        TagEnd::Strong => ("<strong>", "</strong>"),
        TagEnd::Strikethrough if written.starts_with("~~") => ("<s>", "</s>"),
        TagEnd::Link => ("<a>", "</a>"),
        _ => return None,
    })
}

/// What has been seen so far of one post.
struct Reader<'a> {
    text: &'a str,
    /// The body as it is parsed, byte for byte in the places of the text.
    base: &'a str,
    body: Span,
    parsed: Parsed,
    opaque: Opaque,
    open: Vec<Open<'a>>,
}

/// An image or link whose end has not come yet.
struct Open<'a> {
    span: Span,
    kind: LinkType,
    address: CowStr<'a>,
    label: CowStr<'a>,
    /// Its plain text, without that of an image inside it: so that nesting stays linear.
    words: String,
    /// Where the last thing inside it ends.
    end: usize,
    image: bool,
}

impl<'a> Reader<'a> {
    fn block(&mut self, tag: &Tag<'_>, span: Span) {
        if let Some(kind) = block_kind(tag, span.of(self.text)) {
            self.parsed.blocks.push(Block { kind, span: span.trimmed(self.text) });
        }
    }

    fn start(&mut self, tag: Tag<'a>, span: Span) {
        let (image, kind, address, label) = match tag {
            Tag::CodeBlock(_) => return self.opaque.verbatim.push(span),
            Tag::Image { link_type, dest_url, id, .. } => (true, link_type, dest_url, id),
            Tag::Link { link_type, dest_url, id, .. } => (false, link_type, dest_url, id),
            _ => return,
        };
        let inside = span.start + if image { 2 } else { 1 };
        self.open.push(Open { span, kind, address, label, words: String::new(), end: inside, image });
    }

    fn text(&mut self, piece: &str, span: Span) {
        if let Some(open) = self.open.last_mut() {
            open.words.push_str(piece);
        }
        self.pass(span);
    }

    /// The parser gives each star that it did not use by itself. The words of an image are no text.
    fn star(&mut self, piece: &str, span: Span) {
        if piece != "*" || self.open.last().is_some_and(|open| open.image) {
            return;
        }
        match self.parsed.stars.last_mut().filter(|last| last.end == span.start) {
            Some(last) => last.end = span.end,
            None => self.parsed.stars.push(span),
        }
    }

    /// The parser gives a bracket that closes nothing by itself.
    fn torn(&mut self, piece: &str, span: Span) {
        if piece.starts_with('(') && self.text[..span.start].ends_with(']') {
            self.parsed.torn.extend(look_alike::torn(self.text, self.body, span.start));
        }
    }

    fn pass(&mut self, span: Span) {
        if let Some(open) = self.open.last_mut() {
            open.end = open.end.max(span.end);
        }
    }

    fn close(&mut self, definitions: &RefDefs<'_>) {
        let Some(open) = self.open.pop() else { return };
        let address_span = self.address_span(&open, definitions);
        let address = open.address.into_string();
        if open.image {
            let form = if matches!(open.kind, LinkType::WikiLink { .. }) { Form::Wiki } else { Form::Markdown };
            self.parsed.images.push(Image { form, span: open.span, address_span, address, alt: open.words });
        } else {
            self.parsed.links.push(Link { span: open.span, address_span, address });
        }
    }

    /// Where the address stands. It nearly always borrows from the text, and then its place is where it points.
    fn address_span(&self, open: &Open<'_>, definitions: &RefDefs<'_>) -> Span {
        let body = self.base;
        if let CowStr::Borrowed(address) = open.address
            && let Some(at) = (address.as_ptr() as usize).checked_sub(body.as_ptr() as usize)
            && at + address.len() <= body.len()
            && !address.is_empty()
        {
            return Span::new(at, at + address.len()).shifted(self.body.start);
        }
        let from = match open.kind {
            LinkType::Inline => open.end,
            LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut => match definitions.get(&open.label) {
                Some(definition) => self.body.start + definition.span.start,
                None => return open.span,
            },
            _ => return open.span,
        };
        let opener = if open.kind == LinkType::Inline { "](" } else { "]:" };
        destination(self.text, from, opener).unwrap_or(open.span)
    }

    fn html(&mut self, html: Html, block: bool) {
        let Some(span) = html.span() else { return };
        if block {
            self.opaque.html.push(span);
        }
        let from = self.opaque.comments.len();
        html::scan(&html, self.text, &mut self.parsed.images, &mut self.opaque.comments);
        self.opaque.verbatim.extend_from_slice(&self.opaque.comments[from..]);
    }
}

/// Whether a run of stars is `**`: not escaped, and not the rest of a longer one.
fn is_pair_of_stars(stars: Span, text: &str) -> bool {
    let before = text[..stars.start].bytes().next_back();
    stars.len() == 2 && !matches!(before, Some(b'\\' | b'*')) && !text[stars.end..].starts_with('*')
}

/// The address behind the first `opener` at or after `from`, without angle brackets.
fn destination(text: &str, from: usize, opener: &str) -> Option<Span> {
    let rest = text.get(from..)?;
    let start = from + rest.find(opener)? + opener.len();
    let start = start + (text[start..].len() - text[start..].trim_start().len());
    let rest = &text[start..];
    let (start, angled) = if rest.starts_with('<') { (start + 1, true) } else { (start, false) };
    let (mut depth, mut escaped) = (0usize, false);
    for (at, c) in text[start..].char_indices() {
        let end = Some(Span::new(start, start + at));
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '>' if angled => return end,
            '(' => depth += 1,
            ')' if depth == 0 && !angled => return end,
            ')' => depth = depth.saturating_sub(1),
            c if !angled && (c.is_whitespace() || c.is_control()) => return end,
            _ => {}
        }
    }
    Some(Span::new(start, text.len()))
}

fn options(generator: Generator) -> Options {
    let common = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    // Elsewhere `[[1]](address)` is a link whose text is in brackets.
    if generator == Generator::Obsidian { common | Options::ENABLE_WIKILINKS } else { common }
}

fn block_kind(tag: &Tag<'_>, text: &str) -> Option<BlockKind> {
    Some(match tag {
        Tag::Paragraph => BlockKind::Paragraph,
        Tag::Heading { level, .. } => {
            BlockKind::Heading { level: *level as u8, setext: !text.trim_start().starts_with('#') }
        }
        Tag::BlockQuote(_) => BlockKind::Quote,
        Tag::CodeBlock(kind) => {
            BlockKind::Code { fenced: kind.is_fenced(), closed: !kind.is_fenced() || is_closed(text) }
        }
        Tag::HtmlBlock => BlockKind::Html,
        Tag::List(start) => BlockKind::List { ordered: start.is_some() },
        Tag::FootnoteDefinition(_) => BlockKind::Footnote,
        Tag::Table(_) => BlockKind::Table,
        _ => return None,
    })
}

/// Whether the last line of a fenced code block is a fence that closes it. Inside an open block no line can be one, so
/// the last line alone decides.
fn is_closed(block: &str) -> bool {
    let opener = block.trim_start();
    let Some(mark) = opener.chars().next().filter(|mark| matches!(mark, '`' | '~')) else { return false };
    let length = opener.len() - opener.trim_start_matches(mark).len();
    let block = block.trim_end();
    let Some((_, last)) = block.rsplit_once(['\n', '\r']) else { return false };
    let last = last.trim();
    last.len() >= length && last.chars().all(|c| c == mark)
}

/// The blocks with one more for each gap between them that is not blank: the parser says nothing of link reference
/// definitions, and nothing else leaves a gap.
fn with_definitions(blocks: Vec<Block>, text: &str, body: Span) -> Vec<Block> {
    let mut all = Vec::with_capacity(blocks.len() + 1);
    let mut end = body.start;
    let fill = |all: &mut Vec<Block>, gap: Span| {
        let is_blank = gap.of(text).bytes().all(|byte| byte.is_ascii_whitespace());
        let span = if is_blank { Span::default() } else { gap.trimmed(text) };
        if !span.is_empty() {
            all.push(Block { kind: BlockKind::Definition, span });
        }
    };
    for mut block in blocks {
        fill(&mut all, Span::new(end, block.span.start.max(end)));
        if matches!(block.kind, BlockKind::List { .. }) {
            block.span = without_definitions(block.span, text);
        }
        end = block.span.end.max(end);
        all.push(block);
    }
    fill(&mut all, Span::new(end, body.end.max(end)));
    all
}

/// A list without the definitions below it and below an empty line, of which the parser takes all but the last for a part of it.
fn without_definitions(list: Span, text: &str) -> Span {
    let mut end = list.end;
    let mut first = None;
    let mut is_parted = false;
    for line in list.of(text).split_inclusive('\n').rev() {
        end -= line.len();
        if line.trim().is_empty() {
            is_parted = first.is_some();
        } else if line.starts_with('[') && line.contains("]:") {
            first = Some(end);
            is_parted = false;
        } else {
            break;
        }
    }
    first.filter(|_| is_parted).map_or(list, |first| Span::new(list.start, first).trimmed(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(BlockKind, &str)> {
        parse(&Source::from_text("a.md", text), Span::new(0, text.len()), &Site::default())
            .blocks
            .into_iter()
            .map(|block| (block.kind, block.span.of(text)))
            .collect()
    }

    #[test]
    fn a_fence_is_closed_by_its_own_kind_and_length_only() {
        let closed = |text: &str| matches!(kinds(text)[0].0, BlockKind::Code { fenced: true, closed: true });
        assert!(closed("```\na\n```\n"));
        assert!(closed("  ~~~~ rust\r\na\r\n ~~~~~ \r\n\r\ntext"));
        assert!(closed("```\n```"));
        for text in ["```\na\n", "```", "````\na\n```\n", "```\na\n~~~\n", "```\na\n```js\n", "```\n"] {
            assert!(!closed(text), "{text:?}");
        }
        assert_eq!(kinds("    a\n")[0].0, BlockKind::Code { fenced: false, closed: true });
    }

    #[test]
    fn definitions_below_a_list_are_none_of_its_items() {
        let text = "- one [a]\n- two\n\n[a]: /a\n[b]: /b\n\n[c]: /c\n";
        let list = BlockKind::List { ordered: false };
        assert_eq!(kinds(text), [(list, "- one [a]\n- two"), (BlockKind::Definition, "[a]: /a\n[b]: /b\n\n[c]: /c")]);
        assert_eq!(kinds("- one\n[a]: /a\n").len(), 1);
    }

    #[test]
    fn definitions_are_blocks_in_their_place() {
        let text = "one\n\n[a]: /a.png\n[b]: </b b.png>\n  \"title\"\n\n[a]: /twice.png\n\ntwo [a] [b]\n\n[c]: /c\n";
        let definition = BlockKind::Definition;
        assert_eq!(
            kinds(text),
            [
                (BlockKind::Paragraph, "one"),
                (definition, "[a]: /a.png\n[b]: </b b.png>\n  \"title\"\n\n[a]: /twice.png"),
                (BlockKind::Paragraph, "two [a] [b]"),
                (definition, "[c]: /c"),
            ]
        );
    }

    #[test]
    fn blocks_cover_everything_but_blank_space() {
        let text = "\u{feff}# a\r\n\r\n> [x]: y\r\n\r\n- l\r\n  - m\r\n\r\n[^1]: note\r\n\r\n<div>\r\nx\r\n</div>\r\n\r\n| a |\r\n|---|\r\n| b |\r\n\r\n***\r\nend[^1]\r\n===\r\n";
        let covered: Vec<&str> = kinds(text).into_iter().map(|(_, text)| text).collect();
        let squeeze = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        assert_eq!(squeeze(&covered.concat()), squeeze(text.trim_start_matches('\u{feff}')));
    }
}
