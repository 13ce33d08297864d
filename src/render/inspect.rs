//! `copydesk inspect`: what copydesk sees in one file. The same view as JSON and for people.

use std::io::{self, Write};

use serde::Serialize;

use super::{Location, Style, json::write_pretty, paint::Paint, ruler::Ruler, text::escape};
use crate::{
    data::{Data, Node, Style as Written},
    document::{
        Block, Document, Form,
        front_matter::{Typed, reading},
        tail::{PeeledKind, Tail},
    },
    facts::files::Verdict,
    finding::{Finding, Status},
    site::{
        Generator, Site,
        dialect::Syntax,
        resolve::{Candidate, Target},
    },
    source::{Encoding, Span},
};

/// How much of a block or a value is shown to people, in characters.
const SHOWN: usize = 60;

/// Everything that is shown of a file. Spans are bytes of the file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct View<'a> {
    path: String,
    encoding: Encoding,
    generator: Generator,
    /// What gave the generator away; empty where there is none.
    because: &'a str,
    front_matter: Option<Matter<'a>>,
    body: Span,
    images: Vec<Picture<'a>>,
    blocks: &'a [Block],
    tail: Peel,
    findings: Vec<Seen<'a>>,
    #[serde(skip)]
    text: &'a str,
}

#[derive(Debug, Serialize)]
struct Matter<'a> {
    syntax: Syntax,
    opener: Span,
    payload: Span,
    closer: Span,
    entries: Vec<Value<'a>>,
    errors: Vec<Problem<'a>>,
}

/// A key by its dotted name, with its value as this generator reads it.
#[derive(Debug, Serialize)]
struct Value<'a> {
    key: String,
    key_span: Span,
    span: Span,
    read_as: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Problem<'a> {
    span: Span,
    message: &'a str,
}

#[derive(Debug, Serialize)]
struct Picture<'a> {
    form: &'a Form,
    span: Span,
    address_span: Span,
    address: &'a str,
    verdict: String,
    /// Root-relative paths in the order in which the generator looks, up to the one that is there, and why each.
    candidates: Vec<Candidate>,
}

#[derive(Debug, Serialize)]
struct Peel {
    /// Where the article itself ends, in bytes of the file.
    end: usize,
    explicit: bool,
    peeled: Vec<Off>,
}

#[derive(Debug, Serialize)]
struct Off {
    kind: PeeledKind,
    span: Span,
}

#[derive(Debug, Serialize)]
struct Seen<'a> {
    rule: &'a str,
    severity: &'static str,
    span: Span,
    message: &'a str,
    status: &'a Status,
}

impl<'a> View<'a> {
    pub fn new(
        document: &'a Document,
        site: &'a Site,
        tail: &Tail,
        verdicts: &[Verdict],
        findings: &'a [Finding],
        location: &Location,
    ) -> Self {
        let images = document.images.iter().enumerate();
        Self {
            path: location.show(document.path()),
            encoding: document.source.encoding,
            generator: site.generator,
            because: &site.because,
            front_matter: matter(document, site),
            body: document.body,
            images: images.map(|(at, image)| picture(document, site, image, verdicts.get(at))).collect(),
            blocks: &document.blocks,
            tail: Peel {
                end: tail.end,
                explicit: tail.explicit,
                peeled: tail.peeled.iter().map(|peeled| Off { kind: peeled.kind, span: peeled.span }).collect(),
            },
            findings: findings.iter().map(seen).collect(),
            text: &document.source.text,
        }
    }
}

fn seen(finding: &Finding) -> Seen<'_> {
    let Finding { rule, severity, span, message, status, .. } = finding;
    Seen { rule, severity: severity.name(), span: *span, message, status }
}

fn matter<'a>(document: &'a Document, site: &Site) -> Option<Matter<'a>> {
    let matter = &document.front_matter;
    let block = matter.split.block.as_ref()?;
    let mut entries = Vec::new();
    if let Some(tree) = &matter.tree {
        flatten(tree, "", site.generator, &mut entries);
    }
    let errors = matter.errors.iter().map(|error| Problem { span: error.span, message: &error.message }).collect();
    Some(Matter {
        syntax: block.syntax,
        opener: block.opener,
        payload: block.payload,
        closer: block.closer,
        entries,
        errors,
    })
}

/// Every key of nested maps; a list is one value.
fn flatten<'a>(node: &'a Node, prefix: &str, generator: Generator, entries: &mut Vec<Value<'a>>) {
    for entry in node.entries() {
        let key = format!("{prefix}{}", entry.key.text().unwrap_or("?"));
        let value = &entry.value;
        if value.is_map() {
            flatten(value, &format!("{key}."), generator, entries);
            continue;
        }
        entries.push(Value {
            key,
            key_span: entry.key.span,
            span: value.span,
            read_as: read_as(value, generator),
            text: value.text(),
        });
    }
}

fn read_as(node: &Node, generator: Generator) -> &'static str {
    match &node.data {
        Data::List(_) => "list",
        Data::Map(_) => "map",
        Data::Alias(..) => "alias",
        Data::Scalar(scalar) if scalar.style == Written::Null => "null",
        Data::Scalar(scalar) => match reading(scalar, generator) {
            Typed::Null => "null",
            Typed::Bool(_) => "boolean",
            Typed::Number(_) => "number",
            Typed::Date => "date",
            Typed::String => "string",
            Typed::Error => "error",
        },
    }
}

fn picture<'a>(
    document: &Document,
    site: &Site,
    image: &'a crate::document::Image,
    verdict: Option<&Verdict>,
) -> Picture<'a> {
    let mut candidates = match document.target(image, site) {
        Target::Local { candidates, .. } | Target::Loose { candidates } | Target::Named { candidates, .. } => {
            candidates
        }
        _ => Vec::new(),
    };
    if let Some(Verdict::Present { path, .. }) = verdict
        && let Some(found) = candidates.iter().position(|candidate| candidate.path == *path)
    {
        candidates.truncate(found + 1);
    }
    Picture {
        form: &image.form,
        span: image.span,
        address_span: image.address_span,
        address: &image.address,
        verdict: verdict.map_or_else(|| "not looked at".to_owned(), describe),
        candidates,
    }
}

fn describe(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Present { path, content } => format!("{path} is there: {}", format!("{content:?}").to_lowercase()),
        Verdict::Case { actual, .. } => format!("only the case of letters differs: {actual}"),
        Verdict::Missing(missing) => match &missing.elsewhere {
            Some(elsewhere) => format!("missing; there is {elsewhere}, which is not published here"),
            None => "missing".to_owned(),
        },
        Verdict::Placeholder => "a placeholder, and nothing is there".to_owned(),
        Verdict::Outside => "outside the repository".to_owned(),
        Verdict::Machine => "a path of one machine".to_owned(),
        Verdict::Malformed(why) => format!("no address: {why}"),
        Verdict::Data { sound } => if *sound { "data" } else { "data that does not decode" }.to_owned(),
        Verdict::Empty => "empty".to_owned(),
        Verdict::Remote(_) => "remote, not asked".to_owned(),
        Verdict::Unknown => "known only when the site is built".to_owned(),
    }
}

/// # Errors
/// Only those of the writer.
pub fn render_json(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_pretty(view, out)
}

/// # Errors
/// Only those of the writer.
pub fn render(view: &View<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let page = Sheet { view, ruler: Ruler::new(view.text), paint: Paint { color: style.color } };
    page.head(out)?;
    page.front_matter(out)?;
    page.images(out)?;
    page.blocks(out)?;
    page.findings(out)
}

/// A view and what it takes to show it to people.
struct Sheet<'a> {
    view: &'a View<'a>,
    ruler: Ruler<'a>,
    paint: Paint,
}

impl Sheet<'_> {
    /// `line:column` of a byte.
    fn at(&self, offset: usize) -> String {
        let position = self.ruler.position(offset);
        format!("{}:{}", position.line, position.column)
    }

    /// The start of what stands under a span, on one line.
    fn excerpt(&self, span: Span) -> String {
        shorten(span.of(self.view.text))
    }

    fn title(&self, title: &str, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "\n{}", self.paint.bold(title))
    }

    fn head(&self, out: &mut dyn Write) -> io::Result<()> {
        let view = self.view;
        let because = if view.because.is_empty() { String::new() } else { format!(" ({})", escape(view.because)) };
        writeln!(out, "{}", self.paint.bold(&escape(&view.path)))?;
        writeln!(out, "  site      {}{because}", view.generator.name())?;
        let encoding = match view.encoding {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf16 => "UTF-16",
            Encoding::Legacy(name) => name,
        };
        writeln!(out, "  encoding  {encoding}")?;
        writeln!(out, "  body      {} to {}", self.at(view.body.start), self.at(view.body.end))
    }

    fn front_matter(&self, out: &mut dyn Write) -> io::Result<()> {
        self.title("front matter", out)?;
        let Some(matter) = &self.view.front_matter else { return writeln!(out, "  none") };
        for value in &matter.entries {
            let shown = value.text.map_or_else(|| self.excerpt(value.span), shorten);
            let kind = self.paint.dim(value.read_as);
            writeln!(out, "  {:<8} {} {kind} {shown}", self.at(value.key_span.start), escape(&value.key))?;
        }
        for error in &matter.errors {
            writeln!(out, "  {:<8} does not parse: {}", self.at(error.span.start), escape(error.message))?;
        }
        Ok(())
    }

    fn images(&self, out: &mut dyn Write) -> io::Result<()> {
        self.title("images", out)?;
        if self.view.images.is_empty() {
            writeln!(out, "  none")?;
        }
        for image in &self.view.images {
            let address = self.paint.cyan(&shorten(image.address));
            writeln!(out, "  {:<8} {address} {}", self.at(image.address_span.start), escape(&image.verdict))?;
            for candidate in &image.candidates {
                let why = serde_json::to_string(&candidate.why)?;
                let line = format!("{} ({})", escape(&candidate.path), why.trim_matches('"'));
                writeln!(out, "           {}", self.paint.dim(&line))?;
            }
        }
        Ok(())
    }

    /// Blocks in order; what was peeled from the end is named, and the true end is marked.
    fn blocks(&self, out: &mut dyn Write) -> io::Result<()> {
        self.title("blocks", out)?;
        let end = self.view.tail.end;
        for block in self.view.blocks.iter().filter(|block| block.span.start < end) {
            let kind = serde_json::to_value(block.kind)?;
            let kind = kind["kind"].as_str().unwrap_or_default().to_owned();
            writeln!(out, "  {:<8} {kind:<12} {}", self.at(block.span.start), self.excerpt(block.span))?;
        }
        let said = if self.view.tail.explicit { ", and the author says so" } else { "" };
        writeln!(out, "  {:<8} {}{said}", self.at(end), self.paint.bold("the article ends"))?;
        for peeled in &self.view.tail.peeled {
            let kind = serde_json::to_string(&peeled.kind)?;
            let kind = kind.trim_matches('"');
            writeln!(out, "  {:<8} {kind:<12} {}", self.at(peeled.span.start), self.excerpt(peeled.span))?;
        }
        Ok(())
    }

    fn findings(&self, out: &mut dyn Write) -> io::Result<()> {
        self.title("findings", out)?;
        if self.view.findings.is_empty() {
            writeln!(out, "  none")?;
        }
        for finding in &self.view.findings {
            let Seen { rule, severity, span, message, status } = finding;
            let aside = if **status == Status::Suppressed { " (suppressed)" } else { "" };
            writeln!(out, "  {:<8} {severity}[{rule}] {}{aside}", self.at(span.start), super::text::sentence(message))?;
        }
        Ok(())
    }
}

/// The start of a text, on one line and safe to show.
fn shorten(text: &str) -> String {
    let line: String = text.chars().take(SHOWN).collect();
    let more = if line.len() < text.len() { "…" } else { "" };
    format!("{}{more}", escape(&line))
}
