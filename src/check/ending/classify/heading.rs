//! Headings with nothing below them.

use super::{Found, Modifier, Reader, State, coda::is_closing};
use crate::{
    check::ending::language::Last,
    data::Node,
    document::{
        BlockKind,
        prose::{self, Stop},
        tail::PeeledKind,
    },
};

impl Reader<'_> {
    pub(super) fn heading(&self) -> Option<Found> {
        let title = self.text.trim_matches(|c: char| c == '#' || c.is_whitespace());
        let (stop, _) = prose::stop(title);
        // A link may be all that is meant, and a name of a file or of a function is none.
        let names = stop == Stop::Token && !["](", "://", "<", "{{", "{%", "$"].iter().any(|sign| title.contains(sign));
        let dangling = names || matches!(stop, Stop::Word | Stop::Number | Stop::Closer | Stop::Colon | Stop::Comma);
        let hashtags = title.contains(" #");
        let pictured = matches!(self.next(), Some(PeeledKind::Image | PeeledKind::Links));
        let parting = is_closing(title) || self.says_farewell(title, &Last::Plain);
        let aside = self.is_underlined() || self.is_small_print() || self.is_slide();
        let shown = aside || self.is_in_torn_link() || self.is_section_page();
        let found = (dangling && !hashtags && !pictured && !parting && !shown && self.index > 0)
            .then(|| self.found(State::Heading, self.span.end, title))?;
        Some(if self.is_outline() { found.also(Modifier::Outline) } else { found })
    }

    /// Whether the heading is some levels below the one before it and far down: then it is there for its small letters.
    fn is_small_print(&self) -> bool {
        let blocks = &self.document().blocks[..=self.index];
        let mut levels = blocks.iter().rev().filter_map(|block| match block.kind {
            BlockKind::Heading { level, .. } => Some(level),
            _ => None,
        });
        let own = levels.next().unwrap_or_default();
        own >= 5 && levels.next().is_some_and(|before| before + 1 < own)
    }

    /// Whether Hugo or Zola lists the pages of a folder below the text.
    fn is_section_page(&self) -> bool {
        let path = self.document().path();
        path.rsplit('/').next().is_some_and(|name| name.starts_with("_index."))
    }

    /// Whether the post is a deck of slides (Marp), of which one may be a title.
    fn is_slide(&self) -> bool {
        let tree = self.document().front_matter.tree.as_ref();
        tree.and_then(|tree| tree.get("marp")).and_then(Node::text) == Some("true")
    }

    /// Whether the author draws a rule below headings, so that the one below this is no border.
    fn is_underlined(&self) -> bool {
        let blocks = &self.document().blocks;
        let ruled = |at: usize| {
            let next = blocks.get(at + 1).is_some_and(|next| next.kind == BlockKind::Rule);
            next && matches!(blocks[at].kind, BlockKind::Heading { .. })
        };
        ruled(self.index) && (0..self.index).any(ruled) && self.index + 2 < blocks.len()
    }

    /// Whether the heading before has nothing below it either, or another one of the same level.
    fn is_outline(&self) -> bool {
        let blocks = &self.document().blocks[..=self.index];
        let level = |at: usize| match blocks[at].kind {
            BlockKind::Heading { level, .. } => Some(level),
            _ => None,
        };
        let own = level(self.index);
        let is_empty = |at: &usize| level(at + 1).is_some_and(|next| Some(next) <= own);
        let others: Vec<usize> = (0..self.index).filter(|at| level(*at) == own).collect();
        let before = self.index.checked_sub(1).and_then(level).is_some_and(|before| Some(before) >= own);
        before || others.iter().any(is_empty)
    }

    /// Whether the only item below a heading is no more than a bold label, and nothing stands below it.
    pub(super) fn is_label_of_nothing(&self, item: &str) -> bool {
        let bold = item.strip_prefix("**").and_then(|item| item.trim_end_matches([':', '：']).strip_suffix("**"));
        let above = self.index.checked_sub(1).map(|above| self.document().blocks[above].kind);
        bold.is_some_and(|bold| !bold.contains("**") && !bold.contains("]("))
            && matches!(above, Some(BlockKind::Heading { .. }))
            && self.next().is_none()
    }
}
