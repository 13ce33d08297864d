//! What Docusaurus 3 does to a post before MDX reads it, and what its plugins read there that plain MDX does not: ids of
//! headings, comments of HTML, directives such as `:::note` and blocks of code named `mdx-code-block`. Each becomes
//! something of the same length that plain MDX reads in the same way, so that places stay.

use std::{borrow::Cow, ops::Range, sync::LazyLock};

use memchr::memmem;
use regex::Regex;

/// Kinds of admonition, of which a title may stand behind the name.
const ADMONITIONS: [&str; 9] =
    ["secondary", "info", "success", "danger", "note", "tip", "warning", "important", "caution"];

/// `:name` in the text or `::name` at the start of a line, a label in brackets and attributes in braces, which are the
/// group.
static ATTRIBUTES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let label = r"(?:\[[^\[\]\n]*\])?";
    let attributes = r#"\{(?:[^{}"'\n]|"[^"\n]*"|'[^'\n]*')*\}"#;
    let marks = r"(?:(?m:^)(?:[ \t>*+-]|\d[.)])*::+|(?:^|[^:\\]):)";
    Regex::new(&format!(r"{marks}\p{{L}}[\p{{L}}\p{{N}}_-]*{label}({attributes})")).ok()
});

/// `page` as plain MDX may read it; it has the same length. `titles` says that any directive may have a title, as those
/// that the configuration names do.
pub fn plain(page: &str, titles: bool) -> Cow<'_, str> {
    let finds = |needle: &str| memmem::find(page.as_bytes(), needle.as_bytes()).is_some();
    if !["{#", "<!--", ":::", "mdx-code-block"].iter().any(|needle| finds(needle)) && !has_attributes(page) {
        return Cow::Borrowed(page);
    }
    let mut plain = Plain { page, bytes: page.as_bytes().to_vec() };
    plain.attributes();
    plain.comments();
    plain.lines(titles);
    // What is written is ASCII, and whole characters give way to it.
    Cow::Owned(String::from_utf8(plain.bytes).unwrap_or_else(|_| page.to_owned()))
}

fn has_attributes(page: &str) -> bool {
    ATTRIBUTES.as_ref().is_some_and(|attributes| attributes.is_match(page))
}

struct Plain<'a> {
    page: &'a str,
    bytes: Vec<u8>,
}

impl Plain<'_> {
    fn fill(&mut self, range: Range<usize>, byte: u8) {
        self.bytes[range].fill(byte);
    }

    fn write(&mut self, at: usize, words: &[u8]) {
        self.bytes[at..at + words.len()].copy_from_slice(words);
    }

    /// Attributes of directives are no expressions.
    fn attributes(&mut self) {
        let Some(attributes) = ATTRIBUTES.as_ref() else { return };
        for group in attributes.captures_iter(self.page).filter_map(|found| found.get(1)) {
            self.fill(group.range(), b'x');
        }
    }

    /// `<!-- … -->` becomes `{/* … */}`.
    fn comments(&mut self) {
        let page = self.page;
        let mut at = 0;
        while let Some(found) = memmem::find(&page.as_bytes()[at..], b"<!--") {
            let start = at + found;
            at = start + 4;
            if [">", "->", "-->"].iter().any(|close| page[at..].starts_with(close)) {
                continue;
            }
            self.write(start, b"{/* ");
            // Another one that begins within is closed with it; in code neither matters.
            let Some(length) = memmem::find(&page.as_bytes()[at..], b"-->") else { continue };
            let inside = at..at + length;
            for mark in memmem::find_iter(&page.as_bytes()[inside.clone()], b"*/") {
                self.write(inside.start + mark, b"* ");
            }
            self.write(inside.end, b"*/}");
        }
    }

    /// Headings, directives and blocks of code, line by line.
    fn lines(&mut self, titles: bool) {
        let page = self.page;
        let (mut at, mut open) = (0, 0usize);
        // The first line of the `mdx-code-block` that is open, and its marks.
        let mut code: Option<(Range<usize>, &str)> = None;
        for line in page.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let written = line.trim_end_matches(['\n', '\r']);
            let end = start + written.len();
            let inner = written.trim_start_matches(|c: char| c.is_ascii_digit() || " \t>*+-.)".contains(c));
            let from = end - inner.len();
            if inner.starts_with("```") {
                let bare = inner.trim_start_matches('`');
                let marks = &inner[..inner.len() - bare.len()];
                let opens = marks.len() < 5 && bare.trim_start_matches(' ') == "mdx-code-block";
                match code.take() {
                    Some((first, same)) if bare.is_empty() && marks == same => {
                        self.fill(first, b' ');
                        self.fill(from..end, b' ');
                    }
                    None if opens => code = Some((from..end, marks)),
                    open => code = open,
                }
            } else if inner.starts_with(":::") {
                let bare = inner.trim_start_matches(':');
                let marks = inner.len() - bare.len();
                if bare.trim().is_empty() && open > 0 {
                    open -= 1;
                    self.heading(from..end, end);
                } else if let Some(title) = title(bare, titles) {
                    open += 1;
                    self.heading(from..end, from + marks + title);
                }
            } else if written.starts_with('#')
                && let Some(brace) = written.find("{#")
            {
                self.bytes[start + brace] = b'x';
            }
        }
    }

    /// A line that stands for itself, as a directive's does: a heading of what is behind `keep`.
    fn heading(&mut self, line: Range<usize>, keep: usize) {
        self.fill(line.start..keep, b' ');
        self.bytes[line.start] = b'#';
    }
}

/// Where the title of a directive begins, `line` being what is behind its colons; none where it is no directive.
fn title(line: &str, any: bool) -> Option<usize> {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let length = line.find(|c| !word(c)).unwrap_or(line.len());
    let (name, rest) = line.split_at(length);
    if !name.starts_with(char::is_alphabetic) {
        return None;
    }
    let titled = rest.starts_with(' ') && (any || ADMONITIONS.contains(&name));
    let label = rest.starts_with(['[', '{']) && rest.trim_end().ends_with([']', '}']);
    (titled || label || rest.trim().is_empty()).then_some(length)
}
