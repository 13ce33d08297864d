//! A post as it was meant where a line of marks makes code of its text.

use std::borrow::Cow;

use super::{
    Block, BlockKind, Document,
    code::{self, Open, Vocabulary},
};
use crate::{
    site::Site,
    source::{Source, Span},
};

/// So many lines of marks may each make code of what stands below.
const MOST: usize = 3;

impl Document {
    /// The same post without the lines of marks that make code of its text, so that what stands there can be read as text.
    /// Blanks stand in their place, and each span is one of this post as well. None where there are no such lines.
    pub fn freed(&self, vocabulary: &Vocabulary, site: &Site) -> Option<Self> {
        let mut freed: Option<Self> = None;
        for _ in 0..MOST {
            let document = freed.as_ref().unwrap_or(self);
            let Some(lines) = swallowing(document, vocabulary) else { break };
            let mut text = Cow::from(&document.source.text);
            for line in lines {
                text.to_mut().replace_range(line.start..line.end, &" ".repeat(line.len()));
            }
            let source = Source { text: text.into_owned(), ..document.source.clone() };
            freed = Some(Self::parse_in(source, site));
        }
        freed
    }
}

/// The lines of marks around the first block of text that is shown as code to the end of the post.
fn swallowing(document: &Document, vocabulary: &Vocabulary) -> Option<Vec<Span>> {
    let last = document.blocks.iter().rfind(|block| block.kind != BlockKind::Definition)?;
    let text = |block: &Block| document.text(block.span);
    let block = match last.kind {
        BlockKind::Code { fenced: true, closed: true } if code::begins_with_rule(text(last)) => last,
        BlockKind::Code { fenced: true, closed: false }
            if code::open_block(document, last.span, vocabulary) == Open::Prose =>
        {
            document.blocks.iter().find(|block| code::swallows(document, block)).unwrap_or(last)
        }
        _ => return None,
    };
    let text = text(block);
    let opener = text.lines().next().unwrap_or_default();
    let (marks, info) = code::marks(opener.trim());
    // What is called a language holds code of it, whatever follows.
    let holds_code = code::is_language(info) && !vocabulary.shows_text(info);
    let closes_another = code::glued(text).is_some_and(|at| at > 0);
    if holds_code || closes_another {
        return None;
    }
    // Words behind the marks are no name of a language.
    let length =
        if info.is_empty() || code::is_language(info) { opener.len() } else { opener.find(marks)? + marks.len() };
    let mut lines = vec![Span::new(block.span.start, block.span.start + length)];
    if matches!(block.kind, BlockKind::Code { closed: true, .. }) {
        let closer = text.trim_end().rfind('\n')? + 1;
        lines.push(Span::new(block.span.start + closer, block.span.start + text.trim_end().len()));
    }
    Some(lines)
}
