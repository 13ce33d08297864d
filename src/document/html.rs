//! Images in raw HTML: `src`, `srcset`, `poster` and background addresses. The only module that knows html5gum.

use std::borrow::Cow;

use html5gum::{DefaultEmitter, HtmlString, Spanned, StartTag, Token, Tokenizer};

use super::{Form, Image};
use crate::source::{Span, stack};

/// What one quotation mark may cost on the stack, in bytes: html5gum 0.9 descends with each quoted attribute of a tag.
/// Measured as 500 where the compiler optimises.
const LEVEL: usize = if cfg!(debug_assertions) { 16_000 } else { 2_000 };

/// A run of raw HTML. Between the lines of a block in a quote or a list stand marks that are not part of it, so each
/// piece remembers its own place.
#[derive(Debug, Default)]
pub struct Html {
    /// The HTML without such marks; empty while `pieces` is one run of the file.
    joined: String,
    /// Offset into the HTML, and the place of that byte in the file.
    pieces: Vec<(usize, usize)>,
    span: Option<Span>,
}

impl Html {
    /// Adds the next piece; `span` is its place in `text`.
    pub fn push(&mut self, span: Span, piece: &str, text: &str) {
        let Some(whole) = self.span else {
            self.span = Some(span);
            self.pieces.push((0, span.start));
            if span.of(text) != piece {
                self.joined.push_str(piece);
            }
            return;
        };
        if self.joined.is_empty() && whole.end == span.start && span.of(text) == piece {
            self.span = Some(Span::new(whole.start, span.end));
            return;
        }
        if self.joined.is_empty() {
            self.joined.push_str(whole.of(text));
        }
        self.pieces.push((self.joined.len(), span.start));
        self.joined.push_str(piece);
        self.span = Some(Span::new(whole.start, span.end));
    }

    pub fn span(&self) -> Option<Span> {
        self.span
    }

    fn of<'a>(&'a self, text: &'a str) -> &'a str {
        if self.joined.is_empty() { self.span.unwrap_or_default().of(text) } else { &self.joined }
    }

    /// The place in the file of a range of the HTML.
    fn place(&self, range: std::ops::Range<usize>) -> Span {
        let at = |offset: usize| {
            let (from, place) = self.pieces[self.pieces.partition_point(|(from, _)| *from <= offset).max(1) - 1];
            place + offset - from
        };
        let start = at(range.start);
        Span::new(start, if range.is_empty() { start } else { at(range.end - 1) + 1 })
    }
}

/// Adds the images of `html` to `images` and its comments to `comments`.
pub fn scan(html: &Html, text: &str, images: &mut Vec<Image>, comments: &mut Vec<Span>) {
    let raw = html.of(text);
    if !raw.contains('=') && !raw.contains("<!--") {
        return;
    }
    let quotes = memchr::memchr_iter(b'"', raw.as_bytes()).count();
    stack::with_room(quotes * LEVEL, || {
        // What stands in a `noscript` is text for a browser that runs scripts, and the picture itself for every other
        // reader; under a name of the same length it is read as tags.
        let tags = match raw.contains("<noscript") {
            true => Cow::Owned(raw.replace("<noscript", "<no-scrip")),
            false => Cow::Borrowed(raw),
        };
        let mut emitter = DefaultEmitter::<usize>::new_with_span();
        // Otherwise what stands inside a script or a text area would be read as tags.
        emitter.naively_switch_states(true);
        read(Tokenizer::new_with_emitter(&*tags, emitter), html, raw, images, comments);
    });
}

fn read(
    tokens: impl Iterator<Item = Result<Token<usize>, std::convert::Infallible>>,
    html: &Html,
    raw: &str,
    images: &mut Vec<Image>,
    comments: &mut Vec<Span>,
) {
    for token in tokens {
        match token {
            Ok(Token::StartTag(tag)) => Tag { tag: &tag, raw, html }.images(images),
            Ok(Token::Comment(comment)) => {
                let range = comment.span.start..comment.span.end.min(raw.len());
                if range.start < range.end {
                    comments.push(html.place(range));
                }
            }
            _ => {}
        }
    }
}

/// One start tag and where it stands.
struct Tag<'a> {
    tag: &'a StartTag<usize>,
    raw: &'a str,
    html: &'a Html,
}

impl Tag<'_> {
    fn images(&self, images: &mut Vec<Image>) {
        let element = String::from_utf8_lossy(&self.tag.name).into_owned();
        for (name, value) in &self.tag.attributes {
            let name = String::from_utf8_lossy(name);
            match Attribute::of(&element, &name) {
                Some(Attribute::Address) => self.address(value, images),
                Some(Attribute::Script) => self.script(value, images),
                Some(Attribute::Set) => self.set(value, images),
                Some(Attribute::Style) => self.style(value, images),
                None => {}
            }
        }
    }

    fn address(&self, value: &Spanned<HtmlString, usize>, images: &mut Vec<Image>) {
        let address = String::from_utf8_lossy(&value.value).trim().to_owned();
        let range = self.value(value);
        if address.starts_with('{') && !address.starts_with("{{") && !address.starts_with("{%") {
            // JSX: an expression instead of a string.
            return self.script(value, images);
        }
        let written = &self.raw[range.clone()];
        let start = range.start + written.len() - written.trim_start().len();
        images.push(self.image(Form::Html, start..start + written.trim().len(), address));
    }

    /// An expression of JSX or Vue, where it is one literal address.
    fn script(&self, value: &Spanned<HtmlString, usize>, images: &mut Vec<Image>) {
        let range = self.value(value);
        let Some((form, inner)) = literal(&self.raw[range.clone()]) else { return };
        let address = self.raw[range.clone()][inner.clone()].to_owned();
        images.push(self.image(form, range.start + inner.start..range.start + inner.end, address));
    }

    fn set(&self, value: &Spanned<HtmlString, usize>, images: &mut Vec<Image>) {
        let range = self.value(value);
        let written = &self.raw[range.clone()];
        if written.contains("{{") || written.contains("{%") || written.starts_with('{') {
            return;
        }
        for inner in candidates(written) {
            let address = written[inner.clone()].replace("&amp;", "&");
            images.push(self.image(Form::Html, range.start + inner.start..range.start + inner.end, address));
        }
    }

    fn style(&self, value: &Spanned<HtmlString, usize>, images: &mut Vec<Image>) {
        let range = self.value(value);
        let written = &self.raw[range.clone()];
        let mut from = 0;
        while let Some(at) = written[from..].find("url(") {
            let start = from + at + 4;
            let end = written[start..].find(')').map_or(written.len(), |at| start + at);
            let inner = trim_quotes(written, start..end);
            images.push(self.image(
                Form::Html,
                range.start + inner.start..range.start + inner.end,
                written[inner].replace("&amp;", "&"),
            ));
            from = end;
        }
    }

    fn image(&self, form: Form, range: std::ops::Range<usize>, address: String) -> Image {
        let alt =
            self.tag.attributes.get(b"alt".as_slice()).map(|alt| String::from_utf8_lossy(&alt.value).into_owned());
        let end = self.tag.span.end.min(self.raw.len());
        Image {
            form,
            span: self.html.place(self.tag.span.start..end),
            address_span: self.html.place(range),
            address,
            alt: alt.unwrap_or_default(),
        }
    }

    /// The value of an attribute without its quotes. The tokenizer's span covers `name=value` and, without quotes, one
    /// byte more.
    fn value(&self, value: &Spanned<HtmlString, usize>) -> std::ops::Range<usize> {
        let span = value.span.start..value.span.end.min(self.raw.len());
        let written = self.raw.get(span.clone()).unwrap_or_default();
        let Some(equals) = written.find('=') else { return span.end..span.end };
        let after = written[equals + 1..].trim_start();
        let start = span.end - after.len();
        let length = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inner = &after[1..];
                return start + 1..start + 1 + inner.find(quote).unwrap_or(inner.len());
            }
            _ => after.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(after.len()),
        };
        start..start + length
    }
}

/// How an attribute holds images.
enum Attribute {
    Address,
    /// A script whose value may be a literal address.
    Script,
    /// Addresses with their sizes.
    Set,
    Style,
}

impl Attribute {
    fn of(element: &str, name: &str) -> Option<Self> {
        let picture = matches!(element, "img" | "image" | "amp-img" | "v-img" | "nuxt-img" | "staticimage");
        match name {
            "src" | "data-src" | "data-original" | "data-lazy-src" if picture => Some(Self::Address),
            ":src" | "v-bind:src" if picture => Some(Self::Script),
            "srcset" | "data-srcset" if picture || element == "source" => Some(Self::Set),
            "href" | "xlink:href" if element == "image" => Some(Self::Address),
            "poster" if element == "video" => Some(Self::Address),
            "style" => Some(Self::Style),
            _ => None,
        }
    }
}

/// The addresses of a `srcset`, by the WHATWG algorithm: an address ends at white space, so that it may hold commas.
fn candidates(set: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < set.len() {
        let rest = &set[at..];
        let skipped = rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',').len();
        let start = at + skipped;
        let length = set[start..].find(char::is_whitespace).unwrap_or(set.len() - start);
        if length == 0 {
            break;
        }
        let written = &set[start..start + length];
        let address = written.trim_end_matches(',');
        found.push(start..start + address.len());
        at = start + length;
        if address.len() == written.len() {
            at += set[at..].find(',').unwrap_or(set.len() - at);
        }
    }
    found
}

/// The literal address in `{"x"}`, `'x'`, `require('x').default`, `withBase('x')`; none for any other expression.
fn literal(script: &str) -> Option<(Form, std::ops::Range<usize>)> {
    let mut range = 0..script.len();
    let shrink = |range: &mut std::ops::Range<usize>, start: usize, end: usize| {
        *range = range.start + start..range.end - end;
        let inner = &script[range.clone()];
        *range =
            range.start + (inner.len() - inner.trim_start().len())..range.end - (inner.len() - inner.trim_end().len());
    };
    shrink(&mut range, 0, 0);
    // For HTML, the slash of `<img src={x}/>` belongs to the value.
    if script[range.clone()].ends_with("}/") {
        shrink(&mut range, 0, 1);
    }
    if script[range.clone()].starts_with('{') && script[range.clone()].ends_with('}') {
        shrink(&mut range, 1, 1);
    }
    if script[range.clone()].ends_with(".default") {
        shrink(&mut range, 0, ".default".len());
    }
    let mut form = Form::Html;
    for (call, is_module) in [("require(", true), ("withBase(", false), ("useBaseUrl(", false)] {
        if script[range.clone()].starts_with(call) && script[range.clone()].ends_with(')') {
            shrink(&mut range, call.len(), 1);
            form = if is_module { Form::Module } else { Form::Html };
        }
    }
    let inner = &script[range.clone()];
    let quote = inner.chars().next().filter(|quote| matches!(quote, '"' | '\'' | '`'))?;
    let closed = inner.len() >= 2 && inner.ends_with(quote);
    let plain = closed && !inner[1..inner.len() - 1].contains([quote, '$', '+']);
    plain.then(|| (form, range.start + 1..range.end - 1))
}

/// Without white space and quotes, also those written as entities.
fn trim_quotes(text: &str, mut range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    for mark in ["\"", "'", "&quot;", "&#39;", "&apos;"] {
        let inner = &text[range.clone()];
        let start = range.start + (inner.len() - inner.trim_start().len());
        let inner = inner.trim();
        range = start..start + inner.len();
        if inner.len() >= 2 * mark.len() && inner.starts_with(mark) && inner.ends_with(mark) {
            range = range.start + mark.len()..range.end - mark.len();
        }
    }
    range
}
