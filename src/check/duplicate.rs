//! Whether the same article stands in another post too: one finding for all copies, at the one that came last.

use super::{Hit, Subject};
use crate::{facts::duplicates::Measure, source::Span};

pub const WORDS: &[&str] = &["others", "count", "alike"];

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Duplicate {
    /// Of all passages of two articles, so many in a hundred must stand in both.
    alike: usize,
    /// The same for two articles with one title.
    titled: usize,
    /// In words, or in characters where a script writes no spaces. A shorter article is not compared.
    least: usize,
}

/// So many of the others are named.
const NAMED: usize = 3;

impl Duplicate {
    pub const fn measure(&self) -> Measure {
        Measure { alike: self.alike, titled: self.titled, least: self.least }
    }

    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let document = subject.document;
        let Some(cluster) = subject.facts.duplicates.of(document.path()) else { return Vec::new() };
        let named: Vec<String> = cluster.others.iter().take(NAMED).map(|path| format!("`{path}`")).collect();
        let more = cluster.others.len() - named.len();
        let others = if more == 0 { named.join(", ") } else { format!("{} and {more} more", named.join(", ")) };
        let title = document.front_matter.tree.as_ref().and_then(|tree| tree.get("title"));
        let span = title.filter(|title| title.text().is_some_and(|text| !text.is_empty())).map(|title| title.span);
        let hit = Hit::new(span.unwrap_or_else(|| first_line(subject)));
        vec![
            hit.word("others", others)
                .word("count", cluster.others.len().to_string())
                .word("alike", format!("{} %", cluster.alike)),
        ]
    }
}

fn first_line(subject: &Subject<'_>) -> Span {
    let document = subject.document;
    let block = document.blocks.first().map_or(document.body, |block| block.span);
    let end = document.text(block).find('\n').map_or(block.end, |at| block.start + at);
    Span::new(block.start, end).trimmed(&document.source.text)
}
