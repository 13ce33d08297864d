//! JUnit XML, for servers that show test results. There is no standard: elements and attributes are those that GitLab,
//! Jenkins and the schema of Apache Ant's reports have in common.
//!
//! A finding is a failed test of the class that has the file's name; one that does not count is a skipped test; a file
//! that could not be checked is a test with an error.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use super::{
    Page,
    ruler::{Ruler, measured},
    text::{escape, sentence},
    told,
};
use crate::finding::{Finding, Status};

/// What the tests of one file, or of the run itself, came to.
#[derive(Default)]
struct Suite {
    name: String,
    cases: Vec<String>,
    /// How often each rule was broken.
    rules: BTreeMap<String, usize>,
    failures: usize,
    errors: usize,
    skipped: usize,
}

pub fn render(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut suites = vec![run(page)];
    for (finding, ruler) in measured(page.report) {
        let path = page.location.in_repository(&finding.path);
        if suites.last().is_none_or(|suite| suite.name != path) || suites.len() == 1 {
            suites.push(Suite { name: path, ..Suite::default() });
        }
        if let Some(suite) = suites.last_mut() {
            suite.push(finding, &ruler);
        }
    }
    let sum = |count: fn(&Suite) -> usize| suites.iter().map(count).sum::<usize>();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="copydesk" tests="{}" failures="{}" errors="{}">"#,
        sum(|suite| suite.cases.len()),
        sum(|suite| suite.failures),
        sum(|suite| suite.errors)
    )?;
    for suite in &suites {
        suite.write(out)?;
    }
    writeln!(out, "</testsuites>")
}

/// The test that every file could be checked. It is always there, as some servers take a report without tests for a
/// broken one.
fn run(page: &Page<'_>) -> Suite {
    let mut suite = Suite { name: "copydesk".to_owned(), ..Suite::default() };
    for problem in &page.report.problems {
        let name = xml(&page.location.in_repository(&problem.path));
        let message = xml(&sentence(&problem.message));
        suite.errors += 1;
        suite.cases.push(format!(
            r#"<testcase classname="not checked" name="{name}"><error type="not checked" message="{message}">{name}: {message}</error></testcase>"#
        ));
    }
    if suite.cases.is_empty() {
        suite.cases.push(r#"<testcase classname="copydesk" name="every file could be checked"/>"#.to_owned());
    }
    suite
}

impl Suite {
    fn push(&mut self, finding: &Finding, ruler: &Ruler<'_>) {
        let at = ruler.position(finding.span.start);
        let path = xml(&self.name);
        let message = xml(&sentence(&told(finding)));
        // Servers know a test by its class and name: each may stand only once, and a line that moves must not count.
        let nth = self.rules.entry(finding.rule.to_string()).or_insert(0);
        *nth += 1;
        let name = if *nth == 1 { finding.rule.to_string() } else { format!("{} ({nth})", finding.rule) };
        let why = match finding.status {
            Status::New => {
                self.failures += 1;
                format!(
                    r#"<failure type="{}" message="{message}">{path}:{}:{}: {message}</failure>"#,
                    finding.severity.name(),
                    at.line,
                    at.column
                )
            }
            Status::Known => self.skip("in the baseline"),
            Status::Suppressed => self.skip("suppressed"),
        };
        self.cases.push(format!(r#"<testcase classname="{path}" name="{}">{why}</testcase>"#, xml(&name)));
    }

    fn skip(&mut self, why: &str) -> String {
        self.skipped += 1;
        format!(r#"<skipped message="{why}"/>"#)
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            r#"  <testsuite name="{}" tests="{}" failures="{}" errors="{}" skipped="{}">"#,
            xml(&self.name),
            self.cases.len(),
            self.failures,
            self.errors,
            self.skipped
        )?;
        for case in &self.cases {
            writeln!(out, "    {case}")?;
        }
        writeln!(out, "  </testsuite>")
    }
}

/// Text as XML, in an attribute or between tags. XML 1.0 has no way to write most control characters: they are spelled
/// out, as is what could steer a terminal or a log.
fn xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    for c in escape(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}
