//! Whether the last sentence of the article is whole. The last real block is put into exactly one [`State`], whose
//! weight and [`Modifier`]s are summed in decibans; the sum is a probability, and the summands are the explanation.

mod classify;
mod language;
mod state;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{Hit, Severity, Subject, lazy::Set};
use crate::{facts::endings, source::Span};
pub use state::{Found, Modifier, State};

pub const WORDS: &[&str] = &["verdict", "reason", "evidence", "probability"];

/// As a rule file writes it.
#[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Parameters {
    /// What is believed before looking, in decibans.
    prior: f32,
    /// The probability from which on a cut is an error.
    error: f32,
    warning: f32,
    info: f32,
    /// What the article does, in so many words; fills `{verdict}`.
    verdict: String,
    /// The same where it is told for information only.
    doubt: String,
    states: BTreeMap<State, Weight>,
    modifiers: BTreeMap<Modifier, Weight>,
    /// Patterns that say that text was left out.
    omissions: Vec<String>,
    /// Patterns that say that only the beginning of the text is here, in a sentence.
    promises: Vec<String>,
    /// Patterns of a last sentence that announces something, with no colon.
    announcements: Vec<String>,
    /// Patterns of a whole line that sends the reader elsewhere for the rest.
    teasers: Vec<String>,
    /// Words that cannot end a sentence, by language; for scripts with spaces.
    words: BTreeMap<String, String>,
    /// Those of them that cannot end an item of a list either, however short.
    joiners: BTreeMap<String, String>,
    /// Words that a dot follows within a sentence, by language.
    abbreviations: BTreeMap<String, String>,
    /// Set phrases that people part with, in lower case, by language.
    farewells: BTreeMap<String, Vec<String>>,
    /// What a short last sentence ends in that asks readers to answer, in lower case.
    partings: Vec<String>,
    /// How a postscript begins, in lower case and without its last mark.
    postscripts: HashSet<String>,
    /// Languages of `words` whose list no measurement backs: a word of it is no error by itself.
    unmeasured: BTreeSet<String>,
    /// Words that end sentences often enough, such as the prefixes of German verbs: no error by themselves either.
    weak: BTreeMap<String, String>,
    /// What a sentence cannot end in, by language; for scripts without spaces and for suffixes.
    endings: BTreeMap<String, Endings>,
}

#[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Weight {
    /// Decibans: ten times the logarithm of how much more often cut posts end so than whole ones.
    weight: f32,
    /// No finding is worse than this, however probable.
    level: Option<Severity>,
    /// `{token}` stands for the last word or mark.
    says: String,
}

/// Separated by spaces, each list.
#[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Endings {
    cut: String,
    /// Words that end in one of `cut` and yet can end a sentence.
    #[serde(default)]
    whole: String,
    /// What ends a sentence although no mark follows.
    #[serde(default)]
    finished: String,
    /// Characters that follow a word without belonging to it.
    #[serde(default)]
    loose: String,
}

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(from = "Parameters")]
#[schemars(with = "Parameters")]
pub struct Ending {
    parameters: Box<Parameters>,
    says: Box<Says>,
    words: BTreeMap<String, HashSet<String>>,
    /// Those of them that are no error by themselves.
    doubtful: BTreeMap<String, HashSet<String>>,
    joiners: HashSet<String>,
    abbreviations: HashSet<String>,
    farewells: Vec<String>,
    partings: Vec<String>,
    postscripts: HashSet<String>,
    endings: BTreeMap<String, language::Suffixes>,
}

/// Patterns of what an article says about its own end.
#[derive(Debug)]
struct Says {
    omissions: Set,
    promises: Set,
    announcements: Set,
    teasers: Set,
}

impl From<Parameters> for Ending {
    fn from(parameters: Parameters) -> Self {
        let set = |list: &String| list.split_whitespace().map(str::to_owned).collect();
        let all = |lists: &BTreeMap<String, String>| {
            lists.values().flat_map(|list| list.split_whitespace()).map(str::to_owned).collect()
        };
        let is_unmeasured = |(name, _): &(&String, &String)| parameters.unmeasured.contains(*name);
        let doubtful = parameters.words.iter().filter(is_unmeasured).chain(&parameters.weak);
        let says = Says {
            omissions: Set::new(parameters.omissions.clone()),
            promises: Set::new(parameters.promises.clone()),
            announcements: Set::new(parameters.announcements.clone()),
            teasers: Set::new(parameters.teasers.clone()),
        };
        Self {
            says: Box::new(says),
            joiners: all(&parameters.joiners),
            abbreviations: all(&parameters.abbreviations),
            postscripts: parameters.postscripts.clone(),
            partings: parameters.partings.clone(),
            farewells: parameters.farewells.values().flatten().cloned().collect(),
            words: parameters.words.iter().map(|(name, list)| (name.clone(), set(list))).collect(),
            doubtful: doubtful.map(|(name, list)| (name.clone(), set(list))).collect(),
            endings: parameters
                .endings
                .iter()
                .map(|(name, list)| {
                    (name.clone(), language::Suffixes::new(&list.cut, &list.whole, &list.finished, &list.loose))
                })
                .collect(),
            parameters: Box::new(parameters),
        }
    }
}

impl Ending {
    /// Compiles the patterns.
    ///
    /// # Errors
    /// What is wrong with one.
    pub fn compile(&self) -> Result<(), String> {
        let Says { omissions, promises, announcements, teasers } = &*self.says;
        [omissions, promises, announcements, teasers].into_iter().try_for_each(Set::compile)
    }

    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        self.classify(subject).map_or_else(Vec::new, |found| self.hits(subject, &found))
    }

    /// What follows from the state of a post that was classified before.
    pub fn hits(&self, subject: &Subject<'_>, found: &Found) -> Vec<Hit> {
        let Some(state) = self.parameters.states.get(&found.state) else { return Vec::new() };
        let mut sum = Sum { decibans: self.parameters.prior, evidence: String::new() };
        let mut most = None;
        let reason = state.says.replace("{token}", &found.token);
        sum.add(state.weight, &reason);
        let cohort = subject.facts.endings.cohort(&subject.site.root).is_some();
        for modifier in found.modifiers.iter().filter(|modifier| found.counts(**modifier, cohort)) {
            if let Some(weight) = self.parameters.modifiers.get(modifier) {
                sum.add(weight.weight, &weight.says.replace("{token}", &found.token));
                most = weight.level.or(most);
            }
        }
        let mut confirmed = found.modifiers.contains(&Modifier::Broken);
        confirmed |= self.ask_site(found, subject, &mut sum);
        let probability = 1.0 / (1.0 + 10f32.powf(-sum.decibans / 10.0));
        let Some(severity) = self.severity(probability) else { return Vec::new() };
        let level = state.level.map(|level| if confirmed { level.worse() } else { level });
        let severity = level.into_iter().chain(most).fold(severity, Severity::min);
        let verdict = if severity > Severity::Info { &self.parameters.verdict } else { &self.parameters.doubt };
        let mut hit = Hit::new(found.cut)
            .word("verdict", verdict)
            .word("reason", reason)
            .word("evidence", sum.evidence)
            .word("probability", format!("{:.0} %", 100.0 * probability.min(0.99)))
            .severity(severity);
        if let Some(opener) = found.opener {
            hit = hit.label("opener", opener);
        }
        if let Some(below) = found.below {
            hit = hit.label("below", first_line(subject.document.text(below), below));
        }
        if let Some(appendix) = subject.tail.appendix() {
            hit = hit.label("appended", first_line(subject.document.text(appendix.span), appendix.span));
        }
        vec![hit]
    }

    /// Adds what the other posts of the site say; whether they confirm it.
    fn ask_site(&self, found: &Found, subject: &Subject<'_>, sum: &mut Sum) -> bool {
        let (endings, root) = (&subject.facts.endings, subject.site.root.as_str());
        let ending = found.ending();
        let weight = |modifier| self.parameters.modifiers.get(&modifier);
        if !matches!(ending, endings::Ending::Cut | endings::Ending::Whole)
            && let Some(habit) = weight(Modifier::Habit)
            && let Some((posts, decibans)) = endings.habit(root, ending)
        {
            sum.add(decibans.max(habit.weight), &habit.says.replace("{token}", &posts.to_string()));
        }
        if ending == endings::Ending::Bare
            && let Some(cohort) = weight(Modifier::Cohort)
            && let Some(share) = endings.cohort(root)
        {
            sum.add(cohort.weight, &cohort.says.replace("{token}", &share.to_string()));
        }
        let Some(wall) = weight(Modifier::Wall).filter(|_| found.state.is_worded()) else { return false };
        let Some(share) = endings.wall(root, length(subject)) else { return false };
        sum.add(wall.weight, &wall.says.replace("{token}", &share.to_string()));
        true
    }

    fn severity(&self, probability: f32) -> Option<Severity> {
        let Parameters { error, warning, info, .. } = *self.parameters;
        match probability {
            p if p >= error => Some(Severity::Error),
            p if p >= warning => Some(Severity::Warning),
            p if p >= info => Some(Severity::Info),
            _ => None,
        }
    }
}

/// Decibans and what each of them is for.
struct Sum {
    decibans: f32,
    evidence: String,
}

impl Sum {
    fn add(&mut self, decibans: f32, says: &str) {
        self.decibans += decibans;
        if !self.evidence.is_empty() {
            self.evidence.push_str("; ");
        }
        self.evidence.push_str(&format!("{decibans:+.0} as {says}"));
    }
}

/// Of the article without what stands behind it, in characters.
pub fn length(subject: &Subject<'_>) -> usize {
    let body = subject.document.body;
    subject.document.text(Span::new(body.start, subject.tail.end.max(body.start))).chars().count()
}

/// The first line under a span, so that a label does not cover a page.
fn first_line(text: &str, span: Span) -> Span {
    Span::new(span.start, span.start + text.find(['\n', '\r']).unwrap_or(text.len()))
}
