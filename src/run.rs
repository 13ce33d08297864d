//! The pipeline on one page: `check`, from the plan to the last byte. The other commands stand in files beside it.
//!
//! `check` is: resolve the [`Plan`], `discover` files, `read` them, `detect` sites, [`examine`], `render`.

mod audit;
mod baseline;
mod fix;
mod init;
mod learn;
mod look;
mod narrate;
mod network;
mod pages;
mod read;
mod select;
mod since;
mod vcs;
mod write;

use std::{
    collections::BTreeSet,
    io,
    io::Write,
    path::{Path, PathBuf},
};

use crate::{
    cli::{self, Cli, Command, Global},
    config::{Plan, Wanted},
    error::Error,
    examine::examine,
    facts::{Fetch, World, lock},
    finding::Report,
    render::{Page, Style},
    site::{Sites, detect},
    source::Origin,
};
use baseline::Checked;
use narrate::narrate;
use network::Network;
use read::{Gathered, gather_staged, read_standard_input, reads_standard_input};
use select::select;
use write::Outputs;

/// Time for all remote images of a check together, in seconds.
const CHECK_SECONDS: u64 = 120;

/// How a run ended; the numbers are the exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing at or above the threshold.
    Clean = 0,
    /// Findings at or above it.
    Findings = 1,
    /// Something could not be done, so that nobody may take the run for green.
    Failed = 2,
}

/// Why a run stopped before its end.
#[derive(Debug)]
pub enum Stop {
    Failed(Error),
    /// Nobody reads the output any more.
    Closed,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<io::Error> for Stop {
    fn from(cause: io::Error) -> Self {
        match cause.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Failed(Error::Write { path: PathBuf::from("standard output"), cause }),
        }
    }
}

/// Where output goes.
pub struct Streams<'a> {
    pub out: &'a mut dyn Write,
    /// For what is not part of a report.
    pub err: &'a mut dyn Write,
    pub style: Style,
}

type Outcome = Result<Exit, Stop>;

/// Does what the command line asks.
///
/// # Errors
/// [`Stop`]: the tool could not do it, or nobody reads its output.
pub fn run(cli: &Cli, streams: &mut Streams<'_>) -> Outcome {
    match &cli.command {
        Command::Check(options) => check(options, &cli.global, streams),
        Command::Init(options) => init::init(options, &cli.global, streams),
        Command::Baseline(options) => baseline::write(options, &cli.global, streams),
        Command::Audit(options) => audit::audit(options, &cli.global, streams),
        Command::Inspect(options) => look::inspect_file(options, &cli.global, streams),
        Command::Rules(options) => pages::list_rules(options, &cli.global, streams),
        Command::Explain(options) => pages::explain_rule(options, &cli.global, streams),
        Command::Test(options) => pages::test(options, &cli.global, streams),
        Command::Learn(options) => learn::learn(options, &cli.global, streams),
        Command::Schema(cli::Schema::Infer(options)) => look::infer(options, &cli.global, streams),
        Command::Schema(cli::Schema::Show { name }) => pages::show_schema(name.as_deref(), streams),
        Command::Config(options) => pages::show_config(options, &cli.global, streams),
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut Cli::description(), "copydesk", streams.out);
            Ok(Exit::Clean)
        }
        Command::Man => {
            clap_mangen::Man::new(Cli::description()).render(streams.out)?;
            Ok(Exit::Clean)
        }
    }
}

fn check(options: &cli::Check, global: &Global, streams: &mut Streams<'_>) -> Outcome {
    let paths = checked_paths(options)?;
    let outputs = Outputs::wanted(options)?;
    let mut plan = Plan::resolve(&paths, &wanted(global))?;
    select(&mut plan.rules, &options.select, &options.ignore)?;
    plan.selection.force = options.force_exclude;
    let (mut changes, index) = since::ask_git(options, &plan.root)?;
    let network = Network::open(options.online, &options.network, CHECK_SECONDS, &plan)?;
    let world = network.world(&plan, streams.style).locked(&plan.location.show(lock::NAME))?.staged(index.clone());
    let (origins, mut found) = if reads_standard_input(options) {
        (vec![Origin::Text(read_standard_input(&paths[0], &plan)?)], Gathered::default())
    } else {
        gather_staged(&options.paths, &plan, world.lock(), index.as_deref())
    };
    let held = baseline::load(options.baseline.as_deref(), options.no_baseline, &plan)?;
    let checked = Checked::new(&options.paths, &plan, &origins);
    if checked.whole {
        plan.require_collections(origins.iter().map(Origin::path))?;
    }
    let sites = detect(&plan, &origins, &world);
    if global.verbose > 0 {
        narrate(&plan, &origins, &sites, world.lock(), global.verbose, streams.err)?;
    }
    let look = |origins: Vec<Origin>| {
        let mut report = examine(origins, &sites, &plan.rules, &world);
        // What is known is not mended.
        held.iter().for_each(|held| held.know(&mut report));
        report
    };
    let mut report = match fix::wanted(&options.fix)? {
        None => examine(origins, &sites, &plan.rules, &world),
        Some(wanted) if options.fix.diff => {
            let job = fix::Job { wanted, changes: changes.as_mut(), plan: &plan, options };
            return fix::preview(origins, job, look, found, streams);
        }
        Some(wanted) => {
            let job = fix::Job { wanted, changes: changes.as_mut(), plan: &plan, options };
            fix::mend(origins, job, look, &mut found, streams)?
        }
    };
    network.close(&world)?;
    report.summary.foreign = found.foreign(&sites);
    report.add_problems(found.problems);
    if let Some(held) = held {
        let (sure, unread) = (report.sure.clone(), report.unread());
        held.hold(&mut report, &plan.rules, |entry| checked.judges(entry, &sure, &unread, &plan));
    }
    if let Some(changes) = changes {
        changes.keep(&mut report);
    }
    if !options.force_exclude || found.excluded == 0 {
        nothing_checked(&report, found.excluded)?;
    }
    let style = Style { quiet: options.quiet, statistics: options.statistics, ..streams.style };
    let page = Page { report: &report, rules: &plan.rules, location: &plan.location, style, online: options.online };
    show(&page, &outputs, options, streams)?;
    Ok(judged(&report, options))
}

/// Writes the reports; the mended text of standard input is the output where there is one.
fn show(page: &Page<'_>, outputs: &Outputs, options: &cli::Check, streams: &mut Streams<'_>) -> Result<(), Stop> {
    let shown = if fix::fills_output(options) {
        let style = Style { color: false, ..page.style };
        let mut aside = Streams { out: &mut *streams.err, err: &mut io::sink(), style };
        outputs.write(&Page { style, ..*page }, &mut aside)
    } else {
        outputs.write(page, streams)
    };
    match shown {
        // Whoever read the report has seen enough, which makes it no better.
        Err(Stop::Closed) => Ok(()),
        other => other,
    }
}

fn judged(report: &Report, options: &cli::Check) -> Exit {
    match report {
        _ if !report.problems.is_empty() => Exit::Failed,
        _ if report.reaches(options.fail_on) => Exit::Findings,
        _ if options.fail_on_unverified && report.summary.unverified > 0 => Exit::Findings,
        _ => Exit::Clean,
    }
}

fn checked_paths(options: &cli::Check) -> Result<Vec<PathBuf>, Stop> {
    let standard_input = options.paths.iter().any(|path| path == Path::new("-"));
    match (&options.stdin_filename, standard_input) {
        (_, true) if options.staged => Err(Error::usage("`--staged` does not go with `-`").into()),
        (_, true) if options.paths.len() > 1 => Err(Error::usage("`-` does not go with other paths").into()),
        (Some(name), true) => Ok(vec![name.clone()]),
        (None, true) => Ok(vec![PathBuf::from("stdin.md")]),
        (Some(_), false) => Err(Error::usage_with_help(
            "`--stdin-filename` needs `-`",
            "write `copydesk check - --stdin-filename FILE`",
        )
        .into()),
        (None, false) => Ok(options.paths.clone()),
    }
}

fn wanted(global: &Global) -> Wanted {
    match &global.config {
        _ if global.no_config => Wanted::None,
        Some(file) => Wanted::File(file.clone()),
        None => Wanted::Nearest,
    }
}

/// The sites around the posts, as far as the configuration does not say otherwise.
fn detect(plan: &Plan, origins: &[Origin], world: &World) -> Sites {
    let folders: BTreeSet<&str> =
        origins.iter().map(|origin| origin.path().rsplit_once('/').map_or("", |(folder, _)| folder)).collect();
    plan.amend(detect::detect(folders.into_iter(), world.disk()))
}

/// A run that checked nothing must not look green.
fn nothing_checked(report: &Report, excluded: usize) -> Result<(), Stop> {
    if report.summary.files > 0 || !report.problems.is_empty() {
        return Ok(());
    }
    let help = match (excluded, report.summary.foreign) {
        (0, foreign @ 1..) => format!("the posts of this site are no Markdown (there are {foreign})"),
        (0, 0) => {
            "posts end in .md, .markdown, .mdx or .qmd; files that `.gitignore` or `.copydeskignore` names are left out, and \
              with `--staged` those that were never added to git"
                .to_owned()
        }
        (count, _) => format!("the configuration excludes all {count} of them"),
    };
    Err(Error::usage_with_help("there is no post to check", help).into())
}
