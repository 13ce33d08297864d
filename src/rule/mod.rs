//! A rule: a check with its parameters, bound to an id, a severity and every sentence that a reader sees.

pub mod catalog;
pub mod docs;
pub mod template;

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobMatcher;
use serde::Deserialize;

use crate::{
    check::{Check, Severity, elision::Notes},
    facts::Vocabulary,
    site::Generator,
};
pub use template::Template;

/// One rule file. Everything that a user reads about a finding stands here.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rule {
    /// `<noun>-<fault>`, equal to the file's name.
    pub id: String,
    /// One sentence: what is wrong.
    pub summary: String,
    /// Why it matters, in Markdown.
    pub rationale: String,
    pub severity: Severity,
    /// Runs only where the configuration or `--select` asks for it.
    #[serde(default)]
    pub opt_in: bool,
    pub check: Check,
    pub message: Template,
    /// The words under the underline.
    #[serde(default)]
    pub label: Option<Template>,
    /// The words under further places, by the name that the check gives them.
    #[serde(default)]
    pub labels: BTreeMap<String, Template>,
    #[serde(default)]
    pub help: Option<Template>,
    /// What each generator will do with the fault; fills `{consequence}`. `plain` stands for the others.
    #[serde(default)]
    pub consequence: BTreeMap<Generator, String>,
    /// What was measured on real posts: where, how many findings, how many were right.
    #[serde(default)]
    pub measured: Option<String>,
    /// Pages that say more.
    #[serde(default)]
    pub references: Vec<String>,
    pub examples: Examples,
    /// Set by the configuration, not by the file.
    #[serde(skip)]
    pub paths: Vec<(GlobMatcher, Setting)>,
    /// Where the rule was read from: empty for the rules that copydesk brings.
    #[serde(skip)]
    pub origin: String,
    /// Whether the rule does not run.
    #[serde(skip)]
    pub off: bool,
    /// The configuration gave the severity, so that the check has no say in it.
    #[serde(skip)]
    pub pinned: bool,
}

/// Examples, which are tests and documentation at once. `⟦…⟧` marks the place that must be found.
#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Examples {
    pub bad: Vec<Example>,
    pub good: Vec<Example>,
}

/// A post, or a post among others.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Example {
    Text(String),
    Scene(Box<Scene>),
}

/// A post with the world around it.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Scene {
    pub text: String,
    /// The post's path; `post.md` in the generator's folder of posts by default.
    pub path: Option<String>,
    pub generator: Generator,
    /// Other posts of the site, by path. Findings in them are not wanted here.
    pub beside: BTreeMap<String, String>,
    /// Other files: a short description of their content such as `png`, `lfs`, `empty`, `html`, `unreadable`, or `text: …`.
    pub files: BTreeMap<String, String>,
    /// Those of the files that git leaves out.
    pub ignored: BTreeSet<String>,
    /// What the network answers, by address: `image`, `missing`, `page`, `hotlink`, `refused`.
    pub answers: BTreeMap<String, String>,
    /// The state file as the run leaves it.
    pub state: String,
    /// Parameters merged over the rule's own, for this example.
    pub with: Option<serde_json::Value>,
}

/// What the configuration says of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    Off,
    On(Severity),
    /// As elsewhere.
    Default,
}

/// What several checks share; read from `rules/shared/`.
#[derive(Debug, Clone, Default)]
pub struct Shared {
    pub vocabulary: Vocabulary,
    pub notes: Notes,
}

/// The rules of one run and what their checks share.
#[derive(Debug, Default)]
pub struct Rules {
    /// Sorted by id.
    pub list: Vec<Rule>,
    pub shared: Shared,
}

impl Rules {
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.list.iter().find(|rule| rule.id == id)
    }

    /// The rules that run.
    pub fn active(&self) -> impl Iterator<Item = &Rule> {
        self.list.iter().filter(|rule| !rule.off)
    }
}

impl Rule {
    /// What the configuration says of it for the file at `path`; the last that fits counts.
    pub fn setting(&self, path: &str) -> Option<Setting> {
        self.paths.iter().rev().find(|(glob, _)| glob.is_match(path)).map(|(_, setting)| *setting)
    }

    /// What `{consequence}` stands for where `generator` builds the site.
    pub fn consequence(&self, generator: Generator) -> &str {
        self.consequence.get(&generator).or_else(|| self.consequence.get(&Generator::Plain)).map_or("", String::as_str)
    }
}
