//! What Vue's template compiler refuses, for VitePress. The tokenizer follows `@vue/compiler-core` 3.5 state by state,
//! and the page stands in `<template><div>…</div></template>`, as VitePress writes it.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use super::{Fault, Kind, script};
use crate::document::rendered::{Author, Rendered};

/// Elements without an end tag, by `@vue/shared`.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
/// Elements whose content is text.
const TEXT: [&str; 4] = ["script", "style", "title", "textarea"];

/// What VitePress writes around a page.
const AROUND: [&str; 2] = ["template", "div"];

/// The faults in a page, in order.
pub fn faults(page: &Rendered) -> Vec<Fault> {
    let mut compiler = Compiler {
        page,
        html: &page.html,
        open: Vec::new(),
        names: HashMap::new(),
        stolen: Vec::new(),
        lent: Vec::new(),
        faults: Vec::new(),
    };
    for name in AROUND {
        compiler.push(Element { name, tag: 0..0, author: Author::Markdown, silent: false });
    }
    compiler.text();
    for place in &page.twice {
        compiler.faults.push(Fault::new(Kind::DuplicateAttribute, *place, "{…}".to_owned()));
    }
    compiler.faults.sort_by_key(|fault| fault.span);
    compiler.faults
}

struct Element<'a> {
    name: &'a str,
    /// The start tag.
    tag: Range<usize>,
    author: Author,
    /// `v-pre`: nothing in it is compiled.
    silent: bool,
}

struct Compiler<'a> {
    page: &'a Rendered,
    html: &'a str,
    /// Innermost last.
    open: Vec<Element<'a>>,
    /// How many of them have a name, in lower case: so that looking for one stays cheap.
    names: HashMap<String, usize>,
    /// End tags of the author's that closed what Markdown had opened.
    stolen: Vec<Range<usize>>,
    /// Start tags of the author's that were closed by what Markdown writes, which something else now misses.
    lent: Vec<Range<usize>>,
    faults: Vec<Fault>,
}

/// An attribute of a start tag.
struct Attribute<'a> {
    name: &'a str,
    at: usize,
    value: Option<&'a str>,
    end: usize,
}

impl<'a> Compiler<'a> {
    fn push(&mut self, element: Element<'a>) {
        *self.names.entry(element.name.to_ascii_lowercase()).or_default() += 1;
        self.open.push(element);
    }

    fn holds(&self, name: &str) -> bool {
        self.names.get(&name.to_ascii_lowercase()).is_some_and(|count| *count > 0)
    }

    /// Whether nothing is compiled here.
    fn is_silent(&self) -> bool {
        self.open.last().is_some_and(|element| element.silent)
    }

    /// Reads to the end.
    fn text(&mut self) {
        let mut at = 0;
        while let Some(found) = memchr::memchr2(b'<', b'{', &self.html.as_bytes()[at..]) {
            let start = at + found;
            let next = match self.byte(start) {
                Some(b'{') => self.mustache(start),
                _ => self.markup(start),
            };
            let Some(next) = next else { return };
            at = next;
        }
        self.end();
    }

    /// What is open at the end of the page is closed by nothing.
    fn end(&mut self) {
        for name in AROUND.into_iter().rev() {
            self.close(name, self.html.len()..self.html.len(), Author::Markdown);
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.html.as_bytes().get(at).copied()
    }

    fn fault(&mut self, kind: Kind, range: Range<usize>) {
        let said = self.html.get(range.clone()).unwrap_or_default().to_owned();
        self.faults.push(Fault::new(kind, self.page.place(range), said));
    }

    /// The first `needle` at or after `from`.
    fn find(&self, needle: &str, from: usize) -> Option<usize> {
        memchr::memmem::find(self.html.as_bytes().get(from..)?, needle.as_bytes()).map(|found| from + found)
    }

    /// `{{ … }}`; none where the page ends in it.
    fn mustache(&mut self, start: usize) -> Option<usize> {
        if self.byte(start + 1) != Some(b'{') || self.is_silent() {
            return Some(start + 1);
        }
        let Some(close) = self.find("}}", start + 2) else {
            self.fault(Kind::UnclosedMustache, start..start + 2);
            return None;
        };
        let inner = unescape(&self.html[start + 2..close]);
        if let Some(why) = script::expression_fault(&inner, self.page.typed) {
            self.fault(Kind::BadExpression, start..close + 2);
            self.explain(why);
        }
        Some(close + 2)
    }

    fn explain(&mut self, why: String) {
        if let Some(fault) = self.faults.last_mut() {
            fault.why = why;
        }
    }

    /// What begins with `<`; none where the page ends in it.
    fn markup(&mut self, start: usize) -> Option<usize> {
        match self.byte(start + 1) {
            Some(b'!') => self.declaration(start),
            Some(b'?') => {
                let end = self.find(">", start).map_or(self.html.len(), |end| end + 1);
                self.fault(Kind::Instruction, start..end);
                Some(end)
            }
            Some(b'/') => self.end_tag(start),
            Some(c) if c.is_ascii_alphabetic() => self.start_tag(start),
            Some(_) => Some(start + 1),
            None => None,
        }
    }

    fn declaration(&mut self, start: usize) -> Option<usize> {
        let rest = &self.html[start..];
        let (kind, close, from) = if rest.starts_with("<!--") {
            (Kind::UnclosedComment, "-->", start + 2)
        } else if rest.starts_with("<![CDATA[") {
            (Kind::UnclosedComment, "]]>", start + 9)
        } else {
            return Some(self.find(">", start)? + 1);
        };
        let Some(found) = self.find(close, from) else {
            self.fault(kind, start..start + 4);
            return None;
        };
        let foreign = self.holds("svg") || self.holds("math");
        if close == "]]>" && !foreign {
            self.fault(Kind::Cdata, start..found + 3);
        }
        Some(found + 3)
    }

    fn end_tag(&mut self, start: usize) -> Option<usize> {
        let at = start + 2 + blank(&self.html[start + 2..]);
        match self.byte(at) {
            Some(b'>') => {
                self.fault(Kind::NamelessEnd, start..at + 1);
                Some(at + 1)
            }
            Some(c) if c.is_ascii_alphabetic() => {
                let length = self.html[at..].find(|c: char| c == '>' || is_space(c))?;
                let name = &self.html[at..at + length];
                let Some(end) = self.find(">", at + length) else {
                    self.fault(Kind::UnclosedTag, start..at + length);
                    return None;
                };
                self.close(name, start..end + 1, self.page.author(start));
                Some(end + 1)
            }
            Some(_) => Some(self.find(">", at)? + 1),
            None => None,
        }
    }

    fn close(&mut self, name: &'a str, tag: Range<usize>, author: Author) {
        if VOID.contains(&name) {
            return;
        }
        let found = self.holds(name).then(|| self.open.iter().rposition(|open| open.name.eq_ignore_ascii_case(name)));
        let Some(at) = found.flatten() else {
            // Vue trips over the tag that Markdown writes later; the one in the file took its place.
            match author {
                Author::File => self.fault(Kind::StrayEnd, tag),
                Author::Markdown => {
                    if let Some(stolen) = self.stolen.pop() {
                        self.fault(Kind::StrayEnd, stolen);
                    }
                }
            }
            return;
        };
        let inner = self.open.split_off(at);
        for element in &inner {
            self.names.entry(element.name.to_ascii_lowercase()).and_modify(|count| *count -= 1);
        }
        let (closed, unclosed) = (&inner[0], inner.last().filter(|_| inner.len() > 1));
        if let Some(unclosed) = unclosed {
            match (unclosed.author, author) {
                (Author::Markdown, Author::File) => self.fault(Kind::CrossingEnd, tag.clone()),
                // Something of the author's was closed instead.
                (Author::Markdown, Author::Markdown) => {
                    if let Some(lent) = self.lent.pop() {
                        self.fault(Kind::MissingEnd, lent);
                    } else if self.faults.is_empty() {
                        self.fault(Kind::MissingEnd, unclosed.tag.clone());
                    }
                }
                (Author::File, _) => self.fault(Kind::MissingEnd, unclosed.tag.clone()),
            }
        }
        match (closed.author, author) {
            (Author::Markdown, Author::File) => self.stolen.push(tag),
            (Author::File, Author::Markdown) => self.lent.push(closed.tag.clone()),
            _ => {}
        }
    }

    fn start_tag(&mut self, start: usize) -> Option<usize> {
        let name_end = start + 1 + self.html[start + 1..].find(|c: char| c == '>' || c == '/' || is_space(c))?;
        let name = &self.html[start + 1..name_end];
        let author = self.page.author(start);
        let mut attributes: Vec<Attribute<'a>> = Vec::new();
        let mut at = name_end;
        let mut closed = false;
        let before = self.faults.len();
        let end = loop {
            at += blank(self.html.get(at..).unwrap_or_default());
            match self.byte(at) {
                None => {
                    self.faults.truncate(before);
                    self.fault(Kind::UnclosedTag, start..name_end);
                    return None;
                }
                Some(b'>') => break at + 1,
                Some(b'/') if self.byte(at + 1) == Some(b'>') => {
                    closed = true;
                    break at + 2;
                }
                Some(b'/') => {
                    self.once(before, Kind::Slash, at..at + 1);
                    at += 1;
                }
                // The next tag begins before this one has ended.
                Some(b'<') if self.byte(at + 1) == Some(b'/') => break at,
                Some(_) => {
                    let attribute = self.attribute(at, before);
                    at = attribute.end;
                    attributes.push(attribute);
                }
            }
        };
        let silent = self.is_silent() || attributes.iter().any(|a| a.name == "v-pre");
        if author == Author::File {
            self.attributes(&attributes, silent);
            if matches!(name, "script" | "style") && !silent {
                self.fault(Kind::SideEffect, start..end);
            }
        }
        if closed || VOID.contains(&name) {
            return Some(end);
        }
        self.push(Element { name, tag: start..end, author, silent });
        if TEXT.contains(&name) { self.skip_text(name, end) } else { Some(end) }
    }

    /// One fault of a kind for each tag, as Vue goes on character by character.
    fn once(&mut self, before: usize, kind: Kind, range: Range<usize>) {
        if self.faults[before..].iter().all(|fault| fault.kind != kind) {
            self.fault(kind, range);
        }
    }

    fn attribute(&mut self, at: usize, before: usize) -> Attribute<'a> {
        let rest = &self.html[at..];
        // A name may begin with `=`, which is refused too.
        let first = usize::from(rest.starts_with('='));
        let length = rest[first..]
            .find(|c: char| matches!(c, '=' | '/' | '>') || is_space(c))
            .map_or(rest.len(), |at| at + first);
        let name = &rest[..length];
        let directive = name.starts_with(['.', ':', '@', '#']) || name.starts_with("v-");
        if first == 1 || (!directive && name.contains(['"', '\'', '<'])) {
            self.once(before, Kind::AttributeName, at..at + length);
        }
        let after = at + length;
        let equals = after + blank(&self.html[after..]);
        if self.byte(equals) != Some(b'=') {
            return Attribute { name, at, value: None, end: after };
        }
        let from = equals + 1 + blank(&self.html[equals + 1..]);
        let (value, end) = match self.byte(from) {
            Some(quote @ (b'"' | b'\'')) => {
                let close = memchr::memchr(quote, &self.html.as_bytes()[from + 1..]).map(|found| from + 1 + found);
                (from + 1..close.unwrap_or(self.html.len()), close.map_or(self.html.len(), |close| close + 1))
            }
            _ => {
                let length = self.html[from..].find(|c: char| c == '>' || is_space(c));
                let end = length.map_or(self.html.len(), |length| from + length);
                if self.html[from..end].contains(['"', '\'', '<', '=', '`']) {
                    self.once(before, Kind::AttributeValue, at..end);
                } else if from == end {
                    self.once(before, Kind::MissingValue, at..end);
                }
                (from..end, end)
            }
        };
        Attribute { name, at, value: Some(&self.html[value]), end }
    }

    fn attributes(&mut self, attributes: &[Attribute<'a>], silent: bool) {
        let (mut seen, mut told) = (HashSet::new(), false);
        for attribute in attributes {
            let span = attribute.at..attribute.at + attribute.name.len();
            // One for each tag.
            if !seen.insert(attribute.name) && !std::mem::replace(&mut told, true) {
                self.fault(Kind::DuplicateAttribute, span.clone());
            }
            if silent {
                continue;
            }
            let Some(directive) = Directive::of(attribute.name) else { continue };
            let range = attribute.at..attribute.end;
            let value = attribute.value.map(unescape).filter(|value| !value.trim().is_empty());
            match (directive, value) {
                (Directive::Nameless, _) => self.fault(Kind::DirectiveName, span),
                (Directive::Expression | Directive::Statements, None) => self.fault(Kind::MissingExpression, range),
                (Directive::Expression | Directive::Optional, Some(value)) => {
                    if let Some(why) = script::expression_fault(&value, self.page.typed) {
                        self.fault(Kind::BadExpression, range);
                        self.explain(why);
                    }
                }
                (Directive::Statements, Some(value)) => {
                    if let Some(why) = script::handler_fault(&value, self.page.typed) {
                        self.fault(Kind::BadExpression, range);
                        self.explain(why);
                    }
                }
                (Directive::Loop, value) => {
                    if value.is_none_or(|value| !value.contains(" in ") && !value.contains(" of ")) {
                        self.fault(Kind::MissingExpression, range);
                    }
                }
                (Directive::Optional, None) => {}
            }
        }
    }

    /// Past the content of an element that holds text only; its end tag is read next.
    fn skip_text(&mut self, name: &str, from: usize) -> Option<usize> {
        let bytes = self.html.as_bytes();
        let ends = |at: &usize| {
            let after = at + 2 + name.len();
            bytes.get(at + 2..after).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
                && bytes.get(after).is_some_and(|c| *c == b'>' || is_space(char::from(*c)))
        };
        let end = memchr::memmem::find_iter(&bytes[from..], b"</").map(|found| from + found).find(ends);
        if end.is_none()
            && let Some(element) = self.open.last()
        {
            self.fault(Kind::MissingEnd, element.tag.clone());
        }
        end
    }
}

/// How a directive's value is read.
enum Directive {
    Nameless,
    Expression,
    Optional,
    Statements,
    Loop,
}

impl Directive {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            ":" | "@" | "#" | "." | "v-" => Self::Nameless,
            "v-if" | "v-else-if" | "v-show" | "v-html" | "v-text" | "v-bind" => Self::Expression,
            "v-for" => Self::Loop,
            _ if name.starts_with("v-model") => Self::Expression,
            // Modifiers stand for a handler: `@submit.prevent`.
            _ if name.starts_with('@') || name.starts_with("v-on:") => {
                if name.contains('.') {
                    return None;
                } else {
                    Self::Statements
                }
            }
            _ if name.starts_with(':') || name.starts_with("v-bind:") => Self::Optional,
            _ => return None,
        })
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\n' | '\t' | '\u{c}' | '\r')
}

fn blank(text: &str) -> usize {
    text.len() - text.trim_start_matches(is_space).len()
}

/// What Markdown escaped on the way.
fn unescape(html: &str) -> String {
    if !html.contains('&') {
        return html.to_owned();
    }
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", "\u{a0}"), ("&amp;", "&")];
    pairs.into_iter().fold(html.to_owned(), |text, (entity, c)| text.replace(entity, c))
}
