//! What stands after the article's true end: rules, adverts, link lists, credits and tags, peeled in whole blocks.
//! A cut hides behind them: an appended footer ends in a full stop even where the article does not.

mod form;
mod line;
mod peeler;

use std::collections::HashSet;

pub use form::Form;
use line::{small, starts_with};
pub use peeler::form_of;
use peeler::{is_apart, is_rule, peel_from};

use super::Document;
use crate::source::Span;

/// The end of one document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tail {
    /// Index into the document's blocks of the last block that is the article itself; none in an empty post.
    pub last: Option<usize>,
    /// Where the article itself ends, in bytes of the file; inside the last block where its last lines were peeled.
    pub end: usize,
    /// What was peeled, in the order of the file.
    pub peeled: Vec<Peeled>,
    /// The author said that this is the end (`The End`, `（完）`).
    pub explicit: bool,
    /// How sure the form of what was peeled by its form is; only in [`Tail::through`].
    pub form: Option<Form>,
    /// The ends as they would be if what looks like a footer in words that nobody knows did not belong to the article
    /// either: short lines that are no prose, or the few lines below the last rule.
    pub through: Vec<Tail>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Peeled {
    pub kind: PeeledKind,
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PeeledKind {
    /// A thematic break, also one that CommonMark takes for the underline of a heading.
    Rule,
    /// A block that stands at the end of many posts of the site.
    Repeated,
    /// A call to action in a single file.
    Promotion,
    Image,
    References,
    Links,
    Credit,
    Tags,
    EndMarker,
    /// A comment of HTML or of Obsidian.
    Comment,
    /// Buttons and notices of the page that the article was copied from.
    Debris,
    /// What stands below a rule or has the form of a footer, in [`Tail::through`].
    Below,
}

/// The words of what may stand after an article, all in lower case.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Vocabulary {
    /// Headings and labels above lists of sources and links.
    references: HashSet<String>,
    /// Labels before a name, a date or an address: `source: …`.
    credits: HashSet<String>,
    /// How a line begins that says who made the post and what may be done with it.
    notices: Starts,
    /// Labels before tags and topics.
    tags: Starts,
    /// What stands alone where the author says that this is the end.
    end_markers: HashSet<String>,
    /// Lines that a page leaves below the article that was copied from it.
    debris: HashSet<String>,
    /// Headings below which the site puts a list of its own.
    generated: HashSet<String>,
}

/// Words that a line may begin with, sorted: hardly a line begins with the same character as one of them.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(from = "Vec<String>")]
struct Starts(Vec<String>);

impl From<Vec<String>> for Starts {
    fn from(mut all: Vec<String>) -> Self {
        all.sort_unstable();
        Self(all)
    }
}

impl Starts {
    fn contains(&self, word: &str) -> bool {
        self.0.binary_search_by(|start| start.as_str().cmp(word)).is_ok()
    }

    /// Those that `line` begins with, in any case.
    fn of(&self, line: &str) -> impl Iterator<Item = &str> {
        let first = small(line).next();
        let from = self.0.partition_point(|start| start.chars().next() < first);
        let near = self.0[from..].iter().take_while(move |start| start.chars().next() == first);
        near.filter(|start| starts_with(line, start)).map(String::as_str)
    }
}

/// Whoever knows which blocks are not part of an article.
pub trait Appended {
    /// What the block at `span` is, if it was appended to the article.
    fn appended(&self, document: &Document, span: Span) -> Option<PeeledKind>;
}

/// More blocks than this at the end of a post are no footer.
const MOST_BLOCKS: usize = 80;

/// So many blocks and bytes below a rule may be a footer in words that nobody knows.
const BELOW: [usize; 2] = [4, 1200];

/// So many blocks of a few words each may stand in a footer.
const MOST_BRIEF: usize = 4;

/// A label or a credit is no longer than this many bytes.
const LONGEST_LABEL: usize = 90;

impl Tail {
    /// Peels the end of a document.
    pub fn peel(document: &Document, vocabulary: &Vocabulary, appended: &impl Appended) -> Self {
        let peel = |from: &Self, brief| peel_from(document, (vocabulary, appended), from, brief);
        let body = Self { last: document.blocks.len().checked_sub(1), end: document.body.end, ..Self::default() };
        let mut tail = peel(&body, 0);
        if tail.ends_by_form(document) {
            // A few words may be the last ones of the article, and others stand below them.
            let first = peel(&tail, 1);
            let all = first.ends_by_form(document).then(|| peel(&first, MOST_BRIEF));
            tail.through.push(first);
            tail.through.extend(all);
        }
        if let Some((index, below)) = tail.below(document) {
            let peeled = vec![Peeled { kind: PeeledKind::Below, span: below }];
            let from = Self { last: index.checked_sub(1), end: below.start, peeled, ..Self::default() };
            tail.through.push(peel(&from, 0));
        }
        tail
    }

    /// Whether the article's last block is nothing but labels, links, hashtags or a licence.
    pub fn ends_in_labels(&self, document: &Document) -> bool {
        let form = |last| form_of(document, last, self.last_span(document)?);
        self.last.and_then(form) == Some(Form::Labels)
    }

    /// Whether the article's last block has the form of a footer, and other blocks stand before it.
    fn ends_by_form(&self, document: &Document) -> bool {
        let last = self.last.filter(|last| *last > 0);
        last.is_some_and(|last| self.last_span(document).is_some_and(|span| form_of(document, last, span).is_some()))
    }

    /// The few lines between the last rule, or the last paragraph as others are, and the article's end, and the index of
    /// their first block.
    fn below(&self, document: &Document) -> Option<(usize, Span)> {
        let last = self.last?;
        let (most, longest) = (BELOW[0].min(last), BELOW[1]);
        let near = (last + 1 - most..=last).rev();
        let below_rule = near.clone().find(|at| is_rule(document, *at - 1));
        let apart = || near.take_while(|at| is_apart(&document.blocks[*at], document)).last();
        let first = below_rule.or_else(apart)?;
        let below = Span::new(document.blocks[first].span.start, self.end).trimmed(&document.source.text);
        (!below.is_empty() && below.len() <= longest).then_some((first, below))
    }

    /// Whether what stands below the article begins like something that somebody else put there.
    pub fn is_set_apart(&self, document: &Document) -> bool {
        let below = self.peeled.iter().find(|peeled| peeled.kind != PeeledKind::Rule);
        let first = below.and_then(|below| document.blocks.iter().find(|block| block.span.start >= below.span.start));
        first.is_some_and(|block| is_apart(block, document))
    }

    /// The last block of the article up to the article's end.
    pub fn last_span(&self, document: &Document) -> Option<Span> {
        let block = document.blocks.get(self.last?)?;
        let end = self.end.clamp(block.span.start, block.span.end);
        Some(Span::new(block.span.start, end).trimmed(&document.source.text))
    }

    /// What was appended by somebody else than the author: the first promotion or repeated block.
    pub fn appendix(&self) -> Option<&Peeled> {
        self.peeled.iter().find(|peeled| matches!(peeled.kind, PeeledKind::Promotion | PeeledKind::Repeated))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{site::Sites, source::Source};

    /// Takes every block with `Subscribe` in it for an advert.
    struct Adverts;

    impl Appended for Adverts {
        fn appended(&self, document: &Document, span: Span) -> Option<PeeledKind> {
            document.text(span).starts_with("Subscribe").then_some(PeeledKind::Promotion)
        }
    }

    fn peel(text: &str) -> (String, Vec<PeeledKind>, bool) {
        let document = Document::parse(Source::from_text("post.md", text), &Sites::default());
        let vocabulary = Vocabulary {
            references: HashSet::from(["references".to_owned()]),
            credits: HashSet::from(["source".to_owned()]),
            end_markers: HashSet::from(["the end".to_owned()]),
            debris: HashSet::from(["scroll on".to_owned(), "cancel".to_owned()]),
            ..Vocabulary::default()
        };
        let tail = Tail::peel(&document, &vocabulary, &Adverts);
        let last = tail.last_span(&document).map(|span| document.text(span).to_owned());
        (last.unwrap_or_default(), tail.peeled.iter().map(|peeled| peeled.kind).collect(), tail.explicit)
    }

    #[test]
    fn a_cut_shows_behind_rules_adverts_and_sources() {
        use PeeledKind::{Links, Promotion, Rule};
        let text = "It was a long day, and the\n\n## References\n\n- <https://a.test/>\n\n---\nSubscribe now!\n---\n";
        let (last, kinds, explicit) = peel(text);
        assert_eq!(last, "It was a long day, and the");
        assert_eq!(kinds, [Links, Links, Rule, Promotion]);
        assert!(!explicit);
    }

    #[test]
    fn a_rule_under_the_last_paragraph_is_no_heading() {
        let (last, kinds, _) = peel("We walked to the sea. It was cold and we had no\n---\nSubscribe now!\n");
        assert_eq!(last, "We walked to the sea. It was cold and we had no");
        assert_eq!(kinds, [PeeledKind::Rule, PeeledKind::Promotion]);
    }

    #[test]
    fn what_stands_below_a_rule_may_be_a_footer_in_unknown_words() {
        let through = |text: &str| {
            let document = Document::parse(Source::from_text("post.md", text), &Sites::default());
            let tail = Tail::peel(&document, &Vocabulary::default(), &Adverts);
            tail.through.last().and_then(|tail| tail.last_span(&document)).map(|span| document.text(span).to_owned())
        };
        let cut = "It was cold and we had no";
        assert_eq!(through(&format!("{cut}\n\n---\n\nSee you.\n")).as_deref(), Some(cut));
        assert_eq!(through(&format!("{cut}\n---\nSee you.\n\nSoon.\n\nSubscribe now!\n")).as_deref(), Some(cut));
        assert_eq!(through(&format!("{cut}\n\n---\n\n{}\n", "We went on. ".repeat(200))), None);
        assert_eq!(through(&format!("{cut}\n\nSee you.\n")), None);
    }

    #[test]
    fn soft_wrapped_prose_is_never_split() {
        let text = "The code is on the site of the makers at\nhttps://a.test/code\n";
        assert_eq!(peel(text).0, text.trim_end());
    }

    #[test]
    fn a_line_that_wraps_before_a_link_stays() {
        let text = "If you want to go on, read the following\nplans:\n\n- <https://a.test/>\n";
        assert_eq!(peel(text).0, "If you want to go on, read the following\nplans:");
    }

    #[test]
    fn comments_of_obsidian_are_peeled() {
        let (last, kinds, _) = peel("We went home.\n\n%% ask Anna\nfor more %%\n#sea %% later %%\n");
        assert_eq!(last, "We went home.");
        assert_eq!(kinds, [PeeledKind::Comment, PeeledKind::Tags, PeeledKind::Comment]);
    }

    #[test]
    fn credits_and_end_markers_are_known() {
        let (last, kinds, explicit) = peel("We went home.\nSource: A Daily\n\n**The End**\n");
        assert_eq!(last, "We went home.");
        assert_eq!(kinds, [PeeledKind::Credit, PeeledKind::EndMarker]);
        assert!(explicit);
    }

    #[test]
    fn what_a_page_left_is_peeled_with_what_stands_between() {
        use PeeledKind::{Debris, Image};
        let text = "We went home.\n\nScroll on\n\n![](logo.png)\n\nThe Bee Post\n\n![](a.png)\nCancel\nAllow\n";
        let (last, kinds, _) = peel(text);
        assert_eq!(last, "We went home.");
        assert_eq!(kinds, [Debris, Image, Debris, Debris]);
        assert_eq!(peel("We went home.\n\nThe Bee Post\n\nCancel\n").0, "The Bee Post");
    }

    #[test]
    fn a_post_of_nothing_but_an_advert_has_no_article() {
        assert_eq!(peel("---\n\nSubscribe now!\n").0, "");
    }
}
