//! A post with a frame and nothing in it. Pages that are empty by design say so in their front matter or their name.

use std::collections::HashSet;

use super::{Hit, Subject};
use crate::{
    facts::{corpus::Appendix, promotion::Kind},
    source::Span,
};

pub const WORDS: &[&str] = &["text"];

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Empty {
    /// What stands for a body that was never written; lower case, the whole body.
    placeholders: HashSet<String>,
    /// Front-matter keys of pages that need no body.
    stub_keys: Vec<String>,
    /// Front-matter keys that only posts have; a file without any of them is no post.
    post_keys: Vec<String>,
    /// File names, without their ending, of pages that list others.
    stub_names: HashSet<String>,
    /// Folders of patterns for new posts.
    stub_folders: HashSet<String>,
    /// Values of `layout` or `type` that a post has; others fill a page from data.
    post_layouts: HashSet<String>,
}

/// A block of unknown kind is a footer if more than so many times the posts that have nothing else have it.
const FRAMED: usize = 4;

/// No placeholder is longer, in bytes.
const LONGEST: usize = 200;

impl Empty {
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let (document, tail) = (subject.document, subject.tail);
        let body = document.body.trimmed(&document.source.text);
        let text = document.text(body);
        // A footer below it makes a placeholder no article.
        let end = tail.last.map_or(body.end, |last| document.blocks[last].span.end);
        let article = Span::new(body.start, end).trimmed(&document.source.text);
        let placeholder = document.text(article);
        if placeholder.len() <= LONGEST && self.is_placeholder(placeholder) {
            return vec![Hit::new(article).word("text", placeholder)];
        }
        let framed = tail.last.is_none() && tail.appendix().is_some() && is_footer(subject);
        if !(text.is_empty() || framed) || self.is_stub(subject) {
            return Vec::new();
        }
        let span = if text.is_empty() { self.frame(subject) } else { body };
        if span.is_empty() { Vec::new() } else { vec![Hit::new(span).word("text", "")] }
    }

    fn is_placeholder(&self, text: &str) -> bool {
        let bare = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '`' | '"'));
        self.placeholders.contains(&bare.to_lowercase())
    }

    /// The front matter's last line, below which the text is missing; the whole file where there is none.
    fn frame(&self, subject: &Subject<'_>) -> Span {
        match &subject.document.front_matter.split.block {
            Some(block) if !block.closer.is_empty() => block.closer,
            _ => Span::default(),
        }
    }

    fn is_stub(&self, subject: &Subject<'_>) -> bool {
        let document = subject.document;
        let name = document.path().rsplit('/').next().unwrap_or_default();
        let stem = name.split('.').next().unwrap_or_default().to_lowercase();
        let Some(tree) = &document.front_matter.tree else { return true };
        let has = |key: &String| tree.entry(key).is_some();
        let layout = ["layout", "type", "template"].iter().find_map(|key| tree.get(key)).and_then(|node| node.text());
        let in_stubs = document.path().rsplit('/').skip(1).any(|folder| self.stub_folders.contains(folder));
        in_stubs
            || self.stub_names.contains(&stem)
            || !self.post_keys.iter().any(has)
            || self.stub_keys.iter().any(has)
            || layout.is_some_and(|layout| !self.post_layouts.contains(&layout.to_lowercase()))
    }
}

/// Whether what the post consists of stands under other posts' articles too, or is an advert by itself. What stands in
/// posts without any other text only is their text: copies of one short post. So is a sentence that a
/// few posts share and that has no word of a footer.
fn is_footer(subject: &Subject<'_>) -> bool {
    let appendices = subject.frame.appendices(subject.document);
    let bare = subject.facts.bare;
    let foreign = |appendix: &Appendix<'_>| {
        let times = if appendix.kind == Kind::Unknown { FRAMED } else { 1 };
        appendix.family.is_none_or(|family| family.posts > times * bare)
    };
    !appendices.is_empty() && appendices.iter().all(foreign)
}
