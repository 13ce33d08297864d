//! The YAML that nearly all front matter is made of: keys with a value on their line, and lists of such values. What is
//! anything else, be it valid or not, is left to the parser, of which the rest of YAML asks ten times the work.

use crate::{
    data::{Data, Entry, Node, Scalar, Style},
    source::Span,
};

/// In bytes; far fewer nodes than a document may have.
const LONGEST: usize = 1 << 14;

/// What an unquoted value cannot begin with, or is something else with.
const INDICATORS: &[u8] = b"-?:,[]{}#&*!|>'\"%@`";

/// The map that `span`, a part of `text`, is as a whole: what the parser would read. None where it may be anything else.
pub fn read(text: &str, span: Span) -> Option<Node> {
    let part = span.of(text);
    if part.len() > LONGEST || !is_harmless(part.as_bytes()) {
        return None;
    }
    let mut map = Map { text, entries: Vec::new(), column: None };
    let mut at = span.start;
    for line in part.split('\n') {
        let end = at + line.trim_end_matches(' ').len();
        match line.trim_start_matches(' ').as_bytes() {
            [] if line.is_empty() => {}
            [b'-', b' ', ..] => map.item(at, Span::new(at + line.len() - line.trim_start_matches(' ').len(), end))?,
            _ => map.entry(Span::new(at, end))?,
        }
        at += line.len() + 1;
    }
    let (first, last) = (map.entries.first()?, map.entries.last()?);
    let span = Span::new(first.key.span.start, last.value.span.end.max(last.key.span.end));
    Some(Node { span, data: Data::Map(map.entries) })
}

/// Whether no byte is, or is part of, a character that YAML has something to say about, other than printable ASCII.
fn is_harmless(text: &[u8]) -> bool {
    text.iter().enumerate().all(|(at, byte)| match byte {
        b'\n' | b' '..=b'~' => true,
        // Separators of lines and paragraphs.
        0xE2 => !matches!(text[at..], [_, 0x80, 0xA8 | 0xA9, ..]),
        // The byte order mark and what is no character.
        0xEF => matches!(text[at..], [_, 0xBC | 0xBD, ..]),
        // Control characters, surrogates and planes of what is no character.
        0xC2 | 0xED | 0xF0.. => false,
        byte => !byte.is_ascii(),
    })
}

struct Map<'a> {
    text: &'a str,
    entries: Vec<Entry>,
    /// How far the items of the list that is open are indented.
    column: Option<usize>,
}

impl Map<'_> {
    /// `key: value` or `key:`, from the start of the line to the end of what is written on it.
    fn entry(&mut self, line: Span) -> Option<()> {
        let written = line.of(self.text).as_bytes();
        let length = written.iter().position(|byte| !byte.is_ascii_alphanumeric() && !b"_-".contains(byte))?;
        let is_key = written[0].is_ascii_alphabetic() && matches!(written[length..], [b':'] | [b':', b' ', ..]);
        if !is_key || length > 100 {
            return None;
        }
        self.column = None;
        let key = Span::new(line.start, line.start + length);
        let value = value(self.text, Span::new(key.end, line.end))?;
        self.entries.push(Entry { key: scalar(self.text, key, key, Style::Plain), value });
        Some(())
    }

    /// `- value` in the line that begins at `start`, without what it is indented by.
    fn item(&mut self, start: usize, line: Span) -> Option<()> {
        let column = line.start - start;
        let list = &mut self.entries.last_mut()?.value;
        let item = single(self.text, behind_spaces(self.text, Span::new(line.start + 1, line.end)))?;
        match &mut list.data {
            Data::List(items) if self.column == Some(column) => {
                list.span.end = item.span.end;
                items.push(item);
            }
            Data::Scalar(Scalar { style: Style::Null, .. }) => {
                // For the parser a list that is not indented begins behind its first mark.
                let from = if column == 0 { item.span.start } else { line.start };
                let span = Span::new(from, item.span.end);
                (*list, self.column) = (Node { span, data: Data::List(vec![item]) }, Some(column));
            }
            _ => return None,
        }
        Some(())
    }
}

/// What stands behind a key and its colon: nothing, one value or a list in brackets.
fn value(text: &str, rest: Span) -> Option<Node> {
    let span = behind_spaces(text, Span::new(rest.start + 1, rest.end));
    match span.of(text).as_bytes() {
        [] => Some(Node::null(rest.start)),
        [b'[', .., b']'] => list(text, span),
        _ => single(text, span),
    }
}

fn behind_spaces(text: &str, span: Span) -> Span {
    Span::new(span.end - span.of(text).trim_start_matches(' ').len(), span.end)
}

/// `[one, "two"]`
fn list(text: &str, span: Span) -> Option<Node> {
    let mut items = Vec::new();
    let mut at = span.start + 1;
    while at < span.end {
        let rest = behind_spaces(text, Span::new(at, span.end - 1));
        let written = rest.of(text);
        let length = match written.as_bytes() {
            [] if items.is_empty() => break,
            [quote @ (b'"' | b'\''), inner @ ..] => memchr::memchr(*quote, inner)? + 2,
            written => memchr::memchr(b',', written).unwrap_or(written.len()),
        };
        let value = written[..length].trim_end_matches(' ');
        let value = Span::new(rest.start, rest.start + value.len());
        let is_quoted = value.of(text).starts_with(['"', '\'']);
        if !is_quoted && value.of(text).contains(['[', ']', '{', '}', ':', '#']) {
            return None;
        }
        items.push(single(text, value)?);
        match written[length..].trim_start_matches(' ').as_bytes() {
            [] => break,
            [b',', after @ ..] => at = span.end - 1 - after.len(),
            _ => return None,
        }
    }
    Some(Node { span, data: Data::List(items) })
}

/// A value of one line, in quotes or without.
fn single(text: &str, span: Span) -> Option<Node> {
    let written = span.of(text).as_bytes();
    match written {
        [quote @ (b'"' | b'\''), inner @ .., last] if quote == last => {
            let is_plain = !inner.contains(quote) && (*quote == b'\'' || !inner.contains(&b'\\'));
            let inner = Span::new(span.start + 1, span.end - 1);
            is_plain.then(|| scalar(text, span, inner, Style::Quoted))
        }
        [first, .., last] | [first @ last] if !INDICATORS.contains(first) && *last != b':' => {
            let is_more = |pair: &[u8]| matches!(pair, b": " | b" #");
            (!written.windows(2).any(is_more)).then(|| scalar(text, span, span, Style::Plain))
        }
        _ => None,
    }
}

fn scalar(text: &str, span: Span, inner: Span, style: Style) -> Node {
    Node { span, data: Data::Scalar(Scalar { text: inner.of(text).to_owned(), style }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::yaml::{Manner, Merge, Tags, parse_fully};

    const PIECES: [&str; 24] = [
        "a: ", "b:", "key: ", "-", "- ", " ", "\n", "\n", "\n  ", "x", "12", "'", "\"", "\"y\"", "'z'", "[", "]", ", ",
        ":", "#", "\\", "…", "，", "甲",
    ];

    /// Whether a text was read; it is read as the parser does it, to the last span.
    fn agrees(text: &str) -> bool {
        let span = Span::new(2, 2 + text.len());
        let text = format!("..{text}--");
        let Some(node) = read(&text, span) else { return false };
        for strict in [false, true] {
            let manner = Manner { strict, merge: Merge::First, tags: Tags::Refused };
            assert_eq!(parse_fully(&text, span, manner), Ok((node.clone(), None)), "{text:?}");
        }
        true
    }

    #[test]
    fn what_most_posts_have_is_read() {
        for text in [
            "title: 'It is: so'\ndate: 2024-05-01\nauthor: A B\n",
            "title: “蜂”，和 \"hives\"\n\ntags:\n  - a\n  - \"b: c\"\n\nempty:\n",
            "tags: [ a b, \"c, d\" ,'e' ]  \nnone: []\ncategories:\n- x  \n- y",
        ] {
            assert!(agrees(text), "{text}");
        }
    }

    #[test]
    fn what_may_be_anything_else_is_left_to_the_parser() {
        for text in [
            "",
            "a",
            "- a",
            "a: b: c",
            "a: b #c",
            "a: &b c",
            "a: |\n  b",
            "a: b\n  c",
            "a:\n  b: c",
            "a: \"\\n\"",
            "a: 'b''c'",
            "a: [b, c",
            "a: [b,]",
            "a: {b: c}",
            "a:\tb",
            "a: b\r\n",
            "a: \u{feff}",
            "a: \u{85}",
            "a:b",
            "a: b\n---\n",
            "a: [b]: c",
            "a: [[b]]",
            "a: [b: c]",
            "a: b\n- c",
            "a:\n - b\n  - c",
            "a:\n- b: c",
            "<<: *a",
            "a:\n  - b\n  c",
            "  \na: b",
            "a: -1",
            "a: [-1]",
            "a: \u{2028}",
        ] {
            assert!(!agrees(text), "{text:?}");
        }
    }

    #[test]
    fn whatever_is_read_is_read_as_the_parser_does() {
        // Numbers that look like chance and are the same each time.
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut below = |most: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state >> 33).unwrap() % most
        };
        let mut read = 0;
        for _ in 0..20_000 {
            let text: String = (0..=below(12)).map(|_| PIECES[below(PIECES.len())]).collect();
            read += usize::from(agrees(&text) || agrees(&format!("a: {text}")) || agrees(&format!("a: x\nb:\n{text}")));
        }
        assert!(read > 2_000, "{read}");
    }
}
