//! The end as it is before what looks like a footer in words that nobody knows.

use super::{Ending, Found, Modifier, State, shape::is_emphasis};
use crate::{
    check::Subject,
    document::{
        BlockKind, Document,
        prose::{self, Stop},
        tail::{Form, PeeledKind, Tail},
    },
};

impl Ending {
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
