//! A comment for a pull request: Markdown as GitHub, GitLab and Gitea read it, folded by file and never longer than a
//! comment may be. The first line is a mark by which a script can find the comment again.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    rc::Rc,
};

use super::{
    Page,
    ruler::{Ruler, measured},
    summary,
    text::{count, escape, sentence},
};
use crate::{
    check::Severity,
    finding::{Finding, Status},
};

/// Bytes of the whole comment. GitHub takes 65,536 characters, the others more.
const ROOM: usize = 60_000;

/// Bytes kept for the sentence that counts what found no room, and for closing what is open.
const REST: usize = 300;

/// Of files that could not be checked, those that are named.
const UNCHECKED: usize = 20;

type Place<'a> = (&'a Finding, Rc<Ruler<'a>>);

pub fn render(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::from("<!-- copydesk -->\n");
    text.push_str(&format!("### {}\n", prose(&summary::line(page))));
    for problem in page.report.problems.iter().take(UNCHECKED) {
        let path = code(&page.location.in_repository(&problem.path));
        text.push_str(&format!("\n- **not checked** {path}: {}", prose(&sentence(&problem.message))));
    }
    match page.report.problems.len().saturating_sub(UNCHECKED) {
        0 if page.report.problems.is_empty() => {}
        0 => text.push('\n'),
        more => text.push_str(&format!("\n- {more} more could not be checked\n")),
    }
    let (mut shown, files) = (0, files(page));
    let open = files.len() <= 3;
    for (path, places) in &files {
        match file(path, places, open, ROOM.saturating_sub(text.len() + REST)) {
            (_, 0) => break,
            (block, number) => {
                text.push_str(&block);
                shown += number;
            }
        }
    }
    match files.iter().map(|(_, places)| places.len()).sum::<usize>() - shown {
        0 => {}
        more => text.push_str(&format!("\n{} for which a comment has no room.\n", count(more, "more finding"))),
    }
    out.write_all(text.as_bytes())
}

/// The findings that count by file, the worst file first.
fn files<'a>(page: &Page<'a>) -> Vec<(String, Vec<Place<'a>>)> {
    let mut files: BTreeMap<&str, Vec<Place<'a>>> = BTreeMap::new();
    for (finding, ruler) in measured(page.report).filter(|(finding, _)| finding.status == Status::New) {
        files.entry(&finding.path).or_default().push((finding, ruler));
    }
    let mut files: Vec<_> = files.into_iter().collect();
    let number = |places: &[Place<'_>], severity| places.iter().filter(|(one, _)| one.severity == severity).count();
    files.sort_by_key(|(_, places)| {
        [Severity::Error, Severity::Warning, Severity::Info]
            .map(|severity| std::cmp::Reverse(number(places, severity).min(1)))
    });
    files.into_iter().map(|(path, places)| (page.location.in_repository(path), places)).collect()
}

/// One file, folded, with as many of its findings as there is room for; also says how many.
fn file(path: &str, places: &[Place<'_>], open: bool, room: usize) -> (String, usize) {
    let open = if open { " open" } else { "" };
    let mut block = format!(
        "\n<details{open}><summary><code>{}</code>: {}</summary>\n\n",
        html(path),
        count(places.len(), "finding")
    );
    let mut shown = 0;
    for (finding, ruler) in places {
        let item = item(finding, ruler);
        if block.len() + item.len() > room {
            break;
        }
        block.push_str(&item);
        shown += 1;
    }
    block.push_str("\n</details>\n");
    (block, shown)
}

fn item(finding: &Finding, ruler: &Ruler<'_>) -> String {
    let at = ruler.position(finding.span.start);
    let head = format!("line {}, **{}** {}", at.line, finding.severity.name(), code(&finding.rule));
    let help = finding.help.as_ref().map(|help| format!("<br>{}", prose(&sentence(help)))).unwrap_or_default();
    format!("- {head}: {}{help}\n", prose(&sentence(&finding.message)))
}

/// A sentence with its `quoted` words as code and everything else as plain text.
fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let mut written = String::with_capacity(text.len() + 32);
    for (index, part) in parts.iter().enumerate() {
        match index % 2 {
            0 => written.push_str(&plain(part)),
            // The last backtick has no partner.
            _ if index + 1 == parts.len() => written.push_str(&format!("\\`{}", plain(part))),
            _ => written.push_str(&code(part)),
        }
    }
    written
}

/// Text that is no markup, in the middle of a line. What a forge would make a mention, a reference or a link of, such as
/// `@name`, `#1` and `http://`, is taken apart by a space of no width.
fn plain(text: &str) -> String {
    const SPACE: &str = "&#8203;";
    let text = escape(text);
    let mut written = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        let next = text[at + c.len_utf8()..].chars().next().unwrap_or(' ');
        match c {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            ',' | ';' | ':' | '.' | '\'' | '"' | '-' | '+' | '(' | ')' | '/' | '?' | '%' => written.push(c),
            c if c.is_ascii_punctuation() => written.extend(['\\', c]),
            c => written.push(c),
        }
        let reference = "@#!$%~&".contains(c) && (next.is_alphanumeric() || next == '"');
        let address = c == ':' && next == '/' || c == '.' && is_www(&text[..at]);
        if reference || address {
            written.push_str(SPACE);
        }
    }
    written
}

fn is_www(before: &str) -> bool {
    let last = before.len().checked_sub(3).and_then(|start| before.get(start..));
    last.is_some_and(|last| last.eq_ignore_ascii_case("www"))
}

/// Text as code, in a fence that nothing in it can close.
fn code(text: &str) -> String {
    let text = escape(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    match text.trim() {
        // A code span cannot be empty, and would lose one space at both ends.
        "" => format!("{fence} {text} {fence}"),
        inner if inner.starts_with('`') || inner.ends_with('`') || inner.len() < text.len() => {
            format!("{fence} {text} {fence}")
        }
        _ => format!("{fence}{text}{fence}"),
    }
}

/// Text between HTML tags, on a line where Markdown is not read.
fn html(text: &str) -> String {
    escape(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
