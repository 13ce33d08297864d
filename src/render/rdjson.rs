//! Reviewdog Diagnostic Format as one JSON object. Lines and columns are one-based, columns in bytes, ends exclusive; a
//! fix becomes a suggestion that a reviewer can take. Source: `proto/rdf/reviewdog.proto` of reviewdog.

use std::io::{self, Write};

use serde::Serialize;

use super::{
    Page,
    json::write_pretty,
    ruler::{Ruler, measured},
    text::sentence,
    told,
};
use crate::{
    check::{Edit, Fix, Severity},
    finding::{Finding, Status},
    source::{Position, Span},
};

/// Bytes that a suggestion may repeat between its edits; one that spans a whole post helps nobody.
const REPEATED: usize = 2_000;

#[derive(Serialize)]
struct Outcome<'a> {
    source: Tool,
    diagnostics: Vec<Diagnostic<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: String,
    location: Location,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Code<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
}

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
}

#[derive(Serialize)]
struct Location {
    /// Relative to the working directory.
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

/// Findings that do not count are left out, as the format cannot mark them.
pub fn render(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let unchecked = page.report.problems.iter().map(|problem| Diagnostic {
        message: format!("not checked: {}", sentence(&problem.message)),
        location: Location { path: page.location.show(&problem.path), range: None },
        severity: "ERROR",
        code: None,
        suggestions: Vec::new(),
    });
    let findings = measured(page.report).filter(|(finding, _)| finding.status == Status::New);
    let found = findings.map(|(finding, ruler)| diagnostic(page, finding, &ruler));
    write_pretty(&Outcome { source: Tool { name: "copydesk" }, diagnostics: unchecked.chain(found).collect() }, out)
}

fn diagnostic<'a>(page: &Page<'_>, finding: &'a Finding, ruler: &Ruler<'_>) -> Diagnostic<'a> {
    Diagnostic {
        message: sentence(&told(finding)),
        location: Location { path: page.location.show(&finding.path), range: Some(range(finding.span, ruler)) },
        severity: match finding.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Info => "INFO",
        },
        code: Some(Code { value: &finding.rule }),
        suggestions: finding.fixes.iter().filter_map(|fix| suggestion(fix, ruler)).collect(),
    }
}

/// One suggestion for all edits of a fix, as each suggestion is offered by itself.
fn suggestion(fix: &Fix, ruler: &Ruler<'_>) -> Option<Suggestion> {
    let (first, last) = (fix.edits.first()?, fix.edits.last()?);
    let whole = Span::new(first.span.start, last.span.end);
    let changed: usize = fix.edits.iter().map(|edit| edit.span.len()).sum();
    if whole.len().saturating_sub(changed) > REPEATED {
        return None;
    }
    Some(Suggestion { range: range(whole, ruler), text: applied(&fix.edits, whole, &ruler.text)? })
}

/// The text under `whole` after the edits; `None` where they do not fit the text.
fn applied(edits: &[Edit], whole: Span, text: &str) -> Option<String> {
    let (mut after, mut done) = (String::new(), whole.start);
    for edit in edits {
        after.push_str(text.get(done..edit.span.start)?);
        after.push_str(&edit.text);
        done = edit.span.end;
    }
    after.push_str(text.get(done..whole.end)?);
    Some(after)
}

fn range(span: Span, ruler: &Ruler<'_>) -> Range {
    let span = ruler.clamp(span);
    Range { start: ruler.position_bytes(span.start), end: ruler.position_bytes(span.end) }
}
