//! What a rule says of the patterns that it looks for, and the parts of a post.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize as _, Deserializer, de::Error as _};

use crate::{
    check::Severity,
    document::{Block, BlockKind},
    site::{Generator, Setting},
};

/// Forbids patterns (nothing said: none may be found), or requires them (`at-least`).
#[derive(Debug, Clone, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Parameters {
    /// Several sets of patterns, each with parameters of its own; a finding is of the first kind that is found at its place.
    /// What stands beside them, `scope`, `unless`, `unless-around` and `topic`, is meant for all of them.
    #[schemars(with = "BTreeMap<String, Parameters>")]
    pub kinds: IndexMap<String, Parameters>,
    /// What fills `{says}` in the sentences of the rule.
    pub says: String,
    /// How bad it is, where that is not what the rule says.
    pub severity: Option<Severity>,
    /// Where to look, one place or several; `body` if nothing is said.
    #[serde(deserialize_with = "scopes")]
    #[schemars(with = "OneOrMany")]
    pub scope: Vec<Scope>,
    /// Regular expressions (the syntax of the Rust crate `regex`, always linear). `^` and `$` are the ends of a line;
    /// `(?i)` in front ignores case. A group named `here` narrows the place that is underlined. The edge of a word is
    /// slow to find as `\b` in text that is not ASCII; `(?-u:\b)` is fast, and right beside letters of ASCII.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany")]
    pub patterns: Vec<String>,
    /// Words and phrases as they are, in any case; whole words where a script has such.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany")]
    pub words: Vec<String>,
    /// Patterns that excuse a match in the same block (or item of a list, address, or value).
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany")]
    pub unless: Vec<String>,
    /// Patterns that excuse a match by what stands around it, as it is written: the title as a heading, a heading at the
    /// top, and its block with up to three before and behind it.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany")]
    pub unless_around: Vec<String>,
    /// Lists of patterns, of which each must have one that matches in the same block (or item of a list, address, or value).
    pub with: Vec<Vec<String>>,
    /// None of them is asked for where a match is one of the first so many blocks, or stands right below a rule, and its block
    /// is one line that begins with a shout and ends in a colon. Alone between two rules, a comma may stand for the shout, and
    /// behind a shout there needs to be no colon.
    pub with_unless_announced: Option<usize>,
    /// Patterns of which one must match what stands around a match, as `unless-around` sees it.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany")]
    pub with_around: Vec<String>,
    /// Only in the first so many blocks of the body.
    pub first: Option<usize>,
    /// Only in the last so many blocks of the body. With `first`: in either.
    pub last: Option<usize>,
    /// With `first` or `last`: also in a block that stands alone, a rule above it, and one, a heading or nothing below it.
    pub apart: bool,
    /// Not in the first so many blocks of the body.
    pub behind: usize,
    /// Only where the body has fewer characters than this.
    pub shorter: Option<usize>,
    /// How many matches a file may have.
    pub at_most: Option<usize>,
    /// How many matches a file must have before any is reported.
    pub several: usize,
    /// How many matches a file must have.
    pub at_least: Option<usize>,
    /// Not in MDX, where braces hold an expression.
    pub not_in_mdx: bool,
    /// Only on sites of these generators; on any if none is named.
    pub generators: Vec<Generator>,
    /// Not where the site has one of these settings.
    pub not_where: Vec<Setting>,
    /// Not where the first brackets of a match, or second ones right behind them, hold the name of a link that the file
    /// defines (`[name]: address`).
    pub not_defined: bool,
    /// Only matches that begin their block.
    pub begins: bool,
    /// Only matches that are all that is said below a heading, in a post that has more text than that.
    pub section: bool,
    /// Only matches that end their block and have one of these right below it; with `apart`, not asked of what stands alone.
    #[serde(deserialize_with = "scopes")]
    #[schemars(with = "OneOrMany")]
    pub followed_by: Vec<Scope>,
    /// One finding for the whole file, at the first match; `{count}` says how many there are, and the label `all` reaches
    /// to the last.
    pub once: bool,
    /// A file in which this many different patterns are found is about them: nothing is reported.
    pub about: Option<usize>,
    /// Patterns of titles (or first headings) of posts that are about such things: nothing is reported in them.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany")]
    pub topic: Vec<String>,
    /// Whether matches between quotation marks and in block quotes count.
    pub quoted: bool,
    /// Underline more than the match.
    pub widen: Option<Widen>,
    /// What to write instead of the match.
    pub replace: Option<Replace>,
    /// Offer to take the match out, with the blank lines and the rule before it that would be left over.
    pub remove: bool,
}

/// A string or a list of strings.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(untagged, expecting = "expected a string or a list of strings")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(one) => vec![one],
        OneOrMany::Many(many) => many,
    })
}

fn scopes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Scope>, D::Error> {
    one_or_many(deserializer)?.into_iter().map(|name| Scope::try_from(name).map_err(D::Error::custom)).collect()
}

#[derive(Debug, Clone, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Replace {
    pub with: String,
    /// Whether it can be done without looking.
    #[serde(default)]
    pub safe: bool,
}

/// How far the underline reaches beyond the match, at most; neighbours that touch become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Widen {
    Line,
    Sentence,
}

/// A part of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everything in the body that a reader reads as text.
    Body,
    Paragraph,
    Heading,
    List,
    Quote,
    Table,
    Html,
    /// Code blocks.
    Code,
    /// A line between two parts, which has no words itself.
    Rule,
    /// Comments of HTML that stand by themselves.
    Comment,
    /// What follows the end of the article itself.
    Tail,
    /// Addresses of links.
    Link,
    /// Addresses of images.
    Image,
    /// Alternative texts of images.
    Alt,
    /// The value of a front-matter field, by its dotted name.
    FrontMatter(String),
    /// The whole file, as it is.
    Raw,
}

const SCOPES: &[(&str, Scope)] = &[
    ("body", Scope::Body),
    ("paragraph", Scope::Paragraph),
    ("heading", Scope::Heading),
    ("list", Scope::List),
    ("quote", Scope::Quote),
    ("table", Scope::Table),
    ("html", Scope::Html),
    ("code", Scope::Code),
    ("rule", Scope::Rule),
    ("comment", Scope::Comment),
    ("tail", Scope::Tail),
    ("link", Scope::Link),
    ("image", Scope::Image),
    ("alt", Scope::Alt),
    ("raw", Scope::Raw),
];

impl TryFrom<String> for Scope {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        if let Some(key) = name.strip_prefix("front-matter.").filter(|key| !key.is_empty()) {
            return Ok(Self::FrontMatter(key.to_owned()));
        }
        let known = SCOPES.iter().find(|(known, _)| *known == name);
        known.map(|(_, scope)| scope.clone()).ok_or_else(|| {
            let names: Vec<&str> = SCOPES.iter().map(|(name, _)| *name).collect();
            format!("unknown scope `{name}`: known are {}, front-matter.KEY", names.join(", "))
        })
    }
}

impl Scope {
    pub fn is_blocks(&self) -> bool {
        !matches!(self, Self::Link | Self::Image | Self::Alt | Self::Comment | Self::FrontMatter(_) | Self::Raw)
    }

    pub fn means(&self, block: &Block) -> bool {
        use BlockKind as Kind;
        match (self, block.kind) {
            (Self::Body | Self::Tail, kind) => !matches!(kind, Kind::Code { .. }),
            (Self::Paragraph, Kind::Paragraph) | (Self::Heading, Kind::Heading { .. }) => true,
            (Self::List, Kind::List { .. }) | (Self::Quote, Kind::Quote) | (Self::Table, Kind::Table) => true,
            (Self::Html, Kind::Html) | (Self::Code, Kind::Code { .. }) | (Self::Rule, Kind::Rule) => true,
            _ => false,
        }
    }
}

impl Parameters {
    /// Patterns, and words as patterns.
    pub fn sources(&self) -> Vec<String> {
        self.patterns.iter().cloned().chain(self.words.iter().map(|word| whole_word(word))).collect()
    }

    /// Its kinds, or itself where it has none.
    ///
    /// # Errors
    /// What cannot be said where there are kinds, or of one of them.
    pub fn into_kinds(mut self) -> Result<Vec<Self>, String> {
        let kinds = std::mem::take(&mut self.kinds);
        if self.scope.is_empty() {
            self.scope.push(Scope::Body);
        }
        if kinds.is_empty() {
            return Ok(vec![self]);
        }
        if !self.sources().is_empty() {
            return Err("`patterns` and `words` belong into one of the `kinds`".to_owned());
        }
        let inherit = |(name, kind): (String, Self)| {
            if !kind.kinds.is_empty() || kind.at_least.is_some() {
                return Err(format!("`{name}` is a kind and has no `kinds` and no `at-least`"));
            }
            let both = |common: &[String], own: Vec<String>| common.iter().cloned().chain(own).collect();
            Ok(Self {
                scope: if kind.scope.is_empty() { self.scope.clone() } else { kind.scope },
                unless: both(&self.unless, kind.unless),
                unless_around: both(&self.unless_around, kind.unless_around),
                topic: both(&self.topic, kind.topic),
                ..kind
            })
        };
        kinds.into_iter().map(inherit).collect()
    }
}

fn whole_word(word: &str) -> String {
    let edge = |c: Option<char>| if c.is_some_and(|c| c.is_ascii_alphanumeric()) { r"\b" } else { "" };
    format!("(?i:{}{}{})", edge(word.chars().next()), regex::escape(word), edge(word.chars().next_back()))
}
