//! The states that an article can end in, with what makes each more or less likely.

use crate::{document::tail::Form, facts::endings, source::Span};

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
    /// A whole paragraph within one pair of marks of emphasis, which are closed.
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
    pub(super) const fn ends_in_words(self) -> bool {
        use State::{Line, LineUnsure, Sentence, SentenceUnsure, Sentences, SentencesUnsure};
        matches!(self, Line | LineUnsure | Sentence | SentenceUnsure | Sentences | SentencesUnsure)
    }

    /// Whether the text stops at a word, which may as well be the last one.
    pub fn is_worded(self) -> bool {
        self >= Self::FunctionWord
    }

    /// Whether hardly an author stops so before labels or a few words.
    pub(super) fn shows_before(self, form: Form) -> bool {
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
    pub(super) fn shows_before_rule(self) -> bool {
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

    pub(super) fn with(mut self, opener: Option<Span>) -> Self {
        self.opener = opener;
        self
    }

    /// The cut is a whole line that says so; `unit` ends at `end`.
    pub(super) fn over(mut self, unit: &str, end: usize) -> Self {
        self.cut = Span::new(end - unit.len(), end);
        self
    }

    pub(super) fn also(mut self, modifier: Modifier) -> Self {
        self.modifiers.push(modifier);
        self
    }
}
