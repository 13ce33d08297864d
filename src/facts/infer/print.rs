//! The inferred schemas as the part of `copydesk.yaml` that asks for them, with the evidence as comments.

use std::fmt::Write;

use serde_json::Value;

use super::{
    Inferred, LANDING,
    field::{Field, Fields, Type, misspelt, schema, usual},
};

/// So many rare keys or single pages are named in a comment.
const NAMED: usize = 20;

pub fn print(inferred: &Inferred) -> String {
    let mut out = format!(
        "# From {}. Put this into copydesk.yaml, and keep of it what is meant to hold.\ncollections:\n",
        counted(inferred.posts)
    );
    if !inferred.landing.is_empty() {
        let _ = writeln!(
            out,
            "  {LANDING}:  # pages that introduce a folder, or share no key with posts: nothing is asked of them"
        );
        let _ = writeln!(out, "    files: {}", flow(&inferred.landing.clone().into()));
    }
    for kind in &inferred.kinds {
        let _ = writeln!(out, "  {}:  # {}", quoted(&kind.name), counted(kind.posts));
        let _ = writeln!(out, "    files: {}\n    schema:", flow(&kind.glob.clone().into()));
        fields(&mut out, &kind.fields, kind.posts, kind.folds, 6);
    }
    if !inferred.alone.is_empty() {
        let names = list(inferred.alone.iter().map(String::as_str));
        let _ = writeln!(out, "# too few of their kind for a schema: {names}");
    }
    out
}

fn fields(out: &mut String, fields_: &Fields, posts: usize, folds: bool, indent: usize) {
    let margin = " ".repeat(indent);
    let known = schema(fields_, posts, folds);
    for (key, field) in usual(fields_, posts) {
        let rule = known.get(key).cloned().unwrap_or_default();
        let (key, evidence) = (quoted(key), evidence(field, posts));
        if rule.get("keys").is_none() {
            let _ = writeln!(out, "{margin}{key}: {}  # {evidence}", flow(&rule));
            continue;
        }
        let _ = writeln!(out, "{margin}{key}:  # {evidence}");
        for (name, value) in rule.as_object().into_iter().flatten().filter(|(name, _)| *name != "keys") {
            let _ = writeln!(out, "{margin}  {name}: {}", flow(value));
        }
        let _ = writeln!(out, "{margin}  keys:");
        fields(out, &field.inner, field.present, folds, indent + 4);
    }
    for (key, meant) in misspelt(fields_, posts, folds) {
        let count = fields_.get(key).map_or(0, |field| field.present);
        let _ = writeln!(out, "{margin}{}: {{forbidden: true}}  # in {count}, for {}?", quoted(key), quoted(meant));
    }
    let rare: Vec<&str> =
        fields_.iter().filter(|(_, field)| field.present * 100 < posts).map(|(key, _)| key.as_str()).collect();
    if !rare.is_empty() {
        let _ = writeln!(out, "{margin}# in fewer than one post of a hundred: {}", list(rare.into_iter()));
    }
}

/// How often a key stands there, and with what.
fn evidence(field: &Field, posts: usize) -> String {
    let mut said = match field.present {
        all if all == posts => "in all".to_owned(),
        some => format!("in {some} of {posts}"),
    };
    if field.empty > 0 {
        let _ = write!(said, ", {} without a value", field.empty);
    }
    if field.types.len() > 1 {
        let types: Vec<String> = field.types.iter().map(|(kind, count)| format!("{count} {}", kind.name())).collect();
        let _ = write!(said, ", {}", types.join(", "));
    }
    let texts = field.types.contains_key(&Type::Text) || field.types.contains_key(&Type::List);
    if let (Some(least), Some(most)) = (field.lengths.iter().min(), field.lengths.iter().max())
        && texts
    {
        let _ = write!(said, ", {least} to {most} characters");
    }
    if let Some(different) = field.different().filter(|different| *different > 1) {
        let _ = write!(said, ", {different} different values");
    }
    said
}

fn counted(posts: usize) -> String {
    format!("{posts} post{} with front matter", if posts == 1 { "" } else { "s" })
}

fn list<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = names.len().saturating_sub(NAMED);
    let shown: Vec<String> = names.take(NAMED).map(quoted).collect();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    shown.join(", ") + &more
}

/// A value in one line of YAML.
fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(list) => format!("[{}]", list.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let entries: Vec<String> =
                map.iter().map(|(key, value)| format!("{}: {}", quoted(key), flow(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

/// A text as YAML writes it, in quotes where it could be taken for something else. A JSON string is one; nothing in it
/// ends the line or changes its direction.
pub fn quoted(text: &str) -> String {
    let plain = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '.'));
    let word = text.starts_with(|c: char| c.is_alphabetic())
        && !matches!(text.to_lowercase().as_str(), "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n");
    if plain && word {
        return text.to_owned();
    }
    let json = Value::from(text).to_string();
    json.chars().fold(String::new(), |mut out, c| {
        match u32::from(c) {
            code @ (0x7f..=0x9f | 0x61c | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x2069 | 0xfeff) => {
                let _ = write!(out, "\\u{code:04x}");
            }
            _ => out.push(c),
        }
        out
    })
}
