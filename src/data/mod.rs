//! YAML, TOML and JSON as one tree that knows where each key and value stands.
//!
//! A plain YAML scalar has no type here: generators read the same scalar differently, so the reader of a tree decides.

pub mod json;
pub mod toml;
pub mod typed;
pub mod yaml;

use std::sync::Arc;

use crate::source::Span;

/// A value and its place in bytes of the file that it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value as written, with its quotes; for a map or list in block style, from the first to the last byte of its
    /// content. Empty, at the place where it would stand, for a value that is not written (`title:`).
    pub span: Span,
    pub data: Data,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<Entry>),
    /// A YAML alias: its name and what it stands for, shared and not copied; none inside of that itself.
    Alias(String, Option<Arc<Node>>),
}

/// A key with its value, in the order of the file; a key may stand twice.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub key: Node,
    pub value: Node,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Scalar {
    /// Decoded: without quotes, escapes resolved, lines folded.
    pub text: String,
    pub style: Style,
}

/// How a scalar is written, which decides how it may be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// YAML without quotes: typed by whoever reads it.
    Plain,
    /// A string beyond doubt: quoted YAML, or a string in TOML or JSON.
    Quoted,
    /// A YAML block scalar (`|` or `>`): a string.
    Block,
    /// No value at all: an empty YAML value, or JSON `null`.
    Null,
    Boolean,
    Integer,
    Float,
    /// A TOML date, time or both.
    Date,
}

/// Why a text is not YAML, TOML or JSON, at the exact place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    pub span: Span,
    /// Lower case, no full stop.
    pub message: String,
    /// Whether it is a limit of copydesk's own: generators may read on.
    pub limit: bool,
}

impl SyntaxError {
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), limit: false }
    }

    /// Where copydesk reads no further, so that nobody's file costs more than its length.
    pub fn limit(span: Span, message: impl Into<String>) -> Self {
        Self { limit: true, ..Self::new(span, message) }
    }
}

impl Node {
    pub fn null(at: usize) -> Self {
        Self { span: Span::at(at), data: Data::Scalar(Scalar { text: String::new(), style: Style::Null }) }
    }

    /// What stands there, or what the alias there stands for.
    pub fn value(&self) -> &Data {
        match &self.data {
            Data::Alias(_, Some(node)) => node.value(),
            data => data,
        }
    }

    pub fn scalar(&self) -> Option<&Scalar> {
        match self.value() {
            Data::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    pub fn entries(&self) -> &[Entry] {
        match self.value() {
            Data::Map(entries) => entries,
            _ => &[],
        }
    }

    pub fn items(&self) -> &[Node] {
        match self.value() {
            Data::List(items) => items,
            _ => &[],
        }
    }

    pub fn is_map(&self) -> bool {
        matches!(self.value(), Data::Map(_))
    }

    /// The text of a scalar key or value.
    pub fn text(&self) -> Option<&str> {
        self.scalar().map(|scalar| scalar.text.as_str())
    }

    /// The entry for `key`; the last one where it stands twice.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().rev().find(|entry| entry.key.text() == Some(key))
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The node at a dotted path of keys, such as `cover.image`.
    pub fn at(&self, path: &str) -> Option<&Node> {
        path.split('.').try_fold(self, |node, key| node.get(key))
    }
}

/// `place` on character boundaries and inside `part`, and at least one character long where there is one.
fn visible(text: &str, place: Span, part: Span) -> Span {
    let start = text.floor_char_boundary(place.start.clamp(part.start, part.end));
    let end = text.floor_char_boundary(place.end.min(part.end)).max(start);
    match text[start..part.end].chars().next() {
        Some(c) if end == start => Span::new(start, start + c.len_utf8()),
        _ => Span::new(start, end),
    }
}

/// A parser's message as ours begin.
fn lower_first(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
