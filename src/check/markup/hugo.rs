//! What Hugo refuses to read in its shortcodes, whichever they are. Hugo looks for them in the whole text of a page before
//! Markdown is read: in code and comments too, but for `{{</* name */>}}`. Written to say what Hugo 0.168 says, and compared
//! with it (`tests/generators/shortcodes.py`).

use std::collections::HashSet;

use memchr::memmem;

use super::{Fault, Kind};
use crate::source::Span;

/// The first fault in a page; `body` is its text behind the front matter.
pub fn fault(text: &str, body: Span) -> Option<Fault> {
    let page = body.of(text);
    let mut open = HashSet::new();
    let mut at = 0;
    while let Some(start) = memmem::find(&page.as_bytes()[at..], b"{{").map(|found| at + found) {
        at = start + 1;
        let Some(sign) = page[start + 2..].chars().next().filter(|sign| matches!(sign, '<' | '%')) else { continue };
        let mut reader =
            Reader { page, at: start + 3, close: if sign == '<' { ">}}" } else { "%}}" }, open: &mut open };
        match reader.shortcode() {
            Ok(()) => at = reader.at,
            Err(refused) => {
                let span = Span::new(start, refused.end.max(start + 3).min(page.len()));
                let what = page[span.start..span.end].to_owned();
                // How Hugo reads escaped quotes outside of quotes is not followed, nor what comes behind them.
                if what.contains('\\') {
                    return None;
                }
                let fault = Fault::new(refused.kind, span.shifted(body.start), what);
                return Some(Fault { why: refused.why, ..fault });
            }
        }
    }
    None
}

/// Why a shortcode is none, and where that shows, in bytes from the start of the page.
struct Refused {
    kind: Kind,
    end: usize,
    why: String,
}

struct Reader<'a, 'o> {
    page: &'a str,
    at: usize,
    /// What ends this shortcode.
    close: &'static str,
    /// The names of those before that may still be closed.
    open: &'o mut HashSet<&'a str>,
}

/// How the words behind the name are written; nobody may mix the two.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    Positional,
    Named,
}

impl<'a> Reader<'a, '_> {
    fn rest(&self) -> &'a str {
        &self.page[self.at..]
    }

    fn refuse<T>(&self, kind: Kind, why: impl Into<String>) -> Result<T, Refused> {
        Err(Refused { kind, end: self.at, why: why.into() })
    }

    /// What stands between the signs.
    fn shortcode(&mut self) -> Result<(), Refused> {
        if let Some(comment) = self.rest().strip_prefix("/*") {
            let Some(end) = comment.find(&format!("*/{}", self.close)) else {
                return self.refuse(Kind::UnclosedShortcode, "a comment is open");
            };
            self.at += 2 + end + 2 + self.close.len();
            return Ok(());
        }
        let (mut name, mut words, mut closes) = (None, None, false);
        loop {
            if self.rest().starts_with(self.close) {
                self.at += self.close.len();
                return match name {
                    Some(_) => Ok(()),
                    None => self.refuse(Kind::ShortcodeWords, "it has no name"),
                };
            }
            let Some(next) = self.rest().chars().next() else {
                return self.refuse(Kind::UnclosedShortcode, format!("no `{}` follows", self.close));
            };
            match next {
                ' ' | '\t' | '\n' | '\r' | '\\' => self.at += 1,
                // What stands behind it is the value of a word with a blank after it, or of none.
                '=' => self.value()?,
                '/' if name.is_none() && !closes && self.open.is_empty() => {
                    self.at += 1;
                    self.word(char::is_whitespace);
                    self.word(is_word);
                    return self.refuse(Kind::StrayEndShortcode, "none is open");
                }
                // At the end of a shortcode that closes itself, or before the name of one to close.
                '/' => {
                    self.at += 1;
                    closes = true;
                }
                _ if name.is_some() && !closes && (is_word(next) || matches!(next, '"' | '`')) => {
                    words = Some(self.parameter(words)?);
                }
                _ if next.is_alphanumeric() || next == '_' => {
                    let found = self.word(|c| is_word(c) || matches!(c, '/' | '.'));
                    if found.contains('.') && !found.ends_with(".inline") {
                        return self.refuse(Kind::ShortcodeWords, format!("`{found}` is no name"));
                    }
                    if closes && !self.open.remove(found) {
                        return self.refuse(Kind::StrayEndShortcode, format!("`{found}` is not open"));
                    }
                    if closes {
                        return self.end();
                    }
                    self.open.insert(found);
                    name = Some(found);
                }
                _ => {
                    self.at += next.len_utf8();
                    let why = format!("`{}` stands in it without quotes", next.escape_debug());
                    return self.refuse(Kind::ShortcodeWords, why);
                }
            }
        }
    }

    fn word(&mut self, is_part: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let word = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    /// Behind the name of a shortcode that closes another one.
    fn end(&mut self) -> Result<(), Refused> {
        self.word(char::is_whitespace);
        if !self.rest().starts_with(self.close) {
            return self.refuse(Kind::UnclosedShortcode, format!("no `{}` follows", self.close));
        }
        self.at += self.close.len();
        Ok(())
    }

    /// `value`, `"value"`, `` `value` `` or `key="value"`.
    fn parameter(&mut self, before: Option<Words>) -> Result<Words, Refused> {
        let quoted = self.rest().starts_with(['"', '`']);
        let word = if quoted { "" } else { self.word(|c| is_word(c) || c == '.') };
        let words = if self.rest().starts_with('=') && !quoted { Words::Named } else { Words::Positional };
        if before.is_some_and(|before| before != words) {
            return self.refuse(Kind::ShortcodeWords, "words with a name and words without one are mixed");
        }
        if quoted {
            self.quoted()?;
        } else if words == Words::Named {
            self.value()?;
        } else if word.is_empty() {
            self.at += 1;
        }
        Ok(words)
    }

    /// `=` and what stands behind it.
    fn value(&mut self) -> Result<(), Refused> {
        self.at += 1;
        self.word(|c| c == ' ');
        if self.rest().starts_with(['"', '`']) {
            return self.quoted();
        }
        if !self.rest().starts_with('\\') {
            self.word(|c| !c.is_whitespace());
        }
        Ok(())
    }

    fn quoted(&mut self) -> Result<(), Refused> {
        let quote = if self.rest().starts_with('`') { '`' } else { '"' };
        self.at += 1;
        let mut escaped = false;
        for (at, c) in self.rest().char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' if quote == '"' => escaped = self.rest()[at + 1..].starts_with('"'),
                '\n' if quote == '"' => break,
                _ if c == quote => {
                    self.at += at + 1;
                    return Ok(());
                }
                _ => {}
            }
        }
        self.word(|c| quote == '`' || c != '\n');
        self.refuse(Kind::ShortcodeWords, format!("`{quote}` is opened and never closed on its line"))
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}
