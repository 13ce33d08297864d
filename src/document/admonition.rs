//! What stands indented below `!!! note`, `??? note` or `=== "tab"` is text of the page where MkDocs builds it, and code
//! to CommonMark.

use std::borrow::Cow;

/// The text as CommonMark reads it: each such line begins an item of a list, whose text is indented as much. Nothing
/// moves, so that spans hold for both.
pub fn listed(text: &str) -> Cow<'_, str> {
    let mut listed: Option<String> = None;
    let mut lines = text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    let mut next = lines.next();
    while let Some((start, line)) = next {
        next = lines.next();
        let indent = line.len() - line.trim_start_matches(' ').len();
        let Some(marker) = marker(&line[indent..]) else { continue };
        // The text may begin behind an empty line.
        let rest = &text[start + line.len()..];
        let below = rest.lines().take(2).find(|line| !line.trim().is_empty()).unwrap_or_default();
        if below.len() - below.trim_start_matches(' ').len() >= indent + WIDTH {
            let item = if marker == WIDTH { "-   " } else { "-   ." };
            let from = start + indent;
            listed.get_or_insert_with(|| text.to_owned()).replace_range(from..from + marker, item);
        }
    }
    listed.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// How far what belongs to a line is indented below it.
const WIDTH: usize = 4;

/// The length of the marker that a line begins with and of the blank behind it.
fn marker(line: &str) -> Option<usize> {
    let rest = line.strip_prefix("!!!").or_else(|| line.strip_prefix("???")).or_else(|| line.strip_prefix("==="))?;
    let named = rest.strip_prefix(['+', '!']).unwrap_or(rest).strip_prefix(' ')?;
    let is_tab = line.starts_with('=');
    let begins = |c: char| if is_tab { c == '"' } else { c.is_alphabetic() };
    named.starts_with(begins).then_some(line.len() - named.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_become_items_of_the_same_width() {
        for (text, wanted) in [
            ("!!! note\n    a\n", "-   note\n    a\n"),
            ("图\n\n???+ tip \"图\"\n    a\n", "图\n\n-   .tip \"图\"\n    a\n"),
            ("    === \"C\"\n\n        a\n", "    -   \"C\"\n\n        a\n"),
            ("!!! note\na\n", "!!! note\na\n"),
            ("a\n===\n    b\n", "a\n===\n    b\n"),
            ("!!! note", "!!! note"),
        ] {
            assert_eq!(listed(text), wanted);
        }
    }
}
