//! Code that readers see with holes: Jekyll runs Liquid over the whole post before it reads Markdown, and makes nothing of
//! `{{ name }}` where no such name is known, in code as well.

use super::{Edit, Hit, Subject, markup, text};
use crate::{
    document::{Block, BlockKind},
    site::Generator,
    source::Span,
};

pub const WORDS: &[&str] = &["what"];

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Eaten {}

impl Eaten {
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let document = subject.document;
        let is_read = subject.site.generator == Generator::Jekyll && subject.site.builds(document.path());
        if !is_read || !markup::runs_liquid(subject) {
            return Vec::new();
        }
        let text = &document.source.text;
        let mut around = Around::default();
        // Each piece of code with the first thing that is missing there.
        let mut pieces: Vec<(Span, Span)> = Vec::new();
        for variable in markup::liquid::unknown_variables(text, document.body) {
            let Some(code) = variable.highlighted.or_else(|| around.code(subject, variable.place)) else { continue };
            if pieces.last().is_none_or(|(last, _)| *last != code) {
                pieces.push((code, variable.place));
            }
        }
        let hit = |(code, place): (Span, Span)| {
            Hit::new(place).word("what", markup::quoted(place.of(text))).fix(false, raw(subject, code))
        };
        pieces.into_iter().map(hit).collect()
    }
}

/// The code in the block that was looked at last: a block may hold thousands of places, and is read once.
#[derive(Default)]
struct Around {
    block: Option<usize>,
    code: Vec<Span>,
}

impl Around {
    /// The code that a place stands in.
    fn code(&mut self, subject: &Subject<'_>, place: Span) -> Option<Span> {
        let index = block_at(&subject.document.blocks, place)?;
        let block = &subject.document.blocks[index];
        if self.block != Some(index) {
            self.block = Some(index);
            self.code = match block.kind {
                BlockKind::Code { .. } => vec![block.span],
                _ => text::hidden(subject.document.text(block.span), block.span.start),
            };
        }
        let code = self.code.get(self.code.partition_point(|code| code.end < place.end))?;
        (code.start <= place.start).then_some(*code)
    }
}

/// The number of the block that holds a place.
fn block_at(blocks: &[Block], place: Span) -> Option<usize> {
    let index = blocks.partition_point(|block| block.span.start <= place.start).checked_sub(1)?;
    (place.end <= blocks[index].span.end).then_some(index)
}

/// `{% raw %}` around a block of code that stands by itself and has no tags.
fn raw(subject: &Subject<'_>, code: Span) -> Vec<Edit> {
    let text = subject.document.text(code);
    let blocks = &subject.document.blocks;
    let is_fence = block_at(blocks, code).map(|index| &blocks[index]).is_some_and(|block| {
        block.span == code && matches!(block.kind, BlockKind::Code { fenced: true, closed: true })
    });
    if !is_fence || text.contains("{%") || !text.starts_with(['`', '~']) {
        return Vec::new();
    }
    let (before, behind) = match text.ends_with('\n') {
        true => ("{% raw %}\n", "{% endraw %}\n"),
        false => ("{% raw %}\n", "\n{% endraw %}"),
    };
    [(code.start, before), (code.end, behind)]
        .map(|(at, text)| Edit { span: Span::at(at), text: text.to_owned() })
        .into()
}
