//! The metadata of a post, as its generator reads it.

mod goccy;
mod tabs;

use std::collections::HashMap;

use super::{Form, Image};
use crate::{
    data::{
        Data, Node, Scalar, Style, SyntaxError, json, toml,
        yaml::{self, Manner, Merge, Tags},
    },
    site::{
        Generator, Site,
        dialect::{self, FaultKind, Fenced, Split, Syntax},
    },
    source::{Source, Span},
};

use tabs::Retold;

pub use crate::site::scalar::{Typed, reading};
pub use tabs::{Tabs, tabs};

/// A block of more bytes is no front matter but an accident or an attack.
const LARGEST: usize = 1 << 20;

#[derive(Debug, Default)]
pub struct FrontMatter {
    pub split: Split,
    /// What is between the fences; none where there is no block or it does not parse. Not always a map.
    pub tree: Option<Node>,
    /// Syntax errors of the block, in order.
    pub errors: Vec<SyntaxError>,
    /// Keys that stand twice in the same map: the first and the later one.
    pub duplicates: Vec<(Span, Span)>,
    /// Where the rendered post begins and ends; a guess at what was meant where the generator gives up.
    pub body: Span,
}

impl FrontMatter {
    pub fn read(source: &Source, site: &Site) -> Self {
        let text = &source.text;
        let mut split = dialect::split(text, &source.path, site);
        let (tree, errors) = match split.block.as_ref().map(|block| parse(text, block, site.generator)) {
            None => (None, Vec::new()),
            Some(Ok(tree)) => (Some(tree), Vec::new()),
            // What is no JSON is text for Hexo.
            Some(Err(_)) if split.block.as_ref().is_some_and(|block| block.syntax == Syntax::Members) => {
                split.block = None;
                split.body = Span::new(source.mark(), text.len());
                (None, Vec::new())
            }
            Some(Err(errors)) => (None, errors),
        };
        let mut duplicates = Vec::new();
        tree.iter().for_each(|tree| find_duplicates(tree, &mut duplicates));
        duplicates.sort();
        let read = tree.as_ref().is_some_and(|tree| !tree.entries().is_empty());
        split.faults = dialect::faults(text, &split, site, read, !errors.is_empty());
        let body = body(text, &split, tree.as_ref(), !errors.is_empty(), site.generator);
        Self { split, tree, errors, duplicates, body }
    }

    /// Whether the site's build stops over this file's front matter.
    pub fn stops_build(&self, path: &str, generator: Generator) -> bool {
        let lenient = generator == Generator::Jekyll || generator.uses_python_markdown();
        let syntax = !self.errors.is_empty() && !lenient;
        let duplicate = !self.duplicates.is_empty() && rejects_duplicates(generator);
        let no_map = self.tree.as_ref().is_some_and(|tree| !tree.is_map() && !is_null(tree));
        let page = generator == Generator::Jekyll && !path.split('/').any(|folder| folder.starts_with('_'));
        self.split.refused || syntax || duplicate || no_map && (page || generator == Generator::Hugo)
    }

    /// The images that the site's image fields (dotted names) hold, as a value or as a list of values.
    pub fn images(&self, text: &str, fields: &[String]) -> Vec<Image> {
        let Some(tree) = &self.tree else { return Vec::new() };
        let mut images = Vec::new();
        // There are many such fields, and a post has a few keys: most fields begin as no key does.
        let keys: Vec<&str> = tree.entries().iter().filter_map(|entry| entry.key.text()).collect();
        let letter = |name: &str| name.bytes().next().map_or(0, |byte| 1_u64 << (byte % 64));
        let letters = keys.iter().fold(0, |letters, key| letters | letter(key));
        let begins_with = |field: &str, key: &str| {
            field.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let is_there = |field: &&String| letters & letter(field) != 0 && keys.iter().any(|key| begins_with(field, key));
        for field in fields.iter().filter(is_there) {
            let Some(value) = tree.at(field) else { continue };
            let values = std::iter::once(value).chain(value.items());
            images.extend(values.filter_map(|value| image(text, field, value)));
        }
        images
    }
}

fn image(text: &str, field: &str, value: &Node) -> Option<Image> {
    let scalar = value.scalar().filter(|scalar| matches!(scalar.style, Style::Plain | Style::Quoted))?;
    let quoted = scalar.style == Style::Quoted && value.span.of(text).starts_with(['"', '\'']) && value.span.len() > 1;
    let inset = usize::from(quoted);
    Some(Image {
        form: Form::FrontMatter(field.to_owned()),
        span: value.span,
        address_span: Span::new(value.span.start + inset, value.span.end - inset),
        address: scalar.text.trim().to_owned(),
        alt: String::new(),
    })
}

/// Whether a key that stands twice fails the build; elsewhere the last one wins.
pub const fn rejects_duplicates(generator: Generator) -> bool {
    !matches!(generator, Generator::Jekyll | Generator::MkDocs | Generator::Pelican)
}

fn parse(text: &str, block: &Fenced, generator: Generator) -> Result<Node, Vec<SyntaxError>> {
    let span = block.payload;
    if span.len() > LARGEST {
        let message = format!("it has {} bytes, and {LARGEST} are the most", span.len());
        let start = Span::new(span.start, text.floor_char_boundary(span.start + 40));
        return Err(vec![SyntaxError::limit(start, message)]);
    }
    match block.syntax {
        Syntax::Yaml => parse_yaml(text, span, generator).map_err(|error| vec![error]),
        Syntax::Toml => toml::parse(text, span),
        Syntax::Json => json::parse(text, span).map_err(|error| vec![error]),
        Syntax::Members => json::parse_members(text, span).map_err(|error| vec![error]),
        Syntax::Lines => Ok(lines(text, span)),
    }
}

fn parse_yaml(text: &str, span: Span, generator: Generator) -> Result<Node, SyntaxError> {
    let manner = manner(generator);
    if generator == Generator::Jekyll {
        return yaml::parse_first(text, span, manner).map(|(node, _)| node);
    }
    // PyYAML and goccy take only scalars for keys, so that `title: {{ x }}` stops them.
    let keyed = |node: Node| match odd_key(&node) {
        Some(span) if matches!(generator, Generator::MkDocs | Generator::Hugo) => {
            Err(SyntaxError::new(span, "a map or a list cannot be a key"))
        }
        _ => Ok(node),
    };
    match yaml::parse_as(text, span, manner).and_then(keyed) {
        Err(error) => {
            let retold = Retold::new(text, span, tabs(generator)).filter(|_| !error.limit);
            let placed = retold.and_then(|retold| {
                let node = yaml::parse_as(&retold.text, Span::new(0, retold.text.len()), manner).ok()?;
                retold.place(node, span.start)
            });
            placed.ok_or(error)
        }
        Ok(mut node) if generator == Generator::Hugo => goccy::swallow(text, &mut node).map(|()| node),
        Ok(node) => Ok(node),
    }
}

/// Where the generators' YAML readers part, measured November 2026.
const fn manner(generator: Generator) -> Manner {
    let (merge, tags) = match generator {
        Generator::VitePress
        | Generator::VuePress
        | Generator::Docusaurus
        | Generator::Next
        | Generator::Eleventy
        | Generator::Astro
        | Generator::MkDocs
        | Generator::Pelican => (Merge::First, Tags::Refused),
        Generator::Hugo => (Merge::Last, Tags::Text),
        Generator::Jekyll => (Merge::First, Tags::Ignored),
        Generator::Hexo | Generator::Zola => (Merge::Never, Tags::Text),
        Generator::MdBook | Generator::Obsidian | Generator::Plain => (Merge::First, Tags::Text),
    };
    Manner { merge, tags }
}

/// The first key that is a map or a list.
fn odd_key(node: &Node) -> Option<Span> {
    let odd = node.entries().iter().find(|entry| matches!(entry.key.data, Data::Map(_) | Data::List(_)));
    let children = node.entries().iter().map(|entry| &entry.value).chain(node.items());
    odd.map(|entry| entry.key.span).or_else(|| children.filter(|child| child.scalar().is_none()).find_map(odd_key))
}

/// MultiMarkdown's `key: value` lines; an indented line goes on with the value before it.
fn lines(text: &str, span: Span) -> Node {
    let mut entries: Vec<crate::data::Entry> = Vec::new();
    let mut at = span.start;
    for line in span.of(text).split_inclusive('\n') {
        let place = Span::new(at, at + line.len());
        at = place.end;
        let indented = line.starts_with("    ") || line.starts_with('\t');
        let colon = if indented { None } else { line.find(':') };
        let value = Span::new(place.start + colon.map_or(0, |colon| colon + 1), place.end).trimmed(text);
        match (colon, entries.last_mut()) {
            (Some(colon), _) => entries.push(crate::data::Entry {
                key: key(text, Span::new(place.start, place.start + colon).trimmed(text)),
                value: string(text, value),
            }),
            (None, Some(entry)) => {
                if let Data::Scalar(scalar) = &mut entry.value.data {
                    scalar.text.push(' ');
                    scalar.text.push_str(value.of(text));
                }
                entry.value.span.end = value.end;
            }
            (None, None) => {}
        }
    }
    Node { span: span.trimmed(text), data: Data::Map(entries) }
}

/// Python-Markdown makes every key lower case.
fn key(text: &str, span: Span) -> Node {
    Node { span, data: Data::Scalar(Scalar { text: span.of(text).to_lowercase(), style: Style::Quoted }) }
}

fn string(text: &str, span: Span) -> Node {
    Node { span, data: Data::Scalar(Scalar { text: span.of(text).to_owned(), style: Style::Quoted }) }
}

fn find_duplicates(node: &Node, found: &mut Vec<(Span, Span)>) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for entry in node.entries() {
        if let Some(key) = entry.key.text().filter(|key| *key != "<<")
            && let Some(first) = seen.insert(key, entry.key.span)
        {
            found.push((first, entry.key.span));
        }
    }
    let children = node.entries().iter().map(|entry| &entry.value).chain(node.items());
    for child in children.filter(|child| child.scalar().is_none()) {
        find_duplicates(child, found);
    }
}

fn is_null(node: &Node) -> bool {
    node.scalar().is_some_and(|scalar| reading(scalar, Generator::Plain) == Typed::Null)
}

/// Hexo and MkDocs render the whole file when the block is not what they want; where a build stops over a block without
/// an end, the post begins behind its last key.
fn body(text: &str, split: &Split, tree: Option<&Node>, broken: bool, generator: Generator) -> Span {
    let whole = Span::new(if text.starts_with('\u{feff}') { 3 } else { 0 }, text.len());
    let Some(block) = &split.block else { return split.body };
    // What is between `{` and `}` has an end without a fence of its own.
    let unclosed = block.closer.is_empty() && (split.refused || !block.opener.is_empty());
    if block.payload.len() > LARGEST {
        // Said as an error; it is not read as a post either.
        return if unclosed { Span::at(text.len()) } else { split.body };
    }
    let map = tree.is_some_and(Node::is_map);
    let list = tree.is_some_and(|tree| matches!(tree.data, Data::List(_)));
    match generator {
        Generator::MkDocs if !map => whole,
        Generator::Hexo if !map && !list && !broken => whole,
        _ if broken && unclosed => {
            let keys = split.faults.iter().find(|fault| fault.kind == FaultKind::Unclosed).map(|fault| fault.keys);
            let end = keys.map_or(block.payload.start, |keys| keys.end);
            Span::new(end, text.len())
        }
        _ => split.body,
    }
}
