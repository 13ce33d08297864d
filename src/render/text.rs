//! Text from strangers, made safe to show: nothing in it can steer a terminal, hide, or begin a new line.

use std::borrow::Cow;

/// Whether a character could move the cursor, change colours or turn the direction of text, or shows as nothing.
pub fn is_unsafe(c: char) -> bool {
    match c {
        '\0'..='\x7f' => c.is_ascii_control(),
        // Most of what is not ASCII, told at once: kana, Han, Hangul but for one filler.
        '\u{3165}'..='\u{d7ff}' => false,
        _ => c.is_control() || is_invisible(c),
    }
}

/// Format characters: joiners, direction marks, fillers, tags. Variation selectors are not among them, as they belong
/// to many emoji and Chinese characters.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// Whether the character at `at` makes `##[` of what stands before and behind it: GitHub's runner takes that for a
/// command wherever in a line it stands. Source: `TryParse` in `ActionCommand.cs` of actions/runner.
pub fn begins_command(text: &str, at: usize) -> bool {
    text[at..].starts_with("#[") && text[..at].ends_with('#')
}

/// Whether nothing in a text is unsafe but its line ends, and no command begins in it. Most of a report is plain, which the
/// compiler compares many bytes at a time; only where there is more are characters looked at.
pub fn is_inert(text: &str) -> bool {
    const CHUNK: usize = 32;
    let bytes = text.as_bytes();
    let mut signs = false;
    for (number, chunk) in bytes.chunks(CHUNK).enumerate() {
        if chunk.iter().fold(true, |plain, byte| plain & is_plain(*byte)) {
            continue;
        }
        let start = text.floor_char_boundary(number * CHUNK);
        let end = text.ceil_char_boundary(number * CHUNK + chunk.len());
        if text[start..end].contains(|c| c != '\n' && is_unsafe(c)) {
            return false;
        }
        signs |= chunk.contains(&b'#');
    }
    !(signs && text.contains("##["))
}

/// Whether a byte is part of no unsafe character and of no command. It may be part of a character whose other bytes say
/// more: of two to four bytes, the first tells whether it can be unsafe, and those from U+4000 to U+EFFF cannot.
const fn is_plain(byte: u8) -> bool {
    !matches!(byte, 0..=0x09 | 0x0B..=0x1F | b'#' | 0x7F | 0xC0..=0xE3 | 0xEF..)
}

/// `text` on one line, with unsafe characters as `\u{…}`.
pub fn escape(text: &str) -> Cow<'_, str> {
    if is_inert(text) && !text.contains('\n') {
        return text.into();
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        match c {
            '\n' => safe.push_str("\\n"),
            '\t' => safe.push_str("\\t"),
            '\r' => safe.push_str("\\r"),
            c if is_unsafe(c) || begins_command(text, at) => safe.extend(c.escape_unicode()),
            c => safe.push(c),
        }
    }
    safe.into()
}

/// The same lines, of which none begins like a command to GitHub's runner, which skips white space before it.
pub fn inert_lines(text: String) -> String {
    if !text.lines().any(|line| line.trim_start().starts_with("::")) {
        return text;
    }
    let lines = text.split_inclusive('\n').map(|line| match line.trim_start() {
        command if command.starts_with("::") => line.replacen("::", ":\\u{3a}", 1),
        _ => line.to_owned(),
    });
    lines.collect()
}

/// A sentence for people: escaped, and without its middle where it is longer than anybody would read (an address can be
/// a whole picture).
pub fn sentence(text: &str) -> String {
    /// In characters: what is kept of the beginning and of the end.
    const KEPT: (usize, usize) = (360, 120);
    if text.chars().nth(KEPT.0 + KEPT.1).is_none() {
        return escape(text).into_owned();
    }
    let head = text.char_indices().nth(KEPT.0).map_or(text.len(), |(at, _)| at);
    let tail = text.char_indices().rev().nth(KEPT.1 - 1).map_or(0, |(at, _)| at);
    format!("{}…{}", escape(&text[..head]), escape(&text[tail..]))
}

/// `3 errors`, `1 error`; an English plural in `s`.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_steer_a_terminal_is_spelled_out() {
        assert_eq!(escape("a\u{1b}[31m\u{202e}\n中"), "a\\u{1b}[31m\\u{202e}\\n中");
        assert_eq!(escape("hidden \u{e0041}"), "hidden \\u{e0041}");
        assert_eq!(escape("###[error]x"), "##\\u{23}[error]x");
        assert_eq!(inert_lines("a ::b::\n \u{3000}::b::\n".to_owned()), "a ::b::\n \u{3000}:\\u{3a}b::\n");
        assert!(matches!(escape("中文 – ok"), Cow::Borrowed(_)));
        for at in 0..70 {
            let (before, after) = ("a".repeat(at), "中".repeat(at));
            assert!(is_inert(&format!("{before}\n{after}")), "{at}");
            for unsafe_one in ["\u{1b}", "\u{7f}", "\u{202e}", "\u{e0041}", "##[", "\r"] {
                assert!(!is_inert(&format!("{before}{unsafe_one}{after}")), "{at} {unsafe_one:?}");
            }
        }
    }

    #[test]
    fn a_long_sentence_keeps_its_ends() {
        let long = format!("`data:{}` is not an image", "长".repeat(100_000));
        let shown = sentence(&long);
        assert!(shown.starts_with("`data:长") && shown.ends_with("长` is not an image"), "{shown}");
        assert_eq!(shown.chars().count(), 481);
        assert_eq!(sentence("short"), "short");
    }
}
