//! Words of a value that YAML takes for something else: `#1` for a comment, `&walker` for an anchor, `!new` for a tag.

use crate::{
    data::{Entry, Scalar},
    source::Span,
};

pub struct Lost {
    /// What is not read.
    pub lost: Span,
    /// The value as it stands on its line.
    pub line: Span,
}

pub fn find(text: &str, payload: Span, entry: &Entry) -> Option<Lost> {
    let scalar = entry.value.scalar()?;
    let line_end = text[entry.key.span.end..payload.end].find('\n').map_or(payload.end, |at| entry.key.span.end + at);
    let after_key = Span::new(entry.key.span.end, line_end);
    let colon = after_key.of(text).find(':')?;
    let line = Span::new(after_key.start + colon + 1, line_end).trimmed(text);
    let written = line.of(text);
    let start = match written.chars().next()? {
        '&' | '!' => before_value(text, line, scalar, entry.value.span, payload)?,
        '\'' | '"' | '|' | '>' => return None,
        '#' => line,
        _ => Span::new(line.start + written.find(" #")? + 1, line.end),
    };
    let is_mark = start.of(text).starts_with('#');
    // A comment has a space behind its `#`; `#1` and `#hills` are words.
    let word = start.of(text)[1..].starts_with(|c: char| c.is_alphanumeric());
    (word || !is_mark).then_some(Lost { lost: start, line })
}

/// The anchor or tag before a value; an anchor that is used somewhere is one, and so is a tag of YAML's own. Psych reads
/// `!binary` with one mark too (4.0, run), and programs that export posts wrote it.
fn before_value(text: &str, line: Span, scalar: &Scalar, value: Span, payload: Span) -> Option<Span> {
    let mark = line.of(text).split_whitespace().next()?;
    let alias = format!("*{}", &mark[1..]);
    let own = mark.starts_with("!!") || mark == "!binary" || mark.len() == 1 || payload.of(text).contains(&alias);
    // Without anything behind it, nothing was meant to be marked.
    let alone = scalar.text.is_empty() && value.is_empty();
    (!own && (alone || value.start >= line.start)).then(|| Span::new(line.start, line.start + mark.len()))
}
