//! The states that an article can end in, told apart by the first that fits.

mod coda;

use std::borrow::Cow;

use coda::{is_call, is_closing, is_open_for_fun, is_path, is_series, is_spoken};

use super::{
    Ending,
    language::{Last, broken_word, last_word},
};
use crate::{
    check::{Subject, elision, fence},
    document::{
        BlockKind, Document,
        prose::{self, Stop},
        tail::{Form, PeeledKind, Tail},
    },
    facts::endings,
    source::{Span, decode::DamageKind},
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
    /// They are labels, links or a licence.
    Labels,
    /// They are a few words.
    Brief,
    /// More than a few: most likely they are.
    Article,
}

impl State {
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

/// A short line has fewer characters (scripts without spaces) or words (others) than these.
const SHORT: [usize; 2] = [18, 12];

/// A paragraph that says what is missing has at most so many characters.
const PROMISE: usize = 200;

impl Ending {
    /// The state that the article of a post ends in; none where nothing is wrong with its end.
    pub fn classify(&self, subject: &Subject<'_>) -> Option<Found> {
        if subject.tail.explicit {
            return None;
        }
        let found = self.classify_end(subject);
        // A short line may as well be what a page put below.
        let lined = found.as_ref().is_none_or(|found| matches!(found.state, State::Line | State::LineUnsure));
        let through = || subject.tail.through.iter().find_map(|tail| self.classify_through(subject, tail));
        lined.then(through).flatten().or(found)
    }

    /// The state before what may or may not be part of the article.
    fn classify_through(&self, subject: &Subject<'_>, through: &Tail) -> Option<Found> {
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

    fn classify_end(&self, subject: &Subject<'_>) -> Option<Found> {
        let (document, tail) = (subject.document, subject.tail);
        let index = tail.last?;
        let span = tail.last_span(document)?;
        if span.is_empty() {
            return None;
        }
        let reader = Reader { ending: self, subject, index, span, text: document.text(span) };
        if let Some(damage) = reader.broken_character() {
            return Some(reader.found(State::Character, span.end, "").with(Some(damage)));
        }
        match (reader.ending(), reader.teaser_link()) {
            (Some(found), Some(_)) => Some(found.also(Modifier::Teased)),
            (None, Some(teaser)) => Some(teaser.also(Modifier::Finished)),
            (found, None) => found,
        }
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

    fn source(&self) -> &'a str {
        &self.document().source.text
    }

    /// A character of which the last bytes are missing, at the file's end or right before what was appended.
    fn broken_character(&self) -> Option<Span> {
        let damage = &self.document().source.damage;
        let last = damage.last().filter(|damage| damage.kind == DamageKind::Incomplete);
        let before = || damage.iter().find(|damage| damage.kind != DamageKind::Nul && damage.span.end == self.span.end);
        last.or_else(before).map(|damage| damage.span)
    }

    fn code(&self) -> Option<Found> {
        match fence::open_block(self.document(), self.document().blocks[self.index].span) {
            fence::Open::Cut => Some(self.open_fence(0)),
            fence::Open::Even => Some(Found { state: State::EvenFence, ..self.open_fence(0) }),
            _ => None,
        }
    }

    /// The fence `at` bytes into the block is open.
    fn open_fence(&self, at: usize) -> Found {
        let line = self.text[at..].find('\n').unwrap_or(self.text.len() - at);
        let opener = self.span.start + at;
        self.found(State::OpenFence, self.span.end, "").with(Some(Span::new(opener, opener + line)))
    }

    /// A fence in an item or a quote that is open where the article ends.
    fn nested_fence(&self) -> Option<Found> {
        let at = fence::nested(self.text)?;
        (fence::open(&self.text[at..]) == fence::Open::Cut).then(|| self.open_fence(at))
    }

    fn html(&self) -> Option<Found> {
        if let Some(found) = self.markers(self.text) {
            return Some(found);
        }
        let comment = self.text.rfind("<!--").filter(|at| !self.text[*at..].contains("-->"));
        let tag = || {
            let at = self.text.rfind('<').filter(|at| !self.text[*at..].contains('>'))?;
            let named = self.text[at + 1..].trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic());
            (named && !self.text.contains("<script") && !self.text.contains("<style")).then_some(at)
        };
        let at = comment.or_else(tag).or_else(|| open_table(self.text))?;
        let opener = Span::new(self.span.start + at, self.span.start + at + 4.min(self.text.len() - at));
        let opener = opener.trimmed(self.source());
        Some(self.found(State::OpenHtml, self.span.end, "").with(Some(opener)))
    }

    /// A last row that breaks off, in a table whose other rows are closed: before its last cell, or within it.
    fn table(&self) -> Option<Found> {
        // Short rows are allowed; one without a line end is no row yet.
        let torn = self.source()[self.span.end..].trim_matches([' ', '\t']).is_empty();
        let mut rows = self.text.lines().map(str::trim);
        // A wide bar in the header is more likely a sign in its text.
        let header = rows.next().filter(|row| !row.contains('｜'))?;
        let last = rows.next_back().filter(|row| row.starts_with('|'))?;
        if !(is_closed(header) && rows.all(is_closed) && (torn || !is_closed(last))) {
            return None;
        }
        if cells(last).count() < cells(header).count() {
            return Some(self.found(State::TableRow, self.span.end, ""));
        }
        let cell = cells(last).last().filter(|_| !is_closed(last))?.trim();
        // The last bar alone is forgotten at times.
        let open = torn && matches!(prose::stop(cell).0, Stop::Word | Stop::Number | Stop::Comma | Stop::Colon);
        let within = self.open_markup(cell).or_else(|| self.open_link(cell));
        within.or_else(|| open.then(|| self.found(State::OpenRow, self.span.end, "")))
    }

    fn heading(&self) -> Option<Found> {
        let title = self.text.trim_matches(|c: char| c == '#' || c.is_whitespace());
        let (stop, _) = prose::stop(title);
        let dangling = matches!(stop, Stop::Word | Stop::Number | Stop::Closer | Stop::Colon | Stop::Comma);
        let hashtags = title.contains(" #");
        let pictured = matches!(self.next(), Some(PeeledKind::Image | PeeledKind::Links));
        let parting = is_closing(title) || self.says_farewell(title, &Last::Plain);
        let found = (dangling && !hashtags && !pictured && !parting && self.index > 0)
            .then(|| self.found(State::Heading, self.span.end, title))?;
        Some(if self.is_outline() { found.also(Modifier::Outline) } else { found })
    }

    /// Whether the heading before has nothing below it either, or half of those of the same level.
    fn is_outline(&self) -> bool {
        let blocks = &self.document().blocks[..=self.index];
        let level = |at: usize| match blocks[at].kind {
            BlockKind::Heading { level, .. } => Some(level),
            _ => None,
        };
        let own = level(self.index);
        let is_empty = |at: &usize| level(at + 1).is_some_and(|next| Some(next) <= own);
        let others: Vec<usize> = (0..self.index).filter(|at| level(*at) == own).collect();
        let empty = others.iter().filter(|at| is_empty(at)).count();
        let before = self.index.checked_sub(1).and_then(level).is_some_and(|before| Some(before) >= own);
        before || (empty > 0 && empty * 2 >= others.len())
    }

    fn list(&self) -> Option<Found> {
        if let Some(found) = self.nested_fence() {
            return Some(found);
        }
        let items = items(self.text);
        let (last, siblings) = items.split_last()?;
        let text = last.trim();
        if text.is_empty() {
            let others = siblings.iter().rev().take(8).all(|item| !item.trim().is_empty());
            return (others && siblings.len() > 1).then(|| self.found(State::EmptyItem, self.span.end, ""));
        }
        if prose::is_ellipsis(text) {
            return self.alone(text).map(|found| found.also(Modifier::Style));
        }
        if let Some(found) = self.open_markup(text).or_else(|| self.open_link(text)) {
            return Some(found);
        }
        let (stop, visible) = prose::stop(text);
        let near = &siblings[siblings.len().saturating_sub(8)..];
        let share = |of: &dyn Fn(Stop) -> bool| near.iter().filter(|item| of(prose::stop(item).0)).count() * 4;
        let end = self.span.end - text.len() + visible.len();
        match stop {
            Stop::Ellipsis if share(&|stop| stop == Stop::Ellipsis) == 0 => Some(self.found(State::Ellipsis, end, "")),
            Stop::Word => {
                let finished = near.len() > 2 && share(&|stop| stop == Stop::Terminal) >= 3 * near.len();
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
                            && share(&|stop| stop == Stop::Terminal) == 4 * near.len()
                            && measure(visible).1 == SHORT[0] =>
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
            // Items of one sentence all end in commas.
            Stop::Comma if share(&|stop| stop == Stop::Comma) == 0 && near.len() > 1 && is_sentence(visible) => {
                Some(self.found(State::Comma, end, last_chars(visible, 1)))
            }
            _ => None,
        }
    }

    fn paragraph(&self) -> Option<Found> {
        let (above, unit) = last_unit(self.text);
        let unit = without_container(unit.trim_start_matches(['>', ' ']));
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
            Stop::Colon if is_sentence(visible) && self.next().is_none_or(is_apart) && !self.leads_to_list() => {
                Some(self.found(State::Colon, end, last_chars(visible, 1)))
            }
            Stop::Word | Stop::Number => {
                let found = self.word(above, unit, visible, end)?;
                let found = self.set_apart(above, visible, end, found);
                Some(if stop == Stop::Number { found.also(Modifier::Number) } else { found })
            }
            _ => None,
        }
    }

    /// Whether a list follows at once that was taken for an advert.
    fn leads_to_list(&self) -> bool {
        let next = self.document().blocks.get(self.index + 1);
        let listed = next.is_some_and(|block| matches!(block.kind, BlockKind::List { .. }));
        listed && self.next() == Some(PeeledKind::Promotion)
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
        let silent = unsure && !found.modifiers.contains(&Modifier::Broken) && self.is_silent(unit);
        Some(if silent { found.also(Modifier::Silent) } else { found })
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
        let says = |text: &str| self.ending.omissions.is_match(text);
        // Nothing but a bracket may say at length what is missing.
        let most = |text: &str| if text.len() == plain.len() { PROMISE } else { 80 };
        if (short && says(plain)) || bracketed.is_some_and(|text| text.chars().count() <= most(text) && says(text)) {
            return Some(self.found(State::Omission, self.span.end, plain).over(unit, self.span.end));
        }
        if plain.chars().take(PROMISE + 1).count() <= PROMISE && self.ending.promises.is_match(plain) {
            return Some(self.found(State::Promise, self.span.end, plain).over(unit, self.span.end));
        }
        if plain.len() > 300 {
            return None;
        }
        let words = link_text(plain);
        self.ending
            .teasers
            .is_match(&words)
            .then(|| self.found(State::Teaser, self.span.end, &words).over(unit, self.span.end))
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

    /// A tag, a comment, an address in angle brackets, a template's tag or a formula that the article ends within.
    fn open_markup(&self, unit: &str) -> Option<Found> {
        // What each begins with, which most texts do not hold.
        memchr::memchr3(b'<', b'{', b'$', unit.as_bytes())?;
        let (state, at) = open_tag(unit)
            .map(|at| (State::OpenHtml, at))
            .or_else(|| open_shortcode(unit).map(|at| (State::OpenShortcode, at)))
            .or_else(|| open_math(unit).map(|at| (State::OpenMath, at)))?;
        let opener = self.span.end - unit.len() + at;
        let opener = Span::new(opener, opener + 2.min(unit.len() - at)).trimmed(self.source());
        Some(self.found(state, self.span.end, "").with(Some(opener)))
    }

    /// The header of a table of which the line below is too short, so that it is no table yet.
    fn torn_table(&self) -> Option<Found> {
        let mut rows = self.text.lines().map(str::trim);
        let (header, line, more) = (rows.next()?, rows.next()?, rows.next());
        let rule = line.starts_with('|') && line.bytes().all(|b| matches!(b, b'|' | b'-' | b':' | b' '));
        let torn = header.starts_with('|') && is_closed(header) && rule && more.is_none();
        (torn && line.contains('-') && cells(line).count() < cells(header).count())
            .then(|| self.found(State::TableRow, self.span.end, ""))
    }

    /// `[text`, `[text](addr` or `![` with nothing that closes it.
    fn open_link(&self, unit: &str) -> Option<Found> {
        memchr::memchr2(b'[', b']', unit.as_bytes())?;
        let at = match unit.rfind("](") {
            Some(at) if !unit[at..].contains(')') && !unit[at + 2..].contains(char::is_whitespace) => Some(at),
            _ => unit.rfind('[').filter(|at| {
                let rest = &unit[*at + 1..];
                let escaped = unit[..*at].ends_with(['\\', '`']);
                let image = unit[..*at].ends_with('!');
                let lead = rest.chars().next().is_none_or(char::is_alphanumeric) || image;
                let code = unit[*at..].contains('`') || unit[..*at].matches('`').count() % 2 == 1;
                // `[0, n)` is a range.
                let range = rest.find(')').is_some_and(|end| !rest[..end].contains('(') && rest[..end].contains(','));
                !rest.contains(']') && !escaped && lead && !code && !range && (image || is_sentence(unit))
            }),
        }?;
        let opener = self.span.end - unit.len() + at;
        let opener = Span::new(opener, opener + 1);
        Some(self.found(State::OpenLink, self.span.end, "").with(Some(opener)))
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

    /// Whether the article ends within a container `::: kind`, in a post that closes others or has no others.
    fn in_container(&self) -> bool {
        let article = self.article(self.span.end);
        if memchr::memmem::find(article.as_bytes(), b":::").is_none() {
            return false;
        }
        let document = self.document();
        let text =
            |block: &crate::document::Block| (!matches!(block.kind, BlockKind::Code { .. })).then_some(block.span);
        let mut open = 0usize;
        for line in document.blocks[..=self.index].iter().filter_map(text).flat_map(|span| document.text(span).lines())
        {
            let line = line.trim_start_matches([' ', '>']);
            match line.strip_prefix(":::").map(|rest| rest.trim_start_matches(':').trim()) {
                Some("") => open = open.saturating_sub(1),
                Some(_) => open += 1,
                None => {}
            }
        }
        open == 1
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
    /// first, each parted where its lines break hard.
    fn ends(&self, is: fn(BlockKind) -> bool) -> impl Iterator<Item = Stop> {
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
        units.map(str::trim).filter(|unit| unit.len() >= 40).take(40).map(|unit| prose::stop(unit).0)
    }

    /// Whether the paragraphs before the last one end in sentence marks.
    fn sets_marks(&self) -> bool {
        let (mut all, mut marked) = (0usize, 0usize);
        for stop in self.ends(|kind| kind == BlockKind::Paragraph) {
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

    /// Whether nothing shows that the post ends its sentences: it has this one alone, or leaves out the other marks too.
    fn is_silent(&self, unit: &str) -> bool {
        let prose = |kind| matches!(kind, BlockKind::Paragraph | BlockKind::Quote | BlockKind::List { .. });
        let mut bare = 0usize;
        for stop in self.ends(prose) {
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
            _ if self.modifiers.contains(&Modifier::Brief) => endings::Ending::Whole,
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
            Modifier::Silent | Modifier::Trailing | Modifier::Coda | Modifier::Caption | Modifier::Aside => !cohort,
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

/// Without the line `::: kind` that a container begins with.
fn without_container(unit: &str) -> &str {
    match unit.split_once('\n') {
        Some((first, rest)) if first.starts_with(":::") => rest,
        _ => unit,
    }
}

/// Whether `at` is in a code span.
fn in_code(unit: &str, at: usize) -> bool {
    unit[..at].matches('`').count() % 2 == 1
}

/// Whether a row of a table ends in a bar, which people who write Chinese or Japanese type as a wide one by mistake.
fn is_closed(row: &str) -> bool {
    row.ends_with(['|', '｜']) && !row.ends_with("\\|")
}

/// What stands between the bars of a row. Behind a backslash a bar is text.
fn cells(row: &str) -> impl Iterator<Item = &str> {
    let row = row.strip_prefix('|').unwrap_or(row);
    let row = row.strip_suffix(['|', '｜']).filter(|_| is_closed(row)).unwrap_or(row);
    let mut escaped = false;
    row.split(move |c| {
        let bar = matches!(c, '|' | '｜') && !escaped;
        escaped = c == '\\' && !escaped;
        bar
    })
}

/// Where a tag, a comment or an address in angle brackets begins that has no end.
fn open_tag(unit: &str) -> Option<usize> {
    memchr::memchr(b'<', unit.as_bytes())?;
    let comment = unit.rfind("<!--").filter(|at| !unit[*at..].contains("-->"));
    let at = comment.or_else(|| unit.rfind('<').filter(|at| !unit[*at..].contains('>')))?;
    let inner = unit[at + 1..].trim_start_matches('/');
    let name = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
    // `a < b` and `i<n` are no tags: what follows the name of one is an attribute.
    let attribute = inner[name..].starts_with([' ', '\n']) && inner[name..].contains("=\"");
    let tag = inner.starts_with(|c: char| c.is_ascii_alphabetic()) && attribute;
    let address = inner.starts_with("https://") || inner.starts_with("http://");
    ((comment.is_some() || tag || address) && !in_code(unit, at)).then_some(at)
}

/// Where the table or list begins that breaks off within a cell or an item.
fn open_table(html: &str) -> Option<usize> {
    let last = html.rfind('<').map(|at| &html[at + 1..])?;
    if last.starts_with('/') || last.trim_end().ends_with("/>") {
        return None;
    }
    [("<table", "</table"), ("<ul", "</ul"), ("<ol", "</ol")].into_iter().find_map(|(opens, closes)| {
        let at = html.find(opens)?;
        (html.matches(opens).count() > html.matches(closes).count()).then_some(at)
    })
}

/// Where `{{<`, `{{%` or `{%` begins that has no end.
fn open_shortcode(unit: &str) -> Option<usize> {
    memchr::memchr(b'{', unit.as_bytes())?;
    let open = |start: &str, end: &str| unit.rfind(start).filter(|at| !unit[at + start.len()..].contains(end));
    let at = open("{{<", "}}").or_else(|| open("{{%", "}}")).or_else(|| open("{%", "%}"))?;
    (!in_code(unit, at)).then_some(at)
}

/// Where the formula begins that is set apart with `$$` and has no end.
fn open_math(unit: &str) -> Option<usize> {
    memchr::memchr(b'$', unit.as_bytes())?;
    let at = unit.rfind("$$")?;
    let starts_line =
        unit[..at].trim_end_matches([' ', '>']).is_empty() || unit[..at].trim_end_matches(' ').ends_with('\n');
    let formula = unit[at..].contains(['\\', '=', '^', '_']);
    (starts_line && formula && unit.matches("$$").count() % 2 == 1).then_some(at)
}

/// Whether a code span has no end: a backtick before a word, and no other one after it.
fn open_code(unit: &str) -> bool {
    let Some(at) = unit.rfind('`').filter(|at| in_code(unit, *at + 1)) else { return false };
    let lead = unit[at + 1..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '/' | '$' | '_'));
    let outside = unit[..at].chars().next_back().is_none_or(|c| c.is_whitespace() || !c.is_ascii());
    lead && outside && !unit[at..].contains(['\'', '´', '’'])
}

/// The items of a list, nested ones too, without their bullets.
fn items(text: &str) -> Vec<&str> {
    let mut starts: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(content) = bullet(line) {
            starts.push((at, at + content));
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).map(|(start, _)| *start).chain([text.len()]);
    starts.iter().zip(ends).map(|((_, content), end)| &text[*content..end]).collect()
}

/// The length of the bullet or number that a line starts with.
fn bullet(line: &str) -> Option<usize> {
    let inner = line.trim_start_matches([' ', '\t', '>']);
    let indent = line.len() - inner.len();
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    let mark = match digits {
        0 if inner.starts_with(['-', '*', '+']) => 1,
        1..=9 if inner[digits..].starts_with(['.', ')']) => digits + 1,
        _ => return None,
    };
    inner[mark..].chars().next().is_none_or(char::is_whitespace).then_some(indent + mark)
}

/// Splits a paragraph before its last lines that belong together: after a line that ends a sentence or breaks hard.
fn last_unit(text: &str) -> (&str, &str) {
    let at = text.len() - last_lines(text, |line| breaks_hard(line) || prose::finished(line)).len();
    (text[..at].strip_suffix('\n').unwrap_or_default(), &text[at..])
}

/// The last lines after one that breaks hard.
fn last_hard_line(text: &str) -> &str {
    last_lines(text, breaks_hard)
}

/// The last lines after one that `ends`.
fn last_lines(text: &str, ends: impl Fn(&str) -> bool) -> &str {
    let mut start = text.len();
    while let Some(at) = text[..start].rfind('\n') {
        let above = &text[..at];
        let line = &above[above.rfind('\n').map_or(0, |at| at + 1)..];
        if at + 1 < text.len() && ends(line) {
            return &text[at + 1..];
        }
        start = at;
        if text.len() - start > 4000 {
            break;
        }
    }
    text
}

fn breaks_hard(line: &str) -> bool {
    line.ends_with("  ") || line.ends_with('\\') || line.ends_with("<br>")
}

/// The size of a text against [`SHORT`]: characters for scripts without spaces, words otherwise.
fn measure(text: &str) -> (usize, usize) {
    let (mut unspaced, mut letters) = (0, 0);
    for c in text.chars().take(400) {
        unspaced += usize::from(prose::script(c).unspaced());
        letters += usize::from(c.is_alphanumeric());
    }
    if unspaced * 3 > letters { (unspaced, SHORT[0]) } else { (text.split_whitespace().take(60).count(), SHORT[1]) }
}

fn is_long(text: &str) -> bool {
    let (size, short) = measure(text);
    size >= short
}

/// Long enough to be more than a greeting or a label.
fn is_sentence(text: &str) -> bool {
    let (size, short) = measure(text);
    size * 2 >= short
}

/// Short lines most of which end without a mark: verse, addresses, lists by hand.
fn is_verse(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(60).collect();
    let Some((_, others)) = lines.split_last() else { return false };
    let open = others.iter().filter(|line| !prose::finished(line) && !is_long(line)).count();
    others.len() >= 2 && open * 2 > others.len()
}

/// No sentence but names or topics: many short pieces between commas in a script with spaces, between spaces in one
/// without; or a single foreign word behind the last full stop; or a line that is numbered like the one above it.
fn is_enumeration(above: &str, unit: &str) -> bool {
    let line_above = above.lines().next_back().unwrap_or_default();
    if is_numbered(unit) && is_numbered(line_above) {
        return true;
    }
    let last = unit.rsplit(prose::is_terminal).next().unwrap_or_default().trim();
    let words = last.split_whitespace();
    if measure(unit).1 == SHORT[1] {
        let pieces = |text: &str| text.split([',', '，', '、', '،', ';']).count();
        // Behind a colon they are fewer words still.
        let listed = last.rsplit(':').next().unwrap_or_default();
        (pieces(unit) >= 5 && unit.split_whitespace().count() <= pieces(unit) * 3)
            || (pieces(listed) >= 5
                && listed.len() < last.len()
                && listed.split_whitespace().count() <= pieces(listed) * 2)
    } else if last.is_ascii() {
        words.count() == 1
    } else {
        words.clone().count() >= 4
            && words.clone().all(|word| word.chars().count() <= 8)
            && !last.contains(['，', '、'])
    }
}

/// A line behind a number, or behind a letter as questions and choices have them: `2)`, `B.`, `A1.`
fn is_numbered(line: &str) -> bool {
    let line = line.trim_start_matches(['*', '_', ' ']);
    let letter = line.chars().next().filter(|c| c.is_alphabetic()).map_or(0, char::len_utf8);
    let rest = line[letter..].trim_start_matches(char::is_numeric);
    // A backslash keeps `1.` from being a list.
    let mark = rest.strip_prefix('\\').unwrap_or(rest);
    rest.len() < line.len() && mark.starts_with(['.', '、', ')', '）', '．'])
}

/// What stands behind the number of a line.
fn behind_number(line: &str) -> &str {
    let mark = line.char_indices().take(8).find(|(_, c)| matches!(c, '.' | '、' | ')' | '）' | '．'));
    mark.map_or(line, |(at, c)| &line[at + c.len_utf8()..])
}

/// A line that is emphasised as a whole: a name, a caption.
fn is_emphasis(unit: &str) -> bool {
    let unit = unit.trim();
    ['*', '_'].iter().any(|mark| unit.len() > 2 && unit.starts_with(*mark) && unit.ends_with(*mark))
}

/// A name behind a dash at the end of a finished sentence: `Thank you! — Anna`.
fn ends_in_name(unit: &str) -> bool {
    let at = unit.char_indices().rev().take(40).find(|(_, c)| matches!(c, '—' | '–' | '-')).map(|(at, _)| at);
    at.is_some_and(|at| {
        let few = || unit[at..].split_whitespace().count() <= 5 && unit[..at].ends_with(' ');
        match prose::stop(&unit[..at]).0 {
            Stop::Terminal | Stop::Informal => true,
            Stop::Closer => few(),
            _ => false,
        }
    })
}

const DASHES: [char; 4] = ['—', '–', '-', '~'];

/// One word with a capital behind a finished sentence: `See you next week :). Cheers`.
fn ends_in_farewell(visible: &str) -> bool {
    let word = prose::last_word(visible);
    let before = visible[..visible.len() - word.len()].trim_end();
    let capital = word.chars().next().is_some_and(char::is_uppercase);
    capital && word.chars().all(char::is_alphabetic) && word.chars().count() >= 3 && prose::finished(before)
}

/// A motto: a short line between two dashes.
fn is_motto(unit: &str) -> bool {
    unit.starts_with(DASHES) && unit.ends_with(DASHES) && unit.chars().count() <= 60
}

fn is_signature(above: &str, unit: &str) -> bool {
    let dash = unit.starts_with(DASHES) && unit.chars().count() <= 60;
    let greeted = above.trim_end().ends_with([',', '，']) && !is_sentence(unit);
    let within = unit
        .rsplit_once('\n')
        .is_some_and(|(above, last)| above.trim_end().ends_with(',') && last.split_whitespace().count() <= 4);
    dash || greeted || within || ends_in_name(unit)
}

/// Scripts without spaces: a comma within. Other scripts show by their length that this is a sentence.
fn has_inner_mark(unit: &str) -> bool {
    measure(unit).1 == SHORT[1] || unit.contains(['，', '、', '；', '：', ','])
}

/// `text` as a reader sees it: links by their words.
fn link_text(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if memchr::memchr3(b'[', b'*', b'_', bytes).is_none() && memchr::memchr(b']', bytes).is_none() {
        return text.trim().into();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("](") {
        plain.push_str(&rest[..at]);
        rest = rest[at..].find(')').map_or("", |close| &rest[at + close + 1..]);
    }
    plain.push_str(rest);
    plain.retain(|c| !matches!(c, '[' | '*' | '_'));
    plain.trim().to_owned().into()
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

fn last_chars(text: &str, count: usize) -> &str {
    text.char_indices().rev().take(count).last().map_or("", |(at, _)| &text[at..])
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
