//! The command line. Only its shape: what each command does stands in [`crate::run`].

use std::{path::PathBuf, str::FromStr};

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::{check::Severity, render::Format};

/// The last read before publishing: a linter for repositories of articles.
#[derive(Debug, Parser)]
#[command(name = "copydesk", version, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub global: Global,
}

#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Use this configuration file instead of the nearest copydesk.yaml
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Use no configuration file
    #[arg(long, global = true)]
    pub no_config: bool,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
    /// Say more about what was done; twice for still more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check posts
    Check(Box<Check>),
    /// Look at a site and write the files that copydesk wants for it; what is there already is kept
    Init(Init),
    /// Write down the findings of today, so that only new ones count
    Baseline(Baseline),
    /// Look at a whole site once: a page in HTML, and JSON beside it
    Audit(Audit),
    /// Show what copydesk sees in a file
    Inspect(Inspect),
    /// List the rules
    Rules(List),
    /// Explain a rule
    Explain(Explain),
    /// Run the examples of your own rules
    Test(Test),
    /// Write down what the posts of the site share, so that one post can be checked without the others
    Learn(Learn),
    /// Find out what posts have in common
    #[command(subcommand)]
    Schema(Schema),
    /// Look at the configuration
    #[command(subcommand)]
    Config(Config),
    /// Print a completion script for a shell
    Completions {
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Debug, Clone, Args)]
pub struct Check {
    /// Files and folders, or `-` for standard input
    #[arg(default_value = ".", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The path that standard input stands for
    #[arg(long, value_name = "FILE")]
    pub stdin_filename: Option<PathBuf>,
    /// How findings are shown [default: human, or github where GitHub Actions shows them]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Write findings to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write a further report to a file; can be given several times
    #[arg(long, value_name = "FORMAT=FILE")]
    pub report: Vec<Report>,
    /// Leave out files that the configuration or .copydeskignore excludes also where they are named, as hooks name them
    #[arg(long)]
    pub force_exclude: bool,
    /// Run only these rules (names, families such as `image`, or globs)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Leave out these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// The least severity that makes the exit code 1
    #[arg(long, value_enum, default_value = "error", value_name = "SEVERITY")]
    pub fail_on: Severity,
    /// Only findings, no summary
    #[arg(long, short)]
    pub quiet: bool,
    /// Counts for each rule instead of findings
    #[arg(long)]
    pub statistics: bool,
    /// Ask the network about remote images
    #[arg(long, overrides_with = "offline")]
    pub online: bool,
    /// Do not ask the network; remote images count as unverified (the default)
    #[arg(long, overrides_with = "online")]
    pub offline: bool,
    #[command(flatten)]
    pub network: Online,
    /// Exit code 1 also where a remote image could not be verified
    #[arg(long, requires = "online")]
    pub fail_on_unverified: bool,
    /// The file of known findings; copydesk.baseline in the project's root, if it is there
    #[arg(long, value_name = "FILE", conflicts_with = "no_baseline")]
    pub baseline: Option<PathBuf>,
    /// Count known findings too
    #[arg(long)]
    pub no_baseline: bool,
    /// Only findings that the changes since this commit bring (a branch, a tag, a commit)
    #[arg(long, value_name = "REF", group = "changed")]
    pub since: Option<String>,
    /// Only findings that the next commit would bring, in the content that is staged
    #[arg(long, group = "changed", conflicts_with_all = ["fix", "diff", "stdin_filename"])]
    pub staged: bool,
    /// With --since or --staged: all findings in changed files, also on lines that did not change
    #[arg(long, requires = "changed")]
    pub changed_files: bool,
    #[command(flatten)]
    pub fix: Fix,
}

/// How the network is asked about remote images.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Network")]
pub struct Online {
    /// Let the network client reach private and loopback addresses
    #[arg(long)]
    pub allow_private: bool,
    /// Let the network client use a port besides 80 and 443
    #[arg(long, value_name = "PORT")]
    pub allow_port: Vec<u16>,
    /// Remember remote images between runs here; made if it is not there [default: copydesk.state beside the
    /// configuration, if there is one]
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Seconds for all remote images together; the rest is unverified [default: 120, and 300 for an audit]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub time_budget: Option<u64>,
}

impl Online {
    /// The first option that is given, for a run that does not ask.
    pub fn given(&self) -> Option<&'static str> {
        let options = [
            ("--allow-private", self.allow_private),
            ("--allow-port", !self.allow_port.is_empty()),
            ("--state", self.state.is_some()),
            ("--time-budget", self.time_budget.is_some()),
        ];
        options.into_iter().find(|(_, given)| *given).map(|(name, _)| name)
    }
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Fixing")]
pub struct Fix {
    /// Mend what can be mended without looking
    #[arg(long)]
    pub fix: bool,
    /// With --fix or --diff: mend also what needs a look afterwards
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Print what --fix would change, and change nothing
    #[arg(long)]
    pub diff: bool,
    /// Fix files with changes that are not committed, staged or not
    #[arg(long)]
    pub allow_dirty: bool,
    /// Fix files with changes that are staged, as in a pre-commit hook
    #[arg(long)]
    pub allow_staged: bool,
    /// Fix files in a folder that is no git repository
    #[arg(long)]
    pub allow_no_vcs: bool,
}

/// A format, and the file that takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub format: Format,
    pub file: PathBuf,
}

impl FromStr for Report {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = || Format::value_variants().iter().filter_map(Format::to_possible_value);
        let names = || known().map(|one| one.get_name().to_owned()).collect::<Vec<_>>().join(", ");
        let (format, file) = text.split_once('=').ok_or("write FORMAT=FILE, such as sarif=report.sarif")?;
        let format = Format::from_str(format, false)
            .map_err(|_| format!("there is no format `{format}`; there are {}", names()))?;
        match file {
            "" | "-" => Err("a report needs a file; `--format` says what goes to standard output".to_owned()),
            file => Ok(Self { format, file: PathBuf::from(file) }),
        }
    }
}

#[derive(Debug, Clone, Args)]
pub struct Init {
    /// The folder of the site
    #[arg(default_value = ".", value_name = "DIR")]
    pub folder: PathBuf,
    /// Also write down the findings of today, so that only new ones count
    #[arg(long)]
    pub baseline: bool,
    /// Also write .pre-commit-config.yaml, which checks the posts that each commit changes
    #[arg(long)]
    pub hook: bool,
    /// Also write what checks each change on a forge
    #[arg(long, value_enum, value_name = "FORGE")]
    pub workflow: Option<Forge>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Forge {
    Github,
    Gitlab,
}

#[derive(Debug, Clone, Args)]
pub struct Baseline {
    /// Files and folders; what is known of other files stays
    #[arg(default_value = ".", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Only remove findings that are gone, and add none
    #[arg(long)]
    pub prune: bool,
    /// Write to this file instead of copydesk.baseline in the project's root
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Ask the network about remote images
    #[arg(long)]
    pub online: bool,
}

#[derive(Debug, Clone, Args)]
pub struct Audit {
    /// Files and folders
    #[arg(default_value = ".", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The page, or the folder it is put into; the JSON has the same name
    #[arg(long, short, value_name = "FILE", default_value = "copydesk-audit.html")]
    pub output: PathBuf,
    /// Do not ask the network; remote images count as unverified
    #[arg(long)]
    pub offline: bool,
    #[command(flatten)]
    pub network: Online,
    /// The file of known findings; copydesk.baseline in the project's root, if it is there
    #[arg(long, value_name = "FILE", conflicts_with = "no_baseline")]
    pub baseline: Option<PathBuf>,
    /// Do not mark known findings
    #[arg(long)]
    pub no_baseline: bool,
}

#[derive(Debug, Clone, Args)]
pub struct Inspect {
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Shape,
}

#[derive(Debug, Clone, Args)]
pub struct List {
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Shape,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Shape {
    #[default]
    Human,
    Json,
}

#[derive(Debug, Clone, Args)]
pub struct Explain {
    /// The rule's name
    #[arg(value_name = "RULE")]
    pub rule: String,
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Prose,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Prose {
    #[default]
    Human,
    Markdown,
}

#[derive(Debug, Clone, Args)]
pub struct Test {
    /// A folder of rule files; the one that the configuration names by default
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

#[derive(Debug, Clone, Subcommand)]
pub enum Config {
    /// Print the resolved plan with where each value comes from
    Show {
        #[arg(default_value = ".", value_name = "PATH")]
        path: PathBuf,
    },
    /// Print the JSON Schema of copydesk.yaml, for editors
    Schema,
}

#[derive(Debug, Clone, Subcommand)]
pub enum Schema {
    /// Print the schema that posts follow, with the evidence as comments
    Infer(Infer),
    /// Print a schema that copydesk brings, for the keys that a generator itself reads; without a name, their names
    Show {
        #[arg(value_name = "NAME")]
        name: Option<String>,
    },
}

#[derive(Debug, Clone, Args)]
pub struct Learn {
    /// The folders that hold all posts
    #[arg(default_value = ".", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Only say whether copydesk.lock still fits the posts
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Clone, Args)]
pub struct Infer {
    /// Files and folders
    #[arg(default_value = ".", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Show the posts that do otherwise instead of the schema
    #[arg(long)]
    pub check: bool,
    /// How they are shown
    #[arg(long, value_enum, default_value = "human", value_name = "FORMAT", requires = "check")]
    pub format: Format,
}

impl Cli {
    /// The command line as clap knows it, for completions and the manual page.
    pub fn description() -> clap::Command {
        Self::command()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::description().debug_assert();
    }
}
