//! `copydesk learn`: reads the whole site and writes down what its posts share; `--check` says whether that still holds.

use std::{fs, path::Path};

use super::{Exit, Outcome, Stop, Streams, detect, read::gather, wanted, write::replace};
use crate::{
    check::Check,
    cli::{self, Global},
    config::Plan,
    document::posts::{Posts, ROOM},
    error::Error,
    examine::{Prepared, prepare},
    facts::{
        Facts, Fetch, Lock, World,
        corpus::{family::Verdict, recall::Known},
        lock::{self, Change},
    },
    finding::Problem,
    render::text::escape,
};

pub fn learn(options: &cli::Learn, global: &Global, streams: &mut Streams<'_>) -> Outcome {
    if let Some(file) = options.paths.iter().find(|path| path.is_file()) {
        return Err(Error::usage_with_help(
            format!("{} is a file", file.display()),
            "name the folders that hold all posts of the site",
        )
        .into());
    }
    let plan = Plan::resolve(&options.paths, &wanted(global))?;
    let shown = plan.location.show(lock::NAME);
    let before = World::new(&plan.root, None).locked(&shown)?;
    let before = before.lock();
    if options.check && before.is_none() {
        return Err(Error::usage_with_help(format!("there is no {shown}"), "`copydesk learn` writes it").into());
    }
    let (origins, gathered) = gather(&options.paths, &plan, None);
    // What was learnt before must not confirm itself.
    let world = World::new(&plan.root, None);
    let sites = detect(&plan, &origins, &world);
    let Prepared { posts, facts, unread, .. } = prepare(origins, ROOM, &sites, &plan.rules, &world);
    let problems: Vec<&Problem> = gathered.problems.iter().chain(&unread).collect();
    for problem in &problems {
        writeln!(streams.err, "not read: {}: {}", escape(&problem.path), escape(&problem.message))?;
    }
    if !problems.is_empty() {
        return Ok(Exit::Failed);
    }
    if posts.is_empty() {
        return Err(Error::usage("there is no post to learn from").into());
    }
    let mut learnt = remembered(&facts, &posts, &plan);
    if let Some(before) = before {
        learnt.keep(before, |key| facts.corpus.posts_with(key));
    }
    let nothing = Lock::default();
    let changes = learnt.changes(before.unwrap_or(&nothing));
    for change in &changes {
        writeln!(streams.out, "{}", told(change))?;
    }
    if options.check {
        let says =
            if changes.is_empty() { "fits" } else { "does not fit the posts; run `copydesk learn` and look at it" };
        writeln!(streams.out, "{} {says}", escape(&shown))?;
        return Ok(if changes.is_empty() { Exit::Clean } else { Exit::Findings });
    }
    write(&plan.root.join(lock::NAME), &learnt.to_toml())?;
    let count = |verdict| learnt.families.iter().filter(|known| known.family.verdict == verdict).count();
    let [deny, peel, allow] = [Verdict::Deny, Verdict::Peel, Verdict::Allow].map(count);
    let (posts, families) = (learnt.posts, learnt.families.len());
    let noun = if families == 1 { "family" } else { "families" };
    writeln!(
        streams.out,
        "{}: {posts} posts share {families} {noun} of blocks: {deny} to deny, {peel} to peel, {allow} to allow",
        escape(&shown)
    )?;
    Ok(Exit::Clean)
}

pub fn remembered(facts: &Facts, posts: &Posts<'_>, plan: &Plan) -> Lock {
    let vocabulary = &plan.rules.shared.vocabulary;
    let kinds = plan.rules.active().filter_map(|rule| match &rule.check {
        Check::Footer(footer) => Some(footer.kinds()),
        _ => None,
    });
    let reported = kinds.flatten().copied().collect();
    let mut lock = Lock {
        posts: posts.len(),
        families: facts.corpus.worth_knowing(posts, &facts.tails, &vocabulary.tail, &reported),
        habits: facts.habits.remembered(&plan.rules.shared.vocabulary.front_matter),
        endings: facts.endings.sites().map(|(site, counts)| (site.to_owned(), counts.clone())).collect(),
    };
    lock.sort();
    lock
}

fn told(change: &Change<'_>) -> String {
    let (what, known) = match change {
        Change::New(known) => ("new", known),
        Change::Gone(known) => ("gone", known),
        Change::Other(known) => ("of another class", known),
    };
    let Known { family, .. } = known;
    let text = family.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (class, verdict) = (family.kind.name(), family.verdict.name());
    format!("{what}: {:016x} {class}, {verdict}, in {} posts: {}", family.key, family.posts, escape(&text))
}

/// Replaces the file as a whole, unless it says the same already.
fn write(path: &Path, text: &str) -> Result<(), Stop> {
    if fs::read(path).is_ok_and(|before| before == text.as_bytes()) {
        return Ok(());
    }
    replace(path, |out| out.write_all(text.as_bytes()))
        .map_err(|cause| Error::Write { path: path.to_owned(), cause }.into())
}
