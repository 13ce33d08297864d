//! A report as text, one file per format. Content comes from strangers: each format escapes it in its own way.

pub mod concise;
pub mod diff;
pub mod excerpt;
pub mod explain;
pub mod github;
pub mod gitlab;
pub mod html;
pub mod human;
pub mod inspect;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod paint;
pub mod progress;
pub mod rdjson;
pub mod ruler;
pub mod sarif;
pub mod summary;
pub mod text;

use std::io::{self, Write};

use crate::{
    finding::{Finding, Report},
    rule::Rules,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Frames with the text and an underline.
    Human,
    /// `path:line:column: severity[rule] message`, one finding a line.
    Concise,
    /// One JSON object, version 1.
    Json,
    /// One JSON object a line for each finding, then one for the summary.
    Jsonl,
    /// SARIF 2.1.0 for code scanning.
    Sarif,
    /// GitHub Actions annotations.
    Github,
    /// GitLab code quality.
    Gitlab,
    /// JUnit XML, for whatever shows test results.
    Junit,
    /// Reviewdog Diagnostic Format, with fixes as suggestions.
    Rdjson,
    /// A comment for a pull request.
    Markdown,
}

/// How to render, as far as the user has a say.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    pub color: bool,
    /// Whether the terminal can draw more than ASCII.
    pub unicode: bool,
    /// Only findings, no summary.
    pub quiet: bool,
    /// Counts for each rule instead of findings.
    pub statistics: bool,
    /// Columns of the terminal; 0 where nobody knows.
    pub width: usize,
    /// Whether a terminal, or a log that obeys what it reads, shows the output: then also text that is printed as it is
    /// must not steer it.
    pub shown: bool,
    /// Whether standard error is a terminal on which a line may be drawn again and again.
    pub progress: bool,
}

/// What a renderer may look at.
#[derive(Clone, Copy)]
pub struct Page<'a> {
    pub report: &'a Report,
    pub rules: &'a Rules,
    /// What to put before a path that is relative to the project's root, so that it becomes one that is relative to the
    /// working directory: empty, or `../`s, or a folder to strip.
    pub location: &'a Location,
    pub style: Style,
    /// Whether the network was asked.
    pub online: bool,
}

/// Where the working directory is, seen from the project's root.
#[derive(Debug, Clone, Default)]
pub struct Location {
    /// The working directory relative to the root, with `/`; empty when it is the root.
    pub below: String,
    /// The root relative to the working directory, where that is not below the root.
    pub above: String,
    /// The root relative to the git repository around it, with `/`; `None` where there is no repository.
    pub inside: Option<String>,
}

impl Location {
    /// A path relative to the root as one relative to the working directory.
    pub fn show(&self, path: &str) -> String {
        if !self.above.is_empty() {
            return format!("{}/{path}", self.above);
        }
        if self.below.is_empty() {
            return path.to_owned();
        }
        let here: Vec<&str> = self.below.split('/').collect();
        let there: Vec<&str> = path.split('/').collect();
        let same = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
        let mut shown = vec![".."; here.len() - same];
        shown.extend(&there[same..]);
        shown.join("/")
    }

    /// A path relative to the root as one relative to the git repository, as forges want it; relative to the working
    /// directory where there is none.
    pub fn in_repository(&self, path: &str) -> String {
        match self.inside.as_deref() {
            Some("") => path.to_owned(),
            Some(folder) => format!("{folder}/{path}"),
            None => self.show(path),
        }
    }
}

/// Writes the report.
///
/// # Errors
/// Only those of the writer.
pub fn render(format: Format, page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => human::render(page, out),
        Format::Concise => concise::render(page, out),
        Format::Json => json::render(page, out),
        Format::Jsonl => json::render_lines(page, out),
        Format::Sarif => sarif::render(page, out),
        Format::Github => github::render(page, out),
        Format::Gitlab => gitlab::render(page, out),
        Format::Junit => junit::render(page, out),
        Format::Rdjson => rdjson::render(page, out),
        Format::Markdown => markdown::render(page, out),
    }
}

/// What is wrong and what to do, in one sentence.
fn told(finding: &Finding) -> String {
    match &finding.help {
        Some(help) => format!("{}; {help}", finding.message),
        None => finding.message.clone(),
    }
}
