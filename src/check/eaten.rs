//! Code that readers see with holes: Jekyll runs Liquid over the whole post before it reads Markdown, and makes nothing of
//! `{{ name }}` where no such name is known, in code as well.

use super::{Edit, Hit, Subject, markup, text};
use crate::{
    document::{Block, BlockKind},
    site::Generator,
    source::Span,
};

pub const WORDS: &[&str] = &["what", "count"];

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
        let variables = markup::liquid::unknown_variables(text, document.body);
        // Each piece of code with what is missing there.
        let mut hits: Vec<(Span, Vec<Span>)> = Vec::new();
        for variable in variables {
            let place = variable.place;
            match (hits.last_mut(), variable.highlighted.or_else(|| code_around(subject, place))) {
                (Some((last, found)), Some(code)) if *last == code => found.push(place),
                (_, Some(code)) => hits.push((code, vec![place])),
                _ => {}
            }
        }
        let hit = |(code, found): (Span, Vec<Span>)| {
            let hit = Hit::new(found[0])
                .word("what", markup::quoted(found[0].of(text)))
                .word("count", found.len().to_string());
            hit.fix(false, raw(subject, code))
        };
        hits.into_iter().map(hit).collect()
    }
}

/// The code that a place stands in.
fn code_around(subject: &Subject<'_>, place: Span) -> Option<Span> {
    let blocks = &subject.document.blocks;
    let index = blocks.partition_point(|block| block.span.start <= place.start).checked_sub(1)?;
    let block = blocks.get(index).filter(|block| place.end <= block.span.end)?;
    if matches!(block.kind, BlockKind::Code { .. }) {
        return Some(block.span);
    }
    let code = text::hidden(subject.document.text(block.span), block.span.start);
    code.into_iter().find(|code| code.start <= place.start && place.end <= code.end)
}

/// `{% raw %}` around a block of code that stands by itself and has no tags.
fn raw(subject: &Subject<'_>, code: Span) -> Vec<Edit> {
    let text = subject.document.text(code);
    let is_fence =
        |block: &Block| block.span == code && matches!(block.kind, BlockKind::Code { fenced: true, closed: true });
    if !subject.document.blocks.iter().any(is_fence) || text.contains("{%") || !text.starts_with(['`', '~']) {
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
