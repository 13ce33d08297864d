//! Rows of a table with more cells than its head, of which readers do not see the rest.

use super::{Hit, Subject, markup};
use crate::{
    document::BlockKind,
    site::{Generator, Site},
    source::Span,
};

pub const WORDS: &[&str] = &["found", "count"];

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Cells {}

impl Cells {
    /// The first such row of each table.
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let Some(code) = Code::of(subject.site) else { return Vec::new() };
        let document = subject.document;
        let tables = document.blocks.iter().filter(|block| block.kind == BlockKind::Table);
        let hit = |table: Span| {
            let text = document.text(table);
            let (head, lost) = beyond(text, code)?;
            let lost = lost.shifted(table.start);
            let found = markup::quoted(document.text(lost));
            let head_span = Span::new(table.start, table.start + text.lines().next().unwrap_or_default().len());
            Some(Hit::new(lost).word("found", found).word("count", head.to_string()).label("head", head_span))
        };
        tables.filter_map(|table| hit(table.span)).collect()
    }
}

/// What a `|` within backticks is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Code {
    /// The end of a cell, as GFM has it; so run with goldmark, markdown-it 14, marked 12 and remark-gfm 4.
    Parts,
    /// Part of the code, as Python-Markdown 3.11 has it (run).
    Holds,
}

impl Code {
    /// None where further cells are shown: kramdown 2.4 adds columns (run).
    fn of(site: &Site) -> Option<Self> {
        match site.generator {
            Generator::Jekyll => None,
            // Either of the two may be meant.
            Generator::MkDocs | Generator::Pelican | Generator::Plain | Generator::Obsidian => Some(Self::Holds),
            _ => Some(Self::Parts),
        }
    }
}

/// How many cells the head of a table has, and what a row holds beyond them.
fn beyond(table: &str, code: Code) -> Option<(usize, Span)> {
    // A template is filled in before Markdown is read, and a `|` in it parts nothing.
    if table.contains("{{") || table.contains("{%") {
        return None;
    }
    if table.lines().any(names_a_link) {
        return None;
    }
    let mut lines = table.split_inclusive('\n');
    let head = lines.next()?;
    let count = cells(head, code).count();
    let mut at = head.len();
    for (number, line) in lines.enumerate() {
        // The line below the head has as many, or this were no table.
        let more = if number == 0 { None } else { cells(line, code).nth(count) };
        if let Some(more) = more {
            let end = line.trim_end().trim_end_matches('|').len();
            let lost = Span::new(at + more.start, at + end.max(more.start)).trimmed(table);
            if table[lost.start..lost.end].contains(char::is_alphanumeric) {
                return Some((count, lost));
            }
        }
        at += line.len();
    }
    None
}

/// Whether a `|` stands within `[[…]]`: Quartz 4 escapes it in tables before Markdown is read.
fn names_a_link(line: &str) -> bool {
    line.split("[[").skip(1).any(|rest| rest.split_once("]]").is_some_and(|(link, _)| link.contains('|')))
}

/// The cells of a row.
fn cells(line: &str, code: Code) -> impl Iterator<Item = Span> {
    let start = line.len() - line.trim_start().len();
    let end = line.trim_end().len();
    let inner = &line[start.min(end)..end];
    let from = start + usize::from(inner.starts_with('|'));
    let to = if inner.len() > 1 && inner.ends_with('|') && !inner.ends_with("\\|") { end - 1 } else { end };
    let bytes = line.as_bytes();
    let (mut cell, mut done, mut ticked) = (from, false, false);
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let end = (cell..to).find(|at| match bytes[*at] {
            b'`' if code == Code::Holds => {
                ticked = !ticked;
                false
            }
            // Before nothing else a backslash counts here.
            b'|' => !ticked && (*at == 0 || bytes[at - 1] != b'\\'),
            _ => false,
        });
        let found = Span::new(cell, end.unwrap_or(to.max(cell)));
        done = end.is_none();
        cell = found.end + 1;
        Some(found)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: &str, code: Code) -> Vec<&str> {
        cells(line, code).map(|cell| cell.of(line)).collect()
    }

    #[test]
    fn rows_have_the_cells_that_their_marks_part() {
        assert_eq!(row("| a | b |\n", Code::Parts), [" a ", " b "]);
        assert_eq!(row("a | b", Code::Parts), ["a ", " b"]);
        assert_eq!(row("| `a|b` | c\\|d |", Code::Parts), [" `a", "b` ", " c\\|d "]);
        assert_eq!(row("| `a|b` | c\\|d |", Code::Holds), [" `a|b` ", " c\\|d "]);
        assert_eq!(row("| `\\` | b |", Code::Holds), [" `\\` ", " b "]);
        assert_eq!(row("|", Code::Parts), [""]);
        assert_eq!(row("", Code::Parts), [""]);
    }
}
