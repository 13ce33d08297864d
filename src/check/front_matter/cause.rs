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
    /// A key and its value without the space behind the colon.
    Space,
    /// The full-width colon of Chinese and Japanese in the place of `: `.
    WideColon,
    /// A backslash that begins no escape.
    Escape,
    /// A key that is set in without a map to belong to.
    Indent,
    /// A list or map in brackets that does not end on its line, nor later.
    Bracket,
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
    value: Span,
}

/// Suspicious lines that are tried as the cause, the last ones first.
const SUSPECTS: usize = 8;

/// A place that explains an error, and what would mend it.
struct Suspect {
    cause: Cause,
    span: Span,
    edit: Option<Edit>,
}

pub fn find(text: &str, document: &Document) -> Found {
    let matter = &document.front_matter;
    let error = matter.errors.first().cloned().unwrap_or_else(|| SyntaxError::new(Span::default(), ""));
    let Some(block) = matter.split.block.as_ref().filter(|block| block.syntax == Syntax::Yaml) else {
        return Found { cause: Cause::Other, span: error.span, message: error.message, fix: None };
    };
    let Suspect { cause, span, edit } = guess(text, block.payload, &error);
    let fix = edit.filter(|edit| mends(text, block.payload, edit)).map(|edit| (is_safe(text, cause, &edit), edit));
    Found { cause, span, message: error.message, fix }
}

/// Whether there is one way only to mean it.
fn is_safe(text: &str, cause: Cause, edit: &Edit) -> bool {
    match cause {
        Cause::Quote | Cause::Escape | Cause::Indent | Cause::Bracket => false,
        // What looks like a comment may be a part of the value.
        _ => !edit.span.of(text).contains(" #"),
    }
}

/// The cause that explains the error best: of the last suspicious lines at or before it, the last one whose mending
/// mends the block, else the last one.
fn guess(text: &str, payload: Span, error: &SyntaxError) -> Suspect {
    let at = error.span.start.clamp(payload.start, payload.end);
    let near = Span::new(payload.start, text[at..payload.end].find('\n').map_or(payload.end, |end| at + end));
    let mut suspects: std::collections::VecDeque<Suspect> = std::collections::VecDeque::new();
    let mut start = near.start;
    let mut before = None;
    for line in near.of(text).split_inclusive('\n') {
        let place = Span::new(start, start + line.trim_end_matches(['\n', '\r']).len());
        start += line.len();
        if let Some(found) = suspicious(text, place, before) {
            suspects.push_back(found);
        }
        if suspects.len() > SUSPECTS {
            suspects.pop_front();
        }
        if !place.trimmed(text).is_empty() {
            before = Some(place);
        }
    }
    let mending =
        suspects.iter().rposition(|suspect| suspect.edit.as_ref().is_some_and(|edit| mends(text, payload, edit)));
    // Some of them are only suspicious because mending them helps.
    let named = suspects.iter().rposition(|suspect| {
        !matches!(suspect.cause, Cause::Space | Cause::WideColon | Cause::Indent | Cause::Bracket)
    });
    if let Some(found) = mending.or(named).and_then(|at| suspects.remove(at)) {
        return found;
    }
    if error.span.of(text).starts_with(['@', '%', '`', '*', '&', '!']) {
        return Suspect { cause: Cause::Sigil, span: error.span, edit: None };
    }
    let line = text[..at].rfind('\n').map_or(0, |line_end| line_end + 1).max(payload.start);
    let prose = Span::new(line, near.end).trimmed(text);
    let content = prose.of(text);
    if !content.is_empty() && key_of(content).is_none() && !content.starts_with(['-', '[', '{', '#']) {
        return Suspect { cause: Cause::Prose, span: prose, edit: None };
    }
    Suspect { cause: Cause::Other, span: error.span, edit: None }
}

fn suspicious(text: &str, line: Span, before: Option<Span>) -> Option<Suspect> {
    let content = line.of(text);
    let indent = content.len() - content.trim_start().len();
    if content[..indent].contains('\t') && indent < content.len() {
        let span = Span::new(line.start, line.start + indent);
        let edit = Edit { span, text: content[..indent].replace('\t', "  ") };
        return Some(Suspect { cause: Cause::Tab, span, edit: Some(edit) });
    }
    let Some(pair) = pair(text, line) else { return separator(text, line) };
    let found = value(text, pair.value);
    // A second fault on a line that is set in is the smaller one.
    found.or_else(|| set_in(text, line, indent, before?))
}

/// A value that YAML does not take as it stands.
fn value(text: &str, span: Span) -> Option<Suspect> {
    let value = span.of(text);
    let first = value.chars().next()?;
    let quoted = || Some(Edit { span, text: quote(value) });
    let sigil = || {
        let span = Span::new(span.start, span.start + first.len_utf8());
        Some(Suspect { cause: Cause::Sigil, span, edit: quoted() })
    };
    match first {
        '"' | '\'' if !is_closed(value, first) => {
            let inner = value[1..].strip_suffix(first).unwrap_or(&value[1..]);
            Some(Suspect { cause: Cause::Quote, span, edit: Some(Edit { span, text: quote(&unescape(inner)) }) })
        }
        '"' => odd_escape(value).map(|at| {
            let inner = value.get(1..value.len() - 1).unwrap_or_default();
            let edit = value.ends_with('"').then(|| Edit { span, text: single(&unescape(inner)) });
            let start = span.start + at;
            let end = text[start..].char_indices().nth(2).map_or(span.end, |(end, _)| start + end);
            Suspect { cause: Cause::Escape, span: Span::new(start, end), edit }
        }),
        '\'' => None,
        '{' if value.starts_with("{{") => Some(Suspect { cause: Cause::Braces, span, edit: quoted() }),
        '@' | '%' | '`' | '*' | '&' | '!' | ',' | ']' | '}' => sigil(),
        '-' | '?' if value[1..].starts_with(' ') => sigil(),
        '[' | '{' => match behind_brackets(value) {
            Some(rest) if rest.is_empty() || rest.starts_with('#') => None,
            Some(_) => sigil(),
            None => {
                let close = if first == '[' { "]" } else { "}" };
                let edit = Edit { span: Span::at(span.end), text: close.to_owned() };
                Some(Suspect { cause: Cause::Bracket, span, edit: Some(edit) })
            }
        },
        '|' | '>' => {
            let header = value[1..].trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-')).trim();
            if header.is_empty() || header.starts_with('#') { None } else { sigil() }
        }
        _ => {
            let at = value.find(": ").or_else(|| value.ends_with(':').then(|| value.len() - 1))?;
            let before_comment = value.find(" #").is_none_or(|comment| at < comment);
            let colon = Span::new(span.start + at, span.start + at + 1);
            before_comment.then(|| Suspect { cause: Cause::Colon, span: colon, edit: quoted() })
        }
    }
}

/// A line that would be `key: value` with another separator.
fn separator(text: &str, line: Span) -> Option<Suspect> {
    let content = line.of(text);
    let at = content.find([':', '：'])?;
    let wide = content[at..].starts_with('：');
    let key = content[..at].trim();
    let rest = &content[at + if wide { '：'.len_utf8() } else { 1 }..];
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let is_key = key.len() <= 40 && key.starts_with(|c: char| c.is_ascii_alphabetic()) && key.chars().all(word);
    if !is_key || rest.starts_with(['/', ':']) {
        return None;
    }
    let end = line.end - rest.trim_start().len();
    let span = Span::new(line.start + at, end);
    let cause = if wide { Cause::WideColon } else { Cause::Space };
    Some(Suspect { cause, span, edit: Some(Edit { span, text: ": ".to_owned() }) })
}

/// The edits that make keys and values of lines none of which is one for YAML.
pub fn separators(text: &str, payload: Span) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut start = payload.start;
    for line in payload.of(text).split_inclusive('\n') {
        let place = Span::new(start, start + line.trim_end_matches(['\n', '\r']).len());
        start += line.len();
        if place.trimmed(text).is_empty() {
            continue;
        }
        match separator(text, place).and_then(|suspect| suspect.edit) {
            Some(edit) => edits.push(edit),
            None => return Vec::new(),
        }
    }
    edits
}

/// A key that is set in more than the line before, which has a value already.
fn set_in(text: &str, line: Span, indent: usize, before: Span) -> Option<Suspect> {
    let above = before.of(text);
    let outer = above.len() - above.trim_start().len();
    let value = pair(text, before)?.value.of(text).to_owned();
    if indent <= outer || value.is_empty() || value.starts_with(['|', '>', '[', '{', '#', '&', '!']) {
        return None;
    }
    let span = Span::new(line.start, line.start + indent);
    Some(Suspect { cause: Cause::Indent, span, edit: Some(Edit { span, text: above[..outer].to_owned() }) })
}

/// What stands behind the bracket that closes the first one; none where it is not closed.
fn behind_brackets(value: &str) -> Option<&str> {
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, c) in value.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if depth > 0 && value[..at].trim_end().ends_with(['[', '{', ',', ':']) => {
                quote = Some(c)
            }
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(value[at + 1..].trim());
                }
            }
            _ => {}
        }
    }
    None
}

/// Where a backslash stands in a value in double quotes that means nothing there.
fn odd_escape(value: &str) -> Option<usize> {
    let mut chars = value.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            let (_, next) = chars.next()?;
            if !"0abt\tnvfre \"/\\N_LPxuU\n".contains(next) {
                return Some(at);
            }
        }
    }
    None
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
    Some(Pair { value: Span::new(start + colon + 1, line.end).trimmed(text) })
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
pub fn quote(value: &str) -> String {
    if value.contains(['"', '\\']) { single(value) } else { format!("\"{value}\"") }
}

fn single(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// Whether the block parses with the edit.
fn mends(text: &str, payload: Span, edit: &Edit) -> bool {
    let before = Span::new(payload.start, edit.span.start).of(text);
    let after = Span::new(edit.span.end, payload.end).of(text);
    let mended = format!("{before}{}{after}", edit.text);
    yaml::parse(&mended, Span::new(0, mended.len())).is_ok()
}
