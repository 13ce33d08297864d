//! The end as it is before what looks like a footer in words that nobody knows.

use super::{Ending, Found, Modifier, State, shape::is_emphasis};
use crate::{
    check::Subject,
    document::{
        BlockKind, Document,
        prose::{self, Stop},
        tail::{Form, Peeled, PeeledKind, Tail},
    },
    source::Span,
};

/// So many blocks, and bytes, may stand below an article whatever they are.
const NEAR: [usize; 2] = [8, 900];

/// A paragraph of one clause has so many characters.
const CLAUSE: usize = 40;

impl Ending {
    /// The state of one of the last blocks that stops so plainly that it matters little what stands below it.
    pub(super) fn classify_near(&self, subject: &Subject<'_>) -> Option<Found> {
        let (blocks, last) = (&subject.document.blocks, subject.tail.last?);
        let near = (last.saturating_sub(NEAR[0]).max(1)..last).rev();
        let near = near.take_while(|index| subject.tail.end.saturating_sub(blocks[index + 1].span.start) <= NEAR[1]);
        near.filter(|index| stops_short(subject.document, *index)).find_map(|index| {
            let below = Span::new(blocks[index + 1].span.start, subject.tail.end);
            let peeled = vec![Peeled { kind: PeeledKind::Below, span: below }];
            let tail = Tail { last: Some(index), end: blocks[index].span.end, peeled, ..Tail::default() };
            let found = self.classify_end(&Subject { tail: &tail, ..*subject })?;
            let text = subject.document.text(below);
            let plain = match found.state {
                State::FunctionWord | State::ShortFunctionWord => !is_half(subject.document, index, &found.token),
                State::Comma => matches!(&*found.token, "," | "—" | "–"),
                // The rest of the link may have come below an empty line.
                State::OpenLink => text.find(']').is_none_or(|end| text[..end].contains('[')),
                state => matches!(state, State::TableRow | State::OpenRow | State::ListItem),
            };
            let plain = plain && found.modifiers.is_empty() && !splits_sentences(subject.document, index);
            let mut found = plain.then(|| found.also(Modifier::Through))?;
            found.below = Some(below);
            Some(found.also(Modifier::Near))
        })
    }

    /// The state before what may or may not be part of the article.
    pub(super) fn classify_through(&self, subject: &Subject<'_>, through: &Tail) -> Option<Found> {
        let found = self.classify_end(&Subject { tail: through, ..*subject })?;
        let apart = through.is_set_apart(subject.document);
        let ruled = through.peeled.iter().any(|peeled| peeled.kind == PeeledKind::Rule);
        let closed = found.opener.is_none();
        let shows = match through.form {
            Some(form) => {
                // Code without a fence ends in a semicolon.
                let code = found.state == State::Comma && matches!(&*found.token, ";" | "；");
                let more = found.state != State::Teaser || stops_before_last(subject.document, through);
                found.state.shows_before(form) && closed && !code && more && !is_shown(subject, through)
            }
            None => {
                (found.state.shows_before_rule() && (ruled || closed))
                    || (apart && matches!(found.state, State::Sentences | State::Colon) && closed)
            }
        };
        let mut found = shows.then(|| found.also(Modifier::Through))?;
        found.below = through.peeled.iter().find(|peeled| peeled.kind == PeeledKind::Below).map(|below| below.span);
        match through.form {
            Some(Form::Labels) => return Some(found.also(Modifier::Labels)),
            Some(Form::Brief) => return Some(found.also(Modifier::Brief)),
            None => {}
        }
        let found = if apart { found.also(Modifier::Apart) } else { found };
        Some(if goes_on_below(subject, through) { found.also(Modifier::Article) } else { found })
    }
}

/// Whether the last paragraph is emphasised as a whole, as captions are.
fn is_shown(subject: &Subject<'_>, tail: &Tail) -> bool {
    tail.last_span(subject.document).is_some_and(|span| is_emphasis(subject.document.text(span)))
}

/// Whether the paragraph before the last one has no end, so that a line below it means the rest of it and no other posts.
fn stops_before_last(document: &Document, tail: &Tail) -> bool {
    let before = tail.last.and_then(|last| document.blocks.get(last.checked_sub(1)?));
    let open = |text| matches!(prose::stop(text).0, Stop::Word | Stop::Number | Stop::Comma | Stop::Ellipsis);
    before.is_some_and(|block| block.kind == BlockKind::Paragraph && open(document.text(block.span)))
}

/// A footer has fewer sentences, and fewer characters.
const FOOTER: [usize; 2] = [3, 200];

/// Whether what stands below the rule is too long for a footer.
fn goes_on_below(subject: &Subject<'_>, through: &Tail) -> bool {
    let below = through.peeled.iter().rev().find(|peeled| peeled.kind == PeeledKind::Below);
    let text = below.map_or("", |below| subject.document.text(below.span));
    text.chars().filter(|c| prose::is_terminal(*c)).count() >= FOOTER[0] && text.chars().count() >= FOOTER[1]
}

/// Whether the block at `index` stops at a word, a comma or a cell, and the one below it neither goes on with the sentence nor
/// is what a sentence leads to.
fn stops_short(document: &Document, index: usize) -> bool {
    let (block, below) = (&document.blocks[index], &document.blocks[index + 1..]);
    let text = document.text(block.span);
    // Most blocks end as sentences do.
    if text.trim_end().ends_with(prose::is_terminal) {
        return false;
    }
    let leads_on = matches!(
        below.first().map(|next| next.kind),
        Some(BlockKind::Paragraph | BlockKind::Heading { .. } | BlockKind::Rule)
    );
    let next = below.iter().find(|next| next.kind != BlockKind::Rule).map_or("", |next| document.text(next.span));
    let goes_on = || {
        let first = next.trim_start_matches(['*', '_', '[', '(', '"', '“', '>', ' ', '#']);
        next.starts_with(['!', '<', '$', '{', '`', '|', '\\'])
            || first.starts_with(char::is_lowercase)
            || first.starts_with(|c: char| c.is_ascii_digit())
    };
    match block.kind {
        BlockKind::Paragraph => {
            let (stop, visible) = prose::stop(text);
            let sentences = visible.chars().filter(|c| prose::is_terminal(*c)).count();
            let above = || {
                let above = index.checked_sub(1).map(|above| &document.blocks[above]);
                let is_prose = above.is_some_and(|above| {
                    above.kind == BlockKind::Paragraph && prose::finished(document.text(above.span))
                });
                is_prose && visible.chars().count() >= CLAUSE
            };
            let clause = match stop {
                Stop::Word => sentences > 0 || above(),
                // Letters end in a greeting and a name, and some who write without spaces set paragraphs apart so.
                Stop::Comma => sentences > 0 && next.chars().count() >= CLAUSE && is_cased(visible),
                _ => false,
            };
            leads_on && clause && !text.contains('\n') && !goes_on()
        }
        BlockKind::List { .. } => leads_on && matches!(prose::stop(text).0, Stop::Word | Stop::Comma) && !goes_on(),
        BlockKind::Table => leads_on && !goes_on(),
        _ => false,
    }
}

/// Whether the last letter is of a script with capitals, in which a sentence that begins shows.
fn is_cased(text: &str) -> bool {
    let last = text.chars().rev().find(|c| c.is_alphabetic());
    last.is_some_and(|c| c.is_lowercase() || c.is_uppercase())
}

/// Whether the last word of a block is no more than the end of one: in `O.o` it is no word.
fn is_half(document: &Document, index: usize, word: &str) -> bool {
    let (_, visible) = prose::stop(document.text(document.blocks[index].span));
    visible.strip_suffix(word).is_some_and(|before| before.ends_with(prose::is_mark_or_bracket))
}

/// Whether other paragraphs up to this one stop amid a sentence too, as in posts whose lines came apart.
fn splits_sentences(document: &Document, index: usize) -> bool {
    let paragraph = |at: usize| document.blocks[at].kind == BlockKind::Paragraph;
    let split = |at: &usize| {
        let (stop, visible) = prose::stop(document.text(document.blocks[*at].span));
        paragraph(*at) && paragraph(*at + 1) && matches!(stop, Stop::Word | Stop::Comma) && visible.contains(' ')
    };
    let paragraphs = (0..index).filter(|at| paragraph(*at)).count();
    let splits = (0..index).filter(split).count();
    splits > 1 && splits * 10 > paragraphs
}
