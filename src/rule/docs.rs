//! The page of a rule as Markdown, for the documentation and for `copydesk explain`, and the list of all rules.

use std::{
    collections::{BTreeMap, HashSet},
    fmt::Write,
};

use serde::Serialize;

use super::{Example, Rule, Rules, Scene};
use crate::{
    check::{Fixing, Severity},
    site::Generator,
};

/// What else a finding may be than the rule's own severity.
fn others(rule: &Rule) -> String {
    let other = rule.check.severities().into_iter().filter(|severity| *severity != rule.severity);
    let names: Vec<&str> = other.map(Severity::name).collect();
    if names.is_empty() { String::new() } else { format!("; where it is more or less sure, {}", names.join(" or ")) }
}

/// How many examples of a kind a page shows at most.
const SHOWN: usize = 12;

/// What the rule file says, as a page.
pub fn markdown(rule: &Rule) -> String {
    let mut page = format!("# {}\n\n{}\n\n", rule.id, rule.summary.trim());
    let (off, others) = (if rule.off { " (off here)" } else { "" }, others(rule));
    let _ = writeln!(page, "Severity: **{}**{off}{others}\n", rule.severity.name());
    if let Some(fixing) = fixing(rule.check.fixing()) {
        let _ = writeln!(page, "{fixing}\n");
    }
    section(&mut page, "Why", rule.rationale.trim());
    section(&mut page, "What each generator does", &consequences(rule));
    section(&mut page, "What copydesk says", &sentences(rule));
    section(&mut page, "Wrong", &examples(&rule.examples.bad));
    section(&mut page, "Right", &examples(&rule.examples.good));
    section(&mut page, "Measured", rule.measured.as_deref().unwrap_or_default().trim());
    section(&mut page, "In the configuration", &configuration(rule));
    section(&mut page, "More", &rule.references.iter().map(|page| format!("- <{page}>\n")).collect::<String>());
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

/// What `--fix` can do about it.
const fn fixing(fixing: Fixing) -> Option<&'static str> {
    match fixing {
        Fixing::No => None,
        Fixing::Safe => Some("Fix: `--fix` mends it where there is one right answer."),
        Fixing::SomeSafe => Some(
            "Fix: `--fix` mends it where there is one right answer, `--fix --unsafe-fixes` also where the result needs a \
             look.",
        ),
        Fixing::Unsafe => Some("Fix: `--fix --unsafe-fixes` mends it where it can; the result needs a look."),
    }
}

/// A heading and what stands under it; nothing where there is nothing.
fn section(page: &mut String, heading: &str, body: &str) {
    if !body.is_empty() {
        let _ = writeln!(page, "## {heading}\n\n{}\n", body.trim_end());
    }
}

fn consequences(rule: &Rule) -> String {
    let name = |generator: &Generator| match generator {
        Generator::Plain if rule.consequence.len() > 1 => "others",
        generator => generator.name(),
    };
    rule.consequence.iter().map(|(generator, text)| format!("- **{}**: {}\n", name(generator), text.trim())).collect()
}

fn sentences(rule: &Rule) -> String {
    let said = |severity: Severity, message: &str| format!("{}[{}] {message}", severity.name(), rule.id);
    let mut lines: Vec<String> = rule
        .check
        .kinds()
        .map(|(severity, says)| said(severity.unwrap_or(rule.severity), &rule.message.as_str().replace("{says}", says)))
        .collect();
    // Several kinds may say the same.
    let mut seen = HashSet::new();
    lines.retain(|line| seen.insert(line.clone()));
    if lines.is_empty() {
        lines.push(said(rule.severity, rule.message.as_str()));
    }
    lines.extend(rule.label.as_ref().map(|label| format!("label: {}", label.as_str())));
    lines.extend(rule.labels.values().map(|label| format!("label: {}", label.as_str())));
    lines.extend(rule.help.as_ref().map(|help| format!("help: {}", help.as_str())));
    fenced("text", &lines.join("\n"))
}

/// Some of all parts of the list, as a rule for twenty languages has too many to read.
fn examples(examples: &[Example]) -> String {
    let mut all = String::new();
    for example in examples.iter().step_by(examples.len().div_ceil(SHOWN).max(1)) {
        let (text, scene) = match example {
            Example::Text(text) => (text, String::new()),
            Example::Scene(scene) => (&scene.text, surroundings(scene)),
        };
        let _ = writeln!(all, "{scene}{}", fenced("markdown", text));
    }
    all
}

/// In which world an example stands, as a line before it.
fn surroundings(scene: &Scene) -> String {
    let mut parts = Vec::new();
    if scene.generator != Generator::Plain {
        parts.push(format!("on a {} site", scene.generator.name()));
    }
    parts.extend(scene.path.as_ref().map(|path| format!("in `{path}`")));
    parts.extend(scene.beside.keys().map(|path| format!("beside `{path}`")));
    parts.extend(scene.files.iter().map(|(path, content)| format!("where `{path}` is `{}`", first_line(content))));
    parts.extend(scene.ignored.iter().map(|path| format!("where git leaves out `{path}`")));
    parts.extend(scene.answers.iter().map(|(address, answer)| format!("where <{address}> answers `{answer}`")));
    let remembered = scene.state.lines().skip(1);
    parts.extend(remembered.map(|line| format!("where the state file says `{line}`")));
    parts.extend(scene.with.as_ref().map(|with| format!("with `{with}`")));
    if parts.is_empty() { String::new() } else { format!("{}:\n\n", parts.join(", ")) }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn configuration(rule: &Rule) -> String {
    let other = if rule.severity == Severity::Warning { "error" } else { "warning" };
    let id = &rule.id;
    let off = fenced("yaml", &format!("rules:\n  {id}: off"));
    let severity = fenced("yaml", &format!("rules:\n  {id}:\n    severity: {other}"));
    let origin = match rule.origin.as_str() {
        "" => format!("`rules/{id}.yaml` in the source of copydesk"),
        origin => format!("`{origin}`"),
    };
    format!(
        "In `copydesk.yaml`, to turn the rule off:\n\n{off}\nor to change how much it counts:\n\n{severity}\n\
         Other keys under the rule's name are merged over its own file, {origin}.\n"
    )
}

/// A code block that its content cannot leave.
fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{language}\n{text}{end}{fence}\n")
}

/// A rule in the list of all rules.
#[derive(Debug, Serialize)]
pub struct Entry<'a> {
    pub id: &'a str,
    pub severity: Severity,
    /// Whether `--fix` can mend what the rule finds.
    pub fix: Fixing,
    pub summary: &'a str,
    pub off: bool,
    /// The user's file that the rule came from; empty for the rules that copydesk brings.
    pub origin: &'a str,
}

/// The rules by the noun that their ids begin with, both sorted.
pub fn list(rules: &Rules) -> BTreeMap<&str, Vec<Entry<'_>>> {
    let mut groups: BTreeMap<&str, Vec<Entry<'_>>> = BTreeMap::new();
    for rule in &rules.list {
        let Rule { id, severity, summary, off, origin, .. } = rule;
        let fix = rule.check.fixing();
        let entry = Entry { id, severity: *severity, fix, summary: summary.trim(), off: *off, origin };
        groups.entry(noun(id)).or_default().push(entry);
    }
    groups
}

/// What a rule is about: `image` of `image-placeholder`.
fn noun(id: &str) -> &str {
    if id.starts_with("front-matter-") { "front-matter" } else { id.split('-').next().unwrap_or(id) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_longer_than_any_in_the_text() {
        assert_eq!(fenced("text", "a ```` b"), "`````text\na ```` b\n`````\n");
        assert_eq!(fenced("text", "a\n"), "```text\na\n```\n");
    }

    #[test]
    fn ids_group_by_their_noun() {
        assert_eq!(
            (noun("image-missing"), noun("front-matter-key-missing"), noun("own")),
            ("image", "front-matter", "own")
        );
    }
}
