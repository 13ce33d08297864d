//! What fixes change, as a unified diff that `patch` and `git apply` read.

use std::{
    io::{self, Write},
    ops::Range,
};

use super::{paint::Paint, text::escape};
use crate::{
    check::{Edit, Severity},
    finding::fix::Change,
};

/// Lines around a change that are shown.
const AROUND: usize = 3;

/// How a diff is printed.
#[derive(Debug, Clone, Copy)]
pub struct Print {
    pub color: bool,
    /// Spell out what could steer a terminal or a log; such a diff may not apply.
    pub escaped: bool,
}

/// Lines that are replaced: the old ones by number, and what stands there instead.
struct Replaced<'a> {
    old: Range<usize>,
    new: Vec<&'a str>,
}

/// The change of one file. `path` is as the reader would type it.
///
/// # Errors
/// Only those of the writer.
pub fn render(path: &str, change: &Change, print: Print, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint { color: print.color };
    for (side, sign) in [("a", "---"), ("b", "+++")] {
        writeln!(out, "{}", paint.bold(&format!("{sign} {}", name(&format!("{side}/{path}")))))?;
    }
    let lines: Vec<&str> = change.before.split_inclusive('\n').collect();
    let after = change.after();
    let replaced = replaced(change, &lines, &after);
    let mut moved = 0;
    for hunk in replaced.chunk_by(|a, b| b.old.start - a.old.end <= 2 * AROUND) {
        moved = render_hunk(hunk, &lines, moved, print, out)?;
    }
    Ok(())
}

/// Prints one hunk; `moved` is how many lines there are more than before at its start, and the result at its end.
fn render_hunk(
    hunk: &[Replaced<'_>],
    lines: &[&str],
    moved: isize,
    print: Print,
    out: &mut dyn Write,
) -> io::Result<isize> {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return Ok(moved) };
    let whole = first.old.start.saturating_sub(AROUND)..(last.old.end + AROUND).min(lines.len());
    let more: isize = hunk.iter().map(|part| part.new.len().cast_signed() - part.old.len().cast_signed()).sum();
    let new_start = whole.start.checked_add_signed(moved).unwrap_or_default();
    let new_length = whole.len().checked_add_signed(more).unwrap_or_default();
    let paint = Paint { color: print.color };
    let head = format!("@@ -{} +{} @@", range(whole.start, whole.len()), range(new_start, new_length));
    writeln!(out, "{}", paint.cyan(&head))?;
    let mut at = whole.start;
    for part in hunk {
        for line in &lines[at..part.old.start] {
            render_line(' ', line, print, out)?;
        }
        for line in &lines[part.old.clone()] {
            render_line('-', line, print, out)?;
        }
        for line in &part.new {
            render_line('+', line, print, out)?;
        }
        at = part.old.end;
    }
    for line in &lines[at..whole.end] {
        render_line(' ', line, print, out)?;
    }
    Ok(moved + more)
}

/// A line of content. Only where nobody's screen or log is steered by it may it stand as it is.
fn render_line(sign: char, line: &str, print: Print, out: &mut dyn Write) -> io::Result<()> {
    let (content, ended) = line.strip_suffix('\n').map_or((line, false), |content| (content, true));
    let mut shown = if print.escaped { escape(content).into_owned() } else { content.to_owned() };
    if print.escaped && ["::", "##["].iter().any(|command| shown.trim_start().starts_with(command)) {
        // A log that takes a line like this for a command looks only at how it begins.
        shown = format!("\\{}", shown.trim_start());
    }
    let paint = Paint { color: print.color };
    let line = format!("{sign}{shown}");
    let line = match sign {
        '-' => paint.severity(Severity::Error, &line),
        '+' => paint.green(&line),
        _ => line,
    };
    writeln!(out, "{line}")?;
    if ended { Ok(()) } else { writeln!(out, "\\ No newline at end of file") }
}

/// A range of lines, one-based; one without lines names the line before it.
fn range(start: usize, length: usize) -> String {
    match length {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        length => format!("{},{length}", start + 1),
    }
}

/// A file name as git writes it: in quotes where it is not plain.
fn name(path: &str) -> String {
    let plain = |c: char| {
        !c.is_control() && !matches!(c, '"' | '\\') && escape(c.encode_utf8(&mut [0; 4])).len() == c.len_utf8()
    };
    if path.chars().all(plain) {
        return path.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in path.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if plain(c) => quoted.push(c),
            c => quoted.extend(c.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("\\{byte:03o}"))),
        }
    }
    quoted + "\""
}

/// The lines that the edits change, in order and apart from each other.
fn replaced<'a>(change: &Change, lines: &[&str], after: &'a str) -> Vec<Replaced<'a>> {
    let mut starts: Vec<usize> = Vec::with_capacity(lines.len() + 1);
    let mut at = 0;
    for line in lines {
        starts.push(at);
        at += line.len();
    }
    starts.push(at);
    let mut found: Vec<Replaced<'a>> = Vec::new();
    let mut edits = change.edits.iter().peekable();
    // How many bytes the text has grown before the edits looked at.
    let mut grown: isize = 0;
    while let Some(edit) = edits.next() {
        let before = grown;
        let mut touched = lines_of(edit, &starts);
        grown += growth(edit);
        while let Some(next) = edits.next_if(|next| lines_of(next, &starts).start < touched.end) {
            touched.end = touched.end.max(lines_of(next, &starts).end);
            grown += growth(next);
        }
        let start = starts[touched.start].checked_add_signed(before).unwrap_or_default();
        let end = starts[touched.end].checked_add_signed(grown).unwrap_or_default();
        let new: Vec<&str> = after.get(start..end).unwrap_or_default().split_inclusive('\n').collect();
        found.extend(trimmed(touched, new, lines));
    }
    found
}

fn growth(edit: &Edit) -> isize {
    edit.text.len().cast_signed() - edit.span.len().cast_signed()
}

/// The lines that an edit touches: zero-based, end exclusive; `starts` ends with the length of the text.
fn lines_of(edit: &Edit, starts: &[usize]) -> Range<usize> {
    let last = starts.len() - 1;
    let line = |at: usize| starts[..last].partition_point(|start| *start <= at).saturating_sub(1);
    let start = line(edit.span.start);
    (start)..(line(edit.span.end) + 1).min(last).max(start)
}

/// Without the lines at both ends that are the same as before.
fn trimmed<'a>(mut old: Range<usize>, mut new: Vec<&'a str>, lines: &[&str]) -> Option<Replaced<'a>> {
    let same = lines[old.clone()].iter().zip(&new).take_while(|(old, new)| old == new).count();
    new.drain(..same);
    old.start += same;
    let same = lines[old.clone()].iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    new.truncate(new.len() - same);
    old.end -= same;
    (!old.is_empty() || !new.is_empty()).then_some(Replaced { old, new })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn diff(before: &str, edits: &[(usize, usize, &str)], escaped: bool) -> String {
        let edits = edits.iter().map(|(start, end, text)| Edit { span: Span::new(*start, *end), text: (*text).into() });
        let change = Change { before: before.to_owned(), edits: edits.collect(), fixed: Vec::new() };
        let mut out = Vec::new();
        render("a.md", &change, Print { color: false, escaped }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn far_changes_are_hunks_of_their_own_and_near_ones_share_one() {
        let text = "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\na\nb\nc\n";
        let shown = diff(text, &[(0, 1, "x\ny"), (8, 10, ""), (24, 25, "z")], false);
        let expected = "--- a/a.md\n+++ b/a.md\n@@ -1,8 +1,8 @@\n-0\n+x\n+y\n 1\n 2\n 3\n-4\n 5\n 6\n 7\n@@ -10,4 +10,4 @@\n 9\n a\n b\n-c\n+z\n";
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_missing_line_end_is_said() {
        let shown = diff("one\ntwo", &[(3, 7, "")], false);
        assert_eq!(
            shown,
            "--- a/a.md\n+++ b/a.md\n@@ -1,2 +1 @@\n-one\n-two\n\\ No newline at end of file\n+one\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn what_is_shown_on_a_screen_is_inert() {
        let shown = diff("::error::x\n\u{1b}[31mred\nend\n", &[(18, 19, "R")], true);
        assert!(!shown.contains('\u{1b}') && shown.contains("\\u{1b}[31m"), "{shown}");
        assert!(shown.lines().all(|line| !line.trim_start().starts_with("::")), "{shown}");
    }
}
