//! Blocks of raw HTML, and components.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{Part, Reader};
use crate::source::Span;

/// Elements that begin a block of HTML.
const BLOCKS: &str = "\
    address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div \
    dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe \
    legend li link main menu menuitem nav noframes ol optgroup option p param search section summary table \
    tbody td tfoot th thead title tr track ul";

/// Elements that stand in a line; every other name is that of a component.
const INLINE: &str = "\
    a abbr acronym audio b bdi bdo big br button canvas cite code data datalist del dfn em embed i iframe img \
    input ins kbd label map mark meter noscript object output picture progress q ruby s samp script select \
    small span strong sub sup svg textarea time u tt var video wbr";

fn is_one_of(names: &str, name: &str) -> bool {
    names.split(' ').any(|one| one == name)
}

/// Tags as VitePress reads them: attributes may be bound to events.
struct Tags {
    start: Regex,
    /// `<Foo />`
    empty: Regex,
    /// `<Foo>`
    open: Regex,
    end: Regex,
}

static TAGS: LazyLock<Option<Tags>> = LazyLock::new(|| {
    let value = r#"(?:[^"'=<>`\x00-\x20]+|'[^']*'|"[^"]*")"#;
    let start = format!(r"^<([A-Za-z][A-Za-z0-9-]*)(?:\s+[a-zA-Z_:@][a-zA-Z0-9:._-]*(?:\s*=\s*{value})?)*\s*");
    Some(Tags {
        start: Regex::new(&format!("{start}/?>")).ok()?,
        empty: Regex::new(&format!("{start}/>")).ok()?,
        open: Regex::new(&format!("{start}>")).ok()?,
        end: Regex::new(r"^</[A-Za-z][A-Za-z0-9-]*\s*>").ok()?,
    })
});

/// How a block of HTML ends.
pub(super) enum HtmlEnd {
    With(&'static str),
    /// With the end tag of a script, a style or preformatted text.
    Text,
    /// Before a blank line.
    Blank,
}

impl Reader<'_> {
    /// How the block of HTML ends that begins in `line`, and whether it may interrupt a paragraph.
    pub(super) fn html_end(&self, line: usize) -> Option<(HtmlEnd, bool)> {
        let rest = self.rest(line);
        let inner = rest.strip_prefix('<').filter(|_| !self.is_deep(line))?;
        if inner.starts_with(['!', '?']) {
            let end = if inner.starts_with("!--") {
                "-->"
            } else if inner.starts_with("![CDATA[") {
                "]]>"
            } else if inner.starts_with('?') {
                "?>"
            } else if inner[1..].starts_with(|c: char| c.is_ascii_uppercase()) {
                ">"
            } else {
                return None;
            };
            return Some((HtmlEnd::With(end), true));
        }
        let name = element_name(rest);
        let lower = name.to_ascii_lowercase();
        let ends = |rest: &str| rest.is_empty() || rest.starts_with(char::is_whitespace) || rest.starts_with('>');
        let after = &inner[usize::from(inner.starts_with('/')) + name.len()..];
        if matches!(&*lower, "script" | "pre" | "style") && !inner.starts_with('/') && ends(after) {
            return Some((HtmlEnd::Text, true));
        }
        let whole = !name.is_empty() && (ends(after) || after.starts_with("/>"));
        let block = is_one_of(BLOCKS, &lower);
        if whole && (block || !is_one_of(INLINE, name)) {
            return Some((HtmlEnd::Blank, true));
        }
        let tags = TAGS.as_ref()?;
        let tag = tags.start.find(rest).or_else(|| tags.end.find(rest))?;
        rest[tag.end()..].trim().is_empty().then_some((HtmlEnd::Blank, false))
    }

    pub(super) fn html(&mut self, start: usize, end: usize) -> bool {
        let Some((closing, _)) = self.html_end(start) else { return false };
        if let Some(length) = self.alone(start) {
            let span = self.span(start);
            let tag = Span::new(span.start, span.start + length);
            self.blocks.parts.push(Part::Html { lines: vec![tag], alone: true });
            let rest = Span::new(tag.end, span.end).trimmed(self.text);
            self.words(vec![rest]);
            self.line = start + 1;
            return true;
        }
        let closes = |line: usize| {
            let rest = self.rest(line);
            match closing {
                HtmlEnd::With(end) => rest.contains(end),
                HtmlEnd::Text => ends_text(rest),
                HtmlEnd::Blank => rest.is_empty(),
            }
        };
        let mut line = start + 1;
        if !closes(start) {
            while line < end && self.lines[line].indent >= self.indent {
                if closes(line) {
                    line += usize::from(!self.is_empty(line));
                    break;
                }
                line += 1;
            }
        }
        let lines = self.joined(start..line);
        self.blocks.parts.push(Part::Html { lines, alone: false });
        self.line = line;
        true
    }

    /// How much of the line is a component without a start or an end elsewhere: `<Foo />`, `<Foo>…</Foo>`. What follows
    /// it is inline content, and the next line is Markdown again.
    fn alone(&self, line: usize) -> Option<usize> {
        let rest = self.rest(line);
        let name = element_name(rest);
        if is_one_of(BLOCKS, &name.to_ascii_lowercase())
            || is_one_of(INLINE, name)
            || ["script", "pre", "style"].iter().any(|text| name.eq_ignore_ascii_case(text))
        {
            return None;
        }
        let tags = TAGS.as_ref()?;
        if let Some(tag) = tags.empty.find(rest) {
            return Some(tag.end());
        }
        let open = tags.open.find(rest)?.end();
        let end = format!("</{name}");
        let close =
            memchr::memmem::rfind_iter(&rest.as_bytes()[open..], end.as_bytes()).map(|at| open + at + end.len());
        close.into_iter().find_map(|after| {
            let trimmed = rest[after..].trim_start();
            trimmed.starts_with('>').then(|| rest.len() - trimmed.len() + 1)
        })
    }

    /// Lines in as few spans as the marks of quotations between them allow.
    fn joined(&self, lines: Range<usize>) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        for line in lines {
            let (start, span) = (self.lines[line].start, self.span(line));
            match spans.last_mut() {
                Some(last) if self.text[last.end..start].trim_matches(['\n', '\r']).is_empty() => last.end = span.end,
                _ => spans.push(span),
            }
        }
        spans
    }
}

/// The name of the tag that a line begins with, start or end; empty where there is none.
fn element_name(line: &str) -> &str {
    let inner = line.strip_prefix('<').unwrap_or_default();
    let name = inner.strip_prefix('/').unwrap_or(inner);
    let length = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(name.len());
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { &name[..length] } else { "" }
}

/// Whether a line holds the end tag of a script, a style or preformatted text.
fn ends_text(line: &str) -> bool {
    memchr::memmem::find_iter(line.as_bytes(), b"</").any(|at| {
        ["script>", "pre>", "style>"]
            .iter()
            .any(|name| line.get(at + 2..at + 2 + name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name)))
    })
}

/// Start tags in `words` with an attribute such as `@click`, which CommonMark takes for text, as it reads them: with `:`.
pub fn bound(words: &mut String) {
    if !words.contains('@') {
        return;
    }
    let Some(tags) = TAGS.as_ref() else { return };
    let mut at = 0;
    while let Some(found) = words[at..].find('<') {
        at += found;
        let escaped = words[..at].ends_with('\\');
        let Some(tag) = tags.start.find(&words[at..]).filter(|tag| !escaped && tag.as_str().contains('@')) else {
            at += 1;
            continue;
        };
        let mut before = ' ';
        let read = |c: char| {
            let starts = std::mem::replace(&mut before, c).is_whitespace();
            if c == '@' && starts { ':' } else { c }
        };
        let tag: String = tag.as_str().chars().map(read).collect();
        words.replace_range(at..at + tag.len(), &tag);
        at += tag.len();
    }
}
