//! YAML with byte spans, safe on text from strangers. The only module that knows granit-parser.

use granit_parser::{Event, Options, Parser, ScalarStyle};

use super::{Data, Entry, Node, Scalar, Style, SyntaxError};
use crate::source::Span;

/// Nodes in one document; more is an error, so that no input costs much more than its own length.
const NODES: usize = 100_000;
/// Collections inside collections.
const DEPTH: usize = 64;

/// Reads the one document in `span`, a part of `text`. An empty part is a null.
///
/// # Errors
/// The first syntax error, at its place in `text`. YAML has no recovery that would find a second one reliably.
pub fn parse(text: &str, span: Span) -> Result<Node, SyntaxError> {
    alone(read(text, span, false)?)
}

/// The same by the letter of YAML 1.2, where the lines of a quoted value are indented too.
///
/// # Errors
/// The first syntax error, at its place in `text`.
pub fn parse_strictly(text: &str, span: Span) -> Result<Node, SyntaxError> {
    alone(read(text, span, true)?)
}

fn alone(read: (Node, Option<Span>)) -> Result<Node, SyntaxError> {
    match read {
        (_, Some(more)) => Err(SyntaxError { span: more, message: "a second document begins here".to_owned() }),
        (node, None) => Ok(node),
    }
}

/// Reads the first document in `span`, and says where a second one begins.
///
/// # Errors
/// The first syntax error, at its place in `text`.
pub fn parse_first(text: &str, span: Span) -> Result<(Node, Option<Span>), SyntaxError> {
    read(text, span, false)
}

fn read(text: &str, span: Span, strict: bool) -> Result<(Node, Option<Span>), SyntaxError> {
    let mut options: Options = granit_parser::options! {
        emit_comments: false,
        bom_inside_document_as_content: true,
        emit_unresolved_aliases: true,
        flow_nesting_limit: DEPTH,
        block_nesting_limit: DEPTH,
    };
    options.emit_anchor_events = false;
    options.strict_indentation = strict;
    let part = span.of(text);
    let mut builder = Builder { root: None, open: Vec::new(), nodes: 0 };
    let mut ended = false;
    for event in Parser::new_from_str_with_options(part, options) {
        let (event, place) = event.map_err(|error| {
            let at = span.start + error.marker().byte_offset().unwrap_or(0).min(part.len());
            SyntaxError { span: super::visible(text, Span::at(at), span), message: super::lower_first(&error.info()) }
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
    root: Option<Node>,
    open: Vec<Open>,
    nodes: usize,
}

/// A collection whose end has not come yet.
enum Open {
    List { start: usize, items: Vec<Node> },
    Map { start: usize, entries: Vec<Entry>, key: Option<Node> },
}

impl Builder {
    fn finish(self, span: Span) -> Node {
        self.root.unwrap_or_else(|| Node::null(span.start))
    }

    fn take(&mut self, event: Event<'_>, place: Span, text: &str) -> Result<(), SyntaxError> {
        match event {
            Event::Scalar(value, style, _, _) => {
                let style = match style {
                    ScalarStyle::Plain if place.is_empty() => Style::Null,
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
                    ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
                };
                // An absent value comes as a plain `~` of length zero.
                let value = if style == Style::Null { String::new() } else { value.into_owned() };
                self.place(Node { span: place, data: Data::Scalar(Scalar { text: value, style }) })?;
            }
            Event::Alias(_) => {
                let name = place.of(text).trim_start_matches('*').to_owned();
                self.place(Node { span: place, data: Data::Alias(name) })?;
            }
            Event::UnresolvedAlias(name) => {
                return Err(SyntaxError {
                    span: place,
                    message: format!("`*{name}` refers to an anchor that is not there"),
                });
            }
            Event::SequenceStart(..) => self.open.push(Open::List { start: place.start, items: Vec::new() }),
            Event::MappingStart(..) => {
                self.open.push(Open::Map { start: place.start, entries: Vec::new(), key: None });
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    let node = open.close(place.end, text);
                    self.place(node)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn place(&mut self, node: Node) -> Result<(), SyntaxError> {
        self.nodes += 1;
        if self.nodes > NODES {
            return Err(SyntaxError { span: node.span, message: format!("more than {NODES} values") });
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, key, .. }) => match key.take() {
                None => *key = Some(node),
                Some(key) => entries.push(Entry { key, value: node }),
            },
        }
        Ok(())
    }
}

impl Open {
    /// The parser ends a block collection where the next token begins; the node ends with its last content.
    fn close(self, end: usize, text: &str) -> Node {
        match self {
            Self::List { start, items } => {
                let flow = text[start..].starts_with('[');
                let last = items.last().map_or(start, |item| item.span.end);
                Node { span: Span::new(start, if flow { end } else { last.max(start) }), data: Data::List(items) }
            }
            Self::Map { start, entries, .. } => {
                let flow = text[start..].starts_with('{');
                let last = entries.last().map_or(start, |entry| entry.value.span.end.max(entry.key.span.end));
                Node { span: Span::new(start, if flow { end } else { last.max(start) }), data: Data::Map(entries) }
            }
        }
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
