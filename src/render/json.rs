//! JSON, version 1: stable. Spans are bytes; lines and columns are one-based, columns in characters.

use std::io::{self, Write};

use serde::Serialize;

use super::{
    Page,
    pen::Pen,
    ruler::{Ruler, measured, measured_in},
};
use crate::{
    check::Fix,
    examine::Survey,
    facts::Overview,
    finding::{Finding, Summary},
    source::{Position, Span},
};

pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct Site<'a> {
    #[serde(flatten)]
    overview: &'a Overview,
    /// The schema that the posts follow, in its short form, and where they do not.
    schema: serde_json::Value,
    outliers: Vec<serde_json::Value>,
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
    write_report(page, None, out)
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
        outliers: outliers.map(|(finding, ruler)| read(page, finding, &ruler)).collect::<io::Result<_>>()?,
    };
    write_report(page, Some(&overview), out)
}

/// It is written while it is made: of a large site it is larger than all that is known of the posts. `overview` is there in
/// an audit only.
fn write_report(page: &Page<'_>, overview: Option<&Site<'_>>, out: &mut dyn Write) -> io::Result<()> {
    let mut pen = Pen::pretty(out);
    pen.open(b"{")?;
    pen.key("version")?;
    pen.value(&VERSION)?;
    pen.key("findings")?;
    pen.open(b"[")?;
    for (finding, ruler) in measured(page.report) {
        pen.item()?;
        write_finding(page, finding, &ruler, &mut pen)?;
    }
    pen.close(b"]")?;
    pen.key("problems")?;
    pen.value(&problems(page))?;
    pen.key("summary")?;
    pen.value(&page.report.summary)?;
    if let Some(overview) = overview {
        pen.key("overview")?;
        pen.value(overview)?;
    }
    pen.close(b"}")?;
    pen.end()?;
    pen.flush()
}

pub fn render_lines(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut pen = Pen::compact(out);
    for (finding, ruler) in measured(page.report) {
        write_finding(page, finding, &ruler, &mut pen)?;
        pen.end()?;
    }
    let last = Last { version: VERSION, problems: problems(page), summary: &page.report.summary };
    pen.value(&last)?;
    pen.end()?;
    pen.flush()
}

/// JSON over several lines, without any character that could steer a terminal.
pub fn write_pretty(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut pen = Pen::pretty(out);
    pen.value(value)?;
    pen.end()?;
    pen.flush()
}

fn problems<'a>(page: &Page<'a>) -> Vec<Unchecked<'a>> {
    let show = |path: &str| page.location.show(path);
    let problems = page.report.problems.iter();
    problems.map(|problem| Unchecked { path: show(&problem.path), message: &problem.message }).collect()
}

/// A finding. A suppressed one has its `reason`, where the post gives one. Its `fixes` are `{safe, edits: [{span, text}]}`.
fn write_finding(page: &Page<'_>, finding: &Finding, ruler: &Ruler<'_>, pen: &mut Pen<'_>) -> io::Result<()> {
    pen.open(b"{")?;
    pen.key("rule")?;
    pen.text(&finding.rule)?;
    pen.key("severity")?;
    pen.text(finding.severity.name())?;
    pen.key("status")?;
    pen.value(&finding.status)?;
    if let Some(reason) = &finding.reason {
        pen.key("reason")?;
        pen.text(reason)?;
    }
    pen.key("path")?;
    pen.text(&page.location.show(&finding.path))?;
    write_span(finding.span, pen)?;
    pen.key("start")?;
    write_position(ruler.position(finding.span.start), pen)?;
    pen.key("end")?;
    write_position(ruler.position(finding.span.end), pen)?;
    pen.key("message")?;
    pen.text(&finding.message)?;
    pen.key("help")?;
    match &finding.help {
        Some(help) => pen.text(help)?,
        None => pen.value(&())?,
    }
    pen.key("fixes")?;
    pen.open(b"[")?;
    for fix in &finding.fixes {
        pen.item()?;
        write_fix(fix, pen)?;
    }
    pen.close(b"]")?;
    pen.close(b"}")
}

fn write_fix(fix: &Fix, pen: &mut Pen<'_>) -> io::Result<()> {
    pen.open(b"{")?;
    pen.key("safe")?;
    pen.value(&fix.safe)?;
    pen.key("edits")?;
    pen.open(b"[")?;
    for edit in &fix.edits {
        pen.item()?;
        pen.open(b"{")?;
        write_span(edit.span, pen)?;
        pen.key("text")?;
        pen.text(&edit.text)?;
        pen.close(b"}")?;
    }
    pen.close(b"]")?;
    pen.close(b"}")
}

fn write_span(span: Span, pen: &mut Pen<'_>) -> io::Result<()> {
    pen.key("span")?;
    write_pair(["start", "end"], [span.start, span.end], pen)
}

fn write_position(position: Position, pen: &mut Pen<'_>) -> io::Result<()> {
    write_pair(["line", "column"], [position.line, position.column], pen)
}

fn write_pair(names: [&'static str; 2], numbers: [usize; 2], pen: &mut Pen<'_>) -> io::Result<()> {
    pen.open(b"{")?;
    for (name, number) in names.into_iter().zip(numbers) {
        pen.key(name)?;
        pen.number(number)?;
    }
    pen.close(b"}")
}

/// The same finding as a part of what serde writes, for a few of them.
fn read(page: &Page<'_>, finding: &Finding, ruler: &Ruler<'_>) -> io::Result<serde_json::Value> {
    let mut written = Vec::new();
    let mut pen = Pen::compact(&mut written);
    write_finding(page, finding, ruler, &mut pen)?;
    pen.flush()?;
    drop(pen);
    Ok(serde_json::from_slice(&written)?)
}
