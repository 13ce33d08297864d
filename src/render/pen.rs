//! Writes JSON without any character that could steer a terminal. Thousands of findings are written piece by piece, as
//! their keys and most of their sentences need no second look; everything else is handed to serde.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::text::{begins_command, is_inert, is_unsafe};

/// Bytes that are handed on at once.
const PAGE: usize = 1 << 16;

/// Where JSON is being written to, and how far it has come.
pub struct Pen<'w> {
    out: BufWriter<&'w mut dyn Write>,
    layout: Layout,
}

impl<'w> Pen<'w> {
    /// One value over several lines.
    pub fn pretty(out: &'w mut dyn Write) -> Self {
        Self::new(out, true)
    }

    /// Each value on a line of its own.
    pub fn compact(out: &'w mut dyn Write) -> Self {
        Self::new(out, false)
    }

    fn new(out: &'w mut dyn Write, pretty: bool) -> Self {
        Self { out: BufWriter::with_capacity(PAGE, out), layout: Layout { pretty, depth: 0, filled: false } }
    }

    /// Begins an object or an array.
    pub fn open(&mut self, bracket: &[u8; 1]) -> io::Result<()> {
        self.layout.open(&mut self.out, bracket)
    }

    pub fn close(&mut self, bracket: &[u8; 1]) -> io::Result<()> {
        self.layout.close(&mut self.out, bracket)
    }

    /// Begins an entry of an object; the names of keys need no escape.
    pub fn key(&mut self, name: &'static str) -> io::Result<()> {
        self.item()?;
        self.out.write_all(b"\"")?;
        self.out.write_all(name.as_bytes())?;
        self.out.write_all(if self.layout.pretty { b"\": " } else { b"\":" })
    }

    /// Begins an item of an array.
    pub fn item(&mut self) -> io::Result<()> {
        self.layout.next(&mut self.out, !self.layout.filled)?;
        self.layout.filled = true;
        Ok(())
    }

    pub fn text(&mut self, text: &str) -> io::Result<()> {
        if !is_plain(text.as_bytes()) {
            return self.value(text);
        }
        self.out.write_all(b"\"")?;
        self.out.write_all(text.as_bytes())?;
        self.out.write_all(b"\"")
    }

    pub fn number(&mut self, number: usize) -> io::Result<()> {
        self.value(&number)
    }

    /// Anything that serde knows.
    pub fn value(&mut self, value: &(impl Serialize + ?Sized)) -> io::Result<()> {
        let layout = Layout { filled: false, ..self.layout };
        value.serialize(&mut Serializer::with_formatter(&mut self.out, layout))?;
        Ok(())
    }

    /// Ends a line behind a whole value.
    pub fn end(&mut self) -> io::Result<()> {
        self.layout.filled = false;
        self.out.write_all(b"\n")
    }

    /// Hands on what is left.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Whether a string of JSON is written as it is: printable ASCII without quotes, backslashes and `#`, which commands have.
/// Many bytes are compared at a time, as no comparison waits for another.
fn is_plain(text: &[u8]) -> bool {
    const CHUNK: usize = 16;
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') & (byte != b'"') & (byte != b'\\') & (byte != b'#');
    let (chunks, rest) = text.as_chunks::<CHUNK>();
    let all = |chunk: &[u8; CHUNK]| chunk.map(|byte| u8::from(is_plain(byte))) == [1; CHUNK];
    chunks.iter().all(all) && rest.iter().all(|byte| is_plain(*byte))
}

/// What stands before a line of which nothing but the indent is known: a comma behind the line above, its end, and blanks, of
/// which as many are written as it is indented.
const INDENT: &[u8; 64] = b",\n                                                              ";

/// What stands around the strings, as serde_json's own formatters write it, at one call for each line. Unsafe characters are
/// written as `\uXXXX`: outside of strings JSON has none but line ends, inside of strings it has no line ends.
#[derive(Clone, Copy)]
struct Layout {
    pretty: bool,
    /// How many arrays and objects are open.
    depth: usize,
    /// Whether there is anything in the one that is open, or was closed last.
    filled: bool,
}

impl Layout {
    fn open<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8; 1]) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        out.write_all(bracket)
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8; 1]) -> io::Result<()> {
        self.depth -= 1;
        if self.filled && self.pretty {
            self.line(out, true)?;
        }
        self.filled = true;
        out.write_all(bracket)
    }

    fn next<W: ?Sized + Write>(&self, out: &mut W, first: bool) -> io::Result<()> {
        match (self.pretty, first) {
            (true, _) => self.line(out, first),
            (false, false) => out.write_all(b","),
            (false, true) => Ok(()),
        }
    }

    /// Begins a line; all but the `first` of several stand behind a comma.
    fn line<W: ?Sized + Write>(self, out: &mut W, first: bool) -> io::Result<()> {
        let end = 2 + 2 * self.depth;
        out.write_all(&INDENT[usize::from(first)..end.min(INDENT.len())])?;
        (INDENT.len()..end).try_for_each(|_| out.write_all(b" "))
    }
}

impl Formatter for Layout {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        if is_inert(text) {
            return out.write_all(text.as_bytes());
        }
        for (at, c) in text.char_indices() {
            if is_unsafe(c) || (c == '#' && begins_command(text, at)) {
                c.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}"))?;
            } else {
                out.write_all(c.encode_utf8(&mut [0; 4]).as_bytes())?;
            }
        }
        Ok(())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.next(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _out: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.next(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(if self.pretty { b": " } else { b":" })
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _out: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(pretty: bool, write: impl Fn(&mut Pen<'_>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        let mut pen = Pen::new(&mut out, pretty);
        write(&mut pen).and_then(|()| pen.flush()).unwrap();
        drop(pen);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn it_writes_what_serde_writes() {
        let deep = (0..40).fold(json!("deep"), |inner, _| json!([inner, { "x": [] }]));
        for value in [json!({ "a": [], "b": {}, "c": [1, null, { "d": "x\"y\\z\n" }], "e": { "f": -1.5 } }), deep] {
            assert_eq!(written(false, |pen| pen.value(&value)), value.to_string());
            assert_eq!(written(true, |pen| pen.value(&value)), serde_json::to_string_pretty(&value).unwrap());
        }
    }

    #[test]
    fn what_is_written_piece_by_piece_is_the_same() {
        let texts =
            ["plain", "quote \" and \\", "a line\nand a tab\t", "中文", "a text of more than sixteen bytes with a \""];
        let whole = json!({ "texts": texts, "none": [], "number": 17, "within": { "value": { "a": [true] } } });
        let write = |pen: &mut Pen<'_>| {
            pen.open(b"{")?;
            pen.key("texts")?;
            pen.open(b"[")?;
            for text in texts {
                pen.item()?;
                pen.text(text)?;
            }
            pen.close(b"]")?;
            pen.key("none")?;
            pen.open(b"[")?;
            pen.close(b"]")?;
            pen.key("number")?;
            pen.number(17)?;
            pen.key("within")?;
            pen.open(b"{")?;
            pen.key("value")?;
            pen.value(&whole["within"]["value"])?;
            pen.close(b"}")?;
            pen.close(b"}")
        };
        let (pretty, compact) = (written(true, write), written(false, write));
        assert_eq!(pretty, serde_json::to_string_pretty(&whole).unwrap());
        assert_eq!(compact, whole.to_string());
    }

    #[test]
    fn nothing_that_steers_a_terminal_is_written() {
        let steering = "\u{1b}[31m \u{202e} ##[error] \u{7f}";
        let text = written(false, |pen| pen.text(steering));
        assert_eq!(text, "\"\\u001b[31m \\u202e #\\u0023[error] \\u007f\"");
    }
}
