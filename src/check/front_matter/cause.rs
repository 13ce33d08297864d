//! Why a YAML block does not parse, as people make such mistakes: the parser's own place is often lines too late.

use crate::{
    check::Edit,
    data::{SyntaxError, yaml},
    document::Document,
    site::dialect::{Syntax, key_of},
    source::Span,
};

/// The usual causes of a syntax error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A second `: ` in a value without quotes.
    Colon,
    /// A tab where only spaces may stand.
    Tab,
    /// A quote inside of a quoted value, or one that is not closed.
    Quote,
    /// A value that begins with a character that means something in YAML.
    Sigil,
    /// A template's `{{ }}` without quotes.
    Braces,
    /// A line that is neither a key nor a value.
    Prose,
    /// Anything else; the parser's own words say what.
    Other,
}

/// What is wrong, where, and what would mend it.
pub struct Found {
    pub cause: Cause,
    pub span: Span,
    /// The parser's own words.
    pub message: String,
    /// Whether it can be applied without looking, and the edit.
    pub fix: Option<(bool, Edit)>,
}

/// A line `key: value` of the block.
struct Pair {
    line: Span,
    value: Span,
}

pub fn find(text: &str, document: &Document) -> Found {
    let matter = &document.front_matter;
    let error = matter.errors.first().cloned().unwrap_or(SyntaxError { span: Span::default(), message: String::new() });
    let Some(block) = matter.split.block.as_ref().filter(|block| block.syntax == Syntax::Yaml) else {
        return Found { cause: Cause::Other, span: error.span, message: error.message, fix: None };
    };
    let (cause, span, edit) = guess(text, block.payload, &error);
    let fix = edit.filter(|edit| mends(text, block.payload, edit)).map(|edit| (cause != Cause::Quote, edit));
    Found { cause, span, message: error.message, fix }
}

/// The cause that explains the error best: the last suspicious line at or before it.
fn guess(text: &str, payload: Span, error: &SyntaxError) -> (Cause, Span, Option<Edit>) {
    let at = error.span.start.clamp(payload.start, payload.end);
    let near = Span::new(payload.start, text[at..payload.end].find('\n').map_or(payload.end, |end| at + end));
    let mut start = near.start;
    let mut suspect = None;
    for line in near.of(text).split_inclusive('\n') {
        let place = Span::new(start, start + line.trim_end_matches(['\n', '\r']).len());
        start += line.len();
        if let Some(found) = suspicious(text, place) {
            suspect = Some(found);
        }
    }
    if let Some(found) = suspect {
        return found;
    }
    if error.span.of(text).starts_with(['@', '%', '`', '*', '&', '!']) {
        return (Cause::Sigil, error.span, None);
    }
    let line = text[..at].rfind('\n').map_or(0, |line_end| line_end + 1).max(payload.start);
    let prose = Span::new(line, near.end).trimmed(text);
    let content = prose.of(text);
    if !content.is_empty() && key_of(content).is_none() && !content.starts_with(['-', '[', '{', '#']) {
        return (Cause::Prose, prose, None);
    }
    (Cause::Other, error.span, None)
}

fn suspicious(text: &str, line: Span) -> Option<(Cause, Span, Option<Edit>)> {
    let content = line.of(text);
    let indent = content.len() - content.trim_start().len();
    if content[..indent].contains('\t') && indent < content.len() {
        let edit =
            Edit { span: Span::new(line.start, line.start + indent), text: content[..indent].replace('\t', "  ") };
        return Some((Cause::Tab, edit.span, Some(edit)));
    }
    let pair = pair(text, line)?;
    let value = pair.value.of(text);
    let first = value.chars().next()?;
    let quoted = || Some(Edit { span: pair.value, text: quote(value) });
    match first {
        '"' | '\'' if !is_closed(value, first) => {
            let inner = value[1..].strip_suffix(first).unwrap_or(&value[1..]);
            Some((Cause::Quote, pair.value, Some(Edit { span: pair.value, text: quote(&unescape(inner)) })))
        }
        '"' | '\'' => None,
        '{' if value.starts_with("{{") => Some((Cause::Braces, pair.value, quoted())),
        '@' | '%' | '`' | '*' | '&' | '!' => {
            let span = Span::new(pair.value.start, pair.value.start + first.len_utf8());
            Some((Cause::Sigil, span, quoted()))
        }
        '[' | '{' | '|' | '>' => None,
        _ => {
            let at = value.find(": ").or_else(|| value.ends_with(':').then(|| value.len() - 1))?;
            let before_comment = value.find(" #").is_none_or(|comment| at < comment);
            let span = Span::at(pair.value.start + at);
            before_comment.then(|| (Cause::Colon, Span::new(span.start, span.start + 1), quoted()))
        }
    }
    .filter(|_| pair.line == line)
}

/// The value of a line `key: value` or `- key: value`.
fn pair(text: &str, line: Span) -> Option<Pair> {
    let content = line.of(text);
    let dash = content.trim_start();
    let content_start = line.start + (content.len() - dash.len());
    let item = dash.strip_prefix("- ").map_or(dash, str::trim_start);
    let start = content_start + (dash.len() - item.len());
    key_of(item)?;
    let colon = item.find(':')?;
    Some(Pair { line, value: Span::new(start + colon + 1, line.end).trimmed(text) })
}

/// Whether a quoted value ends with its quote, nothing but a comment behind it.
fn is_closed(value: &str, quote: char) -> bool {
    let mut chars = value.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && quote == '"' {
            chars.next();
        } else if c == quote {
            if quote == '\'' && chars.peek().is_some_and(|(_, next)| *next == quote) {
                chars.next();
                continue;
            }
            let rest = value[at + c.len_utf8()..].trim_start();
            return rest.is_empty() || rest.starts_with('#');
        }
    }
    false
}

fn unescape(inner: &str) -> String {
    inner.replace("''", "'").replace("\\\"", "\"")
}

/// As a YAML string, with the quote that needs no escape where there is one.
fn quote(value: &str) -> String {
    if value.contains(['"', '\\']) { format!("'{}'", value.replace('\'', "''")) } else { format!("\"{value}\"") }
}

/// Whether the block parses with the edit.
fn mends(text: &str, payload: Span, edit: &Edit) -> bool {
    let before = Span::new(payload.start, edit.span.start).of(text);
    let after = Span::new(edit.span.end, payload.end).of(text);
    let mended = format!("{before}{}{after}", edit.text);
    yaml::parse(&mended, Span::new(0, mended.len())).is_ok()
}
