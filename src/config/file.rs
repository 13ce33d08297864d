//! The shape of `copydesk.yaml`. Every key is optional and an unknown key is an error.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{check::Severity, site::Generator};

/// `copydesk.yaml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct File {
    /// Other files of this shape, relative to this one and inside the repository. What this file says wins.
    pub extends: OneOrMany,
    /// What was not detected, or detected wrongly.
    pub site: SiteFile,
    /// Which files are posts.
    pub files: FilesFile,
    /// A folder of your own rules, relative to this file.
    pub custom_rules: Option<String>,
    /// Settings by the name of a rule, of a family such as `image`, or a glob; what is said of one rule goes first.
    #[schemars(with = "BTreeMap<String, RuleSetting>")]
    pub rules: BTreeMap<String, serde_json::Value>,
    /// What posts may ask not to be told of.
    pub suppressions: SuppressionsFile,
    /// Sets of posts that share a schema, by a name of your choice; the first that takes a file keeps it.
    #[schemars(with = "BTreeMap<String, Collection>")]
    pub collections: IndexMap<String, Collection>,
}

/// A string or a list of strings.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a string or a list of strings")]
pub enum OneOrMany {
    #[default]
    None,
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::None => &[],
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many.as_slice(),
        }
        .iter()
        .map(String::as_str)
    }

    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

/// The site, where the folder does not say enough. Paths are relative to this file.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct SiteFile {
    pub generator: Option<Generator>,
    /// The site's folder.
    pub root: Option<String>,
    /// Folders of posts and pages.
    pub content: OneOrMany,
    /// Folders that are published as they are, in the order that they are searched.
    #[serde(rename = "static")]
    pub statics: OneOrMany,
    /// The path that the site is served under, such as `/blog/`.
    pub base: Option<String>,
    /// Host names that are this site itself.
    pub hosts: OneOrMany,
    /// Dotted names of front-matter fields that hold an image.
    pub image_fields: OneOrMany,
    /// Shortcodes and tags that show images: by name, the parameters that hold an address, by their names or as
    /// zero-based places such as `"0"`.
    pub shortcodes: BTreeMap<String, OneOrMany>,
}

impl SiteFile {
    /// Whether it says nothing at all.
    pub fn is_silent(&self) -> bool {
        let lists = [&self.content, &self.statics, &self.hosts, &self.image_fields];
        self.generator.is_none()
            && self.root.is_none()
            && self.base.is_none()
            && self.shortcodes.is_empty()
            && lists.iter().all(|list| list.is_empty())
    }
}

/// Suppressions, whether in comments or in front matter.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct SuppressionsFile {
    /// Whether each must say why; the rule `suppression-reason` then reports those that do not.
    pub require_reason: Option<bool>,
}

/// Globs, relative to this file.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct FilesFile {
    /// Only these; every file with a Markdown ending by default.
    pub include: OneOrMany,
    pub exclude: OneOrMany,
}

/// `off`, `on`, a severity, or an object; only for the JSON Schema, as serde cannot say where such a choice fails.
#[derive(JsonSchema)]
#[serde(untagged)]
pub enum RuleSetting {
    Level(Level),
    Detailed {
        /// `off`, `on`, or a severity.
        severity: Option<Level>,
        /// The same by path: globs relative to this file; the last one that fits wins.
        paths: Option<BTreeMap<String, Level>>,
        /// Any other key of a rule file, merged over the rule's own.
        #[serde(flatten)]
        over: serde_json::Map<String, serde_json::Value>,
    },
}

/// How bad a finding of a rule is, or that the rule does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Off,
    /// As the rule's file says.
    On,
    Info,
    Warning,
    Error,
}

impl Level {
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Off | Self::On => None,
            Self::Info => Some(Severity::Info),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

/// Posts that share a schema.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Collection {
    /// Globs, relative to this file. The first collection that takes a file keeps it.
    pub files: OneOrMany,
    /// A JSON Schema (2020-12, or the draft that its `$schema` names), or the short form, in place or as the path of a
    /// YAML or JSON file relative to this one; or the name of a schema that copydesk brings, such as `hugo`; or a list of
    /// these, which must all hold.
    #[serde(default)]
    pub schema: serde_json::Value,
    /// Keys whose values no two posts may share, such as `slug`; dotted names for keys in maps.
    #[serde(default)]
    pub unique: OneOrMany,
    /// By key, the words that it or each item of its list may be: a list, or the path of a YAML or JSON file with a list
    /// or with a map whose keys are the words.
    #[serde(default)]
    pub vocabulary: BTreeMap<String, OneOrMany>,
}
