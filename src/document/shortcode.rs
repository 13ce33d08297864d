//! Images in a generator's own tags: Hugo shortcodes, Liquid and Nunjucks tags, Zola calls, Obsidian embeds, MDX imports.

use std::collections::BTreeMap;

use memchr::memmem;

use super::{
    Form, Image,
    html::{self, Html},
    markdown::Opaque,
};
use crate::{
    site::{Generator, Site, is_picture_name},
    source::{Source, Span},
};

/// A tag longer than this, in bytes, is none: a brace that was never closed must not cost the whole file.
const LONGEST: usize = 4_000;
/// Parameters that hold an address wherever a theme has a tag for images.
const PARAMETERS: [&str; 9] = ["src", "image", "img", "image_path", "path", "file", "url", "thumb", "link"];

/// Adds the images in tags to `images` and what tags hide from the reader to `opaque`.
pub fn scan(source: &Source, body: Span, site: &Site, opaque: &mut Opaque, images: &mut Vec<Image>) {
    let generator = site.generator;
    let text = source.text.as_str();
    let mut scanner = Scanner { text, body, known: &site.shortcodes, opaque, images };
    match generator {
        Generator::Hugo => scanner.tags(&HUGO),
        Generator::Jekyll | Generator::Hexo | Generator::Eleventy => scanner.tags(&LIQUID),
        Generator::Zola => scanner.tags(&[LIQUID[0], ("{{", "}}", Dialect::Call)]),
        Generator::Plain => {
            scanner.tags(&HUGO);
            scanner.tags(&LIQUID);
            scanner.embeds();
        }
        Generator::Obsidian => scanner.comments(),
        _ => {}
    }
    // Next.js has no other Markdown than MDX; where a library reads it instead, such an element is text.
    if source.path.ends_with(".mdx") || matches!(generator, Generator::Docusaurus | Generator::Next) {
        scanner.expressions();
        scanner.elements();
    }
    if source.path.ends_with(".mdx") {
        scanner.imports(body);
    } else if matches!(generator, Generator::VitePress | Generator::VuePress) {
        for script in scanner.scripts() {
            scanner.imports(script);
        }
    }
}

const HUGO: [(&str, &str, Dialect); 2] = [("{{<", ">}}", Dialect::Shortcode), ("{{%", "%}}", Dialect::Shortcode)];
const LIQUID: [(&str, &str, Dialect); 1] = [("{%", "%}", Dialect::Tag)];

/// How the inside of a tag is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dialect {
    /// `name value key="value"`
    Shortcode,
    /// As a shortcode, but a `{% include NAME … %}` is called by the name behind it.
    Tag,
    /// `name(key="value")`
    Call,
}

struct Scanner<'a> {
    text: &'a str,
    body: Span,
    /// The tags that the configuration names.
    known: &'a BTreeMap<String, Vec<String>>,
    opaque: &'a mut Opaque,
    images: &'a mut Vec<Image>,
}

/// A word of a tag: `value`, `"value"` or `key="value"`; the places are bytes of the file.
struct Word<'a> {
    key: &'a str,
    value: &'a str,
    span: Span,
}

impl<'a> Scanner<'a> {
    fn tags(&mut self, kinds: &[(&str, &str, Dialect)]) {
        // Most posts have no tag at all.
        let body = self.body.of(self.text).as_bytes();
        let opens = |at: &usize| matches!(body.get(at + 1), Some(b'{' | b'%'));
        let Some(brace) = memchr::memchr_iter(b'{', body).find(opens) else { return };
        for (opener, closer, dialect) in kinds {
            let finder = memmem::Finder::new(opener);
            let mut hidden: Option<(usize, &str)> = None;
            let mut at = self.body.start + brace;
            while let Some(found) = finder.find(&self.text.as_bytes()[at..self.body.end]) {
                let start = at + found;
                let inside = start + opener.len();
                let limit = self.text.floor_char_boundary((inside + LONGEST).min(self.body.end));
                let Some(length) = self.text[inside..limit].find(closer) else {
                    at = inside;
                    continue;
                };
                at = inside + length + closer.len();
                if self.opaque.is_verbatim(start) {
                    continue;
                }
                let inner = self.text[inside..inside + length].trim_matches(|c: char| c.is_whitespace() || c == '-');
                let name = inner.split(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
                match hidden {
                    Some((from, wanted)) if is_end(name, wanted) => {
                        let span = Span::new(from, at);
                        self.opaque.verbatim.push(span);
                        if wanted == "comment" {
                            self.opaque.comments.push(span);
                        }
                        hidden = None;
                    }
                    Some(_) => {}
                    None if hides(name) => hidden = Some((start, name)),
                    None => self.tag(Span::new(start, at), Span::new(inside, inside + length), *dialect),
                }
            }
        }
    }

    fn tag(&mut self, span: Span, inside: Span, dialect: Dialect) {
        let mut words = words(self.text, inside);
        let mut name = words.next().map_or("", |word| word.value);
        if dialect == Dialect::Tag && matches!(name, "include" | "include_relative" | "include_cached" | "render") {
            name = words.next().map_or("", |word| word.value);
        }
        let words: Vec<Word<'_>> = words.collect();
        let addresses: Vec<&Word<'_>> = match self.known.get(name) {
            Some(parameters) => parameters.iter().filter_map(|parameter| configured(parameter, &words)).collect(),
            None => address(name, &words).into_iter().collect(),
        };
        let alt =
            words.iter().find(|word| matches!(word.key, "alt" | "caption" | "title")).map_or("", |word| word.value);
        self.images.extend(addresses.into_iter().map(|word| Image {
            form: Form::Shortcode(name.to_owned()),
            span,
            address_span: word.span,
            address: word.value.to_owned(),
            alt: alt.to_owned(),
        }));
    }

    /// `![[x.png|300]]` where no vault is known: only what names a picture.
    fn embeds(&mut self) {
        let body = self.body.of(self.text).as_bytes();
        let is_embed = |at: &usize| body[..*at].ends_with(b"!") && body[at + 1..].starts_with(b"[");
        for found in memchr::memchr_iter(b'[', body).filter(is_embed) {
            let start = self.body.start + found - 1;
            let limit = self.text.floor_char_boundary((start + LONGEST).min(self.body.end));
            let line = self.text[start..limit].lines().next().unwrap_or_default();
            let Some(end) = line.find("]]") else { continue };
            let inner = &line[3..end];
            let name = inner.split(['|', '#']).next().unwrap_or_default();
            if self.opaque.is_raw(start) || !is_picture_name(name.trim()) {
                continue;
            }
            let address_span = Span::new(start + 3, start + 3 + name.len()).trimmed(self.text);
            let span = Span::new(start, start + end + 2);
            let alt = inner.split_once('|').map_or("", |(_, alt)| alt).to_owned();
            let address = address_span.of(self.text).to_owned();
            self.images.push(Image { form: Form::Wiki, span, address_span, address, alt });
        }
    }

    /// Obsidian hides what stands between two `%%`.
    fn comments(&mut self) {
        let bytes = self.text.as_bytes();
        let mut marks = memmem::find_iter(&bytes[self.body.start..self.body.end], "%%")
            .map(|at| self.body.start + at)
            .filter(|at| !self.opaque.is_verbatim(*at))
            .collect::<Vec<_>>()
            .into_iter();
        while let (Some(start), Some(end)) = (marks.next(), marks.next()) {
            self.opaque.verbatim.push(Span::new(start, end + 2));
            self.opaque.comments.push(Span::new(start, end + 2));
        }
    }

    /// MDX hides what stands between `{/*` and `*/}`.
    fn expressions(&mut self) {
        self.opaque.settle();
        let (mut at, mut found) = (self.body.start, Vec::new());
        while let Some(next) = memmem::find(&self.text.as_bytes()[at..self.body.end], b"{/*") {
            let start = at + next;
            at = start + 3;
            if self.opaque.is_verbatim(start) {
                continue;
            }
            let Some(length) = self.text[at..self.body.end].find("*/}") else { break };
            at += length + 3;
            found.push(Span::new(start, at));
        }
        self.opaque.verbatim.extend(&found);
        self.opaque.comments.extend(found);
    }

    /// `<img src={require('./x.png').default} />`: for CommonMark the quotes make it text.
    fn elements(&mut self) {
        self.opaque.settle();
        let mut at = self.body.start;
        while let Some(next) = memmem::find(&self.text.as_bytes()[at..self.body.end], b"={") {
            let found = at + next;
            at = found + 2;
            let from = self.text.ceil_char_boundary(found.saturating_sub(LONGEST).max(self.body.start));
            let Some(open) = self.text[from..found].rfind('<').map(|open| from + open) else { continue };
            let limit = self.text.floor_char_boundary((at + LONGEST).min(self.body.end));
            let Some(length) = self.text[at..limit].find('>') else { continue };
            let end = at + length + 1;
            let known = self.images.iter().rev().take(1).any(|image| image.span.start == open);
            if known || self.opaque.is_raw(open) || self.text[open..found].contains('>') {
                continue;
            }
            let mut element = Html::default();
            element.push(Span::new(open, end), &self.text[open..end], self.text);
            html::scan(&element, self.text, self.images, &mut Vec::new());
            at = end;
        }
    }

    /// The blocks of HTML that are a `<script setup>`.
    fn scripts(&self) -> Vec<Span> {
        let is_setup = |span: &&Span| {
            let tag = span.of(self.text).trim_start().split('>').next().unwrap_or_default();
            tag.starts_with("<script") && tag.contains("setup")
        };
        self.opaque.html.iter().filter(is_setup).copied().collect()
    }

    /// `import picture from './picture.png'`
    fn imports(&mut self, part: Span) {
        let mut at = part.start;
        for line in part.of(self.text).split_inclusive('\n') {
            let span = Span::new(at, at + line.len()).trimmed(self.text);
            at += line.len();
            if !line.trim_start().starts_with("import ") || self.opaque.is_verbatim(span.start) {
                continue;
            }
            let Some(address_span) = quoted(self.text, span) else { continue };
            let address = address_span.of(self.text).to_owned();
            if is_picture_name(&address) && address.starts_with('.') {
                self.images.push(Image { form: Form::Module, span, address_span, address, alt: String::new() });
            }
        }
    }
}

/// What stands between the last two quotes of a line.
fn quoted(text: &str, line: Span) -> Option<Span> {
    let written = line.of(text).trim_end_matches(';');
    let quote = written.chars().next_back().filter(|quote| matches!(quote, '"' | '\''))?;
    let end = written.len() - 1;
    let start = written[..end].rfind(quote)? + 1;
    Some(Span::new(line.start + start, line.start + end))
}

/// Tags whose content is shown as it is written, or not at all.
pub const HIDING: [&str; 6] = ["raw", "comment", "highlight", "codeblock", "code", "verbatim"];

fn hides(name: &str) -> bool {
    HIDING.contains(&name)
}

fn is_end(name: &str, wanted: &str) -> bool {
    name.strip_prefix("end").or_else(|| name.strip_prefix('/')).is_some_and(|rest| rest.trim() == wanted)
}

/// A word that is an address as it stands, and not one that is made while building.
fn is_literal(word: &Word<'_>) -> bool {
    !word.value.contains(['{', '}', '|', '<', '$']) && !word.value.is_empty()
}

/// The word that the configuration means, by the name of a parameter or its place among those without a name.
fn configured<'w, 'a>(parameter: &str, words: &'w [Word<'a>]) -> Option<&'w Word<'a>> {
    let word = match parameter.parse::<usize>() {
        Ok(place) => words.iter().filter(|word| word.key.is_empty()).nth(place),
        Err(_) => words.iter().find(|word| word.key == parameter),
    };
    word.filter(|word| is_literal(word))
}

/// The word of a tag that names an image.
fn address<'w, 'a>(name: &str, words: &'w [Word<'a>]) -> Option<&'w Word<'a>> {
    let literal = |word: &&Word<'_>| is_literal(word);
    match name {
        "asset_img" | "asset_path" => words.iter().find(|word| literal(word) && has_ending(word.value)),
        // Hexo takes the first word with a `/` for the address and those before it for classes.
        "img" if words.iter().all(|word| word.key.is_empty()) => words
            .iter()
            .find(|word| literal(word) && word.value.contains('/'))
            .or_else(|| words.iter().find(|word| literal(word) && is_picture_name(word.value))),
        "figure" => words.iter().find(|word| word.key == "src" && literal(word)),
        _ => words
            .iter()
            .filter(|word| word.key.is_empty() || PARAMETERS.contains(&word.key))
            .find(|word| literal(word) && is_picture_name(word.value)),
    }
}

fn has_ending(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, ending)| !stem.is_empty() && ending.chars().all(char::is_alphanumeric))
}

/// The words inside a tag.
fn words(text: &str, inside: Span) -> impl Iterator<Item = Word<'_>> {
    let mut at = inside.start;
    std::iter::from_fn(move || {
        let rest = &text[at..inside.end];
        at += rest.len()
            - rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '-')).len();
        let rest = &text[at..inside.end];
        let key = key(rest);
        let begin = at + if key.is_empty() { 0 } else { rest.find(['=', ':'])? + 1 };
        let value = text[begin..inside.end].trim_start();
        let begin = inside.end - value.len();
        let (start, length, after) = match value.chars().next()? {
            quote @ ('"' | '\'' | '`') => {
                let length = value[1..].find(quote).unwrap_or(value.len() - 1);
                (begin + 1, length, length + 2)
            }
            _ => {
                let length = value.find(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')'));
                let length = length.unwrap_or(value.len());
                (begin, length, length.max(1))
            }
        };
        at = text.floor_char_boundary((begin + after).min(inside.end));
        let span = Span::new(start, start + length);
        Some(Word { key, value: span.of(text), span })
    })
}

/// The name before a `=`, as in `src="x"`; empty where there is none.
fn key(rest: &str) -> &str {
    let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(rest.len());
    if length > 0 && rest[length..].trim_start().starts_with('=') { &rest[..length] } else { "" }
}
