//! Words in angle brackets that stand in the text: Markdown takes `<name>` for a tag of HTML, and browsers show nothing of it.

use std::collections::{HashMap, HashSet};

use pulldown_cmark::{Event, Parser};

use super::{Edit, Hit, Subject, markup};
use crate::{
    document::{Block, BlockKind, Document, shortcode},
    site::{Generator, Setting},
    source::Span,
};

pub const WORDS: &[&str] = &["tag", "reach"];

/// No placeholder in brackets is longer, in bytes.
const LONGEST: usize = 40;
/// So many characters before a tag tell whether it stands amid a line.
const NEAR: usize = 400;

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Lost {
    /// The names of elements that mean something to browsers, in small letters.
    elements: HashSet<String>,
    /// Those of them that build a page, and that no sentence holds.
    page: HashSet<String>,
    /// Those of them that hide all up to their end.
    raw: HashSet<String>,
    /// What readers do not see; fills `{reach}`.
    reach: String,
    /// The same of an element of `raw`.
    reach_raw: String,
}

impl Lost {
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let document = subject.document;
        // Where tags are components, the compiler asks for them, and `markup-broken` tells.
        let compiles = match subject.site.generator {
            Generator::VitePress | Generator::Docusaurus | Generator::Next => true,
            // The compiler of VuePress 1 makes an empty element of any tag (1.9.10, run).
            Generator::VuePress => !subject.site.has(Setting::Unbundled),
            _ => false,
        };
        if compiles || document.path().ends_with(".mdx") || subject.site.has(Setting::MdxEverywhere) {
            return Vec::new();
        }
        let is_prose = |kind| {
            use BlockKind::{Heading, List, Paragraph, Quote, Table};
            matches!(kind, Paragraph | Heading { .. } | List { .. } | Quote | Table)
        };
        let blocks = document.blocks.iter().filter(|block| is_prose(block.kind));
        let mut told = blocks.filter(|block| self.tags(document.text(block.span)).next().is_some()).peekable();
        // Most posts have no such tag.
        let Some(_) = told.peek() else { return Vec::new() };
        let meant = Meant::of(document);
        // Hugo leaves out the tag, and what follows stays.
        let swallows = subject.site.generator != Generator::Hugo;
        told.flat_map(|block| self.of_block(document, block.span, &meant, swallows)).collect()
    }

    /// The tags of elements that nobody knows in `text`, code included, with where they stand.
    fn tags<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (Span, &'a str)> {
        memchr::memchr_iter(b'<', text.as_bytes()).filter_map(move |at| {
            let rest = &text[at + 1..text.floor_char_boundary(at + LONGEST)];
            let (name, _) = rest.split_once('>')?;
            let lost = is_name(name) && self.is_lost(&name.to_ascii_lowercase(), || is_amid_line(&text[..at]));
            lost.then(|| (Span::new(at, at + name.len() + 2), name))
        })
    }

    /// Whether a tag by this name, in small letters, shows nothing where it is never closed.
    fn is_lost(&self, name: &str, is_amid_line: impl Fn() -> bool) -> bool {
        !self.elements.contains(name) || ((self.page.contains(name) || self.raw.contains(name)) && is_amid_line())
    }

    fn is_closed(&self, meant: &Meant, name: &str) -> bool {
        meant.closed.contains(name) || (meant.closed_in_code.contains(name) && !self.elements.contains(name))
    }

    fn of_block(&self, document: &Document, block: Span, meant: &Meant, swallows: bool) -> Vec<Hit> {
        let text = document.text(block);
        let events = Parser::new(text).into_offset_iter();
        let html: HashSet<usize> =
            events.filter_map(|(event, range)| matches!(event, Event::InlineHtml(_)).then_some(range.start)).collect();
        let fenced = fenced(text);
        let formulas: Vec<usize> = memchr::memchr_iter(b'$', text.as_bytes()).collect();
        let is_lost = |(span, name): &(Span, &str)| {
            html.contains(&span.start)
                && !self.is_closed(meant, &name.to_ascii_lowercase())
                && !is_within(&fenced, span.start)
                && !is_within(&meant.sheltered, block.start + span.start)
                // Formulas are left to another program.
                && formulas.partition_point(|sign| *sign < span.start) % 2 == 0
        };
        let lost = self.tags(text).filter(is_lost).map(|(span, _)| span.shifted(block.start));
        lost.map(|span| {
            let bracket = Span::new(span.start, span.start + 1);
            let shown = Edit { span: bracket, text: "&lt;".to_owned() };
            let tag = document.text(span);
            let is_raw = swallows && self.raw.contains(&tag.trim_matches(['<', '>']).to_ascii_lowercase());
            let reach = if is_raw { &self.reach_raw } else { &self.reach };
            Hit::new(span).word("tag", markup::quoted(tag)).word("reach", reach).fix(false, vec![shown])
        })
        .collect()
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether words stand before on the same line.
fn is_amid_line(before: &str) -> bool {
    let line = before.chars().rev().take_while(|c| !matches!(c, '\n' | '\r'));
    line.take(NEAR).any(char::is_alphanumeric)
}

/// What a post does on purpose.
struct Meant {
    /// The names of elements that end in the text, in small letters: they are the site's own, or markup that is shown.
    closed: HashSet<String>,
    /// Of those that end in code. A browser finds no end there, so that this tells something of unknown elements only.
    closed_in_code: HashSet<String>,
    /// What tags of templates shelter, whichever generator reads them.
    sheltered: Vec<Span>,
}

impl Meant {
    fn of(document: &Document) -> Self {
        let text = &document.source.text;
        let ends = memchr::memmem::find_iter(text.as_bytes(), "</").filter_map(|at| {
            let rest = &text[at + 2..text.floor_char_boundary(at + 2 + LONGEST)];
            rest.split_once(['>', ' ']).map(|(name, _)| (at, name)).filter(|(_, name)| is_name(name))
        });
        let ends: Vec<(usize, &str)> = ends.collect();
        let code = if ends.is_empty() { Vec::new() } else { code(document) };
        let in_spans = in_code_spans(text, ends.iter().map(|(at, _)| *at));
        let (mut closed, mut closed_in_code) = (HashSet::new(), HashSet::new());
        for ((at, name), in_span) in ends.iter().zip(in_spans) {
            let set = if in_span || is_within(&code, *at) { &mut closed_in_code } else { &mut closed };
            set.insert(name.to_ascii_lowercase());
        }
        let mut sheltered = Vec::new();
        for tag in shortcode::HIDING {
            let (open, close) = (format!("{{% {tag}"), format!("{{% end{tag}"));
            let mut from = 0;
            while let Some(start) = text[from..].find(&open).map(|at| from + at) {
                from = text[start..].find(&close).map_or(text.len(), |at| start + at);
                sheltered.push(Span::new(start, from));
            }
        }
        sheltered.extend(between_shortcodes(text));
        sheltered.sort();
        // Of one within another, the outer one.
        sheltered.dedup_by(|inner, outer| {
            let within = inner.start < outer.end;
            outer.end = if within { outer.end.max(inner.end) } else { outer.end };
            within
        });
        Self { closed, closed_in_code, sheltered }
    }
}

/// Where code stands: blocks of it, and fences within others.
fn code(document: &Document) -> Vec<Span> {
    let of_block = |block: &Block| match block.kind {
        BlockKind::Code { .. } => vec![block.span],
        _ => fenced(document.text(block.span)).into_iter().map(|span| span.shifted(block.span.start)).collect(),
    };
    document.blocks.iter().flat_map(of_block).collect()
}

/// For each of some places in order, whether a code span may hold it: an odd number of backticks stands before it on its
/// line.
fn in_code_spans<'a>(text: &'a str, places: impl Iterator<Item = usize> + 'a) -> impl Iterator<Item = bool> + 'a {
    let (mut read, mut is_open) = (0, false);
    places.map(move |at| {
        for byte in text[read..at].bytes() {
            is_open = byte != b'\n' && (is_open != (byte == b'`'));
        }
        read = at;
        is_open
    })
}

/// What Hugo leaves to the templates of shortcodes: the text between `{{< name >}}` and `{{< /name >}}`.
fn between_shortcodes(text: &str) -> Vec<Span> {
    let (mut open, mut between): (HashMap<&str, usize>, _) = (HashMap::new(), Vec::new());
    for start in memchr::memmem::find_iter(text.as_bytes(), "{{<") {
        let inner = text[start + 3..].trim_start();
        let (closes, named) = inner.strip_prefix('/').map_or((false, inner), |named| (true, named.trim_start()));
        let length = named.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '/'))).unwrap_or(0);
        let name = &named[..length];
        if !closes {
            open.insert(name, start);
        } else if let Some(from) = open.remove(name) {
            between.push(Span::new(from, start));
        }
    }
    between
}

/// The fences in a block, as within the admonitions of some generators.
fn fenced(text: &str) -> Vec<Span> {
    let (mut all, mut open, mut at) = (Vec::new(), None, 0);
    for line in text.split_inclusive('\n') {
        let inner = line.trim_start_matches([' ', '\t', '>']);
        at += line.len();
        if inner.starts_with("```") || inner.starts_with("~~~") {
            match open.take() {
                Some(start) => all.push(Span::new(start, at)),
                None => open = Some(at),
            }
        }
    }
    all.extend(open.map(|start| Span::new(start, text.len())));
    all
}

/// Whether one of some spans that stand one behind the other holds `at`.
fn is_within(spans: &[Span], at: usize) -> bool {
    let before = spans.partition_point(|span| span.start <= at);
    spans[..before].last().is_some_and(|span| at < span.end)
}
