//! SARIF 2.1.0, for code scanning. Section numbers are those of the OASIS standard.

use std::{
    collections::{HashMap, HashSet},
    io::{self, Write},
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::{
    Page,
    json::write_pretty,
    ruler::{Ruler, measured},
    text::sentence,
    told,
};
use crate::{
    check::{Edit, Fix, Severity},
    finding::{Finding, Problem, Status, identity::identify},
    rule::{Rule, docs},
    source::{Encoding, Span},
};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The name of our fingerprint, with the version of how it is made.
const FINGERPRINT: &str = "copydeskFinding/v1";

/// What stays as it is in a path; `:` does not, as it would look like a scheme.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    results: Vec<Outcome<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Descriptor<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor<'a> {
    id: &'a str,
    short_description: Text,
    full_description: Text,
    help: Text,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Text {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Text,
    locations: Vec<Location>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: HashMap<&'static str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Change>,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Place,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

/// Lines and columns are one-based, columns in UTF-16 code units (§3.30).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
    #[serde(flatten)]
    bytes: Option<Bytes>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bytes {
    byte_offset: usize,
    byte_length: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    description: Text,
    artifact_changes: [ArtifactChange; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: Artifact,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Text,
}

pub fn render(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let driver = Driver {
        name: "copydesk",
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: rules_met(page).into_iter().map(describe).collect(),
    };
    let run = Run {
        tool: Tool { driver },
        invocations: [invocation(page)],
        column_kind: "utf16CodeUnits",
        results: results(page),
    };
    write_pretty(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] }, out)
}

/// The rules that have a result, in their order: a page of each is longer than all results of most runs.
fn rules_met<'a>(page: &Page<'a>) -> Vec<&'a Rule> {
    let met: HashSet<&str> = page.report.findings.iter().map(|finding| &*finding.rule).collect();
    page.rules.list.iter().filter(|rule| met.contains(rule.id.as_str())).collect()
}

fn describe(rule: &Rule) -> Descriptor<'_> {
    let markdown = docs::markdown(rule);
    Descriptor {
        id: &rule.id,
        short_description: plain(&rule.summary),
        full_description: Text { text: rule.rationale.clone(), markdown: Some(rule.rationale.clone()) },
        help: Text { text: markdown.clone(), markdown: Some(markdown) },
        default_configuration: Configuration { level: level(rule.severity) },
    }
}

fn invocation(page: &Page<'_>) -> Invocation {
    let problems = &page.report.problems;
    let notify = |problem: &Problem| Notification {
        level: "error",
        message: plain(&format!("not checked: {}", problem.message)),
        locations: vec![Location { physical_location: Place::file(page, &problem.path), message: None }],
    };
    Invocation {
        execution_successful: problems.is_empty(),
        tool_execution_notifications: problems.iter().map(notify).collect(),
    }
}

fn results<'a>(page: &Page<'a>) -> Vec<Outcome<'a>> {
    let index: HashMap<&str, usize> =
        rules_met(page).into_iter().enumerate().map(|(index, rule)| (rule.id.as_str(), index)).collect();
    let compared = page.report.findings.iter().any(|finding| finding.status == Status::Known);
    let mut identities = identify(page.report).into_iter();
    let outcome = |(finding, ruler): (&'a Finding, std::rc::Rc<Ruler<'_>>)| {
        let fingerprint = identities.next().map(|identity| (FINGERPRINT, identity.fingerprint()));
        Outcome {
            rule_id: &finding.rule,
            rule_index: index.get(&*finding.rule).copied(),
            level: level(finding.severity),
            message: plain(&told(finding)),
            locations: [Location { physical_location: Place::of(page, finding, finding.span, &ruler), message: None }],
            related_locations: related(page, finding, &ruler),
            partial_fingerprints: fingerprint.into_iter().collect(),
            baseline_state: compared.then_some(if finding.status == Status::Known { "unchanged" } else { "new" }),
            suppressions: suppressions(finding),
            fixes: finding.fixes.iter().map(|fix| change(page, finding, fix, &ruler)).collect(),
        }
    };
    measured(page.report).map(outcome).collect()
}

fn related(page: &Page<'_>, finding: &Finding, ruler: &Ruler<'_>) -> Vec<Location> {
    let locate = |label: &crate::finding::Label| Location {
        physical_location: Place::of(page, finding, label.span, ruler),
        message: Some(plain(&label.text)),
    };
    finding.labels.iter().map(locate).collect()
}

fn suppressions(finding: &Finding) -> Vec<Suppression> {
    let (kind, reason) = match finding.status {
        Status::New => return Vec::new(),
        Status::Known => ("external", Some("known in the baseline")),
        Status::Suppressed => ("inSource", finding.reason.as_deref()),
    };
    vec![Suppression { kind, justification: reason.map(sentence) }]
}

fn change(page: &Page<'_>, finding: &Finding, fix: &Fix, ruler: &Ruler<'_>) -> Change {
    let replace = |edit: &Edit| Replacement {
        deleted_region: region(page, finding, edit.span, ruler),
        inserted_content: Text { text: edit.text.clone(), markdown: None },
    };
    let words = finding.help.as_deref().unwrap_or(&finding.message);
    Change {
        description: plain(words),
        artifact_changes: [ArtifactChange {
            artifact_location: artifact(page, &finding.path),
            replacements: fix.edits.iter().map(replace).collect(),
        }],
    }
}

impl Place {
    fn of(page: &Page<'_>, finding: &Finding, span: Span, ruler: &Ruler<'_>) -> Self {
        Self { region: Some(region(page, finding, span, ruler)), ..Self::file(page, &finding.path) }
    }

    fn file(page: &Page<'_>, path: &str) -> Self {
        Self { artifact_location: artifact(page, path), region: None }
    }
}

fn artifact(page: &Page<'_>, path: &str) -> Artifact {
    Artifact { uri: utf8_percent_encode(&page.location.in_repository(path), PATH).to_string() }
}

/// Bytes are named only where they are bytes of the file: in other encodings our spans count the converted text.
fn region(page: &Page<'_>, finding: &Finding, span: Span, ruler: &Ruler<'_>) -> Region {
    let span = ruler.clamp(span);
    let (start, end) = (ruler.position_utf16(span.start), ruler.position_utf16(span.end));
    let exact = page.report.sources.encoding(&finding.path) == Some(Encoding::Utf8);
    Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
        bytes: exact.then(|| Bytes { byte_offset: span.start, byte_length: span.len() }),
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A plain text message; brackets could make a link in it (§3.11.6).
fn plain(text: &str) -> Text {
    let text = sentence(text).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
    Text { text, markdown: None }
}
