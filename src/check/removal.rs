//! Taking a passage out of a post together with what would be left over: blank lines, and the rule that set it apart.

use super::{Edit, Subject};
use crate::{
    document::{Block, BlockKind, tail::PeeledKind},
    source::Span,
};

/// The edit that takes out `span`, which is trimmed and lies in one block or is made of several; none where nobody can tell
/// what would be left.
pub fn edits(subject: &Subject<'_>, span: Span) -> Vec<Edit> {
    edit(subject, span).into_iter().collect()
}

fn edit(subject: &Subject<'_>, span: Span) -> Option<Edit> {
    let document = subject.document;
    let index = document.blocks.partition_point(|block| block.span.start <= span.start).checked_sub(1)?;
    let last = document.blocks.partition_point(|block| block.span.start < span.end).checked_sub(1)?;
    let (block, end) = (&document.blocks[index], document.blocks[last].span.end);
    if span.is_empty() || end < span.end {
        return None;
    }
    let around = [Span::new(block.span.start, span.start), Span::new(span.end, end)];
    if around.iter().all(|part| !document.text(*part).contains(char::is_alphanumeric)) {
        return whole(subject, index, last);
    }
    if last > index {
        return None;
    }
    let text = &document.source.text;
    let line = Span::new(line_start(text, span.start), line_end(text, span.end));
    let alone = Span::new(line.start, line.end).trimmed(text) == span;
    if alone { lines(block, line, text) } else { phrase(span, line, text) }
}

/// Takes out the blocks from `index` to `last` as a whole, with the rules before them.
fn whole(subject: &Subject<'_>, index: usize, last: usize) -> Option<Edit> {
    let document = subject.document;
    let (text, blocks) = (&document.source.text, &document.blocks);
    let is_rule = |block: &Block| matches!(block.kind, BlockKind::Rule);
    let solid = |blocks: &[Block]| blocks.iter().any(|block| !is_rule(block));
    if !solid(&blocks[..index]) && !solid(&blocks[last + 1..]) {
        // Nothing would be left of the post.
        return None;
    }
    let mut first = index;
    while first > 0 && is_rule(&blocks[first - 1]) {
        first -= 1;
    }
    let mut start = line_start(text, blocks[first].span.start);
    if let Some(rule) = underline_before(subject, start) {
        start = line_start(text, rule.start);
    }
    let mut end = next_line(text, blocks[last].span.end);
    if first == 0 && start <= line_start(text, blocks[0].span.start) {
        // At the beginning, a rule below it would have nothing to part, and might be read as front matter.
        let next = blocks[last + 1..].iter().find(|block| !is_rule(block))?;
        return Some(removed(line_start(text, blocks[0].span.start), line_start(text, next.span.start)));
    }
    let above = blank_start(text, start);
    let below = blank_end(text, end);
    if below == text.len() {
        return Some(removed(above, text.len()));
    }
    match (above < start, below > end) {
        (true, _) => end = below,
        (false, true) => {}
        // Blocks that touched it must not touch each other.
        (false, false) => return Some(Edit { span: Span::new(start, end), text: line_break(text).to_owned() }),
    }
    Some(removed(start, end))
}

/// The dashes right before `at` that Markdown takes for the underline of a heading, where the author meant a rule.
fn underline_before(subject: &Subject<'_>, at: usize) -> Option<Span> {
    let document = subject.document;
    let rules = subject.tail.peeled.iter().filter(|peeled| peeled.kind == PeeledKind::Rule);
    let gap = |rule: Span| rule.end <= at && document.text(Span::new(rule.end, at)).trim().is_empty();
    let rule = rules.map(|peeled| peeled.span).rfind(|rule| gap(*rule))?;
    let underlines = |block: &Block| matches!(block.kind, BlockKind::Heading { setext: true, .. });
    document.blocks.iter().any(|block| underlines(block) && block.span.contains(rule)).then_some(rule)
}

/// Takes out whole lines of a block of which more is left.
fn lines(block: &Block, line: Span, text: &str) -> Option<Edit> {
    let below = text[next_line(text, line.end)..].lines().next().unwrap_or_default();
    let goes_on = match block.kind {
        BlockKind::Paragraph => false,
        // What belongs to an item goes on further in.
        BlockKind::List { .. } => below.starts_with([' ', '\t']),
        BlockKind::Quote => !line.of(text).trim_start().starts_with('>'),
        BlockKind::Heading { .. } | BlockKind::Html => !is_balanced(line.of(text)),
        _ => true,
    };
    if goes_on || block.span.end <= line.start {
        return None;
    }
    let end = next_line(text, line.end);
    let start =
        if end == text.len() && !text.ends_with('\n') { line_break_before(text, line.start) } else { line.start };
    Some(removed(start, end))
}

/// Takes out a part of a line, if no mark-up begins or ends in it, with the blank that would be left over.
fn phrase(span: Span, line: Span, text: &str) -> Option<Edit> {
    if !is_balanced(span.of(text)) {
        return None;
    }
    let before = Span::new(line.start, span.start).of(text);
    let after = Span::new(span.end, line.end).of(text);
    let (blank_before, blank_after) = (before.len() - before.trim_end().len(), after.len() - after.trim_start().len());
    Some(if before.trim().is_empty() {
        removed(span.start, span.end + blank_after)
    } else if blank_after > 0 || after.is_empty() {
        removed(span.start - blank_before, span.end)
    } else {
        removed(span.start, span.end)
    })
}

/// Whether all mark-up that begins in a text ends in it, as far as counting tells.
fn is_balanced(text: &str) -> bool {
    let number = |c: char| text.matches(c).count();
    ['*', '_', '`', '~', '"', '$'].into_iter().all(|mark| number(mark) % 2 == 0)
        && [('[', ']'), ('(', ')'), ('<', '>'), ('{', '}'), ('（', '）'), ('“', '”'), ('「', '」'), ('《', '》')]
            .into_iter()
            .all(|(open, close)| number(open) == number(close))
        && text.matches("</").count() * 2 + text.matches("/>").count() + text.matches("<br>").count() >= number('<')
}

const fn removed(start: usize, end: usize) -> Edit {
    Edit { span: Span::new(start, end), text: String::new() }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(if text.starts_with('\u{feff}') { 3 } else { 0 }, |end| end + 1)
}

/// Without the line end.
fn line_end(text: &str, at: usize) -> usize {
    let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |length| at + length);
    if text[at..end].ends_with('\r') { end - 1 } else { end }
}

fn next_line(text: &str, at: usize) -> usize {
    memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |length| at + length + 1)
}

/// Where the blank lines before the line that starts at `at` begin.
fn blank_start(text: &str, at: usize) -> usize {
    let content = text[..at].trim_end().len();
    if content == 0 { at } else { next_line(text, content).min(at) }
}

/// Where the blank lines from `at`, the start of a line, end.
fn blank_end(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let blank = rest.len() - rest.trim_start().len();
    if blank == rest.len() { text.len() } else { rest[..blank].rfind('\n').map_or(at, |end| at + end + 1) }
}

/// Where the line end before `at`, the start of a line, begins.
fn line_break_before(text: &str, at: usize) -> usize {
    let before =
        text[..at].strip_suffix('\n').map_or(&text[..at], |before| before.strip_suffix('\r').unwrap_or(before));
    before.len()
}

fn line_break(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}
