//! A key behind a tab, which js-yaml 3 reads as if the tab were not there: it belongs to another key than it seems to.

use crate::{
    check::{Hit, Subject},
    data::Node,
    document::front_matter::{Tabs, tabs},
    site::dialect::Syntax,
    source::Span,
};

pub fn find(subject: &Subject<'_>) -> Vec<Hit> {
    let matter = &subject.document.front_matter;
    let text = &subject.document.source.text;
    let yaml = matter.split.block.as_ref().filter(|block| block.syntax == Syntax::Yaml);
    let (Some(tree), Some(block)) = (&matter.tree, yaml) else { return Vec::new() };
    if tabs(subject.site.generator) != Tabs::Ignored || !block.payload.of(text).contains('\t') {
        return Vec::new();
    }
    let mut hits = Vec::new();
    let mut open = vec![tree];
    while let Some(node) = open.pop() {
        open.extend(
            node.entries().iter().map(|entry| &entry.value).chain(node.items()).filter(|one| is_block(one, text)),
        );
        let moved = node.entries().iter().filter_map(|entry| {
            let span = moved(text, block.payload, entry.key.span.start)?;
            Some(Hit::new(span).word("key", entry.key.text()?))
        });
        hits.extend(moved);
    }
    hits.sort_by_key(|hit| hit.span);
    hits
}

/// A list or map of lines, not one in brackets.
fn is_block(node: &Node, text: &str) -> bool {
    node.scalar().is_none() && !node.span.of(text).starts_with(['{', '['])
}

/// The blanks before the key at `at`, if with its tab it is set in below the line before, and without it is not.
fn moved(text: &str, payload: Span, at: usize) -> Option<Span> {
    let start = text[payload.start..at].rfind('\n').map(|end| payload.start + end + 1)?;
    let blanks = &text[start..at];
    let spaces = blanks.len() - blanks.trim_start_matches(' ').len();
    if spaces == blanks.len() || !blanks.trim_matches([' ', '\t']).is_empty() {
        return None;
    }
    let before = text[payload.start..start].lines().rfind(|line| !line.trim().is_empty())?;
    let column = before.len() - before.trim_start().len();
    (column > spaces || (column == spaces && before.trim_end().ends_with(':'))).then(|| Span::new(start, at))
}
