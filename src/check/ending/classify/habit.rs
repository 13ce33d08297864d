//! How the post ends its other sentences, against which the last one is judged.

use super::{
    Reader,
    shape::{is_sentence, last_hard_line, last_unit},
};
use crate::{
    document::{
        BlockKind,
        prose::{self, Stop},
    },
    source::Span,
};

/// So many bytes end as the sentences of the post do; in fewer, a mark may be left out.
const UNIT: usize = 40;
const SHORT_UNIT: usize = 24;

/// So many paragraphs without a mark, and half as many as have one, show that the author does not care for them.
const CARELESS: usize = 3;

impl Reader<'_> {
    /// What shows how the post ends its sentences: the blocks of such kinds before the last lines, from the last one to the
    /// first, each parted where its lines break hard, if they have no fewer bytes than `least`.
    fn ends(&self, least: usize, is: fn(BlockKind) -> bool) -> impl Iterator<Item = Stop> {
        let document = self.document();
        let own = self.span.end - last_unit(self.text).1.len();
        let blocks = document.blocks[..=self.index].iter().rev().filter(move |block| is(block.kind));
        let units = blocks.flat_map(move |block| {
            let end = block.span.end.min(own).max(block.span.start);
            let mut rest = document.text(Span::new(block.span.start, end));
            std::iter::from_fn(move || {
                let unit = (!rest.is_empty()).then(|| last_hard_line(rest))?;
                rest = &rest[..rest.len() - unit.len()];
                Some(unit)
            })
        });
        units.map(str::trim).filter(move |unit| unit.len() >= least).take(40).map(|unit| prose::stop(unit).0)
    }

    /// Whether the paragraphs before the last one end in sentence marks.
    pub(super) fn sets_marks(&self) -> bool {
        let (mut all, mut marked) = (0usize, 0usize);
        for stop in self.ends(UNIT, |kind| kind == BlockKind::Paragraph) {
            all += 1;
            marked += usize::from(matches!(stop, Stop::Terminal | Stop::Informal | Stop::Colon));
        }
        let few = || all == 2 && marked == 2 && is_sentence(last_unit(self.text).1) && self.has_sentences();
        few() || (all >= 3 && (marked + 1) * 4 >= (all + 2) * 3)
    }

    /// Whether a paragraph before the last has more than one sentence.
    fn has_sentences(&self) -> bool {
        let document = self.document();
        let before = document.blocks[..self.index].iter().filter(|block| block.kind == BlockKind::Paragraph);
        before
            .map(|block| document.text(block.span))
            .filter(|text| text.len() >= 40)
            .any(|text| self.has_sentence(text))
    }

    /// Whether the post often leaves a paragraph without its mark.
    pub(super) fn is_careless(&self) -> bool {
        let (mut bare, mut marked) = (0usize, 0usize);
        for stop in self.ends(SHORT_UNIT, |kind| kind == BlockKind::Paragraph) {
            bare += usize::from(stop == Stop::Word);
            marked += usize::from(stop == Stop::Terminal);
        }
        bare >= CARELESS && bare * 2 >= marked
    }

    /// Whether nothing shows that the post ends its sentences: it has this one alone, or leaves out the other marks too.
    pub(super) fn is_silent(&self, unit: &str) -> bool {
        let prose = |kind| matches!(kind, BlockKind::Paragraph | BlockKind::Quote | BlockKind::List { .. });
        let mut bare = 0usize;
        for stop in self.ends(UNIT, prose) {
            match stop {
                Stop::Word | Stop::Number | Stop::Closer => bare += 1,
                Stop::Nothing | Stop::Token | Stop::Symbol => {}
                _ => return false,
            }
        }
        bare > 0 || !self.has_sentence(unit)
    }
}
