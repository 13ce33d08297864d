//! What an author meant as front matter, wherever it stands, and what keeps the generator from reading it.

use super::{Fault, FaultKind, Split, Syntax, fences};
use crate::{
    site::{Generator, Site},
    source::Span,
};

/// Lines before the first fence or key that are looked at; front matter further down was not meant as such.
const PREFACE: usize = 12;

/// What is wrong with the fences. `read` says whether the generator got keys and values out of the block, and `broken`
/// whether the block does not parse.
pub fn faults(text: &str, split: &Split, site: &Site, read: bool, broken: bool) -> Vec<Fault> {
    // Keys may be there and the end is not: Hugo stops over that.
    if read && !split.refused {
        return swallowed(text, split).into_iter().collect();
    }
    let lenient = site.generator == Generator::Plain;
    let Some(meant) = Meant::find(text) else { return swallowed(text, split).into_iter().collect() };
    meant.fault(text, split, broken, lenient).into_iter().collect()
}

/// A paragraph between thematic breaks that a generator took for front matter: blank lines stand around it.
fn swallowed(text: &str, split: &Split) -> Option<Fault> {
    let block = split.block.as_ref().filter(|block| matches!(block.syntax, Syntax::Yaml | Syntax::Lines))?;
    let payload = block.payload.of(text);
    let paragraph = block.payload.trimmed(text);
    let framed = |line: Option<&str>| line.is_some_and(fences::is_blank);
    let before = block.opener.is_empty() || framed(payload.lines().next());
    if paragraph.is_empty() || !before || !framed(payload.lines().last()) && !block.closer.is_empty() {
        return None;
    }
    // A key with one word is meant as such: `kanban-plugin: board`, and where no line opens the block, nothing but
    // `redirect: /there.html`.
    let value = paragraph.of(text).split_once(':').map_or("", |(_, value)| value.trim());
    let is_word = !value.is_empty() && !value.contains(char::is_whitespace);
    let is_all = value.contains('/') && split.body.of(text).trim().is_empty();
    if is_word && (!block.opener.is_empty() || is_all) {
        return None;
    }
    let lines = paragraph.of(text).lines();
    let keys = lines.clone().filter(|line| key_of(line).is_some()).count();
    (keys <= 1 && lines.clone().all(|line| !fences::is_blank(line)) && !paragraph.of(text).starts_with('#'))
        .then(|| Fault { kind: FaultKind::False, span: paragraph, keys: paragraph, edits: Vec::new(), fatal: false })
}

/// Front matter as it was meant.
#[derive(Debug, Default)]
struct Meant {
    /// The opening line of a code fence around it.
    code: Option<Span>,
    /// Every fence line before the keys.
    openers: Vec<Span>,
    /// From the first key to the end of the last value.
    keys: Span,
    closer: Option<Span>,
    /// The first line that is neither blank nor a byte order mark.
    first: Span,
}

impl Meant {
    fn find(text: &str) -> Option<Self> {
        let mut meant = Self::default();
        let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let mut first = None;
        for line in fences::lines_from(text, start).filter(|line| !is_empty(line.of(text))).take(PREFACE) {
            let content = visible(text, line).of(text);
            first.get_or_insert(line);
            if is_fence(content) {
                meant.openers.push(line);
            } else if key_of(content).is_some()
                && (first == Some(line) && !announces(text, line) || meant.follows(text, line))
            {
                meant.keys = line;
                break;
            } else if first == Some(line) && is_code_fence(content) {
                meant.code = Some(line);
            } else if is_code_fence(content) && meant.openers.is_empty() {
                // What stands in code below a text is shown.
                break;
            } else {
                // Something else stands here; a fence further down may still open front matter.
                meant.openers.clear();
                meant.code = None;
            }
        }
        meant.first = first?;
        (!meant.keys.is_empty()).then(|| meant.with_end(text))
    }

    /// Whether `line` comes right after a fence or the start of a code fence.
    fn follows(&self, text: &str, line: Span) -> bool {
        let last = self.openers.last().or(self.code.as_ref());
        last.is_some_and(|fence| is_empty(Span::new(fence.end, line.start).of(text)))
    }

    /// Finds the last key and the closing fence.
    fn with_end(mut self, text: &str) -> Self {
        let mut open_quote = quote_left_open(self.keys.of(text));
        for line in fences::lines_from(text, fences::next_line(text, self.keys.end)) {
            let content = line.of(text);
            if is_fence(content.trim_start()) || content.trim_end() == "..." {
                self.closer = Some(line);
                break;
            }
            if self.code.is_some() && content.starts_with("```") {
                break;
            }
            let part = open_quote
                || key_of(content).is_some()
                || content.starts_with([' ', '\t', '#'])
                || content.starts_with("- ");
            if is_empty(content) {
                open_quote = false;
            } else if part {
                self.keys.end = line.end;
                open_quote = quote_left_open(content);
            } else {
                // A stray line between keys and a fence is inside of the block.
                if !self.openers.is_empty() {
                    self.closer = fences::lines_from(text, fences::next_line(text, line.end))
                        .take(PREFACE)
                        .take_while(|line| !is_empty(line.of(text)))
                        .find(|line| is_fence(line.of(text)));
                }
                break;
            }
        }
        self
    }

    fn fault(&self, text: &str, split: &Split, broken: bool, lenient: bool) -> Option<Fault> {
        let end = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let opener = self.openers.first().copied();
        let fatal = split.refused || broken;
        let fault = |kind, span, edits| Some(Fault { kind, span, keys: self.keys, edits, fatal });
        if let Some(code) = self.code {
            return fault(FaultKind::Fenced, code, self.without_code_fence(text, code));
        }
        let Some(opener) = opener else {
            let closer = self.closer?;
            let indent = closer.of(text).starts_with([' ', '\t']) || self.keys.of(text).starts_with([' ', '\t']);
            let opened = (Span::new(end, self.keys.start), fence_line(text));
            let edits =
                if indent { Vec::new() } else { std::iter::once(opened).chain(plain_fence(text, closer)).collect() };
            let first = Span::new(self.keys.start, line_end(text, self.keys.start));
            // Plain text may begin like that, and a few generators even read it.
            return if lenient && self.first != first { None } else { fault(FaultKind::Unopened, first, edits) };
        };
        if let [_, second, ..] = self.openers[..]
            && self.closer.is_some()
            && split.block.as_ref().is_none_or(|block| !block.payload.contains(self.keys))
        {
            let last = self.openers.last().copied().unwrap_or(second);
            // Blank lines before go with the first fence, or the next fault would stand there.
            let start = if is_empty(Span::new(end, opener.start).of(text)) { end } else { opener.start };
            let edit = (Span::new(start, last.start), "");
            return fault(FaultKind::Doubled, second.trimmed(text), vec![edit]);
        }
        let fence = visible(text, opener);
        // A file that is copied as it is lacks front matter at its very first byte: a byte order mark is before that.
        let before = Span::new(if split.copied { 0 } else { end }, fence.start);
        let unread = split.block.as_ref().is_none_or(|block| {
            // Hexo takes what stands before a fence for keys.
            !block.payload.contains(self.keys) || block.opener.is_empty() && broken
        });
        // Within a comment, nothing is printed, and nothing was meant to be read.
        let in_comment = before.of(text).rfind("<!--").is_some_and(|at| !before.of(text)[at..].contains("-->"));
        if in_comment {
            return None;
        }
        if !before.is_empty() && self.closer.is_some() && unread && !(lenient && is_empty(before.of(text))) {
            let edits = if is_empty(before.of(text)) { vec![(before, "")] } else { Vec::new() };
            return fault(FaultKind::Displaced, fence, edits);
        }
        // A fence that is none for this generator: `----`, one of other dashes, or one with blanks behind it.
        // Astro and Hugo take the first three dashes for one and the rest for a line of the block.
        let torn = broken && split.block.as_ref().is_some_and(|block| (1..fence.len()).contains(&block.opener.len()));
        let odd = torn || unread && opener.of(text) != "---";
        if before.is_empty() && odd && !lenient && self.closer.is_some() {
            let toml = opener.of(text).starts_with('+');
            let edits = if toml { Vec::new() } else { plain_fences(text, opener, self.closer) };
            return fault(FaultKind::Unopened, fence, edits);
        }
        // Three dots close a block for YAML, and not for most generators.
        if let Some(dots) = self.closer.filter(|closer| closer.of(text).trim_end() == "...")
            && split.block.as_ref().is_none_or(|block| block.closer.start != dots.start)
            && (unread || broken)
        {
            return fault(FaultKind::Unclosed, fence, plain_fence(text, dots).into_iter().collect());
        }
        let closed = self.closer.is_some_and(|closer| !closer.of(text).starts_with([' ', '\t']));
        if !closed && split.block.as_ref().is_none_or(|block| block.closer.is_empty() || broken) {
            let at = fences::next_line(text, self.keys.end);
            let close = match fence_line(text) {
                _ if at == text.len() && !text.ends_with('\n') => "\n---\n",
                line => line,
            };
            let edits = if self.closer.is_none() { vec![(Span::at(at), close)] } else { Vec::new() };
            return fault(FaultKind::Unclosed, opener.trimmed(text), edits);
        }
        None
    }

    /// Removes the code fence, at both ends where it plainly ends with the block or with the file.
    fn without_code_fence(&self, text: &str, code: Span) -> Vec<(Span, &'static str)> {
        let opened = if self.openers.is_empty() { fence_line(text) } else { "" };
        let start = (Span::new(0, fences::next_line(text, code.end)), opened);
        let after = self.closer.map_or(self.keys.end, |closer| closer.end);
        let next = fences::lines_from(text, fences::next_line(text, after)).find(|line| !is_empty(line.of(text)));
        let mut edits = vec![start];
        let close = next.filter(|line| line.of(text).trim_end() == "```").or_else(|| last_code_fence(text, after));
        if let Some(line) = close {
            let closed = if self.closer.is_none() { fence_line(text) } else { "" };
            edits.push((Span::new(line.start, fences::next_line(text, line.end)), closed));
        }
        edits
    }
}

/// The last line of the file where that closes a code fence that nothing else in between opened.
fn last_code_fence(text: &str, after: usize) -> Option<Span> {
    let fences: Vec<Span> = fences::lines_from(text, fences::next_line(text, after))
        .filter(|line| line.of(text).starts_with("```"))
        .collect();
    let last = *fences.last()?;
    (fences.len() % 2 == 1 && is_empty(&text[last.end..]) && last.of(text).trim_end() == "```").then_some(last)
}

/// A fence with the line end that the file uses.
fn fence_line(text: &str) -> &'static str {
    let first = memchr::memchr(b'\n', text.as_bytes()).unwrap_or(0);
    if text[..first].ends_with('\r') { "---\r\n" } else { "---\n" }
}

/// What makes a line `---` where it is another kind of fence.
fn plain_fence(text: &str, line: Span) -> Option<(Span, &'static str)> {
    let is_plain =
        matches!(line.of(text).trim_end_matches('\r'), "---" | "+++") || line.of(text).starts_with([' ', '\t']);
    let end = line.start + line.of(text).trim_end_matches(['\r', '\n']).len();
    (!is_plain).then_some((Span::new(line.start, end), "---"))
}

fn plain_fences(text: &str, opener: Span, closer: Option<Span>) -> Vec<(Span, &'static str)> {
    plain_fence(text, opener).into_iter().chain(closer.and_then(|closer| plain_fence(text, closer))).collect()
}

fn line_end(text: &str, at: usize) -> usize {
    fences::lines_from(text, at).next().map_or(at, |line| line.end)
}

fn is_empty(line: &str) -> bool {
    line.chars().all(is_unseen)
}

/// Whether `line` says that something follows (`Here it is:`) and is no key: a blank line is below it, or the fence of
/// front matter.
fn announces(text: &str, line: Span) -> bool {
    let mut below = fences::lines_from(text, fences::next_line(text, line.end));
    let Some(next) = below.next() else { return false };
    let mut opens =
        || is_fence(next.of(text).trim_start()) && below.next().is_some_and(|line| key_of(line.of(text)).is_some());
    line.of(text).trim_end().ends_with(':') && (is_empty(next.of(text)) || opens())
}

/// White space, and characters without any width that stand in its place.
fn is_unseen(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{ad}')
}

/// A line without what nobody sees at both ends.
fn visible(text: &str, line: Span) -> Span {
    let content = line.of(text);
    let start = line.start + (content.len() - content.trim_start_matches(is_unseen).len());
    Span::new(start, start + Span::new(start, line.end).of(text).trim_end_matches(is_unseen).len())
}

/// Three or more dashes, what an editor makes of them, or `+++`, alone on a line.
fn is_fence(line: &str) -> bool {
    let line = line.trim_end();
    let long = |c: char| matches!(c, '\u{2013}' | '\u{2014}' | '\u{2015}');
    line == "+++" || line.len() >= 3 && line.chars().all(|c| c == '-' || long(c))
}

fn is_code_fence(line: &str) -> bool {
    ["```", "~~~"].iter().any(|fence| line.starts_with(fence)) && !line.trim_start_matches(['`', '~']).contains('`')
}

/// Whether a value begins with a quote that its line does not end.
fn quote_left_open(line: &str) -> bool {
    let value = line.split_once(": ").map_or(line, |(_, value)| value).trim();
    ['"', '\''].iter().any(|quote| value.starts_with(*quote) && (value.len() == 1 || !value.ends_with(*quote)))
}

/// The key of a line `key: value` or `key = value`; spaces in front are allowed.
pub fn key_of(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let at = line.find([':', '='])?;
    let after = &line[at + 1..];
    let key = line[..at].trim_end().trim_matches(['"', '\'']);
    let spaced = line[at..].starts_with('=') || after.is_empty() || after.starts_with([' ', '\t']);
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
    let begins = key.chars().next().is_some_and(|c| c.is_alphabetic() || matches!(c, '_' | '$'));
    let short = key.chars().count() <= 40 && key.split(' ').count() <= 3;
    (spaced && begins && short && key.chars().all(word)).then_some(key)
}
