//! GitLab's code quality report: a JSON array of which each entry has a description, a name, a fingerprint, a severity
//! and a place. Source: "Code Quality report format" in GitLab's documentation, which reads no other keys.

use std::io::{self, Write};

use serde::Serialize;

use super::{Page, json::write_pretty, ruler::measured, text::sentence, told};
use crate::{
    check::Severity,
    finding::{Status, identity::identify},
};

#[derive(Serialize)]
struct Entry<'a> {
    description: String,
    check_name: &'a str,
    /// GitLab drops all but the first of those that are equal.
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    /// Relative to the repository, without `./`.
    path: String,
    lines: Lines,
}

/// One-based, both included.
#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// Findings of the baseline are left out, as the report of the target branch does not hold them either.
pub fn render(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let unchecked = page.report.problems.iter().map(|problem| Entry {
        description: format!("not checked: {}", sentence(&problem.message)),
        check_name: "copydesk",
        fingerprint: format!("unchecked:{}", problem.path),
        severity: "blocker",
        location: Location { path: page.location.in_repository(&problem.path), lines: Lines { begin: 1, end: 1 } },
    });
    let mut entries: Vec<Entry<'_>> = unchecked.collect();
    for ((finding, ruler), identity) in measured(page.report).zip(identify(page.report)) {
        if finding.status != Status::New {
            continue;
        }
        let (begin, end) = (ruler.position(finding.span.start).line, ruler.last_line(finding.span));
        entries.push(Entry {
            description: sentence(&told(finding)),
            check_name: &finding.rule,
            fingerprint: identity.fingerprint(),
            severity: match finding.severity {
                Severity::Error => "critical",
                Severity::Warning => "minor",
                Severity::Info => "info",
            },
            location: Location { path: page.location.in_repository(&finding.path), lines: Lines { begin, end } },
        });
    }
    write_pretty(&entries, out)
}
