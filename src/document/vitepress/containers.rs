//! What holds other blocks: `::: tip`, quotations and alerts.

use super::{
    Ended, Part, Reader,
    lines::{Line, is_space, spaces},
};
use crate::source::Span;

impl<'a> Reader<'a> {
    /// How many colons open a container, and what is written behind them.
    pub(super) fn container_name(&self, line: usize) -> Option<(usize, &'a str)> {
        let rest = self.rest(line);
        let words = rest.trim_start_matches(':');
        let count = rest.len() - words.len();
        let name = words.trim().split(' ').next().filter(|name| !name.is_empty() && count >= 3)?;
        (CONTAINERS.iter().any(|(known, ..)| *known == name) || self.open).then_some((count, words.trim()))
    }

    pub(super) fn container(&mut self, start: usize, end: usize) -> bool {
        let Some((count, words)) = self.container_name(start) else { return false };
        let closes = |line: usize| {
            let rest = self.rest(line);
            let words = rest.trim_start_matches(':');
            rest.len() - words.len() >= count && words.trim_matches(is_space).is_empty() && !self.is_deep(line)
        };
        let mut line = start + 1;
        while line < end && (self.is_empty(line) || self.lines[line].indent >= self.indent) && !closes(line) {
            line += 1;
        }
        let closed = line < end && (self.is_empty(line) || self.lines[line].indent >= self.indent);
        let last = std::mem::replace(&mut self.last, line);
        let name = words.split(' ').next().unwrap_or_default();
        let known = CONTAINERS.iter().find(|(known, ..)| *known == name);
        let (_, open, close, titled) = known.copied().unwrap_or((name, "<div>", "</div>", false));
        self.tag(open, self.lines[start].first);
        let title = words[name.len()..].trim();
        if titled && !title.is_empty() {
            let at = title.as_ptr() as usize - self.text.as_ptr() as usize;
            let summary = if name == "details" { ("<summary>", "</summary>") } else { ("<p>", "</p>") };
            let quotes = std::mem::take(&mut self.quotes);
            self.element(summary.0, summary.1, vec![Span::new(at, at + title.len())]);
            self.quotes = quotes;
        }
        self.blocks(start + 1, line);
        self.tag(close, self.lines[line.min(self.lines.len() - 1)].first);
        self.after_rows = false;
        self.last = last;
        self.line = line + usize::from(closed);
        true
    }

    pub(super) fn quote(&mut self, start: usize, end: usize) -> bool {
        if !self.rest(start).starts_with('>') || self.is_deep(start) {
            return false;
        }
        let last = self.last;
        let mut old: Vec<Line> = Vec::new();
        let (mut line, mut blank) = (start, false);
        while line < end && !self.is_empty(line) {
            let now = self.lines[line];
            if self.rest(line).starts_with('>') && now.indent >= self.indent {
                old.push(now);
                self.lines[line] = self.quoted(now);
                blank = self.is_empty(line);
            } else if blank {
                break;
            } else if self.ends(Ended::Quote, line, end) {
                // Nothing within reaches beyond.
                self.last = line;
                if self.indent != 0 {
                    old.push(now);
                    self.lines[line].indent -= self.indent;
                }
                break;
            } else {
                old.push(now);
                self.lines[line].indent = -1;
            }
            line += 1;
        }
        let indent = std::mem::replace(&mut self.indent, 0);
        let place = self.blocks.parts.len();
        self.tag("<blockquote>", old[0].first);
        // The title of an alert comes here.
        self.blocks.parts.push(Part::Html { lines: Vec::new(), alone: true });
        self.quotes.push(place);
        self.blocks(start, line);
        self.quotes.retain(|quote| *quote != place);
        self.tag("</blockquote>", self.lines[line - 1].end);
        self.after_rows = false;
        self.last = last;
        self.lines[start..start + old.len()].copy_from_slice(&old);
        self.indent = indent;
        true
    }

    /// The line behind its `>` and one space.
    fn quoted(&self, line: Line) -> Line {
        let bytes = self.text.as_bytes();
        let mut at = line.first + 1;
        let mut column = line.indent + 1;
        let (mut wide, mut spaced) = (0, false);
        match bytes.get(at).filter(|_| at < line.end) {
            Some(b' ') => {
                (at, column, spaced) = (at + 1, column + 1, true);
            }
            Some(b'\t') => {
                spaced = true;
                if (line.before + column) % 4 == 3 {
                    (at, column) = (at + 1, column + 1);
                } else {
                    // The rest of the tab stays.
                    wide = 1;
                }
            }
            _ => {}
        }
        let (first, end) = spaces(bytes, at, line.end, column, line.before + wide);
        let before = line.indent + 1 + isize::from(spaced);
        Line { start: at, first, end: line.end, indent: end - column, before }
    }

    /// The first words in a quotation without their first line, where that makes an alert of it. Its title stands in
    /// the page as it is written.
    pub(super) fn alert(&mut self, words: Vec<Span>) -> Vec<Span> {
        let Some(quote) = self.quotes.first().copied() else { return words };
        self.quotes.clear();
        let Some(title) = words.first().and_then(|line| alert_title(self.text, *line)) else { return words };
        if let Some(place) = self.blocks.parts.get_mut(quote + 1) {
            *place = Part::Html { lines: vec![title], alone: true };
        }
        words[1..].to_vec()
    }
}

/// Containers by name, with the tags that they become and whether words behind the name are a title.
const CONTAINERS: [(&str, &str, &str, bool); 8] = [
    ("tip", "<div>", "</div>", true),
    ("info", "<div>", "</div>", true),
    ("warning", "<div>", "</div>", true),
    ("danger", "<div>", "</div>", true),
    ("details", "<details>", "</details>", true),
    ("v-pre", "<div v-pre>", "</div>", false),
    ("raw", "<div>", "</div>", false),
    ("code-group", "<div>", "</div>", false),
];

/// What follows `[!NOTE]` in a line.
fn alert_title(text: &str, line: Span) -> Option<Span> {
    let inner = line.of(text).strip_prefix("[!")?;
    let (name, title) = inner.split_once(']')?;
    let known = ["tip", "note", "info", "important", "warning", "caution", "danger"];
    let start = line.end - title.len();
    known.iter().any(|known| known.eq_ignore_ascii_case(name)).then(|| Span::new(start, line.end).trimmed(text))
}
