//! What is open where an article ends: a fence, a tag, a row of a table, a link, a container, a character.

use super::{Found, Reader, State, shape::is_sentence};
use crate::{
    document::{
        BlockKind, code,
        prose::{self, Stop},
    },
    source::{Span, decode::DamageKind},
};

/// More rows than this show how the author writes rows.
const OFTEN: usize = 3;

impl Reader<'_> {
    /// A character of which the last bytes are missing, at the file's end or right before what was appended.
    pub(super) fn broken_character(&self) -> Option<Span> {
        let damage = &self.document().source.damage;
        let last = damage.last().filter(|damage| damage.kind == DamageKind::Incomplete);
        let before = || damage.iter().find(|damage| damage.kind != DamageKind::Nul && damage.span.end == self.span.end);
        last.or_else(before).map(|damage| damage.span)
    }

    pub(super) fn code(&self) -> Option<Found> {
        match code::open_block(self.document(), self.document().blocks[self.index].span, &self.subject.facts.code) {
            code::Open::Cut => Some(self.open_fence(0)),
            code::Open::Even => Some(Found { state: State::EvenFence, ..self.open_fence(0) }),
            _ => None,
        }
    }

    /// The fence `at` bytes into the block is open.
    pub(super) fn open_fence(&self, at: usize) -> Found {
        let line = self.text[at..].find('\n').unwrap_or(self.text.len() - at);
        let opener = self.span.start + at;
        self.found(State::OpenFence, self.span.end, "").with(Some(Span::new(opener, opener + line)))
    }

    /// A fence in an item or a quote that is open where the article ends.
    pub(super) fn nested_fence(&self) -> Option<Found> {
        let at = code::nested(self.text)?;
        (code::open(&self.text[at..], &self.subject.facts.code) == code::Open::Cut).then(|| self.open_fence(at))
    }

    pub(super) fn html(&self) -> Option<Found> {
        if let Some(found) = self.markers(self.text) {
            return Some(found);
        }
        let comment = self.text.rfind("<!--").filter(|at| !self.text[*at..].contains("-->"));
        let tag = || {
            let at = self.text.rfind('<').filter(|at| !self.text[*at..].contains('>'))?;
            let named = self.text[at + 1..].trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic());
            (named && !self.text.contains("<script") && !self.text.contains("<style")).then_some(at)
        };
        let at = comment.or_else(tag).or_else(|| open_table(self.text))?;
        let opener = Span::new(self.span.start + at, self.span.start + at + 4.min(self.text.len() - at));
        let opener = opener.trimmed(self.source());
        Some(self.found(State::OpenHtml, self.span.end, "").with(Some(opener)))
    }

    /// A last row that breaks off, in a table whose other rows are closed: before its last cell, or within it.
    pub(super) fn table(&self) -> Option<Found> {
        // Short rows are allowed; one without a line end is no row yet.
        let rest = &self.source()[self.span.end..];
        let torn = rest.trim_matches([' ', '\t']).is_empty();
        let mut rows = self.text.lines().map(str::trim);
        // A wide bar in the header is more likely a sign in its text.
        let header = rows.next().filter(|row| !row.contains('｜'))?;
        let last = rows.next_back().filter(|row| row.starts_with('|'))?;
        let above = rows.clone().count();
        if !(is_closed(header) && rows.all(is_closed) && (torn || !is_closed(last))) {
            return None;
        }
        if cells(last).count() < cells(header).count() {
            return Some(self.found(State::TableRow, self.span.end, ""));
        }
        let cell = cells(last).last().filter(|_| !is_closed(last))?.trim();
        // The last bar alone is forgotten at times, hardly where it was written so often.
        let open = (torn || rest.trim().is_empty() && above > OFTEN)
            && matches!(prose::stop(cell).0, Stop::Word | Stop::Number | Stop::Comma | Stop::Colon);
        let within = self.open_markup(cell).or_else(|| self.open_link(cell));
        within.or_else(|| open.then(|| self.found(State::OpenRow, self.span.end, "")))
    }

    /// A tag, a comment, an address in angle brackets, a template's tag or a formula that the article ends within.
    pub(super) fn open_markup(&self, unit: &str) -> Option<Found> {
        // What each begins with, which most texts do not hold.
        memchr::memchr3(b'<', b'{', b'$', unit.as_bytes())?;
        let (state, at) = open_tag(unit)
            .map(|at| (State::OpenHtml, at))
            .or_else(|| open_shortcode(unit).map(|at| (State::OpenShortcode, at)))
            .or_else(|| prose::open_formula(unit).map(|at| (State::OpenMath, at)))?;
        let opener = self.span.end - unit.len() + at;
        let opener = Span::new(opener, opener + 2.min(unit.len() - at)).trimmed(self.source());
        Some(self.found(state, self.span.end, "").with(Some(opener)))
    }

    /// The header of a table of which the line below is too short, so that it is no table yet.
    pub(super) fn torn_table(&self) -> Option<Found> {
        let mut rows = self.text.lines().map(str::trim);
        let (header, line, more) = (rows.next()?, rows.next()?, rows.next());
        let rule = line.starts_with('|') && line.bytes().all(|b| matches!(b, b'|' | b'-' | b':' | b' '));
        let torn = header.starts_with('|') && is_closed(header) && rule && more.is_none();
        (torn && line.contains('-') && cells(line).count() < cells(header).count())
            .then(|| self.found(State::TableRow, self.span.end, ""))
    }

    /// `[text`, `[text](addr` or `![` with nothing that closes it.
    pub(super) fn open_link(&self, unit: &str) -> Option<Found> {
        memchr::memchr2(b'[', b']', unit.as_bytes())?;
        let at = match unit.rfind("](") {
            Some(at) if !unit[at..].contains(')') && !unit[at + 2..].contains(char::is_whitespace) => Some(at),
            _ => unit.rfind('[').filter(|at| {
                let rest = &unit[*at + 1..];
                let escaped = unit[..*at].ends_with(['\\', '`']);
                let image = unit[..*at].ends_with('!');
                let lead = rest.chars().next().is_none_or(char::is_alphanumeric) || image;
                let code = unit[*at..].contains('`') || unit[..*at].matches('`').count() % 2 == 1;
                // `[0, n)` is a range.
                let range = rest.find(')').is_some_and(|end| !rest[..end].contains('(') && rest[..end].contains(','));
                !rest.contains(']') && !escaped && lead && !code && !range && (image || is_sentence(unit))
            }),
        }?;
        let opener = self.span.end - unit.len() + at;
        let opener = Span::new(opener, opener + 1);
        Some(self.found(State::OpenLink, self.span.end, "").with(Some(opener)))
    }

    /// Whether the article ends within a container `::: kind`, in a post that closes others or has no others.
    pub(super) fn in_container(&self) -> bool {
        let article = self.article(self.span.end);
        if memchr::memmem::find(article.as_bytes(), b":::").is_none() {
            return false;
        }
        let document = self.document();
        let text =
            |block: &crate::document::Block| (!matches!(block.kind, BlockKind::Code { .. })).then_some(block.span);
        let mut open = 0usize;
        for line in document.blocks[..=self.index].iter().filter_map(text).flat_map(|span| document.text(span).lines())
        {
            let line = line.trim_start_matches([' ', '>']);
            match line.strip_prefix(":::").map(|rest| rest.trim_start_matches(':').trim()) {
                Some("") => open = open.saturating_sub(1),
                Some(_) => open += 1,
                None => {}
            }
        }
        open == 1
    }
}

/// Whether `at` is in a code span.
fn in_code(unit: &str, at: usize) -> bool {
    unit[..at].matches('`').count() % 2 == 1
}

/// Whether a row of a table ends in a bar, which people who write Chinese or Japanese type as a wide one by mistake.
fn is_closed(row: &str) -> bool {
    row.ends_with(['|', '｜']) && !row.ends_with("\\|")
}

/// What stands between the bars of a row. Behind a backslash a bar is text.
fn cells(row: &str) -> impl Iterator<Item = &str> {
    let row = row.strip_prefix('|').unwrap_or(row);
    let row = row.strip_suffix(['|', '｜']).filter(|_| is_closed(row)).unwrap_or(row);
    let mut escaped = false;
    row.split(move |c| {
        let bar = matches!(c, '|' | '｜') && !escaped;
        escaped = c == '\\' && !escaped;
        bar
    })
}

/// Where a tag, a comment or an address in angle brackets begins that has no end.
fn open_tag(unit: &str) -> Option<usize> {
    memchr::memchr(b'<', unit.as_bytes())?;
    let comment = unit.rfind("<!--").filter(|at| !unit[*at..].contains("-->"));
    let at = comment.or_else(|| unit.rfind('<').filter(|at| !unit[*at..].contains('>')))?;
    let inner = unit[at + 1..].trim_start_matches('/');
    let name = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
    // `a < b` and `i<n` are no tags: what follows the name of one is an attribute.
    let attribute = inner[name..].starts_with([' ', '\n']) && inner[name..].contains("=\"");
    let tag = inner.starts_with(|c: char| c.is_ascii_alphabetic()) && attribute;
    let address = inner.starts_with("https://") || inner.starts_with("http://");
    ((comment.is_some() || tag || address) && !in_code(unit, at)).then_some(at)
}

/// Where the table or list begins that breaks off within a cell or an item.
fn open_table(html: &str) -> Option<usize> {
    let last = html.rfind('<').map(|at| &html[at + 1..])?;
    if last.starts_with('/') || last.trim_end().ends_with("/>") {
        return None;
    }
    [("<table", "</table"), ("<ul", "</ul"), ("<ol", "</ol")].into_iter().find_map(|(opens, closes)| {
        let at = html.find(opens)?;
        (html.matches(opens).count() > html.matches(closes).count()).then_some(at)
    })
}

/// Where `{{<`, `{{%` or `{%` begins that has no end.
fn open_shortcode(unit: &str) -> Option<usize> {
    memchr::memchr(b'{', unit.as_bytes())?;
    let open = |start: &str, end: &str| unit.rfind(start).filter(|at| !unit[at + start.len()..].contains(end));
    let at = open("{{<", "}}").or_else(|| open("{{%", "}}")).or_else(|| open("{%", "%}"))?;
    // `{% name}` has an end, if not a right one.
    let at = Some(at).filter(|at| !unit[*at..].trim_end().ends_with('}'))?;
    (!in_code(unit, at)).then_some(at)
}

/// Whether a code span has no end: a backtick before a word, and no other one after it.
pub(super) fn open_code(unit: &str) -> bool {
    let Some(at) = unit.rfind('`').filter(|at| in_code(unit, *at + 1)) else { return false };
    let lead = unit[at + 1..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '/' | '$' | '_'));
    let outside = unit[..at].chars().next_back().is_none_or(|c| c.is_whitespace() || !c.is_ascii());
    lead && outside && !unit[at..].contains(['\'', '´', '’'])
}
