//! Everything between reading and printing, as one function. Commands, rule examples and tests all come through here.

use std::{collections::BTreeSet, sync::Arc};

use rayon::prelude::*;

use crate::{
    check::{
        Check, Hit, Subject,
        duplicate::Duplicate,
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
    facts::{
        Duplicates, Endings, Facts, Fetch, Overview, Wish,
        duplicates::{self, Measure, Sketch},
        endings,
        infer::Inferred,
    },
    finding::{Finding, Problem, Report, Summary, judge::judge, suppress::suppress},
    rule::{Rule, Rules, Setting, catalog::schema_rule},
    site::Sites,
    source::Origin,
};

/// Why a post is not checked that was another text when it was read again.
const CHANGED: &str = "it changed while it was checked";

/// The posts of a run and what is known of them before any rule is asked.
pub struct Prepared<'a> {
    pub posts: Posts<'a>,
    pub facts: Facts,
    /// The files that could not be read.
    pub unread: Vec<Problem>,
    ends: Ends<'a>,
    judged: Judged,
}

/// What is known before all posts were looked at.
#[derive(Default)]
struct Judged {
    /// Made for the same rules.
    screen: Option<Screen>,
    /// The findings in each post that need not be opened again.
    findings: Vec<Option<Vec<Finding>>>,
}

impl Prepared<'_> {
    fn subject<'a>(&'a self, post: usize, document: &'a Document, sites: &'a Sites, rules: &'a Rules) -> Subject<'a> {
        let Self { facts, .. } = self;
        let (site, frame) = (sites.of(document.path()), facts.corpus.frame(post));
        Subject {
            document,
            site,
            facts,
            tail: &facts.tails[post],
            notes: &rules.shared.notes,
            frame,
            verdicts: facts.files.of(document.path()),
        }
    }
}

/// How the posts end, by the one rule that asks for it, in the order of the posts: the site's habits are counted from
/// this, and the rule judges it.
#[derive(Default)]
struct Ends<'a> {
    check: Option<&'a Ending>,
    found: Vec<Option<Found>>,
}

/// How one post ends, by the check that was asked.
type End<'a> = (&'a Ending, Option<&'a Found>);

impl Ends<'_> {
    fn of(&self, post: usize) -> Option<End<'_>> {
        Some((self.check?, self.found.get(post)?.as_ref()))
    }
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
    gather(origins, room, sites, rules, fetch, false)
}

/// The same; `judge` is whether posts are judged as soon as they can be.
fn gather<'a>(
    origins: Vec<Origin>,
    room: usize,
    sites: &'a Sites,
    rules: &'a Rules,
    fetch: &dyn Fetch,
    judge: bool,
) -> Prepared<'a> {
    let wish = Wish { room, values: rules.active().any(|rule| rule.check.compares_posts()) };
    let (posts, mut facts, unread) = Facts::gather(origins, wish, sites, &rules.shared.vocabulary, fetch);
    let check = asked(rules, |check| match check {
        Check::Ending(check) => Some(check),
        _ => None,
    });
    let measure = asked(rules, |check| match check {
        Check::Duplicate(check) => Some(check),
        _ => None,
    })
    .map(Duplicate::measure);
    facts.rules = rules.list.iter().map(|rule| rule.id.clone()).collect();
    // A second rule about ends would wait too.
    let judge = judge && rules.active().filter(|rule| matches!(rule.check, Check::Ending(_))).count() <= 1;
    let screen = judge.then(|| screen(rules));
    let end = |post: usize, document: &Document| {
        let (site, frame) = (sites.of(document.path()), facts.corpus.frame(post));
        let tail = Tail::peel(document, &rules.shared.vocabulary.tail, &frame);
        let verdicts = facts.files.of(document.path());
        let notes = &rules.shared.notes;
        let subject = Subject { document, site, facts: &facts, tail: &tail, notes, frame, verdicts };
        let found = check.and_then(|check| check.classify(&subject));
        // An end that is not whole waits for what the others' ends say, and so does a post that may be empty.
        let is_settled = found.is_none() && tail.last.is_some() && document.suppressions.list.is_empty();
        let screen = screen.as_ref().filter(|_| is_settled && document.source.subject);
        let judged = screen
            .map(|screen| run(&subject, rules, check.map(|check| (check, None)), &screen.look(&document.source.text)));
        let sketch = measure.and_then(|measure| Sketch::of(document, &tail, measure.least)).map(Box::new);
        (found, ending::length(&subject), tail, sketch, judged)
    };
    let all = posts.len();
    let (mut found, mut tails) = (Vec::with_capacity(all), Vec::with_capacity(all));
    let (mut sketches, mut judged) = (Vec::with_capacity(all), Vec::with_capacity(all));
    let mut lengths = Vec::with_capacity(all);
    for (post, end) in posts.look(end).into_iter().enumerate() {
        let (end, length, tail, sketch, findings) = end.unwrap_or_default();
        let ending = end.as_ref().map_or(endings::Ending::Whole, Found::ending);
        lengths.push((sites.of(posts.path(post)).root.as_str(), ending, length));
        found.push(end);
        tails.push(tail);
        sketches.push(sketch);
        judged.push(findings);
    }
    facts.endings = Endings::count(lengths.into_iter());
    facts.end_in(tails);
    facts.duplicates = measure.map(|measure| duplicates(&posts, sites, &sketches, measure)).unwrap_or_default();
    if let Some(lock) = fetch.lock() {
        facts.endings.recall(&lock.endings);
    }
    let unread = unread.into_iter().map(Problem::from).collect();
    let judged = Judged { screen, findings: judged };
    Prepared { posts, facts, unread, ends: Ends { check, found }, judged }
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
    let mut prepared = gather(origins, room, sites, rules, fetch, true);
    let judged = std::mem::take(&mut prepared.judged);
    let findings = findings(&prepared, sites, rules, &prepared.ends, judged);
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
    let mut prepared = gather(origins, usize::MAX, sites, rules, fetch, true);
    let judged = std::mem::take(&mut prepared.judged);
    let Prepared { posts, facts, .. } = &prepared;
    let overview = Overview::gather(posts, sites, facts, &rules.shared.vocabulary.overview);
    let subjects = posts.kept().map(|(_, document)| document).filter(|document| document.source.subject);
    let inferred = Inferred::read(subjects, sites, &facts.habits);
    let schema = Rules { list: vec![schema_rule(&inferred.collections())?], ..Rules::default() };
    let mut outliers = findings(&prepared, sites, &schema, &Ends::default(), Judged::default());
    outliers.retain(|finding| facts.habits.concerns(&finding.path, sites.of(&finding.path)));
    let findings = findings(&prepared, sites, rules, &prepared.ends, judged);
    let report = report(prepared, sites, rules, findings, &outliers);
    Ok(Survey { report, overview, inferred, outliers })
}

/// The findings in all subjects, by path, place and rule; `judged` are those that are known already.
fn findings(prepared: &Prepared<'_>, sites: &Sites, rules: &Rules, ends: &Ends<'_>, judged: Judged) -> Vec<Finding> {
    let Prepared { posts, facts, .. } = prepared;
    let subjects = (0..posts.len()).filter(|post| posts.is_subject(*post));
    let Judged { screen, findings: mut judged } = judged;
    let screen = screen.unwrap_or_else(|| self::screen(rules));
    let known = |post: &usize| facts.duplicates.of(posts.path(*post)).is_none();
    let subjects: Vec<(usize, Option<Vec<Finding>>)> =
        subjects.map(|post| (post, judged.get_mut(post).and_then(Option::take).filter(|_| known(&post)))).collect();
    let of_post = |(post, judged): (usize, Option<Vec<Finding>>)| {
        judged.unwrap_or_else(|| {
            let Some(document) = posts.open(post) else { return Vec::new() };
            let subject = prepared.subject(post, &document, sites, rules);
            run(&subject, rules, ends.of(post), &screen.look(&document.source.text))
        })
    };
    subjects.into_par_iter().flat_map_iter(of_post).collect()
}

fn screen(rules: &Rules) -> Screen {
    Screen::new(rules.active().map(|rule| &rule.check))
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

/// The articles that stand in several posts.
fn duplicates(posts: &Posts<'_>, sites: &Sites, sketches: &[Option<Box<Sketch>>], measure: Measure) -> Duplicates {
    let sketched = sketches.iter().enumerate().map(|(post, sketch)| {
        let (path, subject) = (posts.path(post), posts.is_subject(post));
        let site = sites.of(path);
        let sketch = sketch.as_deref().filter(|_| !site.leaves_out(path));
        duplicates::Post { path, site: &site.root, subject, sketch }
    });
    Duplicates::find(&sketched.collect::<Vec<_>>(), measure, &|post| posts.text(post))
}

/// The findings in the post with this number, by place and rule.
pub fn check(prepared: &Prepared<'_>, post: usize, document: &Document, sites: &Sites, rules: &Rules) -> Vec<Finding> {
    let subject = prepared.subject(post, document, sites, rules);
    run(&subject, rules, prepared.ends.of(post), &vec![Worth::All; rules.active().count()])
}

/// The findings of those active rules that are `worth` it, by place and rule; `end` is how the post ends,
/// and the check that says so.
fn run(subject: &Subject<'_>, rules: &Rules, end: Option<End<'_>>, worth: &[Worth]) -> Vec<Finding> {
    let Subject { document, site, facts, .. } = *subject;
    // A template, or a file beside the content, has no front matter that anybody reads.
    let is_read = facts.habits.concerns(document.path(), site);
    let judged = |rule, hits: Vec<Hit>| hits.into_iter().filter_map(move |hit| judge(hit, rule, document.path(), site));
    let (about, others): (Vec<_>, Vec<_>) = rules
        .active()
        .zip(worth)
        .filter(|(rule, worth)| !worth.is_nothing() && (is_read || !matches!(rule.check, Check::FrontMatter(_))))
        .partition(|(rule, _)| matches!(rule.check, Check::Suppression(_)));
    let freed = document.freed(&facts.code, site);
    let tail = freed.as_ref().map(|freed| Tail::peel(freed, &rules.shared.vocabulary.tail, &subject.frame));
    let freed = freed.as_ref().zip(tail.as_ref()).map(|(document, tail)| Subject { document, tail, ..*subject });
    let for_words = freed.as_ref().unwrap_or(subject);
    let of = |check: &Check| if check.reads_words() { for_words } else { subject };
    let mut findings: Vec<Finding> = others
        .into_iter()
        .flat_map(|(rule, worth)| judged(rule, hits(of(&rule.check), &rule.check, worth, end)))
        .collect();
    sort(&mut findings);
    // What is wrong with suppressions, they cannot hide.
    let used = suppress(&mut findings, &document.suppressions.list);
    for (rule, _) in about {
        let hits = match rule.check {
            Check::Suppression(Suppression::Unused) => unused(&used, rules, subject),
            _ => rule.check.run(subject),
        };
        findings.extend(judged(rule, hits));
    }
    sort(&mut findings);
    findings
}

/// What a check finds; an end that was classified already is not looked at again.
fn hits(subject: &Subject<'_>, check: &Check, worth: &Worth, end: Option<End<'_>>) -> Vec<Hit> {
    match (check, worth) {
        (Check::Ending(check), _) => match end {
            Some((asked, found)) if std::ptr::eq(check, asked) => {
                found.map_or_else(Vec::new, |found| check.hits(subject, found))
            }
            _ => check.run(subject),
        },
        (Check::Text(check), Worth::Some(patterns)) => check.run_some(subject, patterns),
        (Check::Elision(check), Worth::Rest) => check.run(subject, false),
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
        .map(|site| match &*site.fault {
            "" => format!("{} ({})", site.generator.name(), site.because),
            fault => format!("{} (its settings are unknown: {fault})", site.generator.name()),
        })
        .collect();
    found.sort();
    found.dedup();
    let mut summary = Summary {
        files: all().filter(|post| posts.is_subject(*post) && !changed.contains(post)).count(),
        unverified: facts.remote.unverified(),
        undecided: facts.undecided,
        remote: facts.remote.counts(),
        hosts: facts.remote.by_host(),
        sites: found,
        ..Summary::default()
    };
    summary.count(findings);
    summary
}
