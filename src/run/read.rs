//! Reading what is to be checked: files, folders, neighbours, standard input.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use super::Stop;
use crate::{
    cli,
    config::Plan,
    error::Error,
    facts::Lock,
    finding::Problem,
    source::{
        Index, Source,
        discover::{self, Found},
    },
};

/// What could not be read, beside what could.
#[derive(Default)]
pub struct Gathered {
    pub problems: Vec<Problem>,
    /// Posts that the configuration leaves out.
    pub excluded: usize,
}

/// Reads everything that is to be checked, and neighbours that tell what is usual on the site, unless that is known
/// from before. Values that must be unique are not.
pub fn gather(paths: &[PathBuf], plan: &Plan, lock: Option<&Lock>) -> (Vec<Source>, Gathered) {
    gather_staged(paths, plan, lock, None)
}

/// The same with what is staged in place of what is on disk, if there is any.
pub fn gather_staged(
    paths: &[PathBuf],
    plan: &Plan,
    lock: Option<&Lock>,
    index: Option<&Index>,
) -> (Vec<Source>, Gathered) {
    let mut found = discover::discover(&plan.root, paths, &plan.selection);
    if let Some(index) = index {
        stage(&mut found, paths, plan, index);
    }
    let mut problems: Vec<Problem> =
        found.problems.iter().map(|(path, message)| Problem { path: path.clone(), message: message.clone() }).collect();
    let (mut sources, unread) = read_staged(&found.files, true, index);
    problems.extend(unread);
    let known = lock.is_some() && !plan.rules.active().any(|rule| rule.check.compares_posts());
    if !known && paths.iter().all(|path| !path.is_dir()) {
        let mut near = discover::neighbours(&plan.root, &found, &plan.selection);
        near.retain(|name, _| index.is_none_or(|index| !index.hides(name)));
        // A neighbour that cannot be read is nobody's finding.
        sources.extend(read_staged(&near, false, index).0);
    }
    problems.sort();
    (sources, Gathered { problems, excluded: found.excluded })
}

/// Leaves out what the next commit would not have, and adds what it has and the disk has not.
fn stage(found: &mut Found, paths: &[PathBuf], plan: &Plan, index: &Index) {
    found.files.retain(|name, _| !index.hides(name));
    for path in paths.iter().filter_map(|path| path.canonicalize().ok()) {
        let name = discover::relative(&plan.root, &path);
        if index.hides(&name) {
            let why = "it is not staged; `git add` it, or check without `--staged`".to_owned();
            found.problems.push((name, why));
        } else if path.is_dir() {
            let staged = index.below(&name).filter(|name| plan.selection.wants(name));
            found.files.extend(staged.map(|name| (name.to_owned(), plan.root.join(name))));
        }
    }
}

/// Reads what is staged from git where it differs, and everything else from the disk.
fn read_staged(files: &BTreeMap<String, PathBuf>, subject: bool, index: Option<&Index>) -> (Vec<Source>, Vec<Problem>) {
    let Some(index) = index else { return read_all(files, subject) };
    let (differ, same): (BTreeMap<_, _>, BTreeMap<_, _>) =
        files.iter().map(|(name, path)| (name.clone(), path.clone())).partition(|(name, _)| index.differs(name));
    let (mut sources, mut problems) = read_all(&same, subject);
    let names: Vec<&str> = differ.keys().map(String::as_str).collect();
    match index.contents(&names) {
        Ok(contents) => {
            let source = |(name, bytes): (&&str, _)| Source { subject, ..Source::from_bytes(*name, bytes) };
            sources.extend(names.iter().zip(contents).map(source));
        }
        Err(why) => {
            problems.extend(names.iter().map(|name| Problem { path: (*name).to_owned(), message: why.clone() }))
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    (sources, problems)
}

pub fn read_all(files: &BTreeMap<String, PathBuf>, subject: bool) -> (Vec<Source>, Vec<Problem>) {
    let read: Vec<Result<Source, Problem>> = files
        .par_iter()
        .map(|(name, path)| match discover::read(name, path) {
            Ok(source) => Ok(Source { subject, ..source }),
            Err(message) => Err(Problem { path: name.clone(), message }),
        })
        .collect();
    let (sources, problems): (Vec<_>, Vec<_>) = read.into_iter().partition(Result::is_ok);
    (sources.into_iter().filter_map(Result::ok).collect(), problems.into_iter().filter_map(Result::err).collect())
}

pub fn reads_standard_input(options: &cli::Check) -> bool {
    options.paths == [PathBuf::from("-")]
}

/// Standard input, as if it were the file `name`.
pub fn read_standard_input(name: &Path, plan: &Plan) -> Result<Source, Stop> {
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut io::stdin().lock(), &mut bytes)
        .map_err(|cause| Error::Read { path: PathBuf::from("standard input"), cause })?;
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let path = here.map_err(|cause| Error::Read { path: PathBuf::from("."), cause })?.join(name);
    Ok(Source::from_bytes(discover::relative(&plan.root, &path), bytes))
}
