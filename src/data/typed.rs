//! A tree as a typed value, for the tool's own files: configuration, rules, schemas.

use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

use super::{Data, Node, Scalar, Style};
use crate::{
    error::{Error, Place, nearest},
    source::Span,
};

/// Reads one of the tool's own YAML files as `T`. `path` is for messages.
///
/// # Errors
/// [`Error::Place`]: a syntax error, a key that stands twice, an unknown key, or a value of the wrong type.
pub fn read_yaml<T: DeserializeOwned>(path: &str, text: &str) -> Result<T, Error> {
    let whole = Span::new(0, text.len());
    let place = |fault: Fault| Error::Place(Box::new(fault.in_file(path, text)));
    let tree = super::yaml::parse(text, whole)
        .map_err(|error| place(Fault { span: error.span, message: error.message, help: None }))?;
    read(&tree).map_err(place)
}

/// What is wrong with a tree, at its place.
#[derive(Debug)]
pub struct Fault {
    pub span: Span,
    pub message: String,
    pub help: Option<String>,
}

impl Fault {
    pub fn in_file(self, path: &str, text: &str) -> Place {
        Place {
            path: path.to_owned(),
            text: text.to_owned(),
            start: self.span.start,
            end: self.span.end,
            message: self.message,
            help: self.help,
        }
    }
}

/// Reads a tree as `T`.
///
/// # Errors
/// The first thing that does not fit, at its key or value.
pub fn read<T: DeserializeOwned>(tree: &Node) -> Result<T, Fault> {
    read_value(tree, &to_json(tree)?)
}

/// Reads `value` as `T`; `tree` is where it came from, for the place of an error.
///
/// # Errors
/// The first thing that does not fit, at its key or value in the tree.
pub fn read_value<T: DeserializeOwned>(tree: &Node, value: &Value) -> Result<T, Fault> {
    serde_path_to_error::deserialize(value).map_err(|error| locate(tree, &error))
}

/// The tree as JSON, plain scalars typed by the YAML 1.2 core schema.
///
/// # Errors
/// A key that is no string or stands twice, or an alias within what it stands for.
pub fn to_json(node: &Node) -> Result<Value, Fault> {
    match &node.data {
        Data::Scalar(scalar) => Ok(scalar_to_json(scalar)),
        Data::List(items) => items.iter().map(to_json).collect(),
        Data::Map(entries) => {
            let mut map = Map::new();
            for entry in entries {
                let fault = |message| Fault { span: entry.key.span, message, help: None };
                let key = entry.key.text().ok_or_else(|| fault("a key must be a string".to_owned()))?;
                if map.insert(key.to_owned(), to_json(&entry.value)?).is_some() {
                    return Err(fault(format!("`{key}` stands twice")));
                }
            }
            Ok(Value::Object(map))
        }
        Data::Alias(_, Some(node)) => to_json(node),
        Data::Alias(name, None) => {
            let message = format!("the alias `*{name}` stands within what it stands for");
            Err(Fault { span: node.span, message, help: None })
        }
    }
}

fn scalar_to_json(scalar: &Scalar) -> Value {
    let text = scalar.text.as_str();
    match scalar.style {
        Style::Null => Value::Null,
        Style::Boolean => Value::Bool(text == "true"),
        Style::Quoted | Style::Block | Style::Date => Value::String(text.to_owned()),
        Style::Integer | Style::Float | Style::Plain => match text {
            "" | "~" | "null" | "Null" | "NULL" => Value::Null,
            "true" | "True" | "TRUE" => Value::Bool(true),
            "false" | "False" | "FALSE" => Value::Bool(false),
            _ => number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
        },
    }
}

fn number(text: &str) -> Option<Number> {
    let digits = text.trim_start_matches(['-', '+']);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    text.parse::<i64>().map(Number::from).ok().or_else(|| Number::from_f64(text.parse().ok()?))
}

/// Turns a serde error into the place in the tree that it speaks of.
fn locate(tree: &Node, error: &serde_path_to_error::Error<serde_json::Error>) -> Fault {
    use serde_path_to_error::Segment;
    let message = plainly(&error.inner().to_string());
    let mut node = tree;
    let mut span = tree.span;
    for segment in error.path() {
        match segment {
            Segment::Seq { index } => match node.items().get(*index) {
                Some(item) => (node, span) = (item, item.span),
                None => break,
            },
            Segment::Map { key } | Segment::Enum { variant: key } => match node.entry(key) {
                Some(entry) => (node, span) = (&entry.value, entry.value.span),
                None => break,
            },
            Segment::Unknown => break,
        }
    }
    let mut names = message.split('`').skip(1).step_by(2);
    let unknown = ["unknown field", "unknown variant"].iter().any(|start| message.starts_with(start));
    let Some(name) = unknown.then(|| names.next()).flatten() else {
        return refuse(node, span, message);
    };
    let known: Vec<&str> = names.collect();
    // The path may end at the mapping or, for a variant, at the key itself.
    let entry = node.entry(name).or_else(|| find_key(tree, name));
    Fault {
        span: entry.map_or(span, |entry| entry.key.span),
        message: format!("`{name}` is not known here"),
        help: Some(match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known here: {}", known.join(", ")),
        }),
    }
}

/// Serde's words without the names of Rust types.
fn plainly(message: &str) -> String {
    let Some((found, expected)) =
        message.strip_prefix("invalid type: ").and_then(|message| message.split_once(", expected "))
    else {
        return message.to_owned();
    };
    let expected = match expected.split(' ').next().unwrap_or_default() {
        "struct" | "map" => "a mapping",
        "enum" => "one of a few words",
        "u8" | "u16" | "u32" | "u64" | "usize" | "i32" | "i64" => "a whole number",
        "f32" | "f64" => "a number",
        _ => match expected {
            "a map" => "a mapping",
            "a sequence" => "a list",
            expected => expected.strip_prefix("expected ").unwrap_or(expected),
        },
    };
    let found = match found {
        "map" => "a mapping",
        "sequence" => "a list",
        "null" => "nothing",
        found => found,
    };
    format!("expected {expected}, not {found}")
}

/// A value that is refused as a whole, at the part of it that the message quotes, or else at `span`.
pub fn refuse(node: &Node, span: Span, message: String) -> Fault {
    let span = quoted_in(node, &message).map_or(span, |place| place.span);
    Fault { span, message, help: None }
}

/// The scalar below `node` whose text the message quotes, the longest one: such as the pattern that does not compile.
fn quoted_in<'a>(node: &'a Node, message: &str) -> Option<&'a Node> {
    let own = Some(node).filter(|node| node.text().is_some_and(|text| text.len() > 3 && message.contains(text)));
    let children = node.entries().iter().map(|entry| &entry.value).chain(node.items());
    children.filter_map(|child| quoted_in(child, message)).chain(own).max_by_key(|node| node.text().map_or(0, str::len))
}

fn find_key<'a>(node: &'a Node, name: &str) -> Option<&'a super::Entry> {
    node.entry(name).or_else(|| {
        node.entries().iter().map(|entry| &entry.value).chain(node.items()).find_map(|child| find_key(child, name))
    })
}
