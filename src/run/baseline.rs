//! `copydesk baseline`, and the baseline that `check` holds its findings against.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
};

use super::{Exit, Outcome, Stop, Streams, detect, nothing_checked, read::gather, wanted, write::replace};
use crate::{
    cli::{self, Global},
    config::Plan,
    error::Error,
    examine::examine,
    facts::{Fetch, World, http, lock},
    finding::{
        baseline::{self, Baseline},
        identity::Identity,
    },
    render::text::{count, sentence},
    source::{Origin, Source, discover},
};

/// What a run looked at: enough to tell an entry whose finding is gone from one that nobody asked about.
pub struct Checked {
    paths: BTreeSet<String>,
    /// Whether all of the project was asked for.
    pub whole: bool,
}

impl Checked {
    pub fn new(asked: &[PathBuf], plan: &Plan, origins: &[Origin]) -> Self {
        let subjects = origins.iter().filter(|origin| origin.is_subject());
        Self {
            paths: subjects.map(|origin| origin.path().to_owned()).collect(),
            whole: asked.iter().any(|path| path.canonicalize().is_ok_and(|real| real == plan.root)),
        }
    }

    /// Whether an entry that matches nothing is stale; `sure` are the rules that ran and knew enough, and `unread` the
    /// files that could not be checked.
    pub fn judges(&self, entry: &Identity, sure: &BTreeSet<String>, unread: &BTreeSet<String>, plan: &Plan) -> bool {
        let is_there = || plan.root.join(&entry.path).symlink_metadata().is_ok();
        let looked = self.whole || self.paths.contains(&entry.path) || !is_there();
        let ran = sure.contains(&entry.rule) || plan.rules.get(&entry.rule).is_none();
        looked && ran && !unread.contains(&entry.path)
    }
}

/// The baseline of a run: the file that is named, or the usual one where it is there, unless it is `unwanted`.
pub fn load(named: Option<&Path>, unwanted: bool, plan: &Plan) -> Result<Option<Baseline>, Stop> {
    if unwanted { Ok(None) } else { Ok(read(named, plan)?) }
}

/// The usual baseline, where it is there.
pub fn usual(plan: &Plan) -> Result<Option<Baseline>, Error> {
    read(None, plan)
}

fn read(named: Option<&Path>, plan: &Plan) -> Result<Option<Baseline>, Error> {
    let path = named.map_or_else(|| plan.root.join(baseline::NAME), Path::to_owned);
    let failed = |cause| Error::Read { path: PathBuf::from(plan.shown(&path)), cause };
    let real = match path.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() && !path.is_symlink() => {
            return Ok(None);
        }
        real => real.map_err(failed)?,
    };
    if named.is_none() && !real.starts_with(&plan.root) {
        let message = format!("{} is a symbolic link that leads out of the repository", plan.shown(&path));
        return Err(Error::usage(message));
    }
    let shown = plan.shown(&real);
    let text = String::from_utf8(std::fs::read(&real).map_err(failed)?)
        .map_err(|error| Error::usage(format!("{shown} is not UTF-8: byte {}", error.utf8_error().valid_up_to())))?;
    let source = Source::from_text(discover::relative(&plan.root, &real), text);
    let text = source.text.clone();
    Baseline::parse(source).map(Some).map_err(|fault| Error::Place(Box::new(fault.in_file(&shown, &text))))
}

/// Writes the findings of now as known, or removes those that are gone.
pub fn write(options: &cli::Baseline, global: &Global, streams: &mut Streams<'_>) -> Outcome {
    let plan = Plan::resolve(&options.paths, &wanted(global))?;
    let path = options.baseline.clone().unwrap_or_else(|| plan.root.join(baseline::NAME));
    let is_there = options.baseline.as_ref().is_none_or(|path| path.exists());
    let old = if is_there { read(options.baseline.as_deref(), &plan)? } else { None };
    if options.prune && old.is_none() {
        let message = format!("there is no baseline at {}", plan.shown(&path));
        return Err(Error::usage_with_help(message, "`copydesk baseline` without `--prune` writes one").into());
    }
    let world = World::new(&plan.root, options.online.then(http::Options::default));
    let world = world.locked(&plan.location.show(lock::NAME))?;
    let (origins, found) = gather(&options.paths, &plan, world.lock());
    let checked = Checked::new(&options.paths, &plan, &origins);
    let sites = detect(&plan, &origins, &world);
    let mut report = examine(origins, &sites, &plan.rules, &world);
    report.add_problems(found.problems);
    nothing_checked(&report, found.excluded)?;
    if let Some(problem) = report.problems.first() {
        let files = count(report.problems.len(), "file");
        let message = format!("{files} could not be checked: {}: {}", problem.path, problem.message);
        return Err(Error::usage_with_help(message, "nothing was written; mend or exclude them first").into());
    }
    let now = baseline::entries(&report);
    let before: BTreeSet<Identity> = old.iter().flat_map(Baseline::entries).cloned().collect();
    let unread = report.unread();
    let is_gone = |entry: &&Identity| !now.contains(*entry) && checked.judges(entry, &report.sure, &unread, &plan);
    let removed = before.iter().filter(is_gone).count();
    let mut after: BTreeSet<&Identity> = before.iter().filter(|entry| !is_gone(entry)).collect();
    let kept = after.len();
    if !options.prune {
        after.extend(&now);
    }
    let added = after.len() - kept;
    if old.is_none() || added + removed > 0 {
        let text = baseline::write(after.iter().copied());
        replace(&path, |out| out.write_all(text.as_bytes()))
            .map_err(|cause| Error::Write { path: path.clone(), cause })?;
    }
    let shown = sentence(&plan.shown(&path));
    writeln!(streams.out, "{} known in {shown} ({added} added, {removed} removed)", count(after.len(), "finding"))?;
    Ok(Exit::Clean)
}
