//! A quick look at the tags and expressions of an MDX post, so that the slow parser only sees those in which something
//! may be wrong. It asks for the parser when in doubt; what it lets pass is not told.

use super::script;

/// Whether something in `page` may not compile.
pub fn is_suspicious(page: &str) -> bool {
    let mut look = Look { page, open: Vec::new() };
    look.run().is_none()
}

struct Look<'a> {
    page: &'a str,
    /// Names of elements, innermost last, and whether each began a line.
    open: Vec<(&'a str, bool)>,
}

impl<'a> Look<'a> {
    /// Nothing where the parser should look.
    fn run(&mut self) -> Option<()> {
        let mut at = 0;
        while at < self.page.len() {
            at = self.line(at)?;
        }
        self.open.is_empty().then_some(())
    }

    /// One line, or the block that begins there; where the next begins.
    fn line(&mut self, start: usize) -> Option<usize> {
        let rest = &self.page[start..];
        let end = memchr::memchr(b'\n', rest.as_bytes()).map_or(self.page.len(), |at| start + at + 1);
        let line = &self.page[start..end];
        if line.trim().is_empty() {
            // What began within a paragraph must end in it.
            return self.open.last().is_none_or(|(_, first)| *first).then_some(end);
        }
        if line.starts_with("import ") || line.starts_with("export ") || line.starts_with("import{") {
            return self.module(start);
        }
        let inner = line.trim_start_matches([' ', '\t', '>', '-', '*', '+']);
        let mark = inner.chars().next().filter(|c| matches!(c, '`' | '~'));
        if let Some(mark) = mark {
            let length = inner.len() - inner.trim_start_matches(mark).len();
            if length >= 3 && !(mark == '`' && inner[length..].contains('`')) {
                return self.fence(end, &inner[..length]);
            }
        }
        let mut at = start;
        while at < end {
            let found =
                self.page.as_bytes()[at..end].iter().position(|c| matches!(c, b'<' | b'{' | b'}' | b'`' | b'\\'));
            let Some(found) = found else { break };
            at += found;
            at = match self.page.as_bytes()[at] {
                b'\\' => at + 2,
                b'`' => self.code(at),
                b'{' => self.braces(at, true)?,
                b'}' => return None,
                _ => self.tag(at, self.page[start..at].trim().is_empty())?,
            };
        }
        // An element in a list, a quotation, a heading or a table ends there.
        let held = line.trim_start().starts_with(['-', '*', '+', '>', '#', '|'])
            || line.trim_start().starts_with(|c: char| c.is_ascii_digit());
        if held && !self.open.is_empty() && at > start {
            return None;
        }
        let at = at.max(end).min(self.page.len());
        (self.page.is_char_boundary(at)).then_some(at)
    }

    /// Behind the line that closes a fence.
    fn fence(&self, from: usize, mark: &str) -> Option<usize> {
        let mut at = from;
        for line in self.page[from..].split_inclusive('\n') {
            at += line.len();
            let line = line.trim_start_matches([' ', '\t', '>']).trim_end();
            if line.len() >= mark.len() && line.starts_with(mark) && line.chars().all(|c| mark.starts_with(c)) {
                return Some(at);
            }
        }
        None
    }

    /// Imports and exports, up to a blank line.
    fn module(&self, start: usize) -> Option<usize> {
        let rest = &self.page[start..];
        let end = memchr::memmem::find(rest.as_bytes(), b"\n\n").map_or(self.page.len(), |at| start + at + 1);
        script::is_module(&self.page[start..end]).then_some(end)
    }

    /// Behind code in backticks, or behind the backticks.
    fn code(&self, start: usize) -> usize {
        let rest = &self.page[start..];
        let length = rest.len() - rest.trim_start_matches('`').len();
        let limit = memchr::memmem::find(rest.as_bytes(), b"\n\n").unwrap_or(rest.len());
        let mut at = length;
        while let Some(found) = memchr::memchr(b'`', &rest.as_bytes()[at.min(limit)..limit]) {
            let from = at + found;
            let run = rest[from..].len() - rest[from..].trim_start_matches('`').len();
            at = from + run;
            if run == length {
                return start + at;
            }
        }
        start + length
    }

    /// Behind the brace that closes; the expression between is read.
    fn braces(&self, start: usize, empty: bool) -> Option<usize> {
        let rest = &self.page[start + 1..];
        if let Some(comment) = rest.strip_prefix("/*") {
            let end = memchr::memmem::find(comment.as_bytes(), b"*/")?;
            if comment[end + 2..].starts_with('}') {
                return Some(start + 1 + 2 + end + 3);
            }
        }
        let mut deep = 0usize;
        for (at, c) in rest.bytes().enumerate() {
            match c {
                b'{' => deep += 1,
                b'}' if deep == 0 => {
                    let inside = &rest[..at];
                    let fine = script::is_expression(inside, empty) || (!empty && script::is_spread(inside));
                    return fine.then_some(start + 1 + at + 1);
                }
                b'}' => deep -= 1,
                _ => {}
            }
        }
        None
    }

    /// Behind a tag; `first` says that it begins its line.
    fn tag(&mut self, start: usize, first: bool) -> Option<usize> {
        let page = self.page;
        let closes = page[start + 1..].starts_with('/');
        let mut at = start + 1 + usize::from(closes);
        let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-' | '_');
        let length = page[at..].find(|c| !word(c))?;
        let name = &page[at..at + length];
        if name.starts_with(|c: char| !c.is_ascii_alphabetic()) || (name.is_empty() && !page[at..].starts_with('>')) {
            return None;
        }
        at += length;
        loop {
            at += page[at..].len() - page[at..].trim_start_matches([' ', '\t', '\n', '\r']).len();
            match page.as_bytes().get(at)? {
                b'>' if closes => {
                    let (open, _) = self.open.pop()?;
                    return (open == name).then_some(at + 1);
                }
                b'>' => {
                    self.open.push((name, first));
                    return Some(at + 1);
                }
                b'/' if page[at..].starts_with("/>") && !closes => return Some(at + 2),
                b'{' => at = self.braces(at, false)?,
                c if c.is_ascii_alphabetic() && !closes => {
                    at += page[at..].find(|c| !word(c))?;
                    let Some(value) = page[at..].strip_prefix('=') else { continue };
                    at = match value.chars().next()? {
                        '{' => self.braces(at + 1, false)?,
                        quote @ ('"' | '\'') => at + 2 + value[1..].find(quote)? + 1,
                        _ => return None,
                    };
                }
                _ => return None,
            }
        }
    }
}
