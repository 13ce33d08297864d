//! A rule that was drawn right below a paragraph, so that Markdown takes it for the underline of a heading.

use super::{Edit, Hit, Subject};
use crate::{
    document::{Block, BlockKind, Document, prose, tail::PeeledKind},
    site::Generator,
    source::Span,
};

pub const WORDS: &[&str] = &["dashes"];

/// Who means a rule draws at least so many dashes: fewer make none.
const RULE: usize = 3;

/// Who means a heading draws the line about as long as the text; a rule is shorter than the text by this factor.
const SHORTER: usize = 4;

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Underline {
    /// A shorter text, in columns, may be a heading that ends like a sentence.
    least: usize,
    /// A text as long as this is a paragraph, however it ends.
    long: usize,
}

/// A heading by the dashes below it.
struct Underlined {
    title: Span,
    dashes: Span,
}

impl Underline {
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let document = subject.document;
        let meant = document.blocks.iter().enumerate().filter_map(|(index, block)| {
            let found = Underlined::of(document, block)?;
            self.is_rule(&found, subject, index == 0).then(|| found.hit(document))
        });
        meant.collect()
    }

    fn is_rule(&self, found: &Underlined, subject: &Subject<'_>, first: bool) -> bool {
        let title = subject.document.text(found.title);
        let dashes = found.dashes.len();
        let columns = columns(title, self.least.max(self.long).max(dashes * SHORTER));
        // To these two, one line is a heading, and of several none.
        let generator = subject.site.generator;
        let one_line = generator == Generator::Jekyll || generator.uses_python_markdown();
        columns >= self.least
            && (RULE..=columns / SHORTER).contains(&dashes)
            && (prose::stop(title).0 == prose::Stop::Terminal || (columns >= self.long && is_plain(title)))
            && !(one_line && title.contains(['\n', '\r']))
            && !has_keys(title, if first { 1 } else { 2 })
            // Where no generator is known, code may stand in the tag of one.
            && !title.contains("{%")
            && !is_appended(found.title, subject)
    }
}

impl Underlined {
    fn of(document: &Document, block: &Block) -> Option<Self> {
        let BlockKind::Heading { level: 2, setext: true } = block.kind else { return None };
        let text = document.text(block.span);
        let title = text.trim_end_matches('-');
        let start = block.span.start;
        Some(Self {
            title: Span::new(start, start + title.trim_end().len()),
            dashes: Span::new(start + title.len(), block.span.end),
        })
    }

    /// Mended by a blank line, ended as the line above is.
    fn hit(&self, document: &Document) -> Hit {
        let text = &document.source.text;
        let above = &text[..self.dashes.start].trim_end_matches([' ', '\t']);
        let end = if above.ends_with("\r\n") { 2 } else { 1 };
        let edit = Edit { span: Span::at(above.len()), text: above[above.len() - end..].to_owned() };
        Hit::new(self.dashes).word("dashes", document.text(self.dashes)).fix(true, vec![edit])
    }
}

/// Whether a footer stands above the line: it is to be taken out with its rules.
fn is_appended(title: Span, subject: &Subject<'_>) -> bool {
    let foreign = |kind| matches!(kind, PeeledKind::Promotion | PeeledKind::Repeated);
    subject.tail.peeled.iter().any(|peeled| foreign(peeled.kind) && peeled.span.overlaps(title))
}

/// How wide a text is shown, about, if that is less than `most`: signs of scripts without spaces are twice as wide.
fn columns(text: &str, most: usize) -> usize {
    text.chars().take(most).map(|c| if prose::script(c).unspaced() { 2 } else { 1 }).sum()
}

/// Whether all of a text is read: an address of a link makes a short one long.
fn is_plain(text: &str) -> bool {
    !text.contains("](") && !text.contains("://") && !text.contains('<')
}

/// Whether so many lines are a key and its value: front matter that is none, which other rules speak of.
fn has_keys(title: &str, least: usize) -> bool {
    let is_key = |line: &&str| {
        let name = line.split_once(':').map_or("", |(name, _)| name);
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    title.lines().filter(is_key).take(least).count() == least
}
