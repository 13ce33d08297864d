//! Words in angle brackets that stand in the text: Markdown takes `<name>` for a tag of HTML, and browsers show nothing of it.

use std::collections::HashSet;

use pulldown_cmark::{Event, Parser};

use super::{Edit, Hit, Subject, markup};
use crate::{
    document::{BlockKind, Document},
    site::{Generator, Setting},
    source::Span,
};

pub const WORDS: &[&str] = &["tag"];

/// No placeholder in brackets is longer, in bytes.
const LONGEST: usize = 40;

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lost {
    /// The names of elements that mean something to browsers, in small letters.
    elements: HashSet<String>,
}

impl Lost {
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let document = subject.document;
        // Where tags are components, the compiler asks for them, and `markup-broken` tells.
        let compiles = matches!(subject.site.generator, Generator::VitePress | Generator::Docusaurus | Generator::Next);
        if compiles || document.path().ends_with(".mdx") || subject.site.has(Setting::MdxEverywhere) {
            return Vec::new();
        }
        let is_prose = |kind| {
            use BlockKind::{Heading, List, Paragraph, Quote, Table};
            matches!(kind, Paragraph | Heading { .. } | List { .. } | Quote | Table)
        };
        let blocks = document.blocks.iter().filter(|block| is_prose(block.kind));
        let blocks = blocks.filter(|block| self.tags(document.text(block.span)).next().is_some());
        blocks.flat_map(|block| self.of_block(document, block.span)).collect()
    }

    /// The tags of elements that nobody knows in `text`, code included, with where they stand.
    fn tags<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (Span, &'a str)> {
        memchr::memchr_iter(b'<', text.as_bytes()).filter_map(move |at| {
            let rest = &text[at + 1..text.floor_char_boundary(at + LONGEST)];
            let (name, _) = rest.split_once('>')?;
            let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let unknown = is_name && !self.elements.contains(&name.to_ascii_lowercase());
            unknown.then(|| (Span::new(at, at + name.len() + 2), name))
        })
    }

    fn of_block<'a>(&'a self, document: &'a Document, block: Span) -> impl Iterator<Item = Hit> + 'a {
        let text = document.text(block);
        let html: HashSet<usize> = Parser::new(text)
            .into_offset_iter()
            .filter_map(|(event, range)| matches!(event, Event::InlineHtml(_)).then_some(range.start))
            .collect();
        let tags = self.tags(text).filter(move |(span, _)| html.contains(&span.start));
        let lost = tags.filter(move |(span, name)| {
            let before = &text[..span.start];
            !(is_closed(document, name) || is_in_formula(before) || is_in_fence(before))
                && !is_in_tag(document, block.start + span.start)
        });
        lost.map(move |(span, _)| {
            let span = span.shifted(block.start);
            let bracket = Span::new(span.start, span.start + 1);
            let shown = Edit { span: bracket, text: "&lt;".to_owned() };
            Hit::new(span).word("tag", markup::quoted(document.text(span))).fix(false, vec![shown])
        })
    }
}

/// Whether an element of this name ends somewhere: then it is one of the site's own, or markup that is shown on purpose.
fn is_closed(document: &Document, name: &str) -> bool {
    let text = document.source.text.as_bytes();
    memchr::memmem::find_iter(text, b"</").any(|at| {
        let rest = text.get(at + 2..at + 2 + name.len());
        rest.is_some_and(|rest| rest.eq_ignore_ascii_case(name.as_bytes()))
    })
}

/// Whether a formula is open behind `before`, which is left to another program.
fn is_in_formula(before: &str) -> bool {
    before.matches('$').count() % 2 == 1
}

/// Whether a fence is open behind `before`, as within the admonitions of some generators.
fn is_in_fence(before: &str) -> bool {
    let fences = before.lines().map(|line| line.trim_start_matches([' ', '\t', '>']));
    fences.filter(|line| line.starts_with("```") || line.starts_with("~~~")).count() % 2 == 1
}

/// Whether a tag of a template shelters code there, whichever generator reads it.
fn is_in_tag(document: &Document, at: usize) -> bool {
    let before = &document.source.text[document.body.start.min(at)..at];
    ["highlight", "raw", "codeblock"].iter().any(|tag| {
        let opened = before.rfind(&format!("{{% {tag}"));
        opened > before.rfind(&format!("{{% end{tag}"))
    })
}
