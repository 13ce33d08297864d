//! One finding on the page: where, what, and folded below it the lines of the text with the place marked.

use std::io::{self, Write};

use super::{
    markup::{self, brief, entities, prose, text},
    model::Entry,
};
use crate::{
    finding::{Finding, Status},
    render::excerpt::{Excerpt, Room, Window},
    source::Span,
};

/// Columns of an excerpt's lines.
const ROOM: Room = Room { columns: 140, unicode: true };
/// Further places that are marked.
const LABELS: usize = 6;

/// Those of the entries at `of` that have room, each under the id of `letter` and its index.
pub fn list(
    entries: &[Entry<'_>],
    of: &[usize],
    letter: char,
    show: impl Fn(&str) -> String,
    out: &mut dyn Write,
) -> io::Result<()> {
    for index in of.iter().filter(|index| entries[**index].shown) {
        let Entry { finding, ruler, .. } = &entries[*index];
        let start = ruler.position(finding.span.start);
        let path = markup::path(&show(&finding.path));
        write!(out, "<details class=\"find\"><summary><span>{} {}", prose(&finding.message), known(finding))?;
        writeln!(out, "<bdi class=\"path\">{path}:{}:{}</bdi></span></summary>", start.line, start.column)?;
        excerpt(&entries[*index], &format!("{letter}{index}"), out)?;
        writeln!(out, "</details>")?;
    }
    Ok(())
}

/// A line in the list of a post: leads to the excerpt where the page has it.
pub fn place(entry: &Entry<'_>, index: usize, out: &mut dyn Write) -> io::Result<()> {
    let Entry { finding, ruler, shown } = entry;
    let start = ruler.position(finding.span.start);
    let (severity, rule) = (finding.severity.name(), text(&finding.rule));
    let at = format!("{}:{}", start.line, start.column);
    let at = if *shown { format!("<a href=\"#f{index}\">{at}</a>") } else { at };
    write!(out, "<li><span class=\"at\">{at}</span><span>{} ", prose(&finding.message))?;
    writeln!(out, "<span class=\"level {severity}\">{severity}</span> {}", known(finding))?;
    writeln!(out, "<code>{rule}</code></span></li>")
}

/// The mark of a finding that the baseline holds.
fn known(finding: &Finding) -> &'static str {
    if finding.status == Status::Known { "<span class=\"level known\">known</span> " } else { "" }
}

/// The id stands inside of what is folded, so that a link to it opens the fold.
fn excerpt(entry: &Entry<'_>, id: &str, out: &mut dyn Write) -> io::Result<()> {
    let Entry { finding, ruler, .. } = entry;
    let mut places = vec![finding.span];
    places.extend(finding.labels.iter().take(LABELS).map(|label| label.span));
    let excerpt = Excerpt::cut(ruler, &places, ROOM);
    let mut marks: Vec<(Span, bool)> = Vec::new();
    for (at, span) in excerpt.spans.iter().enumerate() {
        // What lies under another mark is told in words only.
        if !marks.iter().any(|(other, _)| other.overlaps(*span) || other.start == span.start) {
            marks.push((*span, at == 0));
        }
    }
    marks.sort_unstable_by_key(|(span, _)| span.start);
    write!(out, "<pre id=\"{id}\">")?;
    for (at, window) in excerpt.windows.iter().enumerate() {
        if at > 0 {
            writeln!(out, "<span class=\"no\">⋮</span>")?;
        }
        draw(window, &marks, out)?;
    }
    writeln!(out, "</pre>")?;
    if let Some(label) = &finding.label {
        writeln!(out, "<p class=\"under\">{}</p>", prose(label))?;
    }
    for label in finding.labels.iter().take(LABELS) {
        let line = ruler.position(label.span.start).line;
        writeln!(out, "<p class=\"help\">line {line}: {}</p>", prose(&label.text))?;
    }
    match &finding.help {
        Some(help) => writeln!(out, "<p class=\"help\"><strong>help:</strong> {}</p>", brief_prose(help)),
        None => Ok(()),
    }
}

fn brief_prose(help: &str) -> String {
    if help.contains('`') { prose(help) } else { brief(help) }
}

/// The lines of a window, numbered, with what is marked; a mark ends with its line and goes on with the next.
fn draw(window: &Window, marks: &[(Span, bool)], out: &mut dyn Write) -> io::Result<()> {
    let mut start = window.start;
    for (at, line) in window.text.split_inclusive('\n').enumerate() {
        let kept = line.trim_end_matches('\n');
        let here = Span::new(start, start + kept.len());
        write!(out, "<span class=\"no\">{}</span>", window.line + at + 1)?;
        let mut done = 0;
        for (mark, first) in marks.iter().filter(|(mark, _)| mark.start <= here.end && mark.end >= here.start) {
            let from = mark.start.saturating_sub(start).clamp(done, kept.len());
            let to = mark.end.saturating_sub(start).clamp(from, kept.len());
            // A mark over several lines has nothing on an empty one.
            if from == to && mark.start != mark.end {
                continue;
            }
            let class = if *first { "" } else { " class=\"also\"" };
            let (before, marked) = (kept.get(done..from), kept.get(from..to));
            let (before, marked) = (before.unwrap_or_default(), marked.unwrap_or_default());
            write!(out, "{}<mark{class}>{}</mark>", entities(before), entities(marked))?;
            done = to;
        }
        writeln!(out, "{}", entities(kept.get(done..).unwrap_or_default()))?;
        start += line.len();
    }
    Ok(())
}
