//! Everything between reading and printing, as one function. Commands, rule examples and tests all come through here.

use std::{collections::BTreeSet, sync::Arc};

use rayon::prelude::*;

use crate::{
    check::{
        Check, Hit, Subject,
        ending::{self, Ending, Found},
        screen::{Screen, Worth},
        suppression::{self, Suppression},
    },
    document::{
        self, Document,
        posts::{self, Posts},
        tail::Tail,
    },
    error::Result,
    facts::{Duplicates, Endings, Facts, Fetch, Overview, Wish, endings, infer::Inferred},
    finding::{Finding, Problem, Report, Summary, judge::judge, suppress::suppress},
    rule::{Rule, Rules, Setting, catalog::schema_rule},
    site::Sites,
    source::Origin,
};

/// From so many posts on, a screen that is fast pays for building it.
const MANY: usize = 64;
/// Why a post is not checked that was another text when it was read again.
const CHANGED: &str = "it changed while it was checked";

/// The posts of a run and what is known of them before any rule is asked.
pub struct Prepared<'a> {
    pub posts: Posts<'a>,
    pub facts: Facts,
    /// The files that could not be read.
    pub unread: Vec<Problem>,
    ends: Ends<'a>,
}

/// How the posts end, by the one rule that asks for it, in the order of the posts: the site's habits are counted from
/// this, and the rule judges it.
#[derive(Default)]
struct Ends<'a> {
    check: Option<&'a Ending>,
    found: Vec<Option<Found>>,
}

/// Reads and parses all of `origins`, keeps as many as there is `room` for (see [`Posts::read`]), and gathers what checks
/// need beyond each file.
pub fn prepare<'a>(
    origins: Vec<Origin>,
    room: usize,
    sites: &'a Sites,
    rules: &'a Rules,
    fetch: &dyn Fetch,
) -> Prepared<'a> {
    let wish = Wish { room, values: rules.active().any(|rule| rule.check.compares_posts()) };
    let (posts, mut facts, unread) = Facts::gather(origins, wish, sites, &rules.vocabulary, fetch);
    let check = asked(rules, |check| match check {
        Check::Ending(check) => Some(check),
        _ => None,
    });
    let end = |post: usize, document: &Document| {
        let (site, frame) = (sites.of(document.path()), facts.corpus.frame(post));
        let tail = Tail::peel(document, &rules.vocabulary.tail, &frame);
        let subject = Subject { document, site, facts: &facts, tail: &tail, frame };
        let found = check.and_then(|check| check.classify(&subject));
        (found, ending::length(&subject), tail)
    };
    let (mut found, mut tails, mut lengths) = (Vec::new(), Vec::new(), Vec::new());
    for (post, end) in posts.look(end).into_iter().enumerate() {
        let (end, length, tail) = end.unwrap_or_default();
        let ending = end.as_ref().map_or(endings::Ending::Whole, Found::ending);
        lengths.push((sites.of(posts.path(post)).root.as_str(), ending, length));
        found.push(end);
        tails.push(tail);
    }
    facts.endings = Endings::count(lengths.into_iter());
    facts.end_in(tails);
    facts.duplicates = duplicates(&posts, rules, &facts);
    if let Some(lock) = fetch.lock() {
        facts.endings.recall(&lock.endings);
    }
    facts.rules = rules.list.iter().map(|rule| rule.id.clone()).collect();
    let unread = unread.into_iter().map(Problem::from).collect();
    Prepared { posts, facts, unread, ends: Ends { check, found } }
}

/// Checks `origins` by `rules`. Pure but for reading them and what `fetch` answers; the same input gives the same report.
pub fn examine(
    origins: impl IntoIterator<Item = impl Into<Origin>>,
    sites: &Sites,
    rules: &Rules,
    fetch: &dyn Fetch,
) -> Report {
    let origins = origins.into_iter().map(Into::into).collect();
    examine_within(posts::ROOM, origins, sites, rules, fetch)
}

/// The same with `room` for so many bytes of text: with less, more is read twice.
pub fn examine_within(room: usize, origins: Vec<Origin>, sites: &Sites, rules: &Rules, fetch: &dyn Fetch) -> Report {
    let prepared = prepare(origins, room, sites, rules, fetch);
    let findings = findings(&prepared, sites, rules, &prepared.ends);
    report(prepared, sites, rules, findings, &[])
}

/// A report and the site around it.
pub struct Survey {
    pub report: Report,
    pub overview: Overview,
    /// What the posts' front matter has in common without anybody having written it down.
    pub inferred: Inferred,
    /// Where a post does otherwise, in files that the report has too.
    pub outliers: Vec<Finding>,
}

/// Checks `origins` as [`examine`] does and looks at the site as a whole, for which all of it is kept.
///
/// # Errors
/// An inferred schema that is none.
pub fn survey(origins: Vec<Origin>, sites: &Sites, rules: &Rules, fetch: &dyn Fetch) -> Result<Survey> {
    let prepared = prepare(origins, usize::MAX, sites, rules, fetch);
    let Prepared { posts, facts, .. } = &prepared;
    let overview = Overview::gather(posts, sites, facts, &rules.vocabulary.overview);
    let subjects = posts.kept().map(|(_, document)| document).filter(|document| document.source.subject);
    let inferred = Inferred::read(subjects, sites, &facts.habits);
    let schema = Rules { list: vec![schema_rule(&inferred.collections())?], ..Rules::default() };
    let mut outliers = findings(&prepared, sites, &schema, &Ends::default());
    outliers.retain(|finding| facts.habits.concerns(&finding.path, sites.of(&finding.path)));
    let findings = findings(&prepared, sites, rules, &prepared.ends);
    let report = report(prepared, sites, rules, findings, &outliers);
    Ok(Survey { report, overview, inferred, outliers })
}

/// The findings in all subjects, by path, place and rule.
fn findings(prepared: &Prepared<'_>, sites: &Sites, rules: &Rules, ends: &Ends<'_>) -> Vec<Finding> {
    let Prepared { posts, facts, .. } = prepared;
    let subjects: Vec<usize> = (0..posts.len()).filter(|post| posts.is_subject(*post)).collect();
    let screen = Screen::new(rules.active().map(|rule| &rule.check), subjects.len() >= MANY);
    let of_post = |post: usize| {
        let Some(document) = posts.open(post) else { return Vec::new() };
        let worth = screen.look(&document.source.text);
        run(post, &document, sites, rules, facts, ends, Some(&worth))
    };
    subjects.into_par_iter().flat_map_iter(of_post).collect()
}

/// The report with the files that `findings` and what is found `besides` are in.
fn report(
    prepared: Prepared<'_>,
    sites: &Sites,
    rules: &Rules,
    mut findings: Vec<Finding>,
    besides: &[Finding],
) -> Report {
    let Prepared { posts, facts, unread: mut problems, .. } = prepared;
    // What was found in a text that is another one by now would be shown in the wrong place.
    let changed = posts.changed();
    let path_of = |post: &usize| posts.path(*post).to_owned();
    let paths: BTreeSet<String> = changed.iter().map(path_of).collect();
    findings.retain(|finding| !paths.contains(&*finding.path));
    let summary = summarise(&posts, &changed, &findings, sites, &facts);
    problems.extend(paths.into_iter().map(|path| Problem { path, message: CHANGED.to_owned() }));
    let wanted: BTreeSet<Arc<str>> = findings.iter().chain(besides).map(|finding| Arc::clone(&finding.path)).collect();
    let sources = posts.into_sources(|path| wanted.get(path).cloned());
    let sure = rules.active().filter(|rule| rule.check.is_sure(&facts)).map(|rule| rule.id.clone()).collect();
    Report { findings, sources, problems, sure, summary }
}

/// What the one rule of a kind asks for.
fn asked<'a, T>(rules: &'a Rules, of_kind: impl Fn(&'a Check) -> Option<&'a T>) -> Option<&'a T> {
    rules.active().find_map(|rule| of_kind(&rule.check))
}

/// The articles that stand in several posts, by the rule that asks.
fn duplicates(posts: &Posts<'_>, rules: &Rules, facts: &Facts) -> Duplicates {
    let check = asked(rules, |check| match check {
        Check::Duplicate(check) => Some(check),
        _ => None,
    });
    let documents: Vec<&Document> = posts.kept().map(|(_, document)| document).collect();
    check.map(|check| Duplicates::find(&documents, &facts.tails, check.measure())).unwrap_or_default()
}

/// The findings in the post with this number, by place and rule.
pub fn check(post: usize, document: &Document, sites: &Sites, rules: &Rules, facts: &Facts) -> Vec<Finding> {
    run(post, document, sites, rules, facts, &Ends::default(), None)
}

/// The same, by those active rules only that are `worth` it.
fn run(
    post: usize,
    document: &Document,
    sites: &Sites,
    rules: &Rules,
    facts: &Facts,
    ends: &Ends<'_>,
    worth: Option<&[Worth]>,
) -> Vec<Finding> {
    let site = sites.of(document.path());
    let subject = Subject { document, site, facts, tail: &facts.tails[post], frame: facts.corpus.frame(post) };
    let judged = |rule, hits: Vec<Hit>| hits.into_iter().filter_map(move |hit| judge(hit, rule, document.path(), site));
    let worth = |at: usize| worth.map_or(&Worth::All, |worth| &worth[at]);
    let (about, others): (Vec<_>, Vec<_>) = rules
        .active()
        .enumerate()
        .map(|(at, rule)| (rule, worth(at)))
        .filter(|(_, worth)| !worth.is_nothing())
        .partition(|(rule, _)| matches!(rule.check, Check::Suppression(_)));
    let mut findings: Vec<Finding> = others
        .into_iter()
        .flat_map(|(rule, worth)| judged(rule, hits(post, &subject, &rule.check, worth, ends)))
        .collect();
    sort(&mut findings);
    // What is wrong with suppressions, they cannot hide.
    let used = suppress(&mut findings, &document.suppressions.list);
    for (rule, _) in about {
        let hits = match rule.check {
            Check::Suppression(Suppression::Unused) => unused(&used, rules, &subject),
            _ => rule.check.run(&subject),
        };
        findings.extend(judged(rule, hits));
    }
    sort(&mut findings);
    findings
}

/// What a check finds; an end that was classified already is not looked at again.
fn hits(post: usize, subject: &Subject<'_>, check: &Check, worth: &Worth, ends: &Ends<'_>) -> Vec<Hit> {
    match (check, worth, ends.check) {
        (Check::Ending(check), _, Some(asked)) if std::ptr::eq(check, asked) => {
            ends.found[post].as_ref().map_or_else(Vec::new, |found| check.hits(subject, found))
        }
        (Check::Text(check), Worth::Patterns(patterns), _) => check.run_some(subject, patterns),
        _ => check.run(subject),
    }
}

/// The suppressions that did nothing although every rule that they name ran.
fn unused(used: &[bool], rules: &Rules, subject: &Subject<'_>) -> Vec<Hit> {
    let list = subject.document.suppressions.list.iter().zip(used);
    let idle = list.filter(|(one, used)| !**used && all_ran(one, rules, subject));
    idle.map(|(one, _)| suppression::hit(one)).collect()
}

fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| (a.span, &a.rule, &a.message).cmp(&(b.span, &b.rule, &b.message)));
}

/// Whether every rule that a suppression names has run and would have found what there is.
fn all_ran(suppression: &document::Suppression, rules: &Rules, subject: &Subject<'_>) -> bool {
    let ran = |rule: &Rule| {
        !rule.off && rule.setting(subject.document.path()) != Some(Setting::Off) && rule.check.is_sure(subject.facts)
    };
    let mut named = rules.list.iter().filter(|rule| suppression.names(&rule.id)).peekable();
    named.peek().is_some() && named.all(ran)
}

fn summarise(
    posts: &Posts<'_>,
    changed: &BTreeSet<usize>,
    findings: &[Finding],
    sites: &Sites,
    facts: &Facts,
) -> Summary {
    let all = || 0..posts.len();
    let mut found: Vec<String> = all()
        .map(|post| sites.of(posts.path(post)))
        .filter(|site| !site.because.is_empty())
        .map(|site| format!("{} ({})", site.generator.name(), site.because))
        .collect();
    found.sort();
    found.dedup();
    let mut summary = Summary {
        files: all().filter(|post| posts.is_subject(*post) && !changed.contains(post)).count(),
        unverified: facts.remote.unverified(),
        remote: facts.remote.counts(),
        hosts: facts.remote.by_host(),
        sites: found,
        ..Summary::default()
    };
    summary.count(findings);
    summary
}
