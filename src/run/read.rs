//! Finding what is to be checked: files, folders, neighbours, standard input.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use super::Stop;
use crate::{
    cli,
    config::Plan,
    error::Error,
    facts::Lock,
    finding::Problem,
    site::{Sites, scope::Foreign},
    source::{
        Index, Origin, Source,
        discover::{self, Found},
        origin::File,
    },
};

/// What was found beside the posts.
#[derive(Default)]
pub struct Gathered {
    pub problems: Vec<Problem>,
    /// Posts that the configuration leaves out.
    pub excluded: usize,
    /// Files in other markup than Markdown, by their paths relative to the root.
    foreign: BTreeMap<String, PathBuf>,
}

impl Gathered {
    /// How many posts there are that nobody reads, as they are not Markdown.
    pub fn foreign(&self, sites: &Sites) -> usize {
        let is_post = |(name, file): &(&String, &PathBuf)| match sites.of(name).foreign(name) {
            Foreign::Post => true,
            Foreign::Perhaps => discover::begins_with_front_matter(file),
            Foreign::No => false,
        };
        self.foreign.iter().filter(is_post).count()
    }
}

/// Finds everything that is to be checked, and neighbours that tell what is usual on the site, unless that is known
/// from before. Values that must be unique are not.
pub fn gather(paths: &[PathBuf], plan: &Plan, lock: Option<&Lock>) -> (Vec<Origin>, Gathered) {
    gather_staged(paths, plan, lock, None)
}

/// The same with what is staged in place of what is on disk, if there is any.
pub fn gather_staged(
    paths: &[PathBuf],
    plan: &Plan,
    lock: Option<&Lock>,
    index: Option<&Index>,
) -> (Vec<Origin>, Gathered) {
    let mut found = discover::discover(&plan.root, paths, &plan.selection);
    if let Some(index) = index {
        stage(&mut found, paths, plan, index);
    }
    let mut problems: Vec<Problem> =
        found.problems.iter().map(|(path, message)| Problem { path: path.clone(), message: message.clone() }).collect();
    let (mut origins, unread) = staged(&found.files, true, index);
    problems.extend(unread);
    let known = lock.is_some() && !plan.rules.active().any(|rule| rule.check.compares_posts());
    if !known && paths.iter().all(|path| !path.is_dir()) {
        let mut near = discover::neighbours(&plan.root, &found, &plan.selection);
        near.retain(|name, _| index.is_none_or(|index| !index.hides(name)));
        origins.extend(staged(&near, false, index).0);
    }
    problems.sort();
    (origins, Gathered { problems, excluded: found.excluded, foreign: found.foreign })
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

/// What is staged comes from git where it differs, and everything else from the disk.
fn staged(files: &BTreeMap<String, PathBuf>, subject: bool, index: Option<&Index>) -> (Vec<Origin>, Vec<Problem>) {
    let on_disk =
        |(path, file): (&String, &PathBuf)| Origin::File(File { path: path.clone(), file: file.clone(), subject });
    let Some(index) = index else { return (files.iter().map(on_disk).collect(), Vec::new()) };
    let (differ, same): (Vec<_>, Vec<_>) = files.iter().partition(|(name, _)| index.differs(name));
    let mut origins: Vec<Origin> = same.into_iter().map(on_disk).collect();
    let mut problems = Vec::new();
    let names: Vec<&str> = differ.iter().map(|(name, _)| name.as_str()).collect();
    match index.contents(&names) {
        Ok(contents) => {
            let source = |(name, bytes): (&&str, Vec<u8>)| Source { subject, ..Source::from_bytes(*name, &bytes) };
            origins.extend(names.iter().zip(contents).map(source).map(Origin::Text));
        }
        Err(why) => {
            problems.extend(names.iter().map(|name| Problem { path: (*name).to_owned(), message: why.clone() }))
        }
    }
    (origins, problems)
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
    Ok(Source::from_bytes(discover::relative(&plan.root, &path), &bytes))
}
