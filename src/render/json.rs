//! JSON, version 1: stable. Spans are bytes; lines and columns are one-based, columns in characters.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

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
/// Bytes that are handed on at once.
const PAGE: usize = 1 << 16;

#[derive(Serialize)]
struct Whole<'a> {
    version: u32,
    findings: Findings<'a>,
    problems: Vec<Unchecked<'a>>,
    summary: &'a Summary,
    /// The site as a whole, in an audit only.
    #[serde(skip_serializing_if = "Option::is_none")]
    overview: Option<Site<'a>>,
}

/// Each is measured when it is written.
struct Findings<'a>(&'a Page<'a>);

impl Serialize for Findings<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(items(self.0))
    }
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
    let (findings, problems) = (Findings(page), problems(page));
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
    let (findings, problems) = (Findings(page), problems(page));
    let summary = &page.report.summary;
    write_pretty(&Whole { version: VERSION, findings, problems, summary, overview: Some(overview) }, out)
}

pub fn render_lines(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(PAGE, out);
    for item in items(page) {
        write(&item, CompactFormatter, &mut out)?;
    }
    let last = Last { version: VERSION, problems: problems(page), summary: &page.report.summary };
    write(&last, CompactFormatter, &mut out)?;
    out.flush()
}

/// JSON over several lines, without any character that could steer a terminal. It is written while it is made: of a large
/// site it is larger than all that is known of the posts.
pub fn write_pretty(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(PAGE, out);
    write(value, PrettyFormatter::new(), &mut out)?;
    out.flush()
}

fn write(value: &impl Serialize, formatter: impl Formatter, out: &mut impl Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Inert(formatter)))?;
    writeln!(out)
}

/// Writes unsafe characters as `\uXXXX`. Outside of strings JSON has none but line ends, inside of strings it has no line
/// ends.
struct Inert<F>(F);

impl<F: Formatter> Formatter for Inert<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        if is_inert(text) {
            return out.write_all(text.as_bytes());
        }
        for (at, c) in text.char_indices() {
            if is_unsafe(c) || (c == '#' && begins_command(text, at)) {
                c.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}"))?;
            } else {
                out.write_all(c.encode_utf8(&mut [0; 4]).as_bytes())?;
            }
        }
        Ok(())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
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
