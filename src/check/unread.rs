//! Markdown within a block of HTML, which is shown as it is written.

use std::collections::HashSet;

use super::{Hit, Subject, markup};
use crate::{
    document::{BlockKind, Document},
    site::{Generator, Setting, Site},
    source::Span,
};

pub const WORDS: &[&str] = &["found"];

/// A tag or a line longer than this, in bytes, is none, and deeper than this nobody nests elements: no input is read again
/// and again.
const LONGEST: usize = 4_000;
const DEEPEST: usize = 100;

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Unread {
    /// Elements, in small letters, in which no dialect of Markdown reads on before a blank line.
    around: HashSet<String>,
    /// Elements, in small letters, whose content is meant as it stands.
    verbatim: HashSet<String>,
}

impl Unread {
    /// The first place in each block.
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let (document, site) = (subject.document, subject.site);
        if reads_on(document, site) {
            return Vec::new();
        }
        let blocks = document.blocks.iter().filter(|block| block.kind == BlockKind::Html);
        let dialect = Dialect::of(document, site);
        let hit = |block: Span| {
            let text = document.text(block);
            let (tag, found) = self.first(text, dialect)?;
            let (tag, found) = (tag.shifted(block.start), found.shifted(block.start));
            Some(Hit::new(found).word("found", markup::quoted(document.text(found))).label("tag", tag))
        };
        blocks.filter_map(|block| hit(block.span)).collect()
    }

    /// The tag that begins a block of HTML, and the first Markdown in the block.
    fn first(&self, text: &str, dialect: Dialect) -> Option<(Span, Span)> {
        let is_markdown = ["](", "**", "\n#", "\n```"].iter().any(|mark| text.contains(mark));
        // Another program reads it first, or was asked to read the Markdown.
        if !is_markdown || ["{{", "{%", "markdown", "Markdown"].iter().any(|word| text.contains(word)) {
            return None;
        }
        let (mut at, mut open): (usize, Vec<&str>) = (0, Vec::new());
        let mut first = None;
        while at < text.len() {
            let rest = &text[at..];
            if let Some(comment) = rest.strip_prefix("<!--") {
                at += 4 + comment.find("-->")? + 3;
                continue;
            }
            if let Some((name, is_end, length)) = tag(rest) {
                let small = name.to_ascii_lowercase();
                first = first.or(Some(Span::new(at, at + length)));
                // A component may do with its content what it likes.
                if name.starts_with(|c: char| c.is_ascii_uppercase()) && !dialect.anywhere {
                    return None;
                }
                at += length;
                if is_end {
                    open.truncate(
                        open.iter().rposition(|known| known.eq_ignore_ascii_case(name)).unwrap_or(open.len()),
                    );
                } else if self.verbatim.contains(&small) {
                    at += end_of(&text[at..], name)?;
                } else if open.len() < DEEPEST
                    && self.around.contains(&small)
                    && !(dialect.closes && text[..at].ends_with("/>"))
                {
                    open.push(name);
                }
                continue;
            }
            let begins_line = text[..at].ends_with('\n');
            let reads = dialect.anywhere || !open.is_empty();
            if begins_line && rest.starts_with("```") {
                let line = line(rest).len();
                if reads && !dialect.fences {
                    return Some((first?, Span::new(at, at + line)));
                }
                at += rest[line..].find("\n```").map_or(rest.len(), |end| line + end + 4);
                continue;
            }
            if rest.starts_with('`') {
                let line = line(rest);
                at += line[1..].find('`').map_or(1, |end| end + 2);
                continue;
            }
            if let Some(length) = markdown(rest, begins_line).filter(|_| reads) {
                return Some((first?, Span::new(at, at + length)));
            }
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
        None
    }
}

/// Whether Markdown is read within HTML, or it is not known whether it is.
fn reads_on(document: &Document, site: &Site) -> bool {
    document.path().ends_with(".mdx")
        || [Setting::MdxEverywhere, Setting::MarkdownInHtml].iter().any(|setting| site.has(*setting))
        || matches!(site.generator, Generator::Docusaurus | Generator::Next)
}

/// What becomes of a block of HTML.
#[derive(Debug, Clone, Copy)]
struct Dialect {
    /// It goes on to a blank line after its last tag too, as in CommonMark. kramdown 2.4, Python-Markdown 3.11 and kramed 0.5
    /// read on behind it (run).
    anywhere: bool,
    /// Fences are read in it, or may be.
    fences: bool,
    /// `<div/>` is a whole element, as to kramdown and Python-Markdown.
    closes: bool,
}

impl Dialect {
    fn of(document: &Document, site: &Site) -> Self {
        use Generator::{Hugo, Jekyll, MdBook, Plain, VitePress, VuePress, Zola};
        Self {
            anywhere: matches!(site.generator, Hugo | Zola | MdBook | VitePress | VuePress),
            fences: site.generator == Plain || site.finds_fences_in_html(document.path()),
            closes: site.generator == Jekyll || site.generator.uses_python_markdown(),
        }
    }
}

/// The name of the tag that `text` begins with, whether it is an end tag, and its length in bytes.
fn tag(text: &str) -> Option<(&str, bool, usize)> {
    let inner = text.strip_prefix('<')?;
    let (inner, is_end) = inner.strip_prefix('/').map_or((inner, false), |inner| (inner, true));
    let name = &inner[..inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(inner.len())];
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut quote = None;
    let end = text.char_indices().take_while(|(at, _)| *at < LONGEST).find(|(_, c)| match quote {
        Some(open) if open == *c => {
            quote = None;
            false
        }
        None if matches!(c, '"' | '\'') => {
            quote = Some(*c);
            false
        }
        quote => quote.is_none() && *c == '>',
    });
    end.map(|(at, _)| (name, is_end, at + 1))
}

/// The line that `text` begins with, or the beginning of it.
fn line(text: &str) -> &str {
    text[..text.floor_char_boundary(LONGEST)].lines().next().unwrap_or_default()
}

/// Where the end tag of an element begins.
fn end_of(text: &str, name: &str) -> Option<usize> {
    memchr::memmem::find_iter(text.as_bytes(), b"</")
        .find(|at| text.get(at + 2..at + 2 + name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name)))
}

/// The length of the image, link, bold text or heading that `text` begins with.
fn markdown(text: &str, begins_line: bool) -> Option<usize> {
    if !text.starts_with(['!', '[', '*', '#']) {
        return None;
    }
    let line = line(text);
    let image = line.strip_prefix('!').map_or(line, |line| line);
    if let Some(inner) = image.strip_prefix('[') {
        let words = inner.find([']', '['])?;
        let address = inner[words..].strip_prefix("](")?;
        let is_address = line.len() > image.len() && !address.starts_with(' ')
            || address.starts_with(['/', '.', '#'])
            || address.starts_with("http");
        let end = address.find([')', '<', '(']).filter(|end| address[*end..].starts_with(')'))?;
        return (is_address && end > 0).then(|| line.len() - address.len() + end + 1);
    }
    if let Some(inner) = line.strip_prefix("**") {
        let end = inner.find("**").filter(|_| inner.starts_with(char::is_alphabetic))?;
        let words = &inner[..end];
        let is_code = words.contains(['<', '`']) || words.contains('(') != words.contains(')');
        return (!words.ends_with(char::is_whitespace) && !is_code).then_some(end + 4);
    }
    let marks = line.bytes().take_while(|byte| *byte == b'#').count();
    let is_heading = (1..=6).contains(&marks) && line[marks..].starts_with(' ') && !line[marks..].trim().is_empty();
    (begins_line && is_heading).then_some(line.len())
}
