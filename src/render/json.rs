//! JSON, version 1: stable. Spans are bytes; lines and columns are one-based, columns in characters.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use serde::Serialize;

use super::{
    Page,
    ruler::{Ruler, measured, measured_in},
    text::{begins_command, is_inert, is_unsafe},
};
use crate::{
    check::{Fix, Severity},
    examine::Survey,
    facts::Overview,
    finding::{Finding, Status, Summary},
    source::{Position, Span},
};

pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct Whole<'a> {
    version: u32,
    findings: Vec<Item<'a>>,
    problems: Vec<Unchecked<'a>>,
    summary: &'a Summary,
    /// The site as a whole, in an audit only.
    #[serde(skip_serializing_if = "Option::is_none")]
    overview: Option<Site<'a>>,
}

#[derive(Serialize)]
struct Site<'a> {
    #[serde(flatten)]
    overview: &'a Overview,
    /// The schema that the posts follow, in its short form, and where they do not.
    schema: serde_json::Value,
    outliers: Vec<Item<'a>>,
}

/// A finding. A suppressed one has its `reason`, where the post gives one. Its `fixes` are `{safe, edits: [{span, text}]}`.
#[derive(Serialize)]
struct Item<'a> {
    rule: &'a str,
    severity: Severity,
    status: &'a Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    path: String,
    span: Span,
    start: Position,
    end: Position,
    message: &'a str,
    help: Option<&'a str>,
    fixes: &'a [Fix],
}

#[derive(Serialize)]
struct Unchecked<'a> {
    path: String,
    message: &'a str,
}

/// The last line of JSON Lines.
#[derive(Serialize)]
struct Last<'a> {
    version: u32,
    problems: Vec<Unchecked<'a>>,
    summary: &'a Summary,
}

pub fn render(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (findings, problems) = (items(page).collect(), problems(page));
    write_pretty(&Whole { version: VERSION, findings, problems, summary: &page.report.summary, overview: None }, out)
}

/// The same with the site as a whole.
///
/// # Errors
/// Only those of the writer.
pub fn render_survey(page: &Page<'_>, survey: &Survey, out: &mut dyn Write) -> io::Result<()> {
    let outliers = measured_in(survey.outliers.iter(), &page.report.sources);
    let overview = Site {
        overview: &survey.overview,
        schema: survey.inferred.collections(),
        outliers: outliers.map(|(finding, ruler)| item(page, finding, &ruler)).collect(),
    };
    let (findings, problems) = (items(page).collect(), problems(page));
    let summary = &page.report.summary;
    write_pretty(&Whole { version: VERSION, findings, problems, summary, overview: Some(overview) }, out)
}

pub fn render_lines(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    for item in items(page) {
        writeln!(out, "{}", inert(&serde_json::to_string(&item)?))?;
    }
    let last = Last { version: VERSION, problems: problems(page), summary: &page.report.summary };
    writeln!(out, "{}", inert(&serde_json::to_string(&last)?))
}

/// JSON over several lines, without any character that could steer a terminal.
pub fn write_pretty(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", inert(&serde_json::to_string_pretty(value)?))
}

/// The same JSON with unsafe characters as `\uXXXX`. Outside of strings JSON has none but line ends, inside of strings
/// it has no line ends.
fn inert(json: &str) -> Cow<'_, str> {
    if is_inert(json) {
        return json.into();
    }
    let mut safe = String::with_capacity(json.len() + 64);
    for (at, c) in json.char_indices() {
        if (c != '\n' && is_unsafe(c)) || (c == '#' && begins_command(json, at)) {
            safe.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            safe.push(c);
        }
    }
    safe.into()
}

fn problems<'a>(page: &Page<'a>) -> Vec<Unchecked<'a>> {
    let show = |path: &str| page.location.show(path);
    let problems = page.report.problems.iter();
    problems.map(|problem| Unchecked { path: show(&problem.path), message: &problem.message }).collect()
}

fn items<'a>(page: &Page<'a>) -> impl Iterator<Item = Item<'a>> {
    measured(page.report).map(move |(finding, ruler)| item(page, finding, &ruler))
}

fn item<'a>(page: &Page<'_>, finding: &'a Finding, ruler: &Ruler<'_>) -> Item<'a> {
    Item {
        rule: &finding.rule,
        severity: finding.severity,
        status: &finding.status,
        reason: finding.reason.as_deref(),
        path: page.location.show(&finding.path),
        span: finding.span,
        start: ruler.position(finding.span.start),
        end: ruler.position(finding.span.end),
        message: &finding.message,
        help: finding.help.as_deref(),
        fixes: &finding.fixes,
    }
}
