//! `--fix` and `--diff`: posts are mended in memory until nothing is left to mend; then each file is replaced as a whole,
//! or not at all.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use super::{Exit, Outcome, Stop, Streams, nothing_checked, read::Gathered, read::reads_standard_input, vcs};
use crate::{
    cli,
    config::Plan,
    error::Error,
    finding::{
        Problem, Report,
        changes::Changes,
        fix::{self, Change, Mended, Wanted},
    },
    render::{
        diff::{self, Print},
        text::{count, escape},
    },
    source::{Origin, Source},
};

/// What the command line wants to have fixed, if anything.
pub fn wanted(options: &cli::Fix) -> Result<Option<Wanted>, Error> {
    match options {
        cli::Fix { fix: false, diff: false, unsafe_fixes: true, .. } => Err(Error::usage_with_help(
            "`--unsafe-fixes` alone changes nothing",
            "write `--fix --unsafe-fixes`, or `--diff --unsafe-fixes` to see the changes first",
        )),
        cli::Fix { fix: false, diff: false, .. } => Ok(None),
        cli::Fix { unsafe_fixes: true, .. } => Ok(Some(Wanted::All)),
        _ => Ok(Some(Wanted::Safe)),
    }
}

/// What is to be mended, and how far.
pub struct Job<'a> {
    pub wanted: Wanted,
    /// Only what these bring, where they are known.
    pub changes: Option<&'a mut Changes>,
    pub plan: &'a Plan,
    pub options: &'a cli::Check,
}

/// Whether standard output is the fixed text, so that findings must go elsewhere.
pub fn fills_output(options: &cli::Check) -> bool {
    options.fix.fix && !options.fix.diff && reads_standard_input(options)
}

/// Prints what `--fix` would change. Findings that have no fix are not spoken of.
pub fn preview(
    origins: Vec<Origin>,
    job: Job<'_>,
    look: impl Fn(Vec<Origin>) -> Report,
    found: Gathered,
    streams: &mut Streams<'_>,
) -> Outcome {
    let Job { wanted, changes, plan, options } = job;
    let Mended { mut report, changes, untouched } = fix::mend(origins, wanted, changes, look);
    report.add_problems(found.problems);
    nothing_checked(&report, found.excluded)?;
    let shown = |path: &str| plan.location.show(path);
    let print = Print { color: streams.style.color, escaped: streams.style.shown };
    let render = |print: Print, out: &mut dyn Write| {
        changes.iter().try_for_each(|(path, change)| diff::render(&shown(path), change, print, out))
    };
    match &options.output {
        Some(path) => super::write::replace(path, |out| render(Print { color: false, escaped: false }, out))
            .map_err(|cause| Error::Write { path: path.clone(), cause })?,
        None => render(print, streams.out)?,
    }
    say_untouched(&untouched, plan, streams)?;
    for problem in &report.problems {
        writeln!(streams.err, "not checked: {}: {}", escape(&shown(&problem.path)), escape(&problem.message))?;
    }
    if !options.quiet {
        let fixes: usize = changes.values().map(|change| change.fixed.len()).sum();
        let line = match (fixes, changes.len()) {
            (_, 0) => "Nothing to fix".to_owned(),
            (1, _) => "1 fix in 1 file".to_owned(),
            (fixes, files) => format!("{fixes} fixes in {}", count(files, "file")),
        };
        writeln!(streams.err, "{line}")?;
    }
    Ok(match () {
        () if !report.problems.is_empty() => Exit::Failed,
        () if changes.is_empty() => Exit::Clean,
        () => Exit::Findings,
    })
}

/// Mends the posts and says what is left to find in them.
pub fn mend(
    origins: Vec<Origin>,
    job: Job<'_>,
    look: impl Fn(Vec<Origin>) -> Report,
    found: &mut Gathered,
    streams: &mut Streams<'_>,
) -> Result<Report, Stop> {
    let Job { wanted, changes: mut brought, plan, options } = job;
    if reads_standard_input(options) {
        return filter(origins, wanted, brought, look, streams);
    }
    let as_it_was = origins.clone();
    let brought_before = brought.as_deref().cloned();
    let Mended { mut report, mut changes, untouched } = fix::mend(origins, wanted, brought.as_deref_mut(), &look);
    let files: Vec<(PathBuf, String)> =
        changes.keys().map(|path| (plan.root.join(path), plan.location.show(path))).collect();
    vcs::require_clean(&files, &options.fix)?;
    let before = found.problems.len();
    changes.retain(|path, change| match replace(&plan.root, path, change) {
        Ok(()) => true,
        Err(why) => {
            found.problems.push(Problem { path: path.clone(), message: format!("{why}, and was not fixed") });
            if let (Some(brought), Some(before)) = (&mut brought, &brought_before) {
                brought.restore(path, before);
            }
            false
        }
    });
    if found.problems.len() > before {
        // The report is about the files as they are, and some are as they were.
        found.problems.sort();
        let now = |origin: Origin| match origin {
            Origin::Text(source) => match changes.get(&source.path) {
                Some(change) => Source { text: change.after(), ..source }.into(),
                None => source.into(),
            },
            on_disk => on_disk,
        };
        report = look(as_it_was.into_iter().map(now).collect());
    }
    say_untouched(&untouched, plan, streams)?;
    report.summary.fixed = changes.values().map(|change| change.fixed.len()).sum();
    Ok(report)
}

/// Standard input, mended, goes to standard output; the report goes elsewhere.
fn filter(
    origins: Vec<Origin>,
    wanted: Wanted,
    brought: Option<&mut Changes>,
    look: impl Fn(Vec<Origin>) -> Report,
    streams: &mut Streams<'_>,
) -> Result<Report, Stop> {
    let text = match origins.first() {
        Some(Origin::Text(source)) => match source.unwritable() {
            Some(why) => return Err(Error::usage(format!("standard input cannot be fixed: {why}")).into()),
            None => source.text.clone(),
        },
        _ => String::new(),
    };
    let Mended { mut report, changes, .. } = fix::mend(origins, wanted, brought, look);
    let (text, fixed) = changes.values().next().map_or((text, 0), |change| (change.after(), change.fixed.len()));
    if streams.style.shown {
        text.split_inclusive('\n').try_for_each(|line| {
            let (content, end) = line.strip_suffix('\n').map_or((line, ""), |content| (content, "\n"));
            write!(streams.out, "{}{end}", escape(content))
        })?;
    } else {
        streams.out.write_all(text.as_bytes())?;
    }
    report.summary.fixed = fixed;
    Ok(report)
}

fn say_untouched(
    untouched: &std::collections::BTreeMap<String, &'static str>,
    plan: &Plan,
    streams: &mut Streams<'_>,
) -> Result<(), Stop> {
    for (path, why) in untouched {
        writeln!(streams.err, "not fixed: {}: {why}", escape(&plan.location.show(path)))?;
    }
    Ok(())
}

/// Puts the mended text in the place of a file that is still what was read.
fn replace(root: &Path, path: &str, change: &Change) -> Result<(), String> {
    let file = root.join(path);
    let failed = |error: io::Error| format!("it cannot be written ({})", error.kind());
    let metadata = fs::symlink_metadata(&file).map_err(failed)?;
    let inside = file.canonicalize().is_ok_and(|real| real.starts_with(root));
    if !metadata.is_file() || !inside || fs::read(&file).map_err(failed)? != change.before.as_bytes() {
        return Err("it changed meanwhile".to_owned());
    }
    if metadata.permissions().readonly() {
        return Err("it is read-only".to_owned());
    }
    // In the same folder, so that moving it into place is one step.
    let folder = file.parent().unwrap_or(root);
    let mut new = tempfile::Builder::new().prefix(".copydesk-").tempfile_in(folder).map_err(failed)?;
    new.write_all(change.after().as_bytes()).map_err(failed)?;
    fs::set_permissions(new.path(), metadata.permissions()).map_err(failed)?;
    new.persist(&file).map_err(|error| failed(error.error))?;
    Ok(())
}
