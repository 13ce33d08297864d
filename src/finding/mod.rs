//! What is reported: a rule, a place, and sentences that are ready to be shown.

pub mod judge;

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;

use crate::{
    check::{Fix, Severity},
    facts::remote::{Counts, Unverified},
    source::{Source, Span},
};

/// One thing that is wrong at one place.
#[derive(Debug, Clone)]
pub struct Finding {
    pub rule: Arc<str>,
    pub severity: Severity,
    pub status: Status,
    /// Relative to the project's root, with `/`.
    pub path: Arc<str>,
    pub span: Span,
    pub message: String,
    /// The words under the underline.
    pub label: Option<String>,
    pub labels: Vec<Label>,
    pub help: Option<String>,
    pub fixes: Vec<Fix>,
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

/// Everything that one run has to say.
#[derive(Debug, Default)]
pub struct Report {
    /// Sorted by path, place and rule.
    pub findings: Vec<Finding>,
    /// The files that findings are in, by path.
    pub sources: BTreeMap<Arc<str>, Source>,
    pub problems: Vec<Problem>,
    pub summary: Summary,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct Summary {
    /// Files that were checked.
    pub files: usize,
    pub errors: usize,
    pub warnings: usize,
    pub infos: usize,
    /// Remote images that nobody could vouch for: offline, or no clear answer.
    pub unverified: usize,
    /// Distinct addresses of remote images by verdict.
    pub remote: Counts,
    /// The unverified ones by host; empty where the network was not to be asked.
    #[serde(rename = "unverified-hosts")]
    pub hosts: Vec<Unverified>,
    /// Files that could not be checked.
    pub unchecked: usize,
    /// The sites and what gave each away, such as `Hugo (hugo.toml)`.
    pub sites: Vec<String>,
}

impl Report {
    /// The findings that count.
    pub fn new_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.status == Status::New)
    }

    /// Whether a finding that counts is at least as bad as `threshold`.
    pub fn reaches(&self, threshold: Severity) -> bool {
        self.new_findings().any(|finding| finding.severity >= threshold)
    }
}
