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
    source::{Source, discover},
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
    let found = discover::discover(&plan.root, paths, &plan.selection);
    let mut problems: Vec<Problem> =
        found.problems.iter().map(|(path, message)| Problem { path: path.clone(), message: message.clone() }).collect();
    let (mut sources, unread) = read_all(&found.files, true);
    problems.extend(unread);
    let known = lock.is_some() && !plan.rules.active().any(|rule| rule.check.compares_posts());
    if !known && paths.iter().all(|path| !path.is_dir()) {
        let near = discover::neighbours(&plan.root, &found, &plan.selection);
        // A neighbour that cannot be read is nobody's finding.
        sources.extend(read_all(&near, false).0);
    }
    problems.sort();
    (sources, Gathered { problems, excluded: found.excluded })
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
