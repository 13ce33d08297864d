//! What sounds like an advert and is a part of the article: the account of somebody whom it speaks of, a list of plans.

use crate::{
    document::{Block, BlockKind, Document},
    facts::promotion::Score,
    source::Span,
};

/// A shorter name is found in too many words.
const SHORTEST: usize = 5;

/// Whether the heading above `span` names an account that the text at `span` has, and the article speaks of it in
/// between: in a list of conferences each one says where to follow it.
pub fn is_of_section(document: &Document, span: Span) -> bool {
    let above = document.blocks.partition_point(|block| block.span.end <= span.start);
    let is_heading = |at: &usize| matches!(document.blocks[*at].kind, BlockKind::Heading { .. });
    let within = document.blocks.get(above).is_some_and(|block| block.span.start < span.start);
    let speaks = |at: &usize| at + 1 < above || within;
    let Some(at) = (0..above).rev().find(is_heading).filter(speaks) else { return false };
    let heading = squeezed(document.text(document.blocks[at].span));
    accounts(document.text(span)).map(squeezed).any(|account| account.len() >= SHORTEST && heading.contains(&account))
}

/// The names behind an `@`.
fn accounts(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('@').map(|(at, _)| {
        let name = &text[at + 1..];
        &name[..name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len())]
    })
}

/// Letters and digits only, in small letters.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether it is an item of a list that leads nowhere, sells nothing and asks nobody: what the writer has in mind.
pub fn is_plan(document: &Document, span: Span, score: &Score) -> bool {
    const LEADS: [&str; 9] = ["](", "://", "www.", "@", "<a ", "$", "€", "£", "¥"];
    let at = document.blocks.partition_point(|block| block.span.end <= span.start);
    let list = document.blocks.get(at).filter(|block| matches!(block.kind, BlockKind::List { .. }));
    let text = document.text(span);
    // A line below the last item, without a blank one between them, is a part of it to Markdown only.
    let is_item = |block: &Block| {
        let above = document.text(Span::new(block.span.start, span.start.max(block.span.start)));
        let line = [above.rsplit('\n').next().unwrap_or_default(), text].concat();
        let line = line.trim_start();
        line.starts_with(['-', '*', '+']) || line.trim_start_matches(|c: char| c.is_ascii_digit()).len() < line.len()
    };
    list.is_some_and(is_item) && !score.asks && !LEADS.iter().any(|sign| text.contains(sign))
}
