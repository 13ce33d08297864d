//! Everything between reading and printing, as one function. Commands, rule examples and tests all come through here.

use std::{collections::BTreeMap, sync::Arc};

use rayon::prelude::*;

use crate::{
    check::{
        Check, Hit, Subject,
        ending::{self, Ending, Found},
        screen::{Screen, Worth},
        suppression::{self, Suppression},
    },
    document::{self, Document},
    error::Result,
    facts::{Duplicates, Endings, Facts, Fetch, Overview, endings, infer::Inferred},
    finding::{Finding, Report, Summary, judge::judge, suppress::suppress},
    rule::{Rule, Rules, Setting, catalog::schema_rule},
    site::Sites,
    source::Source,
};

/// Parses `sources` and gathers what checks need beyond each file; the documents come sorted by path.
pub fn prepare(sources: Vec<Source>, sites: &Sites, rules: &Rules, fetch: &dyn Fetch) -> (Vec<Document>, Facts) {
    let (documents, facts, _) = gather(sources, sites, rules, fetch);
    (documents, facts)
}

/// How the posts end, by the one rule that asks for it, in the order of the posts: the site's habits are counted from
/// this, and the rule judges it.
#[derive(Default)]
struct Ends<'a> {
    check: Option<&'a Ending>,
    found: Vec<Option<Found>>,
}

fn gather<'a>(
    sources: Vec<Source>,
    sites: &Sites,
    rules: &'a Rules,
    fetch: &dyn Fetch,
) -> (Vec<Document>, Facts, Ends<'a>) {
    let mut documents: Vec<Document> = sources.into_par_iter().map(|source| Document::parse(source, sites)).collect();
    documents.sort_by(|a, b| a.path().cmp(b.path()));
    let mut facts = Facts::gather(&documents, sites, &rules.vocabulary, fetch);
    let ends = ends(&documents, sites, rules, &facts);
    facts.endings = count(&documents, sites, &facts, &ends);
    facts.duplicates = duplicates(&documents, rules, &facts);
    if let Some(lock) = fetch.lock() {
        facts.endings.recall(&lock.endings);
    }
    facts.rules = rules.list.iter().map(|rule| rule.id.clone()).collect();
    (documents, facts, ends)
}

/// Checks `sources` by `rules`. Pure but for what `fetch` answers; the same input gives the same report.
pub fn examine(sources: Vec<Source>, sites: &Sites, rules: &Rules, fetch: &dyn Fetch) -> Report {
    let (documents, facts, ends) = gather(sources, sites, rules, fetch);
    let findings = findings(&documents, sites, rules, &facts, &ends);
    report(documents, sites, rules, &facts, findings, &[])
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

/// Checks `sources` as [`examine`] does and looks at the site as a whole.
///
/// # Errors
/// An inferred schema that is none.
pub fn survey(sources: Vec<Source>, sites: &Sites, rules: &Rules, fetch: &dyn Fetch) -> Result<Survey> {
    let (documents, facts, ends) = gather(sources, sites, rules, fetch);
    let overview = Overview::gather(&documents, sites, &facts, &rules.vocabulary.overview);
    let subjects = documents.iter().filter(|document| document.source.subject);
    let inferred = Inferred::read(subjects, sites, &facts.habits);
    let schema = Rules { list: vec![schema_rule(&inferred.collections())?], ..Rules::default() };
    let mut outliers = findings(&documents, sites, &schema, &facts, &Ends::default());
    outliers.retain(|finding| facts.habits.concerns(&finding.path, sites.of(&finding.path)));
    let findings = findings(&documents, sites, rules, &facts, &ends);
    let report = report(documents, sites, rules, &facts, findings, &outliers);
    Ok(Survey { report, overview, inferred, outliers })
}

/// The findings in all subjects, by path, place and rule.
fn findings(documents: &[Document], sites: &Sites, rules: &Rules, facts: &Facts, ends: &Ends<'_>) -> Vec<Finding> {
    let screen = Screen::new(rules.active().map(|rule| &rule.check));
    documents
        .par_iter()
        .enumerate()
        .filter(|(_, document)| document.source.subject)
        .flat_map_iter(|(index, document)| {
            let worth = screen.look(&document.source.text);
            run(index, document, sites, rules, facts, ends, Some(&worth))
        })
        .collect()
}

/// The report with the files that `findings` and what is found `besides` are in.
fn report(
    documents: Vec<Document>,
    sites: &Sites,
    rules: &Rules,
    facts: &Facts,
    findings: Vec<Finding>,
    besides: &[Finding],
) -> Report {
    let summary = summarise(&documents, &findings, sites, facts);
    let wanted: std::collections::BTreeSet<Arc<str>> =
        findings.iter().chain(besides).map(|finding| Arc::clone(&finding.path)).collect();
    let sources: BTreeMap<Arc<str>, Source> = documents
        .into_iter()
        .filter_map(|document| Some((Arc::clone(wanted.get(document.path())?), document.source)))
        .collect();
    let sure = rules.active().filter(|rule| rule.check.is_sure(facts)).map(|rule| rule.id.clone()).collect();
    Report { findings, sources, problems: Vec::new(), sure, summary }
}

fn ends<'a>(documents: &[Document], sites: &Sites, rules: &'a Rules, facts: &Facts) -> Ends<'a> {
    let check = rules.active().find_map(|rule| match &rule.check {
        Check::Ending(check) => Some(check),
        _ => None,
    });
    let Some(asked) = check else { return Ends::default() };
    let posts = documents.par_iter().zip(&facts.tails);
    let found = posts.map(|(document, tail)| {
        let site = sites.of(document.path());
        asked.classify(&Subject { document, site, facts, tail })
    });
    Ends { check, found: found.collect() }
}

/// How the posts of each site end.
fn count(documents: &[Document], sites: &Sites, facts: &Facts, ends: &Ends<'_>) -> Endings {
    let posts: Vec<_> = documents
        .par_iter()
        .zip(&facts.tails)
        .zip(&ends.found)
        .map(|((document, tail), found)| {
            let site = sites.of(document.path());
            let length = ending::length(&Subject { document, site, facts, tail });
            (site.root.as_str(), found.as_ref().map_or(endings::Ending::Whole, Found::ending), length)
        })
        .collect();
    Endings::count(posts.into_iter())
}

/// The articles that stand in several posts, by the rule that asks.
fn duplicates(documents: &[Document], rules: &Rules, facts: &Facts) -> Duplicates {
    let check = rules.active().find_map(|rule| match &rule.check {
        Check::Duplicate(check) => Some(check),
        _ => None,
    });
    check.map(|check| Duplicates::find(documents, &facts.tails, check.measure())).unwrap_or_default()
}

/// The findings in the document at `index`, by place and rule.
pub fn check(index: usize, document: &Document, sites: &Sites, rules: &Rules, facts: &Facts) -> Vec<Finding> {
    run(index, document, sites, rules, facts, &Ends::default(), None)
}

/// The same, by those active rules only that are `worth` it.
fn run(
    index: usize,
    document: &Document,
    sites: &Sites,
    rules: &Rules,
    facts: &Facts,
    ends: &Ends<'_>,
    worth: Option<&[Worth]>,
) -> Vec<Finding> {
    let site = sites.of(document.path());
    let subject = Subject { document, site, facts, tail: &facts.tails[index] };
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
        .flat_map(|(rule, worth)| judged(rule, hits(index, &subject, &rule.check, worth, ends)))
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
fn hits(index: usize, subject: &Subject<'_>, check: &Check, worth: &Worth, ends: &Ends<'_>) -> Vec<Hit> {
    match (check, worth, ends.check) {
        (Check::Ending(check), _, Some(asked)) if std::ptr::eq(check, asked) => {
            ends.found[index].as_ref().map_or_else(Vec::new, |found| check.hits(subject, found))
        }
        (Check::Text(check), Worth::Some(patterns), _) => check.run_some(subject, patterns),
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

fn summarise(documents: &[Document], findings: &[Finding], sites: &Sites, facts: &Facts) -> Summary {
    let mut found: Vec<String> = documents
        .iter()
        .map(|document| sites.of(document.path()))
        .filter(|site| !site.because.is_empty())
        .map(|site| format!("{} ({})", site.generator.name(), site.because))
        .collect();
    found.sort();
    found.dedup();
    let mut summary = Summary {
        files: documents.iter().filter(|document| document.source.subject).count(),
        unverified: facts.remote.unverified(),
        remote: facts.remote.counts(),
        hosts: facts.remote.by_host(),
        sites: found,
        ..Summary::default()
    };
    summary.count(findings);
    summary
}
