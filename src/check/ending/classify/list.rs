//! The last item of a list, judged by the items before it.

use super::{
    Found, Modifier, Reader, State, is_apart,
    shape::{SHORT, is_long, is_sentence, last_chars, measure},
};
use crate::{
    check::ending::language::Last,
    document::{
        items::items,
        prose::{self, Stop},
    },
};

impl Reader<'_> {
    pub(super) fn list(&self) -> Option<Found> {
        if let Some(found) = self.nested_fence() {
            return Some(found);
        }
        let items = items(self.text);
        let (last, siblings) = items.split_last()?;
        let text = last.trim();
        if text.is_empty() {
            // Outliners end a page so, which is a list from end to end.
            let is_outline = self.document().blocks.len() == 1;
            let others = !is_outline && siblings.iter().rev().take(8).all(|item| !item.trim().is_empty());
            return (others && siblings.len() > 1).then(|| self.found(State::EmptyItem, self.span.end, ""));
        }
        if prose::is_ellipsis(text) {
            return self.alone(text).map(|found| found.also(Modifier::Style));
        }
        if !siblings.is_empty() && self.subject.notes.is_item(text) {
            return Some(self.found(State::Promise, self.span.end, text).over(text, self.span.end));
        }
        if siblings.is_empty() && self.is_label_of_nothing(text) {
            return Some(self.found(State::Heading, self.span.end, text.trim_matches('*')));
        }
        if let Some(found) = self.open_markup(text).or_else(|| self.open_link(text)) {
            return Some(found);
        }
        let (stop, visible) = prose::stop(text);
        let near = &siblings[siblings.len().saturating_sub(8)..];
        let share = |of: &dyn Fn(Stop) -> bool| near.iter().filter(|item| of(prose::stop(item).0)).count() * 4;
        let marked = |stop| matches!(stop, Stop::Terminal | Stop::Comma);
        let end = self.span.end - text.len() + visible.len();
        match stop {
            Stop::Ellipsis if share(&|stop| stop == Stop::Ellipsis) == 0 => Some(self.found(State::Ellipsis, end, "")),
            Stop::Word => {
                let ends = share(&|stop| stop == Stop::Terminal);
                // Of two, both must, and the last one go on behind a sentence of its own.
                let finished = match near.len() {
                    0 | 1 => false,
                    2 => ends == 8 && self.has_sentence(visible),
                    others => ends >= 3 * others && near.last().is_some_and(|item| prose::finished(item)),
                };
                match self.last_word(end) {
                    Last::Abstain | Last::Finished => None,
                    Last::Unfinished(word) if is_long(visible) && self.unlabelled(visible) => {
                        let unmarked = near.len() > 1 && share(&|stop| stop == Stop::Terminal) < near.len();
                        let state = if unmarked { State::ShortFunctionWord } else { State::FunctionWord };
                        Some(self.found(state, end, word))
                    }
                    // However short, and with a label: all items before it end their sentences. Where words have spaces
                    // between them, some such words end a question.
                    Last::Unfinished(word)
                        if near.len() > 1
                            && (share(&|stop| stop == Stop::Terminal) == 4 * near.len()
                                && measure(visible).1 == SHORT[0]
                                || share(&marked) == 4 * near.len() && is_sentence(visible)) =>
                    {
                        Some(self.found(State::ShortFunctionWord, end, word))
                    }
                    Last::Unfinished(word) | Last::Doubtful(word)
                        if !siblings.is_empty() && self.ending.joiners.contains(word) =>
                    {
                        Some(self.found(State::ShortFunctionWord, end, word))
                    }
                    _ if self.unbalanced(text) && is_long(visible) => Some(self.found(State::Unbalanced, end, "")),
                    _ if finished && is_long(visible) => Some(self.word_found(State::ListItem, end)),
                    _ => (finished && is_sentence(visible)).then(|| self.word_found(State::ShortListItem, end)),
                }
            }
            Stop::Opener => Some(self.found(State::Opener, end, last_chars(visible, 1))),
            Stop::Colon
                if share(&|stop| stop == Stop::Colon) == 0
                    && near.len() > 1
                    && is_sentence(visible)
                    && self.next().is_none_or(is_apart) =>
            {
                Some(self.found(State::Colon, end, last_chars(visible, 1)))
            }
            // Items of one sentence all end in commas.
            Stop::Comma if share(&|stop| stop == Stop::Comma) == 0 && near.len() > 1 && is_sentence(visible) => {
                Some(self.found(State::Comma, end, last_chars(visible, 1)))
            }
            _ => None,
        }
    }
}
