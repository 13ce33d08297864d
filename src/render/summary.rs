//! The last lines for people: what was found in how many files, what could not be checked, and counts for each rule.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use super::{
    Page,
    paint::Paint,
    text::{count, escape, sentence},
};
use crate::{
    check::{Check, Severity},
    facts::remote::Unverified,
    finding::{Problem, Status},
};

/// Problems and summary, as far as the user wants them. Problems are never left out.
pub fn render(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    problems(page, out)?;
    if page.style.quiet {
        return Ok(());
    }
    let paint = Paint { color: page.style.color };
    if page.online {
        unverified(&page.report.summary.hosts, paint, out)?;
    }
    writeln!(out, "{}", outcome(page, paint))?;
    for line in fixes(page) {
        writeln!(out, "{line}")?;
    }
    match sites(&page.report.summary.sites) {
        sites if sites.is_empty() => Ok(()),
        sites => writeln!(out, "{}", paint.dim(&sites)),
    }
}

/// What the rules took the files for, as that decides much of what they say.
fn sites(sites: &[String]) -> String {
    const SHOWN: usize = 3;
    let mut shown: Vec<String> = sites.iter().take(SHOWN).map(|site| sentence(site)).collect();
    match sites.len() {
        0 => String::new(),
        number if number > SHOWN => {
            shown.push(format!("{} more", number - SHOWN));
            format!("Read as {}", list(&shown))
        }
        _ => format!("Read as {}", list(&shown)),
    }
}

/// What could not be checked, loudly.
fn problems(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    page.report.problems.iter().try_for_each(|one| problem(page, one, out))
}

/// One line.
pub fn problem(page: &Page<'_>, problem: &Problem, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint { color: page.style.color };
    let head = paint.severity(Severity::Error, "not checked:");
    let path = page.location.show(&problem.path);
    writeln!(out, "{head} {}: {}", paint.bold(&escape(&path)), sentence(&problem.message))
}

/// The outcome without colours.
pub fn line(page: &Page<'_>) -> String {
    outcome(page, Paint { color: false })
}

/// Each host with images that nobody could vouch for, those with the same reasons on one line.
fn unverified(hosts: &[Unverified], paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    const SHOWN: usize = 6;
    let mut same: BTreeMap<&BTreeSet<String>, Vec<&Unverified>> = BTreeMap::new();
    for host in hosts {
        same.entry(&host.reasons).or_default().push(host);
    }
    for (reasons, hosts) in same {
        let reasons: Vec<String> = reasons.iter().map(|reason| sentence(reason)).collect();
        let named = |host: &&Unverified| match host.host.as_str() {
            "" => format!("no host ({})", host.addresses),
            name => format!("{} ({})", sentence(name), host.addresses),
        };
        let mut names: Vec<String> = hosts.iter().take(SHOWN).map(named).collect();
        if hosts.len() > SHOWN {
            let more: usize = hosts[SHOWN..].iter().map(|host| host.addresses).sum();
            names.push(format!("{} more hosts ({more})", hosts.len() - SHOWN));
        }
        writeln!(out, "{} {}: {}", paint.dim("unverified:"), reasons.join("; "), names.join(", "))?;
    }
    Ok(())
}

/// One line: `Found 3 errors and 2 warnings in 120 files`.
fn outcome(page: &Page<'_>, paint: Paint) -> String {
    let (found, files) = (found(page), page.report.summary.files);
    let unanswered = page.online && page.report.summary.unverified > 0;
    let broken = !page.report.problems.is_empty() || page.report.summary.foreign > 0 || unanswered;
    let line = match (found.as_slice(), files) {
        ([], 0) => "No file was checked".to_owned(),
        ([], _) if broken => format!("Nothing found in {}, but not everything was checked", count(files, "file")),
        // What is known or lies outside of the change is there all the same.
        ([], _) if page.report.summary.known + page.report.summary.outside > 0 => {
            paint.green(&format!("Nothing new in {}", count(files, "file")))
        }
        ([], 1) if only_schema(page) => paint.green("The file follows the schema"),
        ([], files) if only_schema(page) => paint.green(&format!("All {files} files follow the schema")),
        ([], 1) => paint.green("The file is fit to publish"),
        ([], files) => paint.green(&format!("All {files} files are fit to publish")),
        (found, files) => format!("Found {} in {}", list(found), count(files, "file")),
    };
    match asides(page) {
        asides if asides.is_empty() => line,
        asides => format!("{line} ({})", asides.join(", ")),
    }
}

/// Whether nothing was asked but how front matter is built, which says nothing of the articles and their images.
fn only_schema(page: &Page<'_>) -> bool {
    page.rules.active().all(|rule| matches!(rule.check, Check::Schema(_)))
}

/// What was mended, and what else could be: `3 findings fixed`, `2 can be fixed with --fix`.
fn fixes(page: &Page<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if page.report.summary.fixed > 0 {
        lines.push(format!("{} fixed", count(page.report.summary.fixed, "finding")));
    }
    let fixable = |safe: bool| {
        let by = |finding: &&crate::finding::Finding| match safe {
            true => finding.fixes.iter().any(|fix| fix.safe),
            false => !finding.fixes.is_empty() && finding.fixes.iter().all(|fix| !fix.safe),
        };
        page.report.new_findings().filter(by).count()
    };
    match (fixable(true), fixable(false)) {
        (0, 0) => {}
        (safe, 0) => lines.push(format!("{safe} can be fixed with `--fix`")),
        (0, others) => {
            lines.push(format!("{others} can be fixed with `--fix --unsafe-fixes`, and a look at the result"))
        }
        (safe, others) => lines.push(format!(
            "{safe} can be fixed with `--fix`, {others} more with `--fix --unsafe-fixes` and a look at the result"
        )),
    }
    lines
}

/// `3 errors`, `2 warnings`: only what there is.
fn found(page: &Page<'_>) -> Vec<String> {
    let number = |severity| page.report.new_findings().filter(|finding| finding.severity == severity).count();
    [Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .filter_map(|severity| match number(severity) {
            0 => None,
            number => Some(count(number, severity.name())),
        })
        .collect()
}

/// What else a reader should know of.
fn asides(page: &Page<'_>) -> Vec<String> {
    let report = page.report;
    let number = |status| report.findings.iter().filter(|finding| finding.status == status).count();
    let mut asides = Vec::new();
    if !report.problems.is_empty() {
        asides.push(count(report.problems.len(), "problem"));
    }
    if report.summary.foreign > 0 {
        asides.push(format!("{} not read: no Markdown", count(report.summary.foreign, "post")));
    }
    if report.summary.unverified > 0 && !only_schema(page) {
        let why = if page.online { "no clear answer" } else { "offline" };
        asides.push(format!("{} unverified: {why}", count(report.summary.unverified, "remote image")));
    }
    if report.summary.undecided > 0 && !only_schema(page) {
        let images = count(report.summary.undecided, "image");
        asides.push(format!("{images} undecided: known when the site is built"));
    }
    for (status, word) in [(Status::Known, "in the baseline"), (Status::Suppressed, "suppressed")] {
        match number(status) {
            0 => {}
            number => asides.push(format!("{number} {word}")),
        }
    }
    if report.summary.outside > 0 {
        asides.push(format!("{} outside of the change", report.summary.outside));
    }
    asides
}

/// `a`, `a and b`, `a, b and c`.
fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A table of how often each rule was broken, most often first.
pub fn statistics(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
    for finding in page.report.new_findings() {
        *counts.entry((&finding.rule, finding.severity)).or_default() += 1;
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by_key(|((rule, severity), count)| (std::cmp::Reverse(*count), std::cmp::Reverse(*severity), *rule));
    let paint = Paint { color: page.style.color };
    let digits = rows.first().map_or(0, |(_, count)| count.to_string().len());
    let name = rows.iter().map(|((rule, _), _)| rule.chars().count()).max().unwrap_or(0);
    for ((rule, severity), count) in rows {
        let severity = paint.severity(severity, &format!("{:7}", severity.name()));
        let summary = page.rules.get(rule).map_or("", |rule| rule.summary.as_str());
        writeln!(
            out,
            "{}",
            format!("{count:>digits$}  {severity}  {:name$}  {}", escape(rule), sentence(summary)).trim_end()
        )?;
    }
    Ok(())
}
