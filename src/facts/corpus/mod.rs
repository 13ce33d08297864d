//! What the site says about itself: blocks that stand in many posts, and what of them was put behind the article.

mod common;
mod ends;
pub mod family;
mod fingerprint;
mod include;
mod mine;
pub mod recall;
mod topic;
mod zone;

use super::{
    Fetch,
    promotion::{Kind, Score, Vocabulary},
};
use crate::{
    document::{Block, Document, Posts, tail::PeeledKind},
    site::Sites,
    source::Span,
};
pub use ends::Ends;
use ends::{Retold, Unit};
use family::{Family, Verdict};
use fingerprint::{Fingerprint, Words};
pub use include::{Calls, calls};
use include::{Include, Includes};
use mine::Mined;
use recall::Known;
use zone::NEAR;

#[derive(Debug, Default)]
pub struct Corpus {
    vocabulary: Vocabulary,
    mined: Mined,
    /// What was found at the ends of each post.
    ends: Vec<Ends>,
    includes: Includes,
}

/// What was put around the article of one post.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    corpus: &'a Corpus,
    ends: &'a Ends,
    includes: &'a [(Span, Include)],
}

/// A place at an end of a post that is not the article.
#[derive(Debug)]
pub struct Appendix<'a> {
    pub span: Span,
    pub kind: Kind,
    /// The family that it belongs to; none where its own words give it away.
    pub family: Option<&'a Family>,
    pub score: Score,
    /// The file that the text is taken in from; none where it stands here.
    pub file: Option<&'a str>,
}

impl<'a> Appendix<'a> {
    const fn new(span: Span, kind: Kind, family: Option<&'a Family>, score: Score) -> Self {
        Self { span, kind, family, score, file: None }
    }

    /// What becomes of it.
    pub fn verdict(&self) -> Verdict {
        let family = self.family.filter(|family| family.kind == self.kind);
        family.map_or(Verdict::usual(self.kind), |family| family.verdict)
    }
}

/// So many sentences at the end of a paragraph of the article may be an advert.
const LAST_SENTENCES: usize = 4;

/// So much of a sentence may be a call to action, as [`Score::length`] counts; what is longer tells something too.
const LONGEST_CALL: usize = 120;

/// A block has at most so many units.
const RECENT: usize = 6;

impl Corpus {
    /// The families of `posts`, whose `ends` these are, and those that the lock of `fetch` knows from before; `calls` are
    /// the files that each post may take in.
    pub fn mine(
        posts: &Posts<'_>,
        mut ends: Vec<Ends>,
        calls: &[Calls],
        sites: &Sites,
        vocabulary: &Vocabulary,
        fetch: &dyn Fetch,
    ) -> Self {
        let lock = fetch.lock();
        let is_known = lock.is_some_and(|lock| !lock.families.is_empty());
        let mut mined = mine::mine(posts, &mut ends, is_known, vocabulary);
        if let Some(lock) = lock {
            mined.recall(&lock.families);
        }
        ends.iter_mut().for_each(Ends::settle);
        let includes = include::gather(posts, calls, sites, vocabulary, fetch);
        Self { mined, vocabulary: vocabulary.clone(), ends, includes }
    }

    /// What was put around the article of the post with this number.
    pub fn frame(&self, post: usize) -> Frame<'_> {
        static NONE: Ends = Ends::none();
        let includes = self.includes.get(&post).map(Vec::as_slice).unwrap_or_default();
        Frame { corpus: self, ends: self.ends.get(post).unwrap_or(&NONE), includes }
    }

    /// Every family and what leads to it, sorted.
    pub fn known(&self) -> Vec<Known> {
        self.mined.known()
    }

    /// How many posts hold the block with this fingerprint; naught where it is only a few.
    pub fn posts_with(&self, key: u64) -> usize {
        self.mined.seen.get(&key).copied().unwrap_or_default()
    }

    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The family that a block or line belongs to.
    fn family_of(&self, fingerprint: Option<&Fingerprint>) -> Option<&Family> {
        let family = fingerprint?.keys().find_map(|key| self.mined.by_key.get(&key))?;
        self.mined.families.get(*family)
    }
}

impl<'a> Frame<'a> {
    /// The family of the block or line at `span`, which stands at an end of the post.
    fn family_at(&self, span: Span) -> Option<&'a Family> {
        let unit = self.ends.at(span)?;
        self.corpus.family_of(unit.fingerprint.as_ref())
    }

    /// See [`Self::retold`], which is asked once.
    fn retold_at<'u>(&self, document: &Document, unit: &'u Unit) -> Option<&'u Retold> {
        unit.retold.get_or_init(|| self.retold(document, unit).map(Box::new)).as_deref()
    }

    /// The part of a unit that says in other words what many posts say of the same name: all of it, or the sentence that
    /// has the name.
    fn retold(&self, document: &Document, unit: &Unit) -> Option<Retold> {
        let Mined { by_name, names, .. } = &self.corpus.mined;
        let span = unit.place.span();
        let text = document.text(span);
        if by_name.is_empty() || !names.may_be_in(text) {
            return None;
        }
        let mut words = Words::default();
        let mut features = None;
        fingerprint::names(text).iter().find_map(|found| {
            let name = found.place.of(text);
            let Some(known) = by_name.get(&found.key) else {
                let known = by_name.get(&fingerprint::in_the_other_script(found.key))?;
                return Some(Retold { part: self.called(document, span, name)?, family: known.family });
            };
            let promotes = |text: &str| self.corpus.vocabulary.mentions(&self.corpus.vocabulary.score(text));
            let all = features.get_or_insert_with(|| fingerprint::features(text, &mut words));
            let part = if known.holds(all, || promotes(text)) {
                None
            } else {
                let sentence = zone::sentence(text, text.rfind(name)?);
                let features = fingerprint::features(sentence.of(text), &mut words);
                let holds = known.holds(&features, || promotes(sentence.of(text)));
                if holds { Some(sentence) } else { self.called(document, span, name)? }
            };
            Some(Retold { part, family: known.family })
        })
    }

    /// The sentence with the `name` of a known advertiser, if it calls in plain words and the article before it does not
    /// speak of that name; no part of the block where all of it calls.
    fn called(&self, document: &Document, span: Span, name: &str) -> Option<Option<Span>> {
        let text = document.text(span);
        let sentence = zone::sentence(text, text.rfind(name)?);
        let score = self.corpus.vocabulary.score(sentence.of(text));
        let before = Span::new(document.body.start, (span.start + sentence.start).max(document.body.start));
        let is_topic = memchr::memmem::find(document.text(before).as_bytes(), name.as_bytes()).is_some();
        let calls = self.corpus.vocabulary.promotes_repeated(&score, 0.0) && score.against.is_empty();
        let all_calls = || self.corpus.vocabulary.promotes_rare(&self.corpus.vocabulary.score(text));
        (calls && !is_topic).then(|| (!all_calls()).then_some(sentence))
    }

    /// Everything at the ends of a post that does not belong to the article, in order and without overlap.
    pub fn appendices(&self, document: &Document) -> Vec<Appendix<'a>> {
        let mut found: Vec<Appendix<'_>> = Vec::new();
        let start = document.blocks.first().map(|block| block.span.start);
        for unit in &self.ends.units {
            let place = unit.place;
            // What was found as a part of a block is not looked at again line by line.
            if found.iter().rev().take(RECENT).any(|last| last.span.overlaps(place.span())) {
                continue;
            }
            // What stands before everything else needs an article behind it, or it is the article.
            let leads = Some(place.span().start) == start;
            let near_an_end = (place.after < NEAR && !leads) || (place.before < NEAR && place.after >= NEAR);
            found.extend(self.judge(document, unit, near_an_end && !place.heading && !place.wrapped));
        }
        found.sort_by_key(|appendix| appendix.span);
        found
    }

    /// A place that nobody asked for before.
    fn new_unit(&self, document: &Document, span: Span) -> Unit {
        let vocabulary = &self.corpus.vocabulary;
        let Some(title) = self.ends.title(document, span) else { return Unit::new(document, span, vocabulary) };
        // What is found in the title is asked for soon.
        self.retold_at(document, title);
        title.underlined(document, span, vocabulary)
    }

    fn judge(&self, document: &Document, unit: &Unit, alone: bool) -> Option<Appendix<'a>> {
        let span = unit.place.span();
        let repeated = self.corpus.family_of(unit.fingerprint.as_ref());
        if let Some(found) = self.taken_in(span) {
            return Some(Appendix { family: repeated, ..found });
        }
        let settled = |family: &&Family| family.kind != Kind::Unknown || family.verdict != Verdict::Peel;
        let retold = if repeated.as_ref().is_some_and(settled) {
            None
        } else {
            self.retold_at(document, unit)
                .and_then(|retold| Some((retold.part, self.corpus.mined.families.get(retold.family)?)))
        };
        if repeated.is_none() && retold.is_none() && !alone {
            return None;
        }
        let score = self.ends.score(unit, &document.source.text, &self.corpus.vocabulary).into_owned();
        let has_gaps = unit.fingerprint.is_some_and(|fingerprint| fingerprint.has_gaps());
        if let Some(family) = repeated.filter(settled) {
            // Most of its members may fill a gap with a call where this one says something else.
            let calls = family.kind != Kind::Promotional || score.calls != 0 || !has_gaps;
            let kind = if calls { family.kind } else { Kind::Unknown };
            return Some(Appendix::new(span, kind, Some(family), score));
        }
        if let Some((part, family)) = retold {
            let part = part.map_or(span, |part| part.shifted(span.start));
            return Some(Appendix::new(part, family.kind, Some(family), score));
        }
        // What many posts say is no advert, and what this one says in between is a title or the like.
        let alone = alone && !(repeated.is_some() && has_gaps);
        if alone
            && self.corpus.vocabulary.promotes_alone(&score)
            && !self.is_aside(document, &unit.place)
            && !topic::is_plan(document, span, &score)
        {
            let span = self.since_first_call(document, span);
            return Some(Appendix::new(span, Kind::Promotional, repeated, score));
        }
        if let Some(part) = repeated.is_none().then(|| self.asked_at_last(document, unit)).flatten() {
            return Some(Appendix::new(part, Kind::Promotional, None, score));
        }
        repeated.map(|family| Appendix::new(span, Kind::Unknown, Some(family), score))
    }

    /// The advert that the words at `span` take in from another file.
    fn taken_in(&self, span: Span) -> Option<Appendix<'a>> {
        let (_, include) = self.includes.iter().find(|(place, _)| *place == span)?;
        let advert = Appendix::new(span, Kind::Promotional, None, include.score.clone());
        Some(Appendix { file: Some(&include.file), ..advert })
    }

    /// Whether the article speaks here, and what sounds like an advert is an aside or belongs to what it speaks of.
    fn is_aside(&self, document: &Document, place: &zone::Unit) -> bool {
        // Before the article adverts stand alone; behind it they begin with a thanks or end in a farewell.
        let least = if place.after < NEAR { 0.5 } else { 0.75 };
        self.calling(document.text(place.span())) < least || topic::is_of_section(document, place.span())
    }

    /// The share of a text that its sentences with a call or an account make up.
    fn calling(&self, text: &str) -> f32 {
        let starts = zone::sentences(text);
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        let (mut calling, mut all) = (0, 0);
        for (start, end) in starts.iter().zip(ends) {
            let score = self.corpus.vocabulary.score(&text[*start..end]);
            all += score.length;
            calling += if score.points > 0.0 { score.length.min(LONGEST_CALL) } else { 0 };
        }
        mine::ratio(calling, all)
    }

    /// The last sentences of the last block, where they ask something of the readers and what stands before does not.
    fn asked_at_last(&self, document: &Document, unit: &Unit) -> Option<Span> {
        let Unit { place, .. } = unit;
        let asks = place.after == 0 && !place.heading && !place.wrapped && unit.score().asks;
        // A line above the last one may break off in the middle of a call.
        let goes_on = |block: &Block| {
            let rest = Span::new(place.span().end, block.span.end.max(place.span().end));
            block.span.contains(place.span()) && document.text(rest).contains(char::is_alphanumeric)
        };
        let asks = asks && !(place.line && document.blocks.iter().rev().any(goes_on));
        let text = asks.then(|| document.text(place.span()))?;
        let mut starts = zone::sentences(text).into_iter().rev().take(LAST_SENTENCES);
        let promotes = |start: &usize| {
            let score = self.corpus.vocabulary.score(&text[*start..]);
            score.asks && score.against.is_empty() && self.corpus.vocabulary.promotes_alone(&score)
        };
        let mut start = starts.find(promotes)?;
        for earlier in starts {
            if self.corpus.vocabulary.score(&text[earlier..start]).calls == 0 {
                break;
            }
            start = earlier;
        }
        let part = Span::new(place.span().start + start, place.span().end).trimmed(&document.source.text);
        (!topic::is_of_section(document, part)).then_some(part)
    }

    /// Without the sentences before the advert that happen to stand in the same paragraph.
    fn since_first_call(&self, document: &Document, span: Span) -> Span {
        let text = document.text(span);
        let starts = zone::sentences(text);
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        let calls = |(start, end): (&usize, usize)| self.corpus.vocabulary.score(&text[*start..end]).calls != 0;
        let first = starts.iter().zip(ends).position(calls).unwrap_or_default();
        let start = if first == 1 && zone::is_short_question(&text[..starts[1]]) { 0 } else { starts[first] };
        Span::new(span.start + start, span.end).trimmed(&document.source.text)
    }
}

impl crate::document::tail::Appended for Frame<'_> {
    /// `span` may be a whole block or some lines of one.
    fn appended(&self, document: &Document, span: Span) -> Option<PeeledKind> {
        let found = match self.ends.at(span) {
            Some(unit) => self.judge(document, unit, true),
            // No family and no advert is that long.
            None if span.len() > zone::LONGEST => None,
            None => self.judge(document, &self.new_unit(document, span), true),
        };
        let found = found.filter(|found| found.span == span)?;
        match found.verdict() {
            Verdict::Allow => None,
            _ if found.kind == Kind::Promotional => Some(PeeledKind::Promotion),
            _ => Some(PeeledKind::Repeated),
        }
    }
}
