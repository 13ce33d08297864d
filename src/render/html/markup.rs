//! Strangers' text inside HTML: nothing in it can open a tag, leave an attribute, or turn the direction of what follows.

use std::fmt::Write;

use crate::render::text::{escape, sentence};

/// Text for content and for attributes in quotes: on one line, with invisible and steering characters spelled out.
pub fn text(raw: &str) -> String {
    entities(&escape(raw))
}

/// The same without the middle of a text that is longer than anybody would read.
pub fn brief(raw: &str) -> String {
    entities(&sentence(raw))
}

/// A path that may go on in the next line after each folder.
pub fn path(raw: &str) -> String {
    text(raw).replace('/', "/<wbr>")
}

/// Text over several lines; the rest of it is left out where it is longer than `most` characters.
pub fn lines(raw: &str, most: usize) -> String {
    let end = raw.char_indices().nth(most).map_or(raw.len(), |(at, _)| at);
    let more = if end < raw.len() { " …" } else { "" };
    let safe: Vec<String> = raw[..end].lines().map(text).collect();
    format!("{}{more}", safe.join("\n"))
}

/// A sentence in which `` `backticks` `` set code.
pub fn prose(raw: &str) -> String {
    let safe = brief(raw);
    let parts: Vec<&str> = safe.split('`').collect();
    // A backtick without a partner stands for itself.
    if parts.len().is_multiple_of(2) {
        return safe;
    }
    let mut html = String::with_capacity(safe.len() + 32);
    for (at, part) in parts.into_iter().enumerate() {
        let _ = if at % 2 == 1 { write!(html, "<code>{part}</code>") } else { write!(html, "{part}") };
    }
    html
}

/// A text without steering characters, for where it stands beside what is already safe.
pub fn entities(safe: &str) -> String {
    let mut html = String::with_capacity(safe.len() + 16);
    for c in safe.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

/// `12,345`.
pub fn number(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `12,345 posts`, `1 post`; an English plural in `s`.
pub fn count(many: usize, noun: &str) -> String {
    format!("{} {noun}{}", number(many), if many == 1 { "" } else { "s" })
}

/// `7 %`, and `<1 %` where it is not nothing. Already safe for HTML.
pub fn percent(part: usize, whole: usize) -> String {
    match (part * 100 + whole / 2).checked_div(whole) {
        None => "–".to_owned(),
        Some(0) if part > 0 => "&lt;1 %".to_owned(),
        Some(share) => format!("{share} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(
            text("</script>\u{2028}<b a='\"'>&\u{202e}\u{1b}\n"),
            "&lt;/script&gt;\\u{2028}&lt;b a=&#39;&quot;&#39;&gt;&amp;\\u{202e}\\u{1b}\\n"
        );
        assert_eq!(prose("`<b>` and ` alone"), "`&lt;b&gt;` and ` alone");
        assert_eq!(prose("`<b>` is"), "<code>&lt;b&gt;</code> is");
        assert_eq!(lines("a\n<b>c", 4), "a\n&lt;b …");
    }

    #[test]
    fn numbers_are_easy_to_read() {
        assert_eq!((number(999).as_str(), number(1_234_567).as_str()), ("999", "1,234,567"));
        assert_eq!(
            (percent(1, 1000).as_str(), percent(1, 3).as_str(), percent(0, 0).as_str()),
            ("&lt;1 %", "33 %", "–")
        );
    }
}
