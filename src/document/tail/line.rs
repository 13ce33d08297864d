//! What one line at the end of a post is: a label, a link, a picture, prose.

use super::LONGEST_LABEL;
use crate::document::prose;

/// A label as the vocabulary writes it: lower case, without decoration, numbers and colon.
pub fn label(text: &str) -> String {
    let decoration = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '*' | '_'
                    | '>'
                    | '#'
                    | ':'
                    | '：'
                    | '-'
                    | '—'
                    | '='
                    | '|'
                    | '｜'
                    | '丨'
                    | '.'
                    | '。'
                    | '…'
                    | '~'
                    | '\u{feff}'
            )
    };
    if text.len() > LONGEST_LABEL {
        return String::new();
    }
    let text = text.trim_matches(decoration);
    let unbracketed = text
        .strip_prefix(['(', '（', '[', '【', '<', '《'])
        .and_then(|inner| inner.strip_suffix([')', '）', ']', '】', '>', '》']));
    unbracketed.unwrap_or(text).trim_matches(decoration).to_lowercase()
}

/// A line without bullet, number, quote mark and emphasis in front.
pub fn plain(line: &str) -> &str {
    let line = line.trim().trim_start_matches(['>', '*', '_', '-', '+', '•', '·', ' ', '　', '<']);
    let line = line.strip_prefix("u>").unwrap_or(line);
    line.trim_end_matches(['*', '_', ' ', '　'])
}

/// `name: value`, `name：value`, `name | value`.
pub fn labelled(line: &str) -> Option<(&str, &str)> {
    let at = line.char_indices().take(40).find(|(_, c)| matches!(c, ':' | '：' | '|' | '｜' | '丨' | '/' | '@'))?;
    let (name, value) = line.split_at(at.0);
    Some((name, value.trim_start_matches([':', '：', '|', '｜', '丨', '/', '*', ' '])))
}

/// In small letters.
pub fn small(line: &str) -> impl Iterator<Item = char> {
    line.chars().flat_map(char::to_lowercase)
}

pub fn starts_with(line: &str, start: &str) -> bool {
    let mut line = small(line);
    start.chars().all(|c| line.next() == Some(c))
}

/// A line that carries nothing but a link or an address, perhaps behind a number or a label.
pub fn is_link_line(line: &str) -> bool {
    // Most lines have none.
    if !line.contains('[') && !line.contains("http") {
        return false;
    }
    let line = plain(line).trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | ' ' | '、'));
    let line = match line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((number, rest)) if number.len() < 4 && !rest.starts_with('(') => rest.trim_start_matches([':', ' ']),
        _ => line,
    };
    let rest = match labelled(line) {
        Some((name, value)) if !name.contains("](") && name.len() < 60 && starts_with_link(value) => value,
        _ => line,
    };
    starts_with_link(rest) && without_links(rest).chars().all(|c| !c.is_alphanumeric())
}

pub fn starts_with_link(text: &str) -> bool {
    ["http://", "https://", "[", "<http"].iter().any(|start| text.starts_with(start))
}

/// `text` without links at its start, one after another.
pub fn without_links(text: &str) -> &str {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '|' | '•' | '·' | ',' | '、' | '*'));
        let after = if rest.starts_with("http") || rest.starts_with("<http") {
            Some(&rest[rest.find(char::is_whitespace).unwrap_or(rest.len())..])
        } else if rest.starts_with('[') {
            rest.find(']').and_then(|at| after_destination(&rest[at + 1..]))
        } else {
            None
        };
        match after {
            Some(after) => rest = after,
            None => return rest,
        }
    }
}

/// What follows `(destination)` or `[label]`.
pub fn after_destination(text: &str) -> Option<&str> {
    let close = match text.as_bytes().first()? {
        b'(' => ')',
        b'[' => ']',
        _ => return None,
    };
    text.find(close).map(|at| &text[at + 1..])
}

/// `text` without images at its start, one after another.
pub fn without_images(text: &str) -> &str {
    let mut rest = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '>' | '\\'));
    loop {
        let linked = rest
            .strip_prefix("[![")
            .and_then(|inner| inner.find("](").and_then(|at| after_destination(&inner[at + 1..])));
        let after = match linked {
            Some(inner) => inner.strip_prefix(']').and_then(after_destination),
            None => rest.strip_prefix("![").and_then(|inner| {
                let at = inner.find("](").or_else(|| inner.find("]["))?;
                after_destination(&inner[at + 1..])
            }),
        };
        let after =
            after.or_else(|| rest.strip_prefix("<img").and_then(|inner| inner.find('>').map(|at| &inner[at + 1..])));
        let Some(after) = after else { return rest };
        rest = after.trim_start();
        if rest.starts_with('{') {
            rest = rest.find('}').map_or(rest, |at| &rest[at + 1..]);
        }
        rest = rest.strip_prefix("<br>").unwrap_or(rest).trim_start_matches(|c: char| c.is_whitespace() || c == '\\');
    }
}

/// Whether a line under `above`, in the same paragraph, does not go on with it.
pub fn stands_alone(above: &str) -> bool {
    let breaks = above.ends_with('\\') || above.ends_with("<br>");
    above.is_empty() || breaks || prose::finished(above) || !is_prose_line(above)
}

/// Whether the last line of `text` reads like a sentence that could go on in the next line.
pub fn is_prose_line(text: &str) -> bool {
    let line = text.lines().next_back().unwrap_or_default();
    !(is_link_line(line) || without_images(line).is_empty() || line.trim_end().ends_with([':', '：']))
}

/// HTML without its tags, for telling whether there is text.
pub fn text_of_html(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split('<') {
        text.push_str(piece.split_once('>').map_or("", |(_, after)| after));
    }
    text
}
