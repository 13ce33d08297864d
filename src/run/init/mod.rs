//! `copydesk init`: looks at a site, says what it found, and writes the files that are not there yet. Each is written as a
//! whole, and never over anything.

mod look;

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{Exit, Outcome, Stop, Streams, baseline, detect, learn::remembered, read::gather, write::keep_usual_mode};
use crate::{
    check::Severity,
    cli::{self, Forge, Global},
    config::{NAMES, Plan, Wanted, draft::Seen},
    document::Document,
    error::Error,
    examine::{Prepared, examine, prepare},
    facts::{World, lock},
    finding::{Report, baseline as known},
    render::text::{count, escape, sentence},
    source::git,
};
use look::Look;

const HOOK: &str = include_str!("pre-commit.yaml");
const GITHUB: &str = include_str!("github.yml");
const GITLAB: &str = include_str!("gitlab.yml");

/// What a file that is to be written is for.
struct Planned {
    path: PathBuf,
    /// Made once its turn comes: the later need the earlier.
    kind: Kind,
    /// Whether the command line names it. Then it is no success to find another in its place.
    asked: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Configuration,
    Lock,
    Baseline,
    Hook,
    Workflow(Forge),
}

pub fn init(options: &cli::Init, global: &Global, streams: &mut Streams<'_>) -> Outcome {
    if global.config.is_some() || global.no_config {
        return Err(Error::usage("`init` looks for the configuration by itself: leave out `--config`").into());
    }
    if !options.folder.is_dir() {
        let message = format!("{} is no folder", options.folder.display());
        return Err(Error::usage_with_help(message, "name the folder of the site").into());
    }
    let paths = [options.folder.clone()];
    let before = existing(&paths)?;
    let plan = match &before {
        Some(plan) => Plan { root: plan.root.clone(), ..Plan::resolve(&paths, &Wanted::Nearest)? },
        None => Plan::resolve(&paths, &Wanted::Planned(options.folder.clone()))?,
    };
    let planned = planned(options, &plan)?;
    let (missing, kept): (Vec<_>, Vec<_>) =
        planned.into_iter().partition(|file| fs::symlink_metadata(&file.path).is_err());
    let missing: Vec<Planned> =
        missing.into_iter().filter(|file| before.is_none() || file.kind != Kind::Configuration).collect();

    let (origins, gathered) = gather(&paths, &plan, None);
    if origins.is_empty() {
        let help = "posts end in .md, .markdown, .mdx or .qmd; files that git ignores are left out";
        return Err(Error::usage_with_help("there is no post here; nothing was written", help).into());
    }
    let world = World::new(&plan.root, None);
    let sites = detect(&plan, &origins, &world);
    let Prepared { posts, facts, unread, .. } = prepare(origins, usize::MAX, &sites, &plan.rules, &world);
    let documents: Vec<&Document> = posts.kept().map(|(_, document)| document).collect();
    let look = Look::at(&documents, &facts, &sites);
    writeln!(streams.out, "Looked at {}:", count(documents.len(), "post"))?;
    look.tell(&sites, streams.out)?;
    for problem in gathered.problems.iter().chain(&unread) {
        writeln!(streams.out, "  not read      {}: {}", escape(&problem.path), escape(&problem.message))?;
    }
    let lock = remembered(&facts, &posts, &plan).to_toml();
    let (collections, foreign) = (look.collections, look.foreign);
    let configuration = Seen { sites: &sites, collections, foreign }.to_yaml();

    let mut written = Written::default();
    let made = missing.iter().filter(|file| file.kind != Kind::Baseline).try_for_each(|file| {
        let folder = folder_for(&file.path, &plan);
        let text = match file.kind {
            Kind::Configuration => configuration.clone(),
            Kind::Lock => lock.clone(),
            Kind::Hook => HOOK.to_owned(),
            Kind::Workflow(Forge::Github) => fill(GITHUB, &folder),
            Kind::Workflow(Forge::Gitlab) => fill(GITLAB, &folder),
            Kind::Baseline => return Ok(()),
        };
        written.create(&file.path, &text, &plan)
    });
    made.and_then(|()| finish(&paths, &missing, &kept, &mut written, streams)).inspect_err(|_| written.undo())
}

/// The plan of a configuration that is there already, for this folder or one above it.
fn existing(paths: &[PathBuf]) -> Result<Option<Plan>, Error> {
    let plan = Plan::resolve(paths, &Wanted::Nearest)?;
    Ok(Some(plan).filter(|plan| !plan.files.is_empty()))
}

fn planned(options: &cli::Init, plan: &Plan) -> Result<Vec<Planned>, Error> {
    let file = |path: PathBuf, kind, asked| Planned { path, kind, asked };
    let there = NAMES.iter().map(|name| plan.root.join(name)).find(|path| fs::symlink_metadata(path).is_ok());
    let configuration = there.unwrap_or_else(|| plan.root.join(NAMES[0]));
    let mut files =
        vec![file(configuration, Kind::Configuration, false), file(plan.root.join(lock::NAME), Kind::Lock, false)];
    if options.hook || options.workflow.is_some() {
        let top = git::repository(&plan.root).ok_or_else(|| {
            let help = "run `git init` first, or leave out `--hook` and `--workflow`";
            Error::usage_with_help("a hook and a workflow belong to a git repository, and this folder is in none", help)
        })?;
        if options.hook {
            files.push(file(top.join(".pre-commit-config.yaml"), Kind::Hook, true));
        }
        if let Some(forge) = options.workflow {
            let name = match forge {
                Forge::Github => ".github/workflows/copydesk.yml",
                Forge::Gitlab => ".gitlab-ci.yml",
            };
            files.push(file(top.join(name), Kind::Workflow(forge), true));
        }
    }
    if options.baseline {
        files.push(file(plan.root.join(known::NAME), Kind::Baseline, true));
    }
    Ok(files)
}

/// The project's folder as seen from the repository that holds `path`.
fn folder_for(path: &Path, plan: &Plan) -> String {
    let top = path.ancestors().find(|folder| plan.root.starts_with(folder)).unwrap_or(&plan.root);
    let below = crate::source::discover::relative(top, &plan.root);
    if below.is_empty() { ".".to_owned() } else { below }
}

/// A JSON string is one in YAML too. In a shell, it stands in single quotes of its own.
fn fill(template: &str, folder: &str) -> String {
    let is_plain = folder.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c)) && !folder.starts_with('-');
    let (yaml, shell) = match is_plain {
        true => (folder.to_owned(), folder.to_owned()),
        false => {
            let shell = format!("cd -- '{}'", folder.replace('\'', "'\\''"));
            (serde_json::Value::from(folder).to_string(), serde_json::Value::from(shell).to_string())
        }
    };
    let template = if is_plain { template.to_owned() } else { template.replace("cd {folder}", &shell) };
    template.replace("{folder}", &yaml).replace("{version}", env!("CARGO_PKG_VERSION"))
}

/// What this run has made, so that a run that fails leaves nothing.
#[derive(Default)]
struct Written {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

impl Written {
    fn create(&mut self, path: &Path, text: &str, plan: &Plan) -> Result<(), Stop> {
        let failed = |cause| Error::Write { path: PathBuf::from(plan.shown(path)), cause };
        let folder = path.parent().unwrap_or(&plan.root);
        self.make_folder(folder).map_err(failed)?;
        let top = git::repository(&plan.root).unwrap_or(&plan.root);
        let inside = folder.canonicalize().is_ok_and(|real| top.canonicalize().is_ok_and(|top| real.starts_with(top)));
        if !inside {
            return Err(Error::usage(format!("{} leads out of the repository", plan.shown(folder))).into());
        }
        let mut file = tempfile::Builder::new().prefix(".copydesk-").tempfile_in(folder).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        keep_usual_mode(file.path()).map_err(failed)?;
        file.persist_noclobber(path).map_err(|error| failed(error.error))?;
        self.files.push(path.to_owned());
        Ok(())
    }

    fn make_folder(&mut self, folder: &Path) -> io::Result<()> {
        let missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(folder)?;
            self.folders.push(folder.to_owned());
        }
        Ok(())
    }

    fn undo(&self) {
        // What cannot be removed was said in the error before.
        let files = self.files.iter().rev().map(fs::remove_file);
        files.chain(self.folders.iter().rev().map(fs::remove_dir)).for_each(drop);
    }
}

/// Runs the first check with what was written, writes the baseline where it is wanted, and says how all of it went.
fn finish(
    paths: &[PathBuf],
    missing: &[Planned],
    kept: &[Planned],
    written: &mut Written,
    streams: &mut Streams<'_>,
) -> Outcome {
    let plan = Plan::resolve(paths, &Wanted::Nearest)?;
    let (mut report, whole) = first_check(paths, &plan)?;
    for file in missing.iter().filter(|file| file.kind == Kind::Baseline && report.problems.is_empty()) {
        let text = known::write(known::entries(&report).iter());
        written.create(&file.path, &text, &plan)?;
    }
    if let Some(held) = baseline::usual(&plan)?.filter(|_| whole) {
        held.know(&mut report);
        report.summary.count(&report.findings);
    }
    for path in &written.files {
        writeln!(streams.out, "Wrote {}", escape(&plan.shown(path)))?;
    }
    let mut refused = false;
    for file in kept {
        let text = match file.kind {
            Kind::Hook => Some(HOOK),
            Kind::Workflow(Forge::Github) => Some(GITHUB),
            Kind::Workflow(Forge::Gitlab) => Some(GITLAB),
            _ => None,
        };
        refused |= file.asked;
        writeln!(streams.out, "Kept  {}, which is there already", escape(&plan.shown(&file.path)))?;
        if let Some(text) = text {
            writeln!(streams.err, "what would stand in {}:", escape(&plan.shown(&file.path)))?;
            let folder = folder_for(&file.path, &plan);
            fill(text, &folder).lines().try_for_each(|line| writeln!(streams.err, "  | {line}"))?;
        }
    }
    tell_first_check(&report, streams.out)?;
    if git::repository(&plan.root).is_some() && !written.files.is_empty() {
        let has_hook = missing.iter().any(|file| file.kind == Kind::Hook);
        let hook = if has_hook { ", and run `pre-commit install` once, so that git calls the hook" } else { "" };
        writeln!(streams.out, "Commit what was written{hook}")?;
    }
    if written.files.is_empty() {
        let help = "remove or rename what is to be written anew; `copydesk learn` renews the lock file";
        return Err(Error::usage_with_help("everything is there already; nothing was written", help).into());
    }
    Ok(if refused { Exit::Failed } else { Exit::Clean })
}

/// What `copydesk check` is going to find, and whether it looks at all of the project.
fn first_check(paths: &[PathBuf], plan: &Plan) -> Result<(Report, bool), Stop> {
    let world = World::new(&plan.root, None).locked(&plan.location.show(lock::NAME))?;
    let (origins, gathered) = gather(paths, plan, crate::facts::Fetch::lock(&world));
    let sites = detect(plan, &origins, &world);
    let mut report = examine(origins, &sites, &plan.rules, &world);
    report.add_problems(gathered.problems);
    Ok((report, paths.iter().any(|path| path.canonicalize().is_ok_and(|real| real == plan.root))))
}

fn tell_first_check(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let known = match report.summary.known {
        0 => String::new(),
        known => format!(" ({} known in the baseline)", count(known, "finding")),
    };
    if !report.problems.is_empty() {
        writeln!(out, "`copydesk check` ends with 2: {} cannot be read:", count(report.problems.len(), "file"))?;
        for problem in report.problems.iter().take(5) {
            writeln!(out, "  {}: {}", sentence(&problem.path), sentence(&problem.message))?;
        }
        return writeln!(out, "mend them, or leave them out with `files: {{exclude: […]}}` in copydesk.yaml");
    }
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in report.new_findings().filter(|finding| finding.severity == Severity::Error) {
        *rules.entry(&finding.rule).or_default() += 1;
    }
    if rules.is_empty() {
        let found = match report.summary.warnings {
            0 => "no errors and no warnings".to_owned(),
            warnings => format!("no errors and {}", count(warnings, "warning")),
        };
        return writeln!(out, "`copydesk check` is green: {found}{known}");
    }
    let mut rules: Vec<_> = rules.into_iter().collect();
    rules.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let named: Vec<String> = rules.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
    let errors = count(report.summary.errors, "error");
    writeln!(out, "`copydesk check` ends with 1, as it finds {errors}{known}: {}", named.join(", "))?;
    writeln!(
        out,
        "look at them with `copydesk check`; `copydesk baseline` makes them known, so that only new ones count"
    )
}
