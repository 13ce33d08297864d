//! The few lines of a file that a frame shows: shortened to the width of the terminal, made safe, with the marked
//! places moved along. The rest of the file is never looked at, so that a frame costs the same in any file.

use std::{collections::BTreeMap, ops::Range};

use unicode_width::UnicodeWidthChar;

use super::{
    ruler::Ruler,
    text::{begins_command, is_unsafe},
};
use crate::source::Span;

/// Lines of one marked place that are shown; the rest is counted.
const LINES: usize = 6;

/// What is shown of a file.
#[derive(Debug, Default)]
pub struct Excerpt {
    pub windows: Vec<Window>,
    /// The marked places, in the order they were asked for, in bytes of the windows' text put together.
    pub spans: Vec<Span>,
}

/// Lines that follow one another.
#[derive(Debug)]
pub struct Window {
    /// Zero-based number of the first line in the file.
    pub line: usize,
    /// Bytes of the windows before this one.
    pub start: usize,
    /// Each line ends with LF.
    pub text: String,
}

/// How much room there is, and what can be drawn.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Columns of a line.
    pub columns: usize,
    pub unicode: bool,
}

/// One line as it is shown.
struct Shown {
    text: String,
    /// Pairs of bytes into the file and into `text`, in order: where each character went.
    map: Vec<(usize, usize)>,
}

impl Excerpt {
    /// `marks` are places in the file; the first is the one that must be seen.
    pub fn cut(ruler: &Ruler<'_>, marks: &[Span], room: Room) -> Self {
        let marks: Vec<Span> = marks.iter().map(|mark| drawable(ruler, *mark)).collect();
        let extents: Vec<Extent> = marks.iter().map(|mark| Extent::of(ruler, *mark)).collect();
        let mut shown = BTreeMap::new();
        for line in wanted(ruler, &extents) {
            shown.insert(line, show(ruler, line, &marks, room));
        }
        for extent in extents.iter().filter(|extent| extent.hidden > 0) {
            shown.entry(extent.last).or_insert_with(|| rest(extent.hidden, room));
        }
        let (windows, starts) = assemble(&shown);
        let place = |line: usize, offset: usize, end: bool| starts[&line] + shown[&line].place(offset, end);
        let spans = marks.iter().zip(&extents).map(|(mark, extent)| {
            let start = place(extent.first, mark.start, false);
            Span::new(start, place(extent.last, mark.end, !mark.is_empty()).max(start))
        });
        Self { spans: spans.collect(), windows }
    }

    /// The window that a byte is in.
    pub fn window(&self, offset: usize) -> Option<&Window> {
        self.windows.iter().rev().find(|window| window.start <= offset)
    }
}

/// The lines that one mark covers, zero-based, both included, as far as they are shown.
struct Extent {
    first: usize,
    last: usize,
    /// Lines that `last` stands for; 0 where it stands for itself.
    hidden: usize,
}

impl Extent {
    fn of(ruler: &Ruler<'_>, mark: Span) -> Self {
        let first = ruler.lines.line_of(mark.start);
        let last = ruler.lines.line_of(if mark.is_empty() { mark.start } else { mark.end - 1 });
        match (last + 1 - first).checked_sub(LINES) {
            Some(more @ 1..) => Self { first, last: first + LINES - 1, hidden: more + 1 },
            _ => Self { first, last, hidden: 0 },
        }
    }
}

/// The mark inside the text, without the line ends that it may end with.
fn drawable(ruler: &Ruler<'_>, mark: Span) -> Span {
    let mark = ruler.clamp(mark);
    let kept = mark.of(&ruler.text).trim_end_matches(['\r', '\n']).len();
    if kept == 0 { mark } else { Span::new(mark.start, mark.start + kept) }
}

/// The lines under the marks, and those around them that are not blank.
fn wanted(ruler: &Ruler<'_>, extents: &[Extent]) -> Vec<usize> {
    let mut lines = Vec::new();
    let filled = |line: &usize| !is_blank(&ruler.text[ruler.line(*line)]);
    for extent in extents {
        lines.extend(extent.first.checked_sub(1).filter(filled));
        if extent.hidden > 0 {
            lines.extend(extent.first..extent.last);
        } else {
            lines.extend(extent.first..=extent.last);
            lines.extend(Some(extent.last + 1).filter(|line| *line < ruler.lines.count()).filter(filled));
        }
    }
    lines.sort_unstable();
    lines.dedup();
    lines
}

/// Whether a line shows nothing; a long one is taken to show something.
fn is_blank(line: &str) -> bool {
    line.chars().take(200).all(char::is_whitespace)
}

/// The line that stands for those that are left out.
fn rest(hidden: usize, room: Room) -> Shown {
    Shown { text: format!("{} {hidden} more lines\n", dots(room)), map: Vec::new() }
}

fn dots(room: Room) -> &'static str {
    if room.unicode { "…" } else { "..." }
}

/// Puts the lines one after another; also says where each of them begins.
fn assemble(shown: &BTreeMap<usize, Shown>) -> (Vec<Window>, BTreeMap<usize, usize>) {
    let (mut windows, mut starts): (Vec<Window>, _) = (Vec::new(), BTreeMap::new());
    let (mut start, mut next) = (0, None);
    for (line, shown) in shown {
        starts.insert(*line, start);
        match windows.last_mut().filter(|_| next == Some(*line)) {
            Some(window) => window.text.push_str(&shown.text),
            None => windows.push(Window { line: *line, start, text: shown.text.clone() }),
        }
        start += shown.text.len();
        next = Some(line + 1);
    }
    (windows, starts)
}

/// One line, shortened around the part that the first mark on it covers.
fn show(ruler: &Ruler<'_>, line: usize, marks: &[Span], room: Room) -> Shown {
    let whole = ruler.line(line);
    let on_line = |mark: &&Span| mark.start <= whole.end && mark.end >= whole.start;
    let focus = marks.iter().find(on_line).map_or(whole.start..whole.start, |mark| {
        mark.start.clamp(whole.start, whole.end)..mark.end.clamp(whole.start, whole.end)
    });
    let kept = keep(&ruler.text, whole.clone(), focus, room);
    let mut shown = Shown { text: String::new(), map: Vec::new() };
    if kept.start > whole.start {
        shown.map.push((whole.start, 0));
        shown.text.push_str(dots(room));
    }
    shown.push(&ruler.text, kept.clone(), room);
    if kept.end < whole.end {
        shown.map.push((kept.end, shown.text.len()));
        shown.text.push_str(dots(room));
    }
    shown.map.push((whole.end, shown.text.len()));
    shown.text.push('\n');
    shown
}

/// The part of a line that fits into the room: its beginning if the focus is there, its end if the focus is there, or
/// the surroundings of the focus.
fn keep(text: &str, whole: Range<usize>, focus: Range<usize>, room: Room) -> Range<usize> {
    if forward(text, whole.clone(), room.columns) == whole.end {
        return whole;
    }
    let columns = room.columns.saturating_sub(2 * dots(room).len().min(3));
    let head = forward(text, whole.clone(), columns);
    if focus.end <= head {
        return whole.start..head;
    }
    let tail = backward(text, whole.clone(), columns);
    if focus.start >= tail {
        return tail..whole.end;
    }
    let width = text[focus.start..forward(text, focus.start..focus.end, columns)].chars().map(width).sum::<usize>();
    let margin = ((columns.saturating_sub(width)) / 2).max(columns / 8);
    let start = backward(text, whole.start..focus.start, margin);
    start..forward(text, start..whole.end, columns)
}

/// How far into `range` that many columns reach.
fn forward(text: &str, range: Range<usize>, columns: usize) -> usize {
    let mut left = Budget::new(columns);
    let fits = text[range.clone()].char_indices().find(|(_, c)| !left.spend(*c));
    fits.map_or(range.end, |(at, _)| range.start + at)
}

/// Where in `range` the last columns of it begin.
fn backward(text: &str, range: Range<usize>, columns: usize) -> usize {
    let mut left = Budget::new(columns);
    let fits = text[range.clone()].char_indices().rev().find(|(_, c)| !left.spend(*c));
    fits.map_or(range.start, |(at, c)| range.start + at + c.len_utf8())
}

/// Columns to spend on characters; there is an end to those that take none, too.
struct Budget {
    columns: usize,
    characters: usize,
}

impl Budget {
    fn new(columns: usize) -> Self {
        Self { columns, characters: 4 * columns }
    }

    fn spend(&mut self, c: char) -> bool {
        let left = self.columns.checked_sub(width(c)).zip(self.characters.checked_sub(1));
        if let Some((columns, characters)) = left {
            *self = Self { columns, characters };
        }
        left.is_some()
    }
}

/// Columns that a character takes at most when it is shown.
fn width(c: char) -> usize {
    match c {
        '\t' => TAB,
        c if is_unsafe(c) => 1,
        c => c.width().unwrap_or(1),
    }
}

const TAB: usize = 4;

impl Shown {
    /// Where a byte of the file went; as an end, behind whatever stands for it.
    fn place(&self, offset: usize, end: bool) -> usize {
        let Some(last) = self.map.len().checked_sub(1) else {
            return if end { self.text.len() - 1 } else { 0 };
        };
        let at = if end {
            self.map.partition_point(|(from, _)| *from < offset)
        } else {
            self.map.partition_point(|(from, _)| *from <= offset).saturating_sub(1)
        };
        self.map[at.min(last)].1
    }

    fn push(&mut self, text: &str, kept: Range<usize>, room: Room) {
        let mut before = ' ';
        let mut column = 0;
        for (at, c) in text[kept.clone()].char_indices() {
            self.map.push((kept.start + at, self.text.len()));
            let from = self.text.len();
            match c {
                '\t' => self.text.extend(std::iter::repeat_n(' ', TAB - column % TAB)),
                c if decorates_emoji(c, before) => continue,
                c if is_unsafe(c) && !joins_letters(c, before) => self.text.push(stand_in(c, room)),
                '#' if begins_command(text, kept.start + at) => self.text.push(stand_in(c, room)),
                c => self.text.push(c),
            }
            column += self.text[from..].chars().map(width).sum::<usize>();
            before = c;
        }
    }
}

/// A joiner, selector or skin tone after an emoji: terminals disagree about how wide the whole is, so that only the
/// plain emoji are shown.
fn decorates_emoji(c: char, before: char) -> bool {
    match c {
        '\u{fe0e}' | '\u{fe0f}' => true,
        '\u{200d}' | '\u{1f3fb}'..='\u{1f3ff}' => matches!(before, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}'),
        _ => false,
    }
}

/// Joiners that Arabic and Indic scripts are written with.
fn joins_letters(c: char, before: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}') && matches!(before, '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}')
}

/// One visible column for a character that must not reach a terminal.
fn stand_in(c: char, room: Room) -> char {
    match c {
        _ if !room.unicode => '?',
        // What stands for a byte that is no text.
        crate::source::decode::SUBSTITUTE => '\u{fffd}',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        _ => '\u{fffd}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ROOM: Room = Room { columns: 20, unicode: true };

    /// The lines that are shown, each with what is marked on it.
    fn cut(text: &str, marks: &[Span]) -> (String, Vec<String>) {
        let excerpt = Excerpt::cut(&Ruler::new(text), marks, ROOM);
        let all: String = excerpt.windows.iter().map(|window| window.text.as_str()).collect();
        let marked = excerpt.spans.iter().map(|span| span.of(&all).to_owned()).collect();
        (all, marked)
    }

    fn place(text: &str, part: &str) -> Span {
        let start = text.find(part).unwrap();
        Span::new(start, start + part.len())
    }

    #[test]
    fn a_long_line_is_shortened_around_the_mark() {
        let text = format!("{}HERE{}", "a".repeat(100), "b".repeat(100));
        assert_eq!(
            cut(&text, &[place(&text, "HERE")]),
            ("…aaaaaHERE…\n".replace("HERE…", "HEREbbbbb…"), vec!["HERE".into()])
        );
        let (shown, marked) = cut(&text, &[Span::at(text.len())]);
        assert_eq!((shown.as_str(), marked[0].as_str()), ("…bbbbbbbbbbbbbb\n", ""));
        let (shown, marked) = cut(&text, &[place(&text, "HERE"), Span::new(0, 3), Span::new(190, 200)]);
        assert_eq!((shown.as_str(), &marked[1..]), ("…aaaaaHEREbbbbb…\n", &["…".to_owned(), "…".to_owned()][..]));
    }

    #[test]
    fn a_mark_over_many_lines_shows_the_first() {
        let text = (1..=40).map(|n| format!("line {n}\n")).collect::<String>();
        let (shown, marked) = cut(&text, &[Span::new(place(&text, "line 3\n").start, text.len())]);
        assert_eq!(shown, "line 2\nline 3\nline 4\nline 5\nline 6\nline 7\n… 33 more lines\n");
        assert_eq!(marked[0], shown["line 2\n".len()..shown.len() - 1]);
    }

    #[test]
    fn what_cannot_be_shown_is_replaced_and_the_mark_moves_along() {
        let text = "a\u{1b}[31m\u{202e}\tb 👩\u{200d}💻\u{fe0f}x\u{1a}";
        let (shown, marked) = cut(text, &[place(text, "x"), place(text, "\u{202e}"), place(text, "\u{fe0f}")]);
        assert_eq!(shown, "a␛[31m\u{fffd} b 👩💻x\u{fffd}\n");
        assert_eq!(marked, ["x", "\u{fffd}", ""]);
    }

    #[test]
    fn blank_neighbours_are_left_out() {
        assert_eq!(cut("a\n\nbad\n\nz", &[Span::new(3, 6)]).0, "bad\n");
        assert_eq!(cut("a\nbad\nz", &[Span::new(2, 5)]).0, "a\nbad\nz\n");
    }

    #[test]
    fn an_empty_file_has_a_line() {
        assert_eq!(cut("", &[Span::at(0)]), ("\n".to_owned(), vec![String::new()]));
    }

    proptest! {
        #[test]
        fn any_marks_in_any_text_stay_inside(
            text in "[a中😀\u{200d}\u{1b}\t\r\n ]{0,200}",
            marks in prop::collection::vec((0usize..900, 0usize..900), 1..5),
        ) {
            let marks: Vec<Span> = marks.into_iter().map(|(start, end)| Span { start, end }).collect();
            let excerpt = Excerpt::cut(&Ruler::new(&text), &marks, ROOM);
            for span in excerpt.spans {
                let window = excerpt.windows.iter().rev().find(|window| window.start <= span.start).unwrap();
                prop_assert!(window.text.get(span.start - window.start..span.end - window.start).is_some());
            }
            prop_assert!(excerpt.windows.iter().all(|window| !window.text.contains(char::from(0x1b))));
        }
    }
}
