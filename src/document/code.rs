//! Fenced code: its lines of marks, and what a fence that nothing closes holds.

use std::collections::HashSet;

use super::{Block, BlockKind, Document, prose};
use crate::source::Span;

/// Words of code; read from `rules/shared/code.yaml`.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Vocabulary {
    /// Info strings, in small letters, of a fence that shows text or Markdown, so that sentences, headings and other fences
    /// stand in it on purpose.
    shown: HashSet<String>,
    /// What a block of code ends in that needs no bracket.
    ends: HashSet<String>,
}

impl Vocabulary {
    /// Whether a fence with this info string shows text or Markdown.
    pub fn shows_text(&self, info: &str) -> bool {
        self.shown.contains(info.trim().to_lowercase().as_str())
    }
}

/// What an unclosed fence holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// Nothing: a fence left over.
    Empty,
    /// Text that was not meant to be code.
    Prose,
    /// Code that breaks off.
    Cut,
    /// Code that may be whole: its brackets are closed and its last line is complete.
    Even,
    /// Code that ends as code does.
    Whole,
    /// It has more marks than what was to close it.
    Short,
}

/// One word behind the marks of a fence.
pub fn is_language(info: &str) -> bool {
    let info = info.trim();
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '-' | '_');
    info.starts_with(|c: char| c.is_ascii_alphabetic()) && info.chars().all(letters)
}

pub fn opener_text(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim()
}

/// Where the line begins, in an unclosed block, on which a heading stands right behind the marks that were to close it or
/// the one before. No language is named so, and a single `#` begins comments.
pub fn glued(text: &str) -> Option<usize> {
    let (marks, _) = marks(opener_text(text));
    let mut at = 0;
    text.split_inclusive('\n').find_map(|line| {
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        line.trim_start().strip_prefix(marks).is_some_and(is_heading).then_some(start)
    })
}

/// Where the line of marks stands that was to close an unclosed block and has too few of them: it closes no fence within the
/// block.
pub fn short(text: &str) -> Option<usize> {
    let (wanted, _) = marks(opener_text(text));
    let mark = wanted.chars().next().filter(|_| wanted.len() > 3)?;
    let mut is_within = false;
    let mut at = text.find('\n')? + 1;
    text[at..].split_inclusive('\n').find_map(|line| {
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        let (found, info) = marks(line.trim());
        if found.len() < 3 || !found.starts_with(mark) {
            return None;
        }
        let closes = info.is_empty() && !is_within;
        is_within = !info.is_empty();
        closes.then_some(start)
    })
}

/// The marks of a fence's first line, and what stands behind them.
pub fn marks(opener: &str) -> (&str, &str) {
    opener.split_at(opener.len() - opener.trim_start_matches(['`', '~']).len())
}

/// What the unclosed fence that `text` starts with holds.
pub fn open(text: &str, vocabulary: &Vocabulary) -> Open {
    open_at(text, "", vocabulary)
}

/// The same of a whole block.
pub fn open_block(document: &Document, span: Span, vocabulary: &Vocabulary) -> Open {
    if document.blocks.iter().any(|block| swallows(document, block)) {
        return Open::Prose;
    }
    open_at(document.text(span), &document.source.text[span.end..], vocabulary)
}

/// Whether a heading stands in code: a line of marks is missing above, and code and text have changed places.
pub fn swallows(document: &Document, block: &Block) -> bool {
    matches!(block.kind, BlockKind::Code { fenced: true, closed: true }) && has_heading(document.text(block.span))
}

/// Whether a fence without an info string holds an empty line, a rule and text below it: its marks were to close another.
pub fn begins_with_rule(text: &str) -> bool {
    let (_, info) = marks(opener_text(text));
    let mut lines = text.lines().skip(1).map(str::trim);
    let is_rule = |line: &str| line.len() >= 3 && ["-", "*", "_"].iter().any(|mark| line.replace(mark, "").is_empty());
    info.trim().is_empty()
        && lines.next().is_some_and(str::is_empty)
        && lines.find(|line| !line.is_empty()).is_some_and(is_rule)
        && lines.next().is_some_and(str::is_empty)
        && lines.any(|line| is_words(line) || is_sentence(line))
}

/// The same where `after` follows in the file.
fn open_at(text: &str, after: &str, vocabulary: &Vocabulary) -> Open {
    if text.lines().skip(1).all(|line| line.trim().is_empty()) {
        return Open::Empty;
    }
    if short(text).is_some() {
        return Open::Short;
    }
    if glued(text).is_some() {
        return Open::Prose;
    }
    let last = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    let (_, info) = marks(opener_text(text));
    let is_sentence = info.trim().is_empty() && is_sentence(last.trim()) && is_article(last.trim());
    let is_text = matches!(info.trim(), "markdown" | "md" | "mdx") && prose::finished(last.trim());
    if is_words(last.trim())
        || is_sentence
        || is_text
        || prose_share(text.lines().skip(1)) != Share::None
        || is_post(text, vocabulary)
    {
        return Open::Prose;
    }
    wholeness(text, after, last, vocabulary)
}

/// Whether the code of an unclosed fence that ends in the line `last` is whole. Code that was cut off mostly leaves a bracket
/// open, stops at a sign, or ends without a line end.
fn wholeness(text: &str, after: &str, last: &str, vocabulary: &Vocabulary) -> Open {
    let code = text.split_once('\n').map_or("", |(_, code)| code);
    let count = |sign: char| code.matches(sign).count();
    let paired = [('(', ')'), ('[', ']'), ('{', '}')].iter().all(|(open, close)| count(*open) == count(*close));
    let quoted = ['"', '`'].iter().all(|mark| last.matches(*mark).count() % 2 == 0);
    let indent = |line: &str| line.len() - line.trim_start().len();
    let first = code.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let end = last.trim_end().chars().next_back().unwrap_or_default();
    let complete = end.is_alphanumeric() || matches!(end, ')' | ']' | '}' | ';' | '>' | '"' | '\'' | '`' | '/' | '*');
    let ended = text.ends_with('\n') || after.starts_with(['\n', '\r']);
    if !(paired && quoted && complete) {
        return Open::Cut;
    }
    let word = last.split_whitespace().next_back().unwrap_or_default();
    let ends_block = vocabulary.ends.contains(word);
    let tag = end == '>' && last.contains('<');
    let closes = ends_block || tag || matches!(end, ')' | ']' | '}' | ';' | '"' | '\'');
    // Python and YAML end further in at times, and so does much that was cut off.
    match closes && indent(last) <= indent(first) {
        // An editor that writes no line end behind the last line leaves whole code so too.
        whole if !ended => {
            if whole {
                Open::Even
            } else {
                Open::Cut
            }
        }
        true => Open::Whole,
        false => Open::Even,
    }
}

/// Where the fence begins that is open at the end of a list or a quote.
pub fn nested(text: &str) -> Option<usize> {
    memchr::memchr2(b'`', b'~', text.as_bytes())?;
    let mut open: Option<(char, usize, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let inner = line.trim_start_matches(|c: char| {
            matches!(c, ' ' | '\t' | '>' | '-' | '*' | '+' | '.' | ')') || c.is_ascii_digit()
        });
        let start = at + line.len() - inner.len();
        at += line.len();
        let Some(mark) = inner.chars().next().filter(|c| matches!(c, '`' | '~')) else { continue };
        let length = inner.chars().take_while(|c| *c == mark).count();
        let rest = inner[length..].trim();
        match open {
            Some((by, least, _)) if by == mark && length >= least && rest.is_empty() => open = None,
            None if length >= 3 && !rest.contains('`') => open = Some((mark, length, start)),
            _ => {}
        }
    }
    open.map(|(_, _, start)| start)
}

/// A line that no code ends in: an image, a link, or words without a sign of code.
pub fn is_words(line: &str) -> bool {
    let image = line.starts_with("![") || (line.starts_with('[') && line.contains("]("));
    let line = &without_addresses(line);
    let code =
        line.contains(['{', '}', ';', '=', '\\', '(', '"', '/']) || line.starts_with(['#', '/', '$', '<', '@', '|']);
    let unspaced = line.chars().filter(|c| prose::script(*c).unspaced()).count();
    let words = line.split_whitespace().filter(|word| word.chars().all(char::is_alphabetic)).count();
    image || (!code && (unspaced >= 10 || words >= 10))
}

/// What a reader reads of a line with links: their addresses have the signs of code.
fn without_addresses(line: &str) -> String {
    let mut words = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("](") {
        words.push_str(before);
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    words + rest
}

/// Whether headings, rules, lists and sentences go on in an unclosed fence to its end, or another fence of code opens in it:
/// its closing line got lost, and the post did not.
fn is_post(text: &str, vocabulary: &Vocabulary) -> bool {
    let (marks, info) = marks(opener_text(text));
    if vocabulary.shows_text(info) {
        return false;
    }
    let mut signs = [false; 4];
    let mut ends = false;
    let mut is_below_gap = false;
    for line in text.lines().skip(1).map(str::trim) {
        if line.is_empty() {
            is_below_gap = true;
            continue;
        }
        let heading = is_heading(line) && is_below_gap;
        let rule = line.len() >= 3 && (line.bytes().all(|b| b == b'-') || line.bytes().all(|b| b == b'*'));
        let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
        let item = number.len() < line.len() && number.starts_with(". ");
        let comment = line.starts_with(['#', '/', '*', '-', ';', '"', '\'']);
        let sentence = !comment && is_sentence(line);
        let found = [heading, rule && is_below_gap, item, sentence];
        signs.iter_mut().zip(found).for_each(|(sign, found)| *sign |= found);
        ends = found.contains(&true) || (is_below_gap && line.starts_with("- "));
        is_below_gap = false;
    }
    let other = || {
        is_below_tag(text)
            || !info.trim().is_empty()
                && text.lines().skip(1).any(|line| line.strip_prefix(marks).is_some_and(is_language))
    };
    (ends && (signs[0] || signs[3]) && signs.iter().filter(|sign| **sign).count() > 1) || other()
}

/// A line that begins as a heading does and as no comment: with two to six `#` and a blank.
pub fn is_heading(line: &str) -> bool {
    let title = line.trim_start_matches('#');
    (2..=6).contains(&(line.len() - title.len())) && title.starts_with(' ')
}

/// Whether a heading stands in code without an info string, with empty lines around it: a comment has code below it.
fn has_heading(text: &str) -> bool {
    let (_, info) = marks(opener_text(text));
    let lines: Vec<&str> = text.lines().skip(1).map(str::trim).collect();
    info.trim().is_empty()
        && lines.windows(3).any(|three| three[0].is_empty() && is_heading(three[1]) && three[2].is_empty())
}

/// Whether a tag ends right below the first line, as it does behind code that begins right behind a tag: to CommonMark the
/// first line of marks there is HTML, and the second one opens the block.
pub fn is_below_tag(text: &str) -> bool {
    let first = text.lines().skip(1).find(|line| !line.trim().is_empty());
    first.is_some_and(|line| line.trim_start().starts_with("</"))
}

/// A line that ends in a mark which no code ends in, or a sentence of many words.
fn is_sentence(line: &str) -> bool {
    let words = line.split_whitespace().filter(|word| word.chars().all(char::is_alphabetic)).count();
    line.ends_with(['。', '！', '？']) || (words >= 6 && prose::finished(line) && !line.contains(['=', '{', ';']))
}

#[derive(Debug, PartialEq, Eq)]
pub enum Share {
    None,
    Some,
    All,
}

/// How many of these lines read like an article: headings, and paragraphs that end in sentence marks.
pub fn prose_share<'a>(lines: impl Iterator<Item = &'a str>) -> Share {
    let (mut prose, mut other) = (0usize, 0usize);
    for line in lines.map(str::trim).filter(|line| !line.is_empty()).take(400) {
        if is_article(line) {
            prose += 1;
        } else if !line.starts_with(['!', '[', '-', '*', '>', '#', '`', '~']) {
            other += 1;
        }
    }
    match (prose, other) {
        (0 | 1, _) => Share::None,
        (prose, other) if prose >= 3 * other => Share::All,
        (prose, other) if prose * 3 >= other => Share::Some,
        _ => Share::None,
    }
}

/// A long line that ends as a sentence does and has none of the signs of code.
pub fn is_article(line: &str) -> bool {
    let comment = line.contains(" //") || line.contains(" # ");
    let code = line.contains(['{', '}', ';', '=', '\\']) || line.starts_with(['#', '/', '$', '<', '@', '|']) || comment;
    line.chars().count() >= 30 && !code && prose::finished(line)
}
