//! Frames for people: the text, an underline, the words that explain it. The only file that knows miette.

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt,
    io::{self, Write},
    sync::Arc,
};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity as Tint,
    SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use unicode_width::UnicodeWidthStr;

use super::{
    Page, Style,
    excerpt::{Excerpt, Room},
    paint::Paint,
    ruler::{Ruler, measured},
    summary,
    text::{escape, inert_lines, sentence},
};
use crate::{
    check::Severity,
    error::{Error, Place},
    finding::{Finding, Status},
    source::{Position, Span},
};

/// So many bytes of text that is marked are shown once.
const ECHOED: usize = 40;
/// Further places that one frame shows at most.
const LABELS: usize = 6;

pub fn render(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    if page.style.statistics {
        summary::statistics(page, out)?;
    } else {
        let mut wrap = Wrap::new(page.style);
        let mut shown = Shown::default();
        for (finding, ruler) in measured(page.report).filter(|(finding, _)| finding.status == Status::New) {
            let path = page.location.show(&finding.path);
            if let Some(first) = shown.before(finding, &path, &ruler) {
                writeln!(out, "{}\n", echo(finding, &path, &ruler, first, page.style))?;
                continue;
            }
            let frame = Frame::of_finding(finding, &path, &ruler, &mut wrap);
            out.write_all(frame.draw(page.style).as_bytes())?;
            writeln!(out)?;
        }
    }
    summary::render(page, out)
}

/// Where each longer text was found first, and what was said of it: a footer of a hundred posts is shown once.
#[derive(Default)]
struct Shown(HashMap<(Arc<str>, Severity, u64), String>);

impl Shown {
    /// The place of an earlier finding that says the same of the same text; none where this is the first.
    fn before(&mut self, finding: &Finding, path: &str, ruler: &Ruler<'_>) -> Option<&str> {
        let marked = ruler.clamp(finding.span).of(&ruler.text);
        if marked.len() < ECHOED {
            return None;
        }
        let said = xxhash_rust::xxh3::xxh3_64(format!("{}\0{marked}", finding.message).as_bytes());
        match self.0.entry((Arc::clone(&finding.rule), finding.severity, said)) {
            Entry::Occupied(first) => Some(first.into_mut()),
            Entry::Vacant(place) => {
                place.insert(format!("{path}:{}", ruler.position(finding.span.start).line));
                None
            }
        }
    }
}

/// One line for a finding that was shown elsewhere.
fn echo(finding: &Finding, path: &str, ruler: &Ruler<'_>, first: &str, style: Style) -> String {
    let paint = Paint { color: style.color };
    let head = paint.severity(finding.severity, &format!("{}[{}]", finding.severity.name(), escape(&finding.rule)));
    let Position { line, column } = ruler.position(finding.span.start);
    format!("  {head} {}:{line}:{column}: the same as in {}", escape(path), escape(first))
}

/// Writes an error of the tool itself: with a frame where it has a place.
///
/// # Errors
/// Only those of the writer.
pub fn render_error(error: &Error, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if let Error::Place(place) = error {
        let ruler = Ruler::new(&place.text);
        return out.write_all(Frame::of_place(place, &ruler, style).draw(style).as_bytes());
    }
    let paint = Paint { color: style.color };
    writeln!(out, "{} {}", paint.severity(Severity::Error, "error:"), sentence(&error.to_string()))?;
    match error.help() {
        Some(help) => writeln!(out, "  {} {}", paint.cyan("help:"), sentence(help)),
        None => Ok(()),
    }
}

/// What miette draws: everything in it is safe to show.
#[derive(Debug)]
struct Frame {
    /// `error[rule]`
    head: String,
    severity: Severity,
    message: String,
    help: Option<String>,
    labels: Vec<LabeledSpan>,
    code: Code,
}

/// The excerpt as miette asks for it.
#[derive(Debug)]
struct Code {
    path: String,
    excerpt: Excerpt,
    /// Where in the file each marked place of the excerpt begins.
    positions: Vec<Position>,
}

impl Frame {
    fn of_finding(finding: &Finding, path: &str, ruler: &Ruler<'_>, wrap: &mut Wrap) -> Self {
        let further = finding.labels.iter().take(LABELS).map(|label| (label.span, Some(label.text.as_str())));
        let places = [(finding.span, finding.label.as_deref())].into_iter().chain(further).collect::<Vec<_>>();
        let (code, labels) = Code::new(path, ruler, &places, wrap.style);
        let head = format!("{}[{}]", finding.severity.name(), escape(&finding.rule));
        Self {
            message: wrap.message(&head, sentence(&finding.message)),
            head,
            severity: finding.severity,
            help: finding.help.as_deref().map(|help| wrap.help(sentence(help))),
            labels,
            code,
        }
    }

    fn of_place(place: &Place, ruler: &Ruler<'_>, style: Style) -> Self {
        let span = Span { start: place.start, end: place.end };
        let (code, labels) = Code::new(&place.path, ruler, &[(span, None)], style);
        let (head, mut wrap) = ("error:", Wrap::new(style));
        Self {
            message: wrap.message(head, sentence(&place.message)),
            head: head.to_owned(),
            severity: Severity::Error,
            help: place.help.as_deref().map(|help| wrap.help(sentence(help))),
            labels,
            code,
        }
    }

    fn draw(&self, style: Style) -> String {
        let mut drawn = String::new();
        let handler = GraphicalReportHandler::new_themed(self.theme(style))
            .without_syntax_highlighting()
            .with_links(false)
            .with_wrap_lines(false)
            .with_width(columns(style));
        match handler.render_report(&mut drawn, self) {
            Ok(()) => inert_lines(drawn),
            Err(fmt::Error) => format!("{} {}\n", self.head, self.message),
        }
    }

    /// The severity with the rule's id stands where miette has a sign; the main place has the severity's colour.
    fn theme(&self, style: Style) -> GraphicalTheme {
        let mut characters = if style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
        characters.error.clone_from(&self.head);
        characters.warning.clone_from(&self.head);
        characters.advice.clone_from(&self.head);
        let mut styles = if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
        let own = match self.severity {
            Severity::Error => styles.error,
            Severity::Warning => styles.warning,
            Severity::Info => styles.advice,
        };
        let other = styles.help;
        // miette hands these out to the labels in the order of their places.
        let mut sorted: Vec<&LabeledSpan> = self.labels.iter().collect();
        sorted.sort_by_key(|label| label.offset());
        styles.highlights = sorted.iter().map(|label| if label.primary() { own } else { other }).collect();
        GraphicalTheme { characters, styles }
    }
}

/// Breaks sentences that are too long for a line where miette would. To do that well costs more than all else in a frame,
/// and thousands of findings say the same, so that each sentence is broken once.
struct Wrap {
    style: Style,
    broken: HashMap<(usize, String), String>,
}

impl Wrap {
    fn new(style: Style) -> Self {
        Self { style, broken: HashMap::new() }
    }

    /// What stands behind `  error[rule] `, and in further lines behind `  │ `.
    fn message(&mut self, head: &str, text: String) -> String {
        self.lines([head.width() + 3, 4], text)
    }

    /// What stands behind `  help: `.
    fn help(&mut self, text: String) -> String {
        self.lines([8, 8], text)
    }

    /// `before` are the columns in front of the first line and of the others.
    fn lines(&mut self, before: [usize; 2], text: String) -> String {
        let columns = columns(self.style).saturating_sub(2);
        // No character is wider than it has bytes.
        if before[0] + text.len() <= columns {
            return text;
        }
        let broken = |text: &str| {
            let [first, other] = before.map(|columns| " ".repeat(columns));
            let options = textwrap::Options::new(columns).initial_indent(&first).subsequent_indent(&other);
            let lines = textwrap::wrap(text, options).into_iter().enumerate();
            let lines = lines.map(|(at, line)| line.get(before[at.min(1)]..).unwrap_or_default().to_owned());
            lines.collect::<Vec<_>>().join("\n")
        };
        self.broken.entry((before[0], text)).or_insert_with_key(|(_, text)| broken(text)).clone()
    }
}

impl Code {
    /// `places` and the words under them; the first is the main one.
    fn new(path: &str, ruler: &Ruler<'_>, places: &[(Span, Option<&str>)], style: Style) -> (Self, Vec<LabeledSpan>) {
        let marks: Vec<Span> = places.iter().map(|(span, _)| *span).collect();
        let room = Room { columns: room(ruler, style), unicode: style.unicode };
        let excerpt = Excerpt::cut(ruler, &marks, room);
        let positions = marks.iter().map(|mark| ruler.position(ruler.clamp(*mark).start)).collect();
        let words = places.iter().map(|(_, words)| words.map(sentence));
        let labels = words.zip(&excerpt.spans).enumerate().map(|(index, (words, span))| {
            let place = (span.start, span.end - span.start);
            if index == 0 {
                LabeledSpan::new_primary_with_span(words, place)
            } else {
                LabeledSpan::new_with_span(words, place)
            }
        });
        let labels = labels.collect();
        (Self { path: escape(path).into_owned(), excerpt, positions }, labels)
    }

    /// Where in the file a place of the excerpt begins.
    fn position(&self, start: usize) -> Option<Position> {
        self.excerpt.spans.iter().position(|span| span.start == start).map(|index| self.positions[index])
    }
}

fn columns(style: Style) -> usize {
    if style.width == 0 { 120 } else { style.width.clamp(40, 160) }
}

/// Columns for the text of a line: what the line number and the bars leave.
fn room(ruler: &Ruler<'_>, style: Style) -> usize {
    let number = ruler.lines.count().to_string().len();
    columns(style) - number - 10
}

impl SourceCode for Code {
    /// Always the whole window that the place is in: how much to show is decided already. Asked for a place without
    /// anything around it, miette wants to know the line and the column for the header.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let window = self.excerpt.window(span.offset()).ok_or(MietteError::OutOfBounds)?;
        if span.offset() + span.len() > window.start + window.text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let (line, column) = match self.position(span.offset()) {
            Some(position) if before + after == 0 => (position.line - 1, position.column - 1),
            _ => (window.line, 0),
        };
        let whole = SourceSpan::from((window.start, window.text.len()));
        let lines = window.text.matches('\n').count();
        let data = window.text.as_bytes();
        Ok(Box::new(MietteSpanContents::new_named(self.path.clone(), data, whole, line, column, lines)))
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Frame {}

impl Diagnostic for Frame {
    fn severity(&self) -> Option<Tint> {
        Some(match self.severity {
            Severity::Error => Tint::Error,
            Severity::Warning => Tint::Warning,
            Severity::Info => Tint::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.code)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
