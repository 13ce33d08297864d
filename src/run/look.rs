//! `copydesk inspect` and `copydesk schema infer`: what copydesk sees in one file, and in all of them.

use super::{Exit, Outcome, Streams, detect, read::gather, wanted};
use crate::{
    check::Severity,
    cli::{self, Global},
    config::Plan,
    document::{
        Document,
        posts::{Posts, Read},
    },
    error::Error,
    examine::{self, Prepared, examine, prepare},
    facts::{
        Fetch, World,
        habits::{Habits, Traits},
        infer::Inferred,
        lock,
    },
    finding::Problem,
    render::{
        self, Page,
        inspect::{self, View},
        text::escape,
    },
    rule::{Rules, catalog},
};

pub fn inspect_file(options: &cli::Inspect, global: &Global, streams: &mut Streams<'_>) -> Outcome {
    let paths = [options.file.clone()];
    let plan = Plan::resolve(&paths, &wanted(global))?;
    if options.file.is_dir() {
        return Err(Error::usage(format!("{} is a folder; name a file", options.file.display())).into());
    }
    let world = World::new(&plan.root, None).locked(&plan.location.show(lock::NAME))?;
    let (origins, gathered) = gather(&paths, &plan, world.lock());
    let sites = detect(&plan, &origins, &world);
    let prepared = prepare(origins, usize::MAX, &sites, &plan.rules, &world);
    let Prepared { posts, facts, unread, .. } = &prepared;
    if let Some(problem) = gathered.problems.iter().chain(unread).next() {
        return Err(Error::usage(format!("cannot read {}: {}", problem.path, problem.message)).into());
    }
    for (post, document) in posts.kept().filter(|(_, document)| document.source.subject) {
        let site = sites.of(document.path());
        let findings = examine::check(&prepared, post, document, &sites, &plan.rules);
        let verdicts = facts.files.of(document.path());
        let view = View::new(document, site, &facts.tails[post], verdicts, &findings, &plan.location);
        match options.format {
            cli::Shape::Human => inspect::render(&view, streams.style, streams.out)?,
            cli::Shape::Json => inspect::render_json(&view, streams.out)?,
        }
    }
    Ok(Exit::Clean)
}

/// Prints the schema that the posts follow, or the posts that do not.
pub fn infer(options: &cli::Infer, global: &Global, streams: &mut Streams<'_>) -> Outcome {
    let plan = Plan::resolve(&options.paths, &wanted(global))?;
    let (origins, mut gathered) = gather(&options.paths, &plan, None);
    let world = World::new(&plan.root, None);
    let sites = detect(&plan, &origins, &world);
    let Read { posts, seen, unread } = Posts::read(origins, &sites, usize::MAX, |document, _| Traits::of(document));
    gathered.problems.extend(unread.into_iter().map(Problem::from));
    let documents = || posts.kept().map(|(_, document)| document);
    let paths = documents().map(Document::path);
    let habits = Habits::observe(paths.zip(&seen), &sites, &plan.rules.shared.vocabulary.front_matter);
    let inferred = Inferred::read(documents(), &sites, &habits);
    if inferred.posts() == 0 {
        return Err(Error::usage("there is no post with front matter").into());
    }
    if !options.check {
        write!(streams.out, "{}", inferred.to_yaml())?;
        for problem in &gathered.problems {
            let (path, message) = (escape(&problem.path), escape(&problem.message));
            writeln!(streams.err, "not read: {path}: {message}")?;
        }
        return Ok(if gathered.problems.is_empty() { Exit::Clean } else { Exit::Failed });
    }
    let rules = Rules { list: vec![catalog::schema_rule(&inferred.collections())?], ..Rules::default() };
    // What has no front matter says nothing of the schema, and a template for posts is none.
    let holds_keys = |document: &Document| {
        document.front_matter.tree.as_ref().is_some_and(|tree| tree.is_map())
            && habits.concerns(document.path(), sites.of(document.path()))
    };
    let with_keys = documents().filter(|document| holds_keys(document));
    let mut report = examine(with_keys.map(|document| document.source.clone()), &sites, &rules, &world);
    report.add_problems(gathered.problems);
    let page = Page { report: &report, rules: &rules, location: &plan.location, style: streams.style, online: false };
    render::render(options.format, &page, streams.out)?;
    Ok(match report {
        _ if !report.problems.is_empty() => Exit::Failed,
        _ if report.reaches(Severity::Info) => Exit::Findings,
        _ => Exit::Clean,
    })
}
