//! Reports made by hand, for the tests of what is printed.

use std::sync::Arc;

use copydesk::{
    check::Severity,
    data::typed::read_yaml,
    finding::{Finding, Report, Status, Summary},
    render::{Format, Location, Page, Style, render},
    rule::{Rule, Rules},
    source::{Source, Sources, Span, origin::Stored},
};

pub const PLAIN: Style =
    Style { color: false, unicode: true, quiet: false, statistics: false, width: 80, shown: false, progress: false };

const RULE: &str = r#"
id: image-placeholder
summary: An image points at a placeholder instead of a picture.
rationale: |
  Templates leave `![alt](url)` behind. Readers see a **broken** image.
severity: error
check: { text: { words: [url] } }
message: "this is a placeholder"
help: put the real address here, or remove the image
consequence:
  hugo: the build goes on and publishes a broken picture
  plain: readers see a broken picture
measured: 12 posts, 3 findings, 3 right
references: ["https://example.test/why"]
examples:
  bad:
    - |
      ![picture](⟦url⟧)
      ```
      code
      ```
  good:
    - "![picture](a.png)\n"
    - { text: "![picture](b.png)\n", path: posts/a.md, generator: hugo, files: { posts/b.png: png } }
"#;

pub fn rules() -> Rules {
    let rule: Rule = read_yaml("rule.yaml", RULE).expect("the rule of this test is one");
    Rules { list: vec![rule], ..Rules::default() }
}

/// A finding on the first `part` of `text`.
pub fn finding(path: &str, text: &str, part: &str) -> Finding {
    let start = text.find(part).expect("the part is in the text");
    at(path, Span::new(start, start + part.len()))
}

pub fn at(path: &str, span: Span) -> Finding {
    Finding {
        rule: Arc::from("image-placeholder"),
        severity: Severity::Error,
        strict: None,
        about: None,
        status: Status::New,
        reason: None,
        path: Arc::from(path),
        span,
        message: "this is a placeholder".to_owned(),
        label: None,
        labels: Vec::new(),
        help: None,
        fixes: Vec::new(),
        files: Vec::new(),
    }
}

pub fn report(files: &[(&str, &str)], findings: Vec<Finding>) -> Report {
    let mut sources = Sources::default();
    for (path, text) in files {
        sources.insert(Arc::from(*path), Stored::Held(Source::from_text(*path, *text)));
    }
    let summary = Summary { files: files.len(), errors: findings.len(), ..Summary::default() };
    Report { findings, sources, summary, ..Report::default() }
}

pub fn shown(format: Format, report: &Report, style: Style) -> String {
    let (rules, location) = (rules(), Location::default());
    let page = Page { report, rules: &rules, location: &location, style, online: false };
    let mut out = Vec::new();
    render(format, &page, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("output is UTF-8")
}
