//! The places of a post where something may have been put in front of the article or behind it.

use crate::{
    document::{Block, BlockKind, Document},
    source::Span,
};

/// Blocks at the end and at the start that are looked at.
const LAST: usize = 8;
const FIRST: usize = 3;
/// So many scraps at the end are what a page left below the article: they are looked at, and do not count.
const SCRAPS: usize = 4;
/// More are no longer the end of anything.
const MOST_SCRAPS: usize = 40;
/// A longer line (in bytes) says more than a button.
const LONGEST_SCRAP: usize = 60;
/// An advert that only its own words give away stands among so many blocks at the end or at the start.
pub const NEAR: u8 = 3;
/// Lines at the end of a block that are looked at one by one.
const LINES: usize = 4;
/// A longer block (in bytes) is no footer as a whole.
pub const LONGEST: usize = 2700;
/// So much of such a block's end (in bytes) is looked at all the same.
const CLOSING: usize = 800;

/// A [`Span`] of a file in half the room: no file is read that is as large as 4 GiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    start: u32,
    end: u32,
}

impl Place {
    pub const fn span(self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        let small = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: small(span.start), end: small(span.end) }
    }
}

/// A block or a line of one.
#[derive(Debug, Clone, Copy)]
pub struct Unit {
    place: Place,
    /// Whether it is one line of a block that has several.
    pub line: bool,
    /// Whether it starts in the middle of a sentence that was only wrapped there.
    pub wrapped: bool,
    /// How many solid blocks of the body stand after it, scraps aside; 255 may be more.
    pub after: u8,
    /// How many solid blocks of the body stand before it; 255 may be more.
    pub before: u8,
    pub heading: bool,
}

impl Unit {
    /// One of which only the place is known.
    pub fn alone(span: Span) -> Self {
        let place = span.into();
        Self { place, line: false, wrapped: false, after: 0, before: 0, heading: false }
    }

    pub const fn span(&self) -> Span {
        self.place.span()
    }

    /// Whether its own words may give it away as an advert: it stands near enough to the end, or to the start. Nobody
    /// advertises in a heading above the article.
    pub const fn is_near(&self) -> bool {
        self.is_at_the_end() || (self.before < NEAR && !self.heading)
    }

    pub const fn is_at_the_end(&self) -> bool {
        self.after < NEAR
    }

    /// Whether both are of the same block.
    pub const fn is_beside(&self, other: &Self) -> bool {
        self.before == other.before && self.after == other.after
    }
}

/// The units of a post in the order of the file; of one block, the block first and then its last lines.
pub fn units(document: &Document) -> Vec<Unit> {
    let solid: Vec<&Block> =
        document.blocks.iter().filter(|block| !matches!(block.kind, BlockKind::Rule | BlockKind::Definition)).collect();
    let scraps = scraps(document, &solid);
    let mut units = Vec::with_capacity(solid.len().min(FIRST + LAST + scraps));
    for (before, block) in solid.iter().enumerate() {
        let after = (solid.len() - 1 - before).saturating_sub(scraps);
        let is_known = match block.kind {
            BlockKind::Code { .. } => false,
            BlockKind::Table => after < LAST,
            _ => after < LAST || before < FIRST,
        };
        if is_known {
            of_block(document, block, before, after, &mut units);
        }
    }
    units
}

fn of_block(document: &Document, block: &Block, before: usize, after: usize, units: &mut Vec<Unit>) {
    let underlined = matches!(block.kind, BlockKind::Heading { setext: true, .. });
    let heading = matches!(block.kind, BlockKind::Heading { setext: false, .. });
    let span = if underlined { without_last_line(document, block.span) } else { block.span };
    let span = span.trimmed(&document.source.text);
    let few = |blocks: usize| u8::try_from(blocks).unwrap_or(u8::MAX);
    let unit = |span: Span, line: bool| {
        let wrapped = line && runs_on(document.text(block.span), span.start - block.span.start);
        Unit { place: span.into(), line, wrapped, after: few(after), before: few(before), heading }
    };
    if span.len() <= LONGEST {
        units.push(unit(span, false));
    } else if after < LAST && block.kind != BlockKind::Table {
        units.push(unit(closing(document, span), true));
    }
    if after < LAST && !matches!(block.kind, BlockKind::Html | BlockKind::Table) {
        units.extend(last_lines(document, span).map(|span| unit(span, true)));
    }
}

/// How many blocks at the end are what a page left there: buttons, counters and pictures of buttons, a block each. Few short
/// lines are the author's.
fn scraps(document: &Document, solid: &[&Block]) -> usize {
    let scraps = solid.iter().rev().take_while(|block| is_scrap(document, block)).take(MOST_SCRAPS).count();
    if scraps >= SCRAPS && scraps < solid.len() { scraps } else { 0 }
}

/// A paragraph of lines that are too short for sentences and end none, or of pictures.
fn is_scrap(document: &Document, block: &Block) -> bool {
    let is_picture = |line: &str| line.starts_with("![") && line.ends_with(')');
    let ends =
        |line: &str| line.ends_with(['.', '!', '?', '。', '！', '？', '…']) && line.contains(char::is_alphanumeric);
    let is_short = |line: &str| line.len() <= LONGEST_SCRAP && !ends(line) && !line.contains("](");
    matches!(block.kind, BlockKind::Paragraph)
        && block.span.len() <= LONGEST
        && document.text(block.span).lines().map(str::trim).all(|line| is_picture(line) || is_short(line))
}

/// A shortcode, an include or a directive: what it shows stands elsewhere.
pub fn is_component(text: &str) -> bool {
    ["{{", "{%", "{#", "<!--", ":::", "???", "!!!", "%%", "\\begin{", "\\end{"]
        .iter()
        .any(|open| text.starts_with(open))
        || is_tags(text)
}

/// Nothing but the tags of HTML or of components.
fn is_tags(text: &str) -> bool {
    let mut outside = text.split('<').map(|part| part.split_once('>').map_or(part, |(_, after)| after));
    text.starts_with('<') && text.ends_with('>') && outside.all(|part| part.trim().is_empty())
}

/// The last sentences of a long block.
fn closing(document: &Document, span: Span) -> Span {
    let text = document.text(span);
    let from = text.ceil_char_boundary(text.len() - CLOSING);
    let start = starts(&text[from..]).nth(1).map_or(span.end, |start| span.start + from + start);
    Span::new(start, span.end).trimmed(&document.source.text)
}

fn without_last_line(document: &Document, span: Span) -> Span {
    let end = memchr::memrchr(b'\n', document.text(span).as_bytes()).map_or(span.end, |at| span.start + at);
    Span::new(span.start, end).trimmed(&document.source.text)
}

/// The last lines of a block in the order of the file, if it has several.
fn last_lines(document: &Document, span: Span) -> impl Iterator<Item = Span> {
    let text = document.text(span).as_bytes();
    let mut lines = [None; LINES];
    // Most blocks have a single line.
    let has_several = memchr::memchr(b'\n', text).is_some();
    let (mut end, mut count) = (if has_several { text.len() } else { 0 }, 0);
    while end > 0 && count < LINES {
        let start = memchr::memrchr(b'\n', &text[..end]).map_or(0, |at| at + 1);
        let line = Span::new(start, end).shifted(span.start).trimmed(&document.source.text);
        if !line.is_empty() && line.len() <= LONGEST {
            count += 1;
            lines[LINES - count] = Some(line);
        }
        end = start.saturating_sub(1);
    }
    lines.into_iter().flatten().filter(move |_| count > 1)
}

/// Whether the line of `text` that starts at `start` goes on with the sentence of the line above: only scripts with small
/// letters show it.
pub fn runs_on(text: &str, start: usize) -> bool {
    let markup = |c: char| c.is_whitespace() || matches!(c, '[' | '*' | '_' | '(' | '`' | '"' | '“' | '>');
    let above = text[..start].trim_end().chars().next_back();
    let below = text[start..].trim_start_matches(markup).chars().next();
    above.is_some_and(|c| c.is_alphanumeric() || matches!(c, ',' | '-' | ')' | '’' | '\''))
        && below.is_some_and(char::is_lowercase)
}

/// The sentence around `at`, in bytes of `text`.
pub fn sentence(text: &str, at: usize) -> Span {
    let mut start = 0;
    let mut starts = starts(text).skip(1);
    let end = starts.find(|next| {
        let is_behind = *next > at;
        start = if is_behind { start } else { *next };
        is_behind
    });
    Span::new(start, end.unwrap_or(text.len())).trimmed(text)
}

/// Whether a sentence only leads to an advert: "Questions?"
pub fn is_short_question(sentence: &str) -> bool {
    const LONGEST: usize = 40;
    let sentence = sentence.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '?' && c != '？');
    sentence.ends_with(['?', '？']) && sentence.trim_start().len() <= LONGEST
}

/// Where the sentences of a text start, in bytes; the first at naught.
pub fn sentences(text: &str) -> Vec<usize> {
    starts(text).collect()
}

fn starts(text: &str) -> impl Iterator<Item = usize> {
    let mut chars = text.char_indices().peekable();
    let next = move || {
        while let Some((at, c)) = chars.next() {
            let whole = matches!(c, '。' | '！' | '？' | '\n');
            if !whole && !matches!(c, '.' | '!' | '?') || (c == '\n' && runs_on(text, at + 1)) {
                continue;
            }
            let mut end = at + c.len_utf8();
            while let Some((at, c)) = chars.next_if(|(_, c)| "\"'”’」』）)*_~!?！？。.".contains(*c)) {
                end = at + c.len_utf8();
            }
            // A full stop within a word or an address ends nothing.
            let ends = |c: char| c.is_whitespace() || (!c.is_ascii() && text[at..].starts_with(['!', '?']));
            if text[end..].chars().next().is_some_and(|next| whole || ends(next)) {
                return Some(end);
            }
        }
        None
    };
    std::iter::once(0).chain(std::iter::from_fn(next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{site::Sites, source::Source};

    #[test]
    fn a_sentence_ends_at_its_mark_and_what_closes_with_it() {
        for (text, sentences) in [
            (
                "He said “yes.” Read bees.test/a?b=1. Then go!",
                vec!["He said “yes.”", "Read bees.test/a?b=1.", "Then go!"],
            ),
            ("她说：“好。”蜜蜂睡了!真的？", vec!["她说：“好。”", "蜜蜂睡了!", "真的？"]),
            ("", vec![""]),
        ] {
            let starts = super::sentences(text);
            let found: Vec<&str> = starts.iter().map(|start| sentence(text, *start).of(text)).collect();
            assert_eq!(found, sentences);
        }
    }

    #[test]
    fn scraps_of_a_page_at_the_end_do_not_count() {
        let after = |text: &str| {
            let document = Document::parse(Source::from_text("a.md", text), &Sites::default());
            let units = units(&document);
            units.iter().find(|unit| document.text(unit.span()).starts_with("Follow")).map(|unit| unit.after)
        };
        let scraps = "![](a.png)\n\nShare\nLike\n\n知道了\n\n取消\n允许\n\n×\n分析\n\n：\n，\n。\n\n".repeat(2);
        let bees = "Bees sleep at night.\n\nFollow the bees on their site and in the news, as we do.\n\n";
        assert_eq!(after(&format!("{bees}{scraps}")), Some(0));
        assert_eq!(after(&format!("{bees}{scraps}They do.\n")), Some(13));
        assert_eq!(after(&format!("{bees}Yours\n\nAnn\n")), Some(2));
        assert_eq!(after(&format!("{bees}{}", "Bee\n\n".repeat(MOST_SCRAPS + 9))), Some(9));
    }

    #[test]
    fn a_heading_is_looked_at_without_its_line() {
        // The second is all that is left of one whose words are white space.
        for (text, first) in [("Bees\n====\n\nThey sleep.", "Bees"), ("\u{A0}\n-\n\nThey sleep.", "-")] {
            let document = Document::parse(Source::from_text("a.md", text), &Sites::default());
            let found: Vec<&str> = units(&document).iter().map(|unit| document.text(unit.span())).collect();
            assert_eq!(found, [first, "They sleep."]);
        }
    }
}
