//! JSON with byte spans. `serde_json` says whether it is JSON; the reader here only finds the places.

use serde::de::IgnoredAny;

use super::{Data, Entry, Node, Scalar, Style, SyntaxError};
use crate::source::Span;

/// Collections inside collections.
const DEPTH: usize = 64;

/// Reads the part `span` of `text`.
///
/// # Errors
/// The first syntax error, at its place in `text`.
pub fn parse(text: &str, span: Span) -> Result<Node, SyntaxError> {
    let part = span.of(text);
    serde_json::from_str::<IgnoredAny>(part).map_err(|error| locate(&error, part, 0, text, span))?;
    Reader { text, at: span.start, end: span.end }.value(0)
}

/// Reads the members of an object that stand without its braces, as Hexo's `;;;` front matter does.
///
/// # Errors
/// The first syntax error, at its place in `text`.
pub fn parse_members(text: &str, span: Span) -> Result<Node, SyntaxError> {
    let braced = format!("{{{}}}", span.of(text));
    serde_json::from_str::<IgnoredAny>(&braced).map_err(|error| locate(&error, &braced, 1, text, span))?;
    let mut reader = Reader { text, at: span.start, end: span.end };
    Ok(Node { span: span.trimmed(text), data: reader.members(1)? })
}

fn locate(error: &serde_json::Error, part: &str, before: usize, text: &str, span: Span) -> SyntaxError {
    let line: usize = part.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let at = span.start + (line + error.column().saturating_sub(1)).saturating_sub(before);
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    let place = super::visible(text, Span::at(at), span);
    match message {
        "recursion limit exceeded" => SyntaxError::limit(place, too_deep()),
        message => SyntaxError::new(place, super::lower_first(message)),
    }
}

fn too_deep() -> String {
    format!("more than {DEPTH} lists and maps stand inside each other")
}

/// Walks text that is known to be JSON.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    end: usize,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        self.skip_space();
        let start = self.at;
        if depth > DEPTH {
            return Err(SyntaxError::limit(Span::new(start, start + 1), too_deep()));
        }
        let data = match self.peek() {
            b'{' => self.enclosed(|reader| reader.members(depth + 1))?,
            b'[' => self.enclosed(|reader| reader.items(depth + 1))?,
            b'"' => self.string(),
            _ => self.literal(),
        };
        Ok(Node { span: Span::new(start, self.at), data })
    }

    fn enclosed(&mut self, read: impl FnOnce(&mut Self) -> Result<Data, SyntaxError>) -> Result<Data, SyntaxError> {
        self.at += 1;
        let data = read(self)?;
        self.at = (self.at + 1).min(self.end);
        Ok(data)
    }

    fn members(&mut self, depth: usize) -> Result<Data, SyntaxError> {
        let mut entries = Vec::new();
        while self.another() {
            let key = self.value(depth)?;
            self.skip_space();
            self.at += 1;
            entries.push(Entry { key, value: self.value(depth)? });
        }
        Ok(Data::Map(entries))
    }

    fn items(&mut self, depth: usize) -> Result<Data, SyntaxError> {
        let mut items = Vec::new();
        while self.another() {
            items.push(self.value(depth)?);
        }
        Ok(Data::List(items))
    }

    /// Whether a further member begins, past the comma before it.
    fn another(&mut self) -> bool {
        self.skip_space();
        if self.peek() == b',' {
            self.at += 1;
            self.skip_space();
        }
        self.at < self.end && !matches!(self.peek(), b'}' | b']')
    }

    fn string(&mut self) -> Data {
        let start = self.at;
        self.at += 1;
        while self.at < self.end && self.peek() != b'"' {
            self.at += if self.peek() == b'\\' { 2 } else { 1 };
        }
        self.at = (self.at + 1).min(self.end);
        let text = serde_json::from_str(Span::new(start, self.at).of(self.text)).unwrap_or_default();
        Data::Scalar(Scalar { text, style: Style::Quoted })
    }

    fn literal(&mut self) -> Data {
        let start = self.at;
        while self.at < self.end && !matches!(self.peek(), b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n') {
            self.at += 1;
        }
        let text = Span::new(start, self.at).of(self.text);
        let style = match text {
            "null" => Style::Null,
            "true" | "false" => Style::Boolean,
            _ if text.contains(['.', 'e', 'E']) => Style::Float,
            _ => Style::Integer,
        };
        Data::Scalar(Scalar { text: text.to_owned(), style })
    }

    fn skip_space(&mut self) {
        while self.at < self.end && self.peek().is_ascii_whitespace() {
            self.at += 1;
        }
    }

    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_bytes_and_escapes_are_decoded() {
        let text = "{\n\"标题\": \"今\\u5929\",\n\"tags\": [\"甲\", true, 1.5, null]\n}\n";
        let root = parse(text, Span::new(0, text.len())).unwrap();
        assert_eq!(root.get("标题").unwrap().text(), Some("今天"));
        let tags = root.get("tags").unwrap();
        assert_eq!(tags.span.of(text), "[\"甲\", true, 1.5, null]");
        assert_eq!(tags.items()[3].scalar().unwrap().style, Style::Null);
    }

    #[test]
    fn an_error_is_at_its_place() {
        let text = "{\n\"题\": x\n}";
        let error = parse(text, Span::new(0, text.len())).unwrap_err();
        assert_eq!(error.span.of(text), "x");
        let text = ";;;\n\"a\": 1,\n\"b\" 2\n;;;";
        let error = parse_members(text, Span::new(4, text.len() - 4)).unwrap_err();
        assert_eq!(error.span.of(text), "2");
    }

    #[test]
    fn deep_nesting_is_an_error() {
        let text = format!("{}{}", "[".repeat(100), "]".repeat(100));
        assert!(parse(&text, Span::new(0, text.len())).is_err());
        let text = "[".repeat(100_000);
        assert!(parse(&text, Span::new(0, text.len())).is_err());
    }
}
