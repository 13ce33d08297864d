//! What was opened amid a post and never closed where the text breaks off: a formula, bold words.

use crate::{
    document::{BlockKind, Document, prose},
    source::Span,
};

/// Bold words that break off are no longer, in bytes.
const WORDS: usize = 160;

/// Formulas before block `last` that are open where their paragraph ends, and a rule or a heading follows.
pub fn formulas(document: &Document, last: usize) -> impl Iterator<Item = Span> + '_ {
    let pairs = document.blocks[..=last].windows(2);
    pairs.filter_map(|pair| {
        let follows = matches!(pair[1].kind, BlockKind::Rule | BlockKind::Heading { .. });
        let text = document.text(pair[0].span);
        let at = (follows && pair[0].kind == BlockKind::Paragraph).then(|| prose::open_formula(text))??;
        let line = text.rfind('\n').map_or(0, |end| end + 1);
        Some(Span::new(pair[0].span.start + at.max(line), pair[0].span.end).trimmed(&document.source.text))
    })
}

/// Words before block `last` that begin in bold, break off in an ellipsis at the end of their line and stay without an end.
pub fn words(document: &Document, last: usize) -> impl Iterator<Item = Span> + '_ {
    let source = &document.source.text;
    let before = document.blocks[last].span.start;
    document.stars.iter().filter(move |star| star.end <= before).filter_map(move |star| {
        let rest = source[star.end..].lines().next()?.trim_end();
        let begins = rest.starts_with(char::is_alphanumeric) && !rest.contains(['*', '`']);
        (begins && rest.len() <= WORDS && prose::ends_in_ellipsis(rest))
            .then(|| Span::new(star.start, star.end + rest.len()))
    })
}
