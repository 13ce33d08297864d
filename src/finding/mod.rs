//! What is reported: a rule, a place, and sentences that are ready to be shown.

pub mod baseline;
pub mod changes;
pub mod fix;
pub mod identity;
pub mod judge;
pub mod suppress;

use std::{collections::BTreeSet, sync::Arc};

use serde::Serialize;

use crate::{
    check::{Fix, Severity},
    facts::remote::{Counts, Unverified},
    source::{Sources, Span},
};

/// One thing that is wrong at one place.
#[derive(Debug, Clone)]
pub struct Finding {
    pub rule: Arc<str>,
    pub severity: Severity,
    /// How bad it is on a line that changed, where it is milder on others for a while.
    pub strict: Option<Severity>,
    /// What it is about, where the marked text does not tell one from another: the key that is missing.
    pub about: Option<String>,
    pub status: Status,
    /// Why it is suppressed, where the post says so.
    pub reason: Option<Arc<str>>,
    /// Relative to the project's root, with `/`.
    pub path: Arc<str>,
    pub span: Span,
    pub message: String,
    /// The words under the underline.
    pub label: Option<String>,
    pub labels: Vec<Label>,
    pub help: Option<String>,
    pub fixes: Vec<Fix>,
    /// See [`crate::check::Hit::files`].
    pub files: Vec<String>,
}

/// A further place in the same file that explains the finding.
#[derive(Debug, Clone)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

/// Whether a finding counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    New,
    /// The baseline holds it.
    Known,
    /// A comment or the configuration says why it is fine.
    Suppressed,
}

/// Something that could not be checked. A run with one never looks green.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    pub path: String,
    pub message: String,
}

impl From<(String, String)> for Problem {
    fn from((path, message): (String, String)) -> Self {
        Self { path, message }
    }
}

/// Everything that one run has to say.
#[derive(Debug, Default)]
pub struct Report {
    /// Sorted by path, place and rule.
    pub findings: Vec<Finding>,
    /// The files that findings are in, by path.
    pub sources: Sources,
    pub problems: Vec<Problem>,
    /// The rules that ran and knew enough: of these, what was not found is not there.
    pub sure: BTreeSet<String>,
    pub summary: Summary,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct Summary {
    /// Files that were checked.
    pub files: usize,
    pub errors: usize,
    pub warnings: usize,
    pub infos: usize,
    /// Findings that `--fix` mended; they are not among the others.
    pub fixed: usize,
    /// Remote images that nobody could vouch for: offline, or no clear answer.
    pub unverified: usize,
    /// Images whose address leads to where only the generator knows a file, when it builds the site.
    pub undecided: usize,
    /// Distinct addresses of remote images by verdict.
    pub remote: Counts,
    /// The unverified ones by host; without those that were not to be asked.
    #[serde(rename = "unverified-hosts")]
    pub hosts: Vec<Unverified>,
    /// Findings that the baseline holds; not among those above, as those below.
    pub known: usize,
    /// Findings that a post asks not to be told of.
    pub suppressed: usize,
    /// Findings that are none of the change that was asked about; they are not part of the report.
    pub outside: usize,
    /// Files that could not be checked.
    pub unchecked: usize,
    /// Posts that are not Markdown, and were not read.
    pub foreign: usize,
    /// The sites and what gave each away, such as `Hugo (hugo.toml)`.
    pub sites: Vec<String>,
}

impl Summary {
    /// Counts `findings` again: by severity those that are new, and by status the others.
    pub fn count(&mut self, findings: &[Finding]) {
        let new =
            |severity| findings.iter().filter(|one| one.status == Status::New && one.severity == severity).count();
        self.errors = new(Severity::Error);
        self.warnings = new(Severity::Warning);
        self.infos = new(Severity::Info);
        self.known = findings.iter().filter(|one| one.status == Status::Known).count();
        self.suppressed = findings.iter().filter(|one| one.status == Status::Suppressed).count();
    }
}

impl Report {
    /// The findings that count.
    pub fn new_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.status == Status::New)
    }

    /// Adds what could not be checked for reasons of its own.
    pub fn add_problems(&mut self, problems: Vec<Problem>) {
        self.problems.extend(problems);
        self.problems.sort();
        self.summary.unchecked = self.problems.len();
    }

    /// The paths of the files that could not be checked.
    pub fn unread(&self) -> BTreeSet<String> {
        self.problems.iter().map(|problem| problem.path.clone()).collect()
    }

    /// Whether a finding that counts is at least as bad as `threshold`.
    pub fn reaches(&self, threshold: Severity) -> bool {
        self.new_findings().any(|finding| finding.severity >= threshold)
    }
}
