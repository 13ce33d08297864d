//! The states that an article can end in, told apart by the first that fits.

mod coda;
mod open;
mod section;
mod shape;
mod through;

use coda::{is_call, is_closing, is_open_for_fun, is_path, is_series, is_spoken};
use open::open_code;
use shape::{
    SHORT, behind_number, ends_in_farewell, has_inner_mark, is_emphasis, is_enumeration, is_long, is_motto,
    is_numbered, is_sentence, is_signature, is_verse, items, last_chars, last_hard_line, last_unit, link_text, measure,
};

use super::{
    Ending,
    language::{Last, broken_word, last_word},
};
use crate::{
    check::{
        Subject,
        elision::{self, Note},
    },
    data::Node,
    document::{
        Block, BlockKind, Document,
        prose::{self, Stop},
        tail::{Form, PeeledKind},
    },
    facts::endings,
    source::Span,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The file ends inside a character.
    Character,
    /// The text says that the rest was left out.
    Omission,
    /// The text says that only its beginning or its outline is here.
    Promise,
    /// A line sends the reader elsewhere for the rest.
    Teaser,
    OpenFence,
    /// The same, and the code may be whole.
    EvenFence,
    OpenHtml,
    /// A tag of the generator's templates.
    OpenShortcode,
    OpenMath,
    OpenLink,
    /// The last row of a table has fewer cells than its header.
    TableRow,
    /// It has as many, and no bar behind the last one.
    OpenRow,
    EllipsisAlone,
    Ellipsis,
    Opener,
    Comma,
    Colon,
    Heading,
    EmptyItem,
    /// A word that needs another one.
    FunctionWord,
    ShortFunctionWord,
    /// A word, and a bracket, quote or emphasis is open.
    Unbalanced,
    /// Several sentences, the last one without its mark, in a post that otherwise sets them.
    Sentences,
    /// The same where the post's habit is unknown.
    SentencesUnsure,
    /// One long sentence without its mark.
    Sentence,
    SentenceUnsure,
    ListItem,
    /// The same with fewer words, as whole items have too at times.
    ShortListItem,
    /// A short line that ends in a word.
    Line,
    LineUnsure,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Modifier {
    /// Somebody appended an advert after the end.
    Appended,
    /// Text is left out elsewhere in the post too.
    Elided,
    /// A link or picture follows at once, which may be what the words lead to.
    Joined,
    /// A link to the rest follows.
    Teased,
    /// The sentence before the link to the rest is whole.
    Finished,
    /// A few words set apart from a finished text: a name, a place with a date, a wish.
    Coda,
    /// A few words behind a shout or a question.
    Shouted,
    /// A few words below a picture.
    Caption,
    /// Other sentences of the post trail off too.
    Trailing,
    /// The last entry of a glossary or a diary, with a name or a few words behind its last full stop.
    Entry,
    /// A whole paragraph in bold, which shows something.
    Display,
    /// A bracket with a word or two behind a clause, which some leave open for fun.
    Aside,
    /// People trail off like this too.
    Style,
    /// The last word is a number.
    Number,
    /// The section before has nothing below its heading either: a glossary, or a frame that is filled bit by bit.
    Outline,
    /// The last letters are elsewhere in the post the beginning of a longer word.
    Broken,
    /// No other sentence of the post shows whether it sets marks.
    Silent,
    /// The post leaves out the mark elsewhere too.
    Careless,
    /// Other posts of the site end so too; the weight is the most that this can take away.
    Habit,
    /// Posts of this length often break off on this site.
    Wall,
    /// Many posts of this site are plainly cut.
    Cohort,
    /// A few lines stand below a rule after it, and nobody knows whether they are the article's.
    Through,
    /// They look as if somebody else had put them there.
    Apart,
    /// A few blocks stand below it, whatever they are.
    Near,
    /// The other sections of the post have text below their headings.
    Sectioned,
    /// They are labels, links or a licence.
    Labels,
    /// They are a few words.
    Brief,
    /// More than a few: most likely they are.
    Article,
}

impl State {
    /// Whether a mark is all that is missing.
    const fn ends_in_words(self) -> bool {
        use State::{Line, LineUnsure, Sentence, SentenceUnsure, Sentences, SentencesUnsure};
        matches!(self, Line | LineUnsure | Sentence | SentenceUnsure | Sentences | SentencesUnsure)
    }

    /// Whether the text stops at a word, which may as well be the last one.
    pub fn is_worded(self) -> bool {
        self >= Self::FunctionWord
    }

    /// Whether hardly an author stops so before labels or a few words.
    fn shows_before(self, form: Form) -> bool {
        match form {
            Form::Labels => {
                self.shows_before_rule()
                    || matches!(
                        self,
                        Self::Promise
                            | Self::Teaser
                            | Self::Sentences
                            | Self::SentencesUnsure
                            | Self::Sentence
                            | Self::TableRow
                            | Self::OpenRow
                            | Self::EmptyItem
                            | Self::ListItem
                    )
            }
            Form::Brief => {
                (self.shows_before_rule() && !matches!(self, Self::EllipsisAlone | Self::EvenFence))
                    || matches!(self, Self::Promise | Self::Teaser | Self::Sentences)
            }
        }
    }

    /// Whether no author stops so before a rule, whatever stands below it.
    fn shows_before_rule(self) -> bool {
        matches!(
            self,
            Self::Character
                | Self::Omission
                | Self::OpenFence
                | Self::EvenFence
                | Self::OpenHtml
                | Self::OpenShortcode
                | Self::OpenMath
                | Self::OpenLink
                | Self::EllipsisAlone
                | Self::Opener
                | Self::Comma
                | Self::FunctionWord
                | Self::ShortFunctionWord
                | Self::Unbalanced
        )
    }
}

/// One state with what explains it.
#[derive(Debug)]
pub struct Found {
    pub state: State,
    pub modifiers: Vec<Modifier>,
    /// The last characters of the article.
    pub cut: Span,
    /// The last word or mark, for the sentences.
    pub token: String,
    /// What was never closed.
    pub opener: Option<Span>,
    /// What stands below and may be part of the article.
    pub below: Option<Span>,
}

/// So many bytes end as the sentences of the post do; in fewer, a mark may be left out.
const UNIT: usize = 40;
const SHORT_UNIT: usize = 24;

/// So many paragraphs without a mark, and half as many as have one, show that the author does not care for them.
const CARELESS: usize = 3;

/// A paragraph that says what is missing has at most so many characters.
const PROMISE: usize = 200;

/// What announces something without a colon has at most so many characters, of which the last ones are shown.
const ANNOUNCEMENT: usize = 24;
const ANNOUNCED: usize = 6;

impl Ending {
    /// The state that the article of a post ends in; none where nothing is wrong with its end.
    pub fn classify(&self, subject: &Subject<'_>) -> Option<Found> {
        if subject.tail.explicit {
            return None;
        }
        let own = self.classify_end(subject);
        // Labels end in words, and so do links and names.
        let found = own.filter(|found| !found.state.ends_in_words() || !subject.tail.ends_in_labels(subject.document));
        // A short line may as well be what a page put below.
        let lined = found.as_ref().is_none_or(|found| matches!(found.state, State::Line | State::LineUnsure));
        let through = || subject.tail.through.iter().find_map(|tail| self.classify_through(subject, tail));
        let unseen = || self.classify_near(subject).or_else(|| self.classify_section(subject));
        lined.then(through).flatten().or(found).or_else(unseen)
    }

    fn classify_end(&self, subject: &Subject<'_>) -> Option<Found> {
        let (document, tail) = (subject.document, subject.tail);
        let index = tail.last?;
        let (index, span) = above_empty_code(document, index).unwrap_or((index, tail.last_span(document)?));
        if span.is_empty() {
            return None;
        }
        let span = without_closer(document.text(span), span);
        let reader = Reader { ending: self, subject, index, span, text: document.text(span) };
        if let Some(damage) = reader.broken_character() {
            return Some(reader.found(State::Character, span.end, "").with(Some(damage)));
        }
        match (reader.ending().or_else(|| reader.comment()), reader.teaser_link()) {
            (Some(found), Some(_)) => Some(found.also(Modifier::Teased)),
            (None, Some(teaser)) => Some(teaser.also(Modifier::Finished)),
            (found, None) => found,
        }
    }
}

/// The last block of an article.
struct Reader<'a> {
    ending: &'a Ending,
    subject: &'a Subject<'a>,
    index: usize,
    /// Up to the article's end.
    span: Span,
    text: &'a str,
}

impl<'a> Reader<'a> {
    fn ending(&self) -> Option<Found> {
        let block = &self.document().blocks[self.index];
        match block.kind {
            BlockKind::Code { closed: false, .. } => self.code(),
            BlockKind::Html => self.html(),
            BlockKind::Table => self.table(),
            BlockKind::Heading { setext, .. } if !(setext && self.span.end < block.span.end) => self.heading(),
            BlockKind::List { .. } => self.list(),
            BlockKind::Paragraph | BlockKind::Quote | BlockKind::Heading { .. } => self.paragraph(),
            _ => None,
        }
    }

    fn document(&self) -> &'a Document {
        self.subject.document
    }

    /// Whether the block ends inside of a link that came apart: the one below it closes a bracket that it does not open.
    fn is_in_torn_link(&self) -> bool {
        let below = self.document().blocks.get(self.index + 1).map_or("", |block| self.document().text(block.span));
        below.find("](").is_some_and(|end| !below[..end].contains('['))
    }

    fn source(&self) -> &'a str {
        &self.document().source.text
    }

    fn heading(&self) -> Option<Found> {
        let title = self.text.trim_matches(|c: char| c == '#' || c.is_whitespace());
        let (stop, _) = prose::stop(title);
        let dangling = matches!(stop, Stop::Word | Stop::Number | Stop::Closer | Stop::Colon | Stop::Comma);
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
    fn is_label_of_nothing(&self, item: &str) -> bool {
        let bold = item.strip_prefix("**").and_then(|item| item.trim_end_matches([':', '：']).strip_suffix("**"));
        let above = self.index.checked_sub(1).map(|above| self.document().blocks[above].kind);
        bold.is_some_and(|bold| !bold.contains("**") && !bold.contains("]("))
            && matches!(above, Some(BlockKind::Heading { .. }))
            && self.next().is_none()
    }

    fn list(&self) -> Option<Found> {
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

    fn paragraph(&self) -> Option<Found> {
        let (above, unit) = last_unit(self.text);
        let unit = without_id(without_container(unit.trim_start_matches(['>', ' '])));
        if let Some(found) = self.nested_fence().or_else(|| self.torn_table()).or_else(|| self.markers(unit)) {
            return Some(found);
        }
        if prose::is_ellipsis(unit) {
            return self.alone(unit);
        }
        if let Some(found) = self.open_markup(unit).or_else(|| self.open_link(unit)) {
            return Some(found);
        }
        if prose::ends_in_omission(unit) {
            return self.alone(last_chars(unit, 5));
        }
        if let Some(teaser) = self.link_behind_ellipsis(unit) {
            return Some(teaser);
        }
        let (stop, visible) = prose::stop(unit);
        let end = self.span.end - unit.len() + visible.len();
        match stop {
            Stop::Token => self.link_that_goes_on(unit),
            // The first ones of a series.
            Stop::Ellipsis if is_series(visible) => None,
            Stop::Ellipsis => {
                let found = self.found(State::Ellipsis, end, last_chars(visible, 1));
                Some(if self.trails_off() { found.also(Modifier::Trailing) } else { found })
            }
            Stop::Opener => {
                let found = self.found(State::Opener, end, last_chars(visible, 1));
                Some(if is_open_for_fun(visible) { found.also(Modifier::Aside) } else { found })
            }
            Stop::Comma if self.goes_on(visible) && !is_verse(self.text) && !is_motto(unit) => {
                Some(self.found(State::Comma, end, last_chars(visible, 1)))
            }
            Stop::Colon if is_sentence(visible) && self.leads_nowhere() => {
                Some(self.found(State::Colon, end, last_chars(visible, 1)))
            }
            Stop::Terminal
                if self.leads_nowhere()
                    && self.ending.says.announcements.is_match(last_chars(unit.trim_end(), ANNOUNCEMENT)) =>
            {
                Some(self.found(State::Colon, end, last_chars(visible, ANNOUNCED)))
            }
            Stop::Word | Stop::Number => {
                let found = self.word(above, unit, visible, end)?;
                let found = self.set_apart(above, visible, end, found);
                Some(if stop == Stop::Number { found.also(Modifier::Number) } else { found })
            }
            _ => None,
        }
    }

    /// Whether nothing follows that the last words may announce: a list that was taken for an advert is, links below a heading
    /// of their own at the very end are not.
    fn leads_nowhere(&self) -> bool {
        let below = &self.document().blocks[self.index + 1..];
        let is_list = |block: &Block| matches!(block.kind, BlockKind::List { .. });
        let listed = below.first().is_some_and(is_list) && self.next() == Some(PeeledKind::Promotion);
        let headed = match below {
            [heading, list] => matches!(heading.kind, BlockKind::Heading { setext: false, .. }) && is_list(list),
            _ => false,
        };
        !listed && (headed || self.next().is_none_or(is_apart))
    }

    /// Whether the words before a comma are more than a greeting: many, or few where Chinese sets its own comma and the
    /// post its marks.
    fn goes_on(&self, visible: &str) -> bool {
        let mark = visible.chars().next_back();
        is_sentence(visible) || (matches!(mark, Some('，' | '、')) && self.sets_marks())
    }

    /// The text ends in a word: is it the last one of a sentence?
    fn word(&self, above: &str, unit: &str, visible: &str, end: usize) -> Option<Found> {
        let last = self.last_word(end);
        let whole = self.last_piece(unit);
        let piece = whole.unwrap_or(unit);
        let verse = is_verse(self.text) || self.is_among_stanzas();
        let parts = matches!(last, Last::Finished) || self.says_farewell(piece, &last) || is_path(piece);
        if is_signature(above, unit) || parts {
            return None;
        }
        let long = is_long(visible);
        let quote = self.document().blocks[self.index].kind == BlockKind::Quote;
        if let Last::Unfinished(word) | Last::Doubtful(word) = last
            && self.unlabelled(visible)
            && !verse
        {
            // Nothing but such a word, in a post that sets its marks, says as much as a long sentence.
            let lone = || unit.trim() == word && above.is_empty() && self.sets_marks();
            let spoken = whole.is_some_and(is_spoken);
            let sure = matches!(last, Last::Unfinished(_)) && !spoken && (long || self.unbalanced(unit) || lone());
            let state = if sure { State::FunctionWord } else { State::ShortFunctionWord };
            return Some(self.found(state, end, word));
        }
        if self.unbalanced(unit) && self.unlabelled(visible) && is_sentence(visible) {
            let found = self.found(State::Unbalanced, end, "");
            return Some(if is_open_for_fun(visible) { found.also(Modifier::Aside) } else { found });
        }
        if quote
            || matches!(last, Last::Abstain)
            || verse
            || is_enumeration(above, unit)
            || (is_numbered(unit)
                && !(long && self.has_sentence(behind_number(unit)))
                && self.paragraph_before().is_some_and(is_numbered))
            || (!long && is_emphasis(unit))
            || !self.unlabelled(visible)
        {
            return None;
        }
        let sure = self.sets_marks();
        let state = match (whole.is_some(), long && has_inner_mark(unit), sure) {
            (true, _, true) => State::Sentences,
            (true, _, false) => State::SentencesUnsure,
            (false, true, true) => State::Sentence,
            (false, true, false) => State::SentenceUnsure,
            (false, false, true) => State::Line,
            (false, false, false) => State::LineUnsure,
        };
        let found = self.word_found(state, end);
        let sentences = matches!(state, State::Sentences | State::SentencesUnsure);
        let found = if (sentences || state == State::Sentence) && self.ends_entry(unit, piece) {
            found.also(Modifier::Entry)
        } else {
            found
        };
        let said = sentences && found.modifiers.is_empty() && ends_in_farewell(visible);
        let found = if said { found.also(Modifier::Finished) } else { found };
        let found = if sentences && whole.is_some_and(is_call) { found.also(Modifier::Shouted) } else { found };
        let bold = unit.trim().strip_prefix("**").and_then(|inner| inner.strip_suffix("**"));
        let shown = above.is_empty() && bold.is_some_and(|inner| !inner.contains("**"));
        let found = if shown { found.also(Modifier::Display) } else { found };
        let unsure = matches!(state, State::SentencesUnsure | State::SentenceUnsure);
        if !unsure || found.modifiers.contains(&Modifier::Broken) {
            return Some(found);
        }
        Some(if self.is_silent(unit) {
            found.also(Modifier::Silent)
        } else if self.is_careless() {
            found.also(Modifier::Careless)
        } else {
            found
        })
    }

    /// A text that stops at a word, which may be only half of one.
    fn word_found(&self, state: State, end: usize) -> Found {
        match broken_word(self.article(end), &self.ending.endings) {
            Some(whole) => self.found(state, end, whole).also(Modifier::Broken),
            None => self.found(state, end, ""),
        }
    }

    fn markers(&self, unit: &str) -> Option<Found> {
        let plain = unit.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '`'));
        let bracketed = plain
            .strip_suffix([']', ')', '}', '）', '】', '］'])
            .and_then(|inner| inner.rfind(['[', '(', '{', '（', '【', '［']))
            .map(|at| &plain[at..]);
        let short = plain.chars().count() <= 60;
        let says = |text: &str| self.ending.says.omissions.is_match(text);
        // Nothing but a bracket may say at length what is missing.
        let most = |text: &str| if text.len() == plain.len() { PROMISE } else { 80 };
        if (short && says(plain)) || bracketed.is_some_and(|text| text.chars().count() <= most(text) && says(text)) {
            return Some(self.found(State::Omission, self.span.end, plain).over(unit, self.span.end));
        }
        if self.note(self.index).is_some_and(|note| note.span == self.span) {
            return Some(self.found(State::Promise, self.span.end, plain).over(unit, self.span.end));
        }
        if plain.chars().take(PROMISE + 1).count() <= PROMISE && self.ending.says.promises.is_match(plain) {
            return Some(self.found(State::Promise, self.span.end, plain).over(unit, self.span.end));
        }
        if plain.len() > 300 {
            return None;
        }
        let words = link_text(plain);
        self.ending
            .says
            .teasers
            .is_match(&words)
            .then(|| self.found(State::Teaser, self.span.end, &words).over(unit, self.span.end))
    }

    /// A note in brackets which says that text was left out, at the end of an article.
    fn note(&self, index: usize) -> Option<Note> {
        let note = self.subject.notes.at(self.document(), index);
        note.filter(|note| note.is_bracketed && !note.is_aside && !note.is_edit)
    }

    /// The same in a comment right behind the article.
    fn comment(&self) -> Option<Found> {
        let note = self.note(self.index + 1).filter(|note| self.document().text(note.span).starts_with("<!--"))?;
        let text = self.document().text(note.span);
        Some(self.found(State::Promise, note.span.end, text).over(text, note.span.end))
    }

    /// A link right after the article that leads to the rest of it.
    fn teaser_link(&self) -> Option<Found> {
        let next = self.subject.tail.peeled.first().filter(|peeled| peeled.kind == PeeledKind::Links)?;
        let text = self.document().text(next.span);
        if text.len() > 300 || text.contains('\n') {
            return None;
        }
        let words = link_text(text);
        self.ending
            .says
            .teasers
            .is_match(&words)
            .then(|| self.found(State::Teaser, next.span.end, &words).over(text, next.span.end))
    }

    /// A link to the rest in the last sentence, behind the ellipsis that it breaks off in.
    fn link_behind_ellipsis(&self, unit: &str) -> Option<Found> {
        let text = unit.trim_end();
        let at = text.ends_with(')').then(|| prose::link_start(text))??;
        let breaks = prose::ends_in_ellipsis(text[..at].trim_end()) || prose::ends_in_omission(&text[..at]);
        let words = breaks.then(|| link_text(&text[at..]))?;
        self.ending
            .says
            .teasers
            .is_match(&words)
            .then(|| self.found(State::Teaser, self.span.end, &words).over(&unit[at..], self.span.end))
    }

    /// A link in a few words that begin with a capital and trail off, in the middle of the last sentence.
    fn link_that_goes_on(&self, unit: &str) -> Option<Found> {
        let text = unit.trim_end();
        let at = text.ends_with(')').then(|| prose::link_start(text))??;
        let words = link_text(&text[at..]);
        let begins = words.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_lowercase());
        let goes_on = begins && prose::ends_in_ellipsis(&words) && words.chars().count() <= 40;
        let (stop, before) = prose::stop(text[..at].trim_end());
        let broken = goes_on && stop == Stop::Word && is_sentence(before) && self.sets_marks();
        broken.then(|| self.found(State::Teaser, self.span.end, &words).over(&unit[at..], self.span.end))
    }

    fn alone(&self, unit: &str) -> Option<Found> {
        Some(self.found(State::EllipsisAlone, self.span.end, unit.trim()))
    }

    fn last_word(&self, end: usize) -> Last<'a> {
        let Ending { words, doubtful, endings, .. } = self.ending;
        last_word(self.article(end), words, doubtful, endings)
    }

    /// The body up to `end`.
    fn article(&self, end: usize) -> &'a str {
        let source: &'a str = &self.subject.document.source.text;
        Span::new(self.document().body.start.min(end), end).of(source)
    }

    /// The block right before the last one, if it is a paragraph.
    fn paragraph_before(&self) -> Option<&'a str> {
        let before = self.document().blocks.get(self.index.checked_sub(1)?)?;
        (before.kind == BlockKind::Paragraph).then(|| self.document().text(before.span))
    }

    /// What stands right after the article's end.
    fn next(&self) -> Option<PeeledKind> {
        self.subject.tail.peeled.first().map(|peeled| peeled.kind)
    }

    /// More brackets, quotes or emphasis opened than closed.
    fn unbalanced(&self, unit: &str) -> bool {
        const PAIRS: [(char, char); 7] =
            [('（', '）'), ('(', ')'), ('「', '」'), ('『', '』'), ('《', '》'), ('【', '】'), ('“', '”')];
        let mut open = [0_isize; PAIRS.len()];
        for prose in unit.split('`').step_by(2) {
            for c in prose.chars().filter(|c| matches!(c, '(' | ')' | '“'..='】' | '（' | '）')) {
                for (open, (opener, closer)) in open.iter_mut().zip(PAIRS) {
                    *open += isize::from(c == opener) - isize::from(c == closer);
                }
            }
        }
        // U+201C is also what closes „…“, and “…“ is a common slip.
        let quotes = || unit.matches('“').count() % 2 == 1 && !unit.contains('„');
        open.iter().zip(PAIRS).any(|(open, (opener, _))| *open > 0 && (opener != '“' || quotes()))
            || (unit.matches("**").count() % 2 == 1 && !unit.contains('`'))
            || open_code(unit)
            || self.in_container()
    }

    /// Not `name: value`, nor the title of a page with the name of its site, which end as they like.
    fn unlabelled(&self, visible: &str) -> bool {
        let labelled = |line: &str| {
            // A colon in code labels nothing.
            let line = line.split('`').next().unwrap_or_default();
            line.chars().take(24).any(|c| matches!(c, ':' | '：' | '|' | '｜')) && line.chars().count() <= 80
        };
        let last = visible.lines().next_back().unwrap_or_default();
        !labelled(visible) && !labelled(last) && !last.contains(" | ")
    }

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
    fn sets_marks(&self) -> bool {
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
    fn is_careless(&self) -> bool {
        let (mut bare, mut marked) = (0usize, 0usize);
        for stop in self.ends(SHORT_UNIT, |kind| kind == BlockKind::Paragraph) {
            bare += usize::from(stop == Stop::Word);
            marked += usize::from(stop == Stop::Terminal);
        }
        bare >= CARELESS && bare * 2 >= marked
    }

    /// Whether nothing shows that the post ends its sentences: it has this one alone, or leaves out the other marks too.
    fn is_silent(&self, unit: &str) -> bool {
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

    fn found(&self, state: State, end: usize, token: &str) -> Found {
        let mut modifiers = Vec::new();
        if self.subject.tail.peeled.iter().any(|peeled| peeled.kind == PeeledKind::Promotion) {
            modifiers.push(Modifier::Appended);
        }
        // Stories stop at a dash on purpose.
        if state == State::Ellipsis || (state == State::Comma && token.starts_with(['—', '–'])) {
            modifiers.push(Modifier::Style);
        }
        if state.is_worded() && matches!(self.next(), Some(PeeledKind::Links | PeeledKind::Image)) {
            modifiers.push(Modifier::Joined);
        }
        if (State::EllipsisAlone..=State::Ellipsis).contains(&state)
            && elision::lone(self.document(), self.index).next().is_some()
        {
            modifiers.push(Modifier::Elided);
        }
        Found {
            state,
            modifiers,
            cut: cut(self.source(), self.span.start, end),
            token: shown(token),
            opener: None,
            below: None,
        }
    }
}

impl Found {
    /// What this says about the site's habits.
    pub fn ending(&self) -> endings::Ending {
        match self.state {
            State::Sentences
            | State::SentencesUnsure
            | State::Sentence
            | State::SentenceUnsure
            | State::ListItem
            | State::ShortListItem => endings::Ending::Bare,
            State::Line | State::LineUnsure => endings::Ending::Line,
            State::Ellipsis => endings::Ending::Trailing,
            State::EllipsisAlone if self.modifiers.contains(&Modifier::Style) => endings::Ending::Trailing,
            State::Comma if self.modifiers.iter().any(|one| matches!(one, Modifier::Through | Modifier::Style)) => {
                endings::Ending::Whole
            }
            _ if self.modifiers.iter().any(|one| matches!(one, Modifier::Brief | Modifier::Near)) => {
                endings::Ending::Whole
            }
            State::Heading | State::Colon | State::Teaser | State::OpenRow => endings::Ending::Whole,
            _ => endings::Ending::Cut,
        }
    }

    /// Whether a circumstance says anything where other posts of the site are plainly cut (`cohort`) or are not. Authors
    /// who put an advert under each post forget a mark and trail off as others do; where a pipeline cuts posts, few trail
    /// off by themselves.
    pub fn counts(&self, modifier: Modifier, cohort: bool) -> bool {
        use endings::Ending::{Bare, Line, Trailing};
        let semicolon = self.state == State::Comma && matches!(&*self.token, "；" | ";");
        match modifier {
            Modifier::Appended => cohort || !(semicolon || matches!(self.ending(), Bare | Line | Trailing)),
            Modifier::Style => !cohort || self.state != State::Ellipsis,
            Modifier::Silent
            | Modifier::Careless
            | Modifier::Trailing
            | Modifier::Coda
            | Modifier::Caption
            | Modifier::Aside => !cohort,
            _ => true,
        }
    }

    fn with(mut self, opener: Option<Span>) -> Self {
        self.opener = opener;
        self
    }

    /// The cut is a whole line that says so; `unit` ends at `end`.
    fn over(mut self, unit: &str, end: usize) -> Self {
        self.cut = Span::new(end - unit.len(), end);
        self
    }

    fn also(mut self, modifier: Modifier) -> Self {
        self.modifiers.push(modifier);
        self
    }
}

/// Whether what was peeled is set apart from the article, so that no words of the article lead to it.
const fn is_apart(kind: PeeledKind) -> bool {
    matches!(kind, PeeledKind::Rule | PeeledKind::Promotion | PeeledKind::Tags | PeeledKind::Credit)
}

/// The block above a block of code with nothing in it, which somebody was to fill; what has a name may be filled by the site.
fn above_empty_code(document: &Document, index: usize) -> Option<(usize, Span)> {
    let block = &document.blocks[index];
    let text = document.text(block.span);
    let is_empty = || text.trim_matches(['`', '~', ' ', '\t', '\r', '\n']).is_empty();
    let is_code = matches!(block.kind, BlockKind::Code { fenced: true, closed: true });
    let above = index.checked_sub(1).filter(|_| is_code && is_empty())?;
    Some((above, document.blocks[above].span))
}

/// Without the last lines `:::` that containers end with.
fn without_closer(text: &str, span: Span) -> Span {
    let mut inner = text;
    while let Some((above, last)) = inner.trim_end().rsplit_once('\n')
        && last.len() >= 3
        && last.bytes().all(|byte| byte == b':')
    {
        inner = above;
    }
    Span::new(span.start, span.start + inner.trim_end().len())
}

/// Without the line `::: kind` that a container begins with.
fn without_container(unit: &str) -> &str {
    match unit.split_once('\n') {
        Some((first, rest)) if first.starts_with(":::") => rest,
        _ => unit,
    }
}

/// A text without the name of its block at the end, which Obsidian does not show: ` ^name`.
fn without_id(unit: &str) -> &str {
    let is_id = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    unit.rsplit_once(" ^").filter(|(_, id)| is_id(id.trim_end())).map_or(unit, |(unit, _)| unit)
}

/// A token as a sentence can hold it: one line, not long.
fn shown(token: &str) -> String {
    let line = token.lines().next().unwrap_or_default().trim();
    let mut shown: String = line.chars().take(60).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    shown
}

/// The last word before `end`, with the marks after it; in scripts without spaces at most ten characters.
fn cut(source: &str, from: usize, end: usize) -> Span {
    let text = Span::new(from.min(end), end).of(source);
    let mut start = text.len();
    let (mut letters, mut marks) = (0usize, 0usize);
    for (at, c) in text.char_indices().rev() {
        let letter = c.is_alphanumeric() || matches!(c, '\'' | '\u{900}'..='\u{dff}');
        let limit = if prose::script(c).unspaced() { 10 } else { 24 };
        if (letters > 0 && !letter) || letters >= limit || marks >= 8 {
            break;
        }
        letters += usize::from(letter);
        marks += usize::from(!letter);
        start = at;
    }
    Span::new(from.min(end) + start, end).trimmed(source)
}
