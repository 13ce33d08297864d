//! YAML with byte spans, safe on text from strangers. The only module that knows granit-parser.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, Tag};

use super::{Data, Entry, Node, Scalar, Style, SyntaxError};
use crate::source::Span;

/// Nodes in one document; more is an error, so that no input costs much more than its own length.
const NODES: usize = 100_000;
/// Collections inside collections.
const DEPTH: usize = 64;

/// What readers of YAML do not agree on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manner {
    pub merge: Merge,
    pub tags: Tags,
}

/// What becomes of `<<: *base`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Merge {
    /// It is a key like any other.
    Never,
    /// The keys of the base are added; of several bases the first one counts.
    #[default]
    First,
    /// The same, but the last one counts.
    Last,
}

/// What becomes of a tag that YAML does not know, such as `!walk`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tags {
    /// A scalar with it is text.
    #[default]
    Text,
    /// It is ignored.
    Ignored,
    /// It is a syntax error.
    Refused,
}

/// Reads the one document in `span`, a part of `text`. An empty part is a null.
///
/// # Errors
/// The first syntax error, at its place in `text`. YAML has no recovery that would find a second one reliably.
pub fn parse(text: &str, span: Span) -> Result<Node, SyntaxError> {
    parse_as(text, span, Manner::default())
}

/// The same as some generator's reader does it.
///
/// # Errors
/// The first syntax error, at its place in `text`.
pub fn parse_as(text: &str, span: Span, manner: Manner) -> Result<Node, SyntaxError> {
    match parse_first(text, span, manner)? {
        (_, Some(more)) => Err(SyntaxError::new(more, "a second document begins here")),
        (node, None) => Ok(node),
    }
}

/// Reads the first document in `span`, and says where a second one begins.
///
/// # Errors
/// The first syntax error, at its place in `text`.
pub fn parse_first(text: &str, span: Span, manner: Manner) -> Result<(Node, Option<Span>), SyntaxError> {
    let mut options: Options = granit_parser::options! {
        emit_comments: false,
        bom_inside_document_as_content: true,
        emit_unresolved_aliases: true,
        flow_nesting_limit: DEPTH,
        block_nesting_limit: DEPTH,
    };
    options.emit_anchor_events = false;
    // Nobody goes by the letter of YAML 1.2, where the lines of a quoted value are indented too.
    options.strict_indentation = false;
    let part = span.of(text);
    let mut builder = Builder { manner, root: None, open: Vec::new(), nodes: 0, anchors: HashMap::new() };
    let mut ended = false;
    for event in Parser::new_from_str_with_options(part, options) {
        let (event, place) = event.map_err(|error| {
            let at = span.start + error.marker().byte_offset().unwrap_or(0).min(part.len());
            let place = super::visible(text, Span::at(at), span);
            match error.kind() {
                ErrorKind::RecursionLimitExceeded => {
                    SyntaxError::limit(place, format!("more than {DEPTH} lists and maps stand inside each other"))
                }
                _ => SyntaxError::new(place, super::lower_first(&error.info())),
            }
        })?;
        let place = place.byte_range().unwrap_or(0..0);
        let place = Span::new(place.start, place.end).shifted(span.start);
        if ended && matches!(event, Event::DocumentStart(..)) {
            return Ok((builder.finish(span), Some(super::visible(text, Span::at(place.start), span))));
        }
        ended |= matches!(event, Event::DocumentEnd);
        builder.take(event, place, text)?;
    }
    Ok((builder.finish(span), None))
}

struct Builder {
    manner: Manner,
    root: Option<Node>,
    open: Vec<Open>,
    /// With those that aliases stand for, again for each alias.
    nodes: usize,
    /// What has an anchor, and how many nodes that is.
    anchors: HashMap<usize, (Arc<Node>, usize)>,
}

/// A collection whose end has not come yet.
struct Open {
    start: usize,
    /// Zero for none.
    anchor: usize,
    /// How many nodes there were before it.
    before: usize,
    part: Part,
}

enum Part {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<Node> },
}

impl Builder {
    fn finish(self, span: Span) -> Node {
        self.root.unwrap_or_else(|| Node::null(span.start))
    }

    fn take(&mut self, event: Event<'_>, place: Span, text: &str) -> Result<(), SyntaxError> {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let style = match style {
                    ScalarStyle::Plain if place.is_empty() => Style::Null,
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
                    ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
                };
                let style = self.tagged(style, tag.as_deref(), place, text)?;
                // An absent value comes as a plain `~` of length zero.
                let value = if style == Style::Null { String::new() } else { value.into_owned() };
                let node = Node { span: place, data: Data::Scalar(Scalar { text: value, style }) };
                if anchor > 0 {
                    self.anchors.insert(anchor, (Arc::new(node.clone()), 1));
                }
                self.place(node, 1)
            }
            Event::Alias(anchor) => {
                let name = place.of(text).trim_start_matches('*').to_owned();
                let target = self.anchors.get(&anchor);
                let size = target.map_or(1, |(_, size)| *size);
                let target = target.map(|(node, _)| Arc::clone(node));
                self.place(Node { span: place, data: Data::Alias(name, target) }, size)
            }
            Event::UnresolvedAlias(name) => {
                let message = format!("`*{name}` refers to an anchor that is not there");
                Err(SyntaxError::new(place, message))
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.tagged(Style::Plain, tag.as_deref(), place, text)?;
                self.open(place.start, anchor, Part::List(Vec::new()));
                Ok(())
            }
            Event::MappingStart(_, anchor, tag) => {
                self.tagged(Style::Plain, tag.as_deref(), place, text)?;
                self.open(place.start, anchor, Part::Map { entries: Vec::new(), key: None });
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(place.end, text),
            _ => Ok(()),
        }
    }

    /// How a scalar is written, as far as its tag does not say otherwise.
    fn tagged(&self, style: Style, tag: Option<&Tag>, place: Span, text: &str) -> Result<Style, SyntaxError> {
        let Some(tag) = tag else { return Ok(style) };
        match tag.suffix_in_namespace("tag:yaml.org,2002:").as_deref() {
            Some("int" | "float" | "bool" | "null" | "timestamp") if style == Style::Quoted => Ok(Style::Plain),
            Some("str" | "binary") => Ok(Style::Quoted),
            Some(_) => Ok(style),
            None if tag.original() == "!" => Ok(Style::Quoted),
            None => match self.manner.tags {
                Tags::Refused => {
                    let name = tag.original();
                    // The value begins behind its tag.
                    let span = text[..place.start].rfind(&name).map_or(place, |at| Span::new(at, at + name.len()));
                    Err(SyntaxError::new(span, format!("the tag `{name}` means nothing here")))
                }
                Tags::Text if style == Style::Plain => Ok(Style::Quoted),
                Tags::Text | Tags::Ignored => Ok(style),
            },
        }
    }

    fn open(&mut self, start: usize, anchor: usize, part: Part) {
        self.open.push(Open { start, anchor, before: self.nodes, part });
    }

    fn close(&mut self, end: usize, text: &str) -> Result<(), SyntaxError> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let (anchor, size) = (open.anchor, self.nodes - open.before + 1);
        let mut node = open.close(end, text);
        if let Data::Map(entries) = &mut node.data
            && self.manner.merge != Merge::Never
            && entries.iter().any(is_merge)
        {
            merge(entries, self.manner.merge);
        }
        if anchor > 0 {
            // The copy counts too, or anchors inside of anchors would cost more than their own length.
            self.nodes += size;
            self.anchors.insert(anchor, (Arc::new(node.clone()), size));
        }
        self.place(node, 1)
    }

    /// Puts a node, which stands for `size` ones, where it belongs.
    fn place(&mut self, node: Node, size: usize) -> Result<(), SyntaxError> {
        self.nodes += size;
        if self.nodes > NODES {
            let message = format!("it has more than {NODES} keys and values, those that aliases stand for among them");
            return Err(SyntaxError::limit(node.span, message));
        }
        match self.open.last_mut().map(|open| &mut open.part) {
            None => self.root = Some(node),
            Some(Part::List(items)) => items.push(node),
            Some(Part::Map { entries, key }) => match key.take() {
                None => *key = Some(node),
                Some(key) => entries.push(Entry { key, value: node }),
            },
        }
        Ok(())
    }
}

fn is_merge(entry: &Entry) -> bool {
    entry.key.scalar().is_some_and(|key| key.text == "<<" && key.style == Style::Plain)
        && (entry.value.is_map() || entry.value.items().iter().any(Node::is_map))
}

/// Replaces `<<` by the keys of the maps that it names, where the map does not have them itself.
fn merge(entries: &mut Vec<Entry>, order: Merge) {
    let (bases, mut own): (Vec<Entry>, Vec<Entry>) = std::mem::take(entries).into_iter().partition(is_merge);
    let mut maps: Vec<&Node> =
        bases.iter().flat_map(|base| std::iter::once(&base.value).chain(base.value.items())).collect();
    if order == Merge::Last {
        maps.reverse();
    }
    let mut known: HashSet<String> = own.iter().filter_map(|entry| entry.key.text().map(str::to_owned)).collect();
    for entry in maps.into_iter().flat_map(Node::entries) {
        if entry.key.text().is_some_and(|key| known.insert(key.to_owned())) {
            own.push(entry.clone());
        }
    }
    *entries = own;
}

impl Open {
    /// The parser ends a block collection where the next token begins; the node ends with its last content.
    fn close(self, end: usize, text: &str) -> Node {
        let start = self.start;
        let (flow, last, data) = match self.part {
            Part::List(items) => {
                let last = items.last().map_or(start, |item| item.span.end);
                (text[start..].starts_with('['), last, Data::List(items))
            }
            Part::Map { entries, .. } => {
                let last = entries.last().map_or(start, |entry| entry.value.span.end.max(entry.key.span.end));
                (text[start..].starts_with('{'), last, Data::Map(entries))
            }
        };
        Node { span: Span::new(start, if flow { end } else { last.max(start) }), data }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Node {
        parse(text, Span::new(0, text.len())).unwrap()
    }

    #[test]
    fn spans_are_bytes_also_behind_chinese_text() {
        let text = "标题: 今天\ntags: [甲, \"乙\"]\nempty:\n";
        let root = read(text);
        let tags = root.get("tags").unwrap();
        assert_eq!(tags.span.of(text), "[甲, \"乙\"]");
        assert_eq!(tags.items()[1].span.of(text), "\"乙\"");
        assert_eq!(root.get("标题").unwrap().span.of(text), "今天");
        assert_eq!(root.get("empty").unwrap().scalar().unwrap().style, Style::Null);
    }

    #[test]
    fn attacks_are_errors_and_fast() {
        for text in ["[".repeat(100_000), "- ".repeat(100_000), "a: &a [*a]\n".repeat(10), "k: *nowhere".to_owned()] {
            let _ = parse(&text, Span::new(0, text.len()));
        }
        assert!(parse("k: *nowhere", Span::new(0, 11)).unwrap_err().message.contains("nowhere"));
    }

    #[test]
    fn an_error_points_into_the_whole_file() {
        let text = "---\ntitle: a: b\n---\n";
        let error = parse(text, Span::new(4, 16)).unwrap_err();
        assert!(error.span.start >= 11, "{error:?}");
    }
}
