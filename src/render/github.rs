//! Annotations for GitHub Actions, written as workflow commands, and the rest as lines of the log.

use std::io::{self, Write};

use super::{
    Page, concise,
    ruler::measured,
    summary,
    text::{count, escape, sentence},
    told,
};
use crate::{check::Severity, finding::Status};

/// GitHub shows ten annotations of each level for a step and drops the others without a word.
/// Source: "Limits for annotations", GitHub's documentation of workflow commands and of usage limits.
const SHOWN: usize = 10;

pub fn render(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let problems = &page.report.problems;
    for problem in problems.iter().take(SHOWN) {
        let path = property(&page.location.in_repository(&problem.path));
        writeln!(out, "::error file={path},title=copydesk::{}", message(&format!("not checked: {}", problem.message)))?;
    }
    let mut unsaid = problems.len().saturating_sub(SHOWN);
    let mut log = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let room = match severity {
            Severity::Error => SHOWN.saturating_sub(problems.len()),
            Severity::Warning => SHOWN,
            // One is kept for the last line.
            Severity::Info => SHOWN - 1,
        };
        unsaid += findings(page, severity, room, out, &mut log)?;
    }
    if unsaid > 0 {
        writeln!(out, "::group::{}", count(unsaid, "more finding"))?;
        for problem in problems.iter().skip(SHOWN) {
            summary::problem(page, problem, out)?;
        }
        out.write_all(&log)?;
        writeln!(out, "::endgroup::")?;
        writeln!(out, "::notice title=copydesk::{unsaid} more: GitHub shows ten of each kind for a step")?;
    }
    if page.style.quiet { Ok(()) } else { writeln!(out, "{}", summary::line(page)) }
}

/// Writes the first `room` findings of one severity, and those beyond as lines of the log; returns how many are beyond.
fn findings(
    page: &Page<'_>,
    severity: Severity,
    room: usize,
    out: &mut dyn Write,
    log: &mut dyn Write,
) -> io::Result<usize> {
    let level = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let wanted =
        measured(page.report).filter(|(finding, _)| finding.status == Status::New && finding.severity == severity);
    let mut unsaid = 0;
    for (index, (finding, ruler)) in wanted.enumerate() {
        if index >= room {
            unsaid += 1;
            concise::finding(page, finding, &ruler, log)?;
            continue;
        }
        let (start, end) = (ruler.position(finding.span.start), ruler.position(finding.span.end));
        let path = property(&page.location.in_repository(&finding.path));
        write!(out, "::{level} file={path},line={},endLine={},col={}", start.line, end.line, start.column)?;
        // GitHub takes a last column only where it is on the first line.
        if start.line == end.line && end.column > start.column {
            write!(out, ",endColumn={}", end.column)?;
        }
        writeln!(out, ",title={}::{}", property(&finding.rule), message(&told(finding)))?;
    }
    Ok(unsaid)
}

/// Text after the second `::`, as `@actions/core` escapes it; what could break a line is spelled out before.
fn message(text: &str) -> String {
    data(&sentence(text))
}

/// The value of a property, as `@actions/core` escapes it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

fn data(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    escape(&text).into_owned()
}
