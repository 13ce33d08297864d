//! A rule's examples, run as tests through the same door as real posts.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    check::{Check, suppression::Suppression},
    error::{Error, Result},
    examine::examine,
    facts::{
        Fetch, Listed, Verdict,
        memory::{Memory, Record},
        picture::{Sample, Unread},
    },
    finding::{
        Report,
        baseline::{self, Baseline},
    },
    rule::{
        Example, Rule, Rules, Scene, Shared,
        catalog::{self, Draft},
    },
    site::{Site, Sites, path::join},
    source::{Origin, Source, Span},
};

/// Begins and ends the place that a bad example marks.
const MARKS: [char; 2] = ['⟦', '⟧'];

/// One example of one rule.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    pub example: &'a Example,
    pub bad: bool,
    /// Zero-based, among the bad or the good ones.
    pub index: usize,
}

/// Every example of a rule, in the order of its file.
pub fn cases(rule: &Rule) -> Vec<Case<'_>> {
    [(&rule.examples.bad, true), (&rule.examples.good, false)]
        .into_iter()
        .flat_map(|(list, bad)| list.iter().enumerate().map(move |(index, example)| Case { example, bad, index }))
        .collect()
}

/// Whether a rule says of an example what the example says of itself.
///
/// # Errors
/// What was found instead, ready to be printed.
pub fn verify(draft: &Draft, overrides: &serde_json::Value, case: Case<'_>, shared: &Shared) -> Result<(), String> {
    let scene = scene(case);
    let rule = with_parameters(draft, overrides, scene.with.as_ref()).map_err(|error| error.to_string())?;
    let (text, expected) = unmark(&scene.text)?;
    match (case.bad, expected.is_empty()) {
        (true, true) => return Err("a bad example marks the place with ⟦ and ⟧".to_owned()),
        (false, false) => return Err("a good example marks no place".to_owned()),
        _ => {}
    }
    let stage = Stage::set(&scene, &text);
    let is_baseline = matches!(rule.check, Check::Suppression(Suppression::Stale));
    let list = among(rule).map_err(|error| error.to_string())?;
    let rules = Rules { list, shared: shared.clone() };
    let report = match is_baseline {
        true => hold(&scene, &text, &rules)?,
        false => stage.look(stage.origins.clone(), &rules),
    };
    let own = report.new_findings().filter(|finding| *finding.rule == *draft.id);
    let found: Vec<Span> = own.map(|finding| finding.span).collect();
    if found == expected {
        return Ok(());
    }
    let show = |spans: &[Span]| match spans {
        [] => "nothing".to_owned(),
        _ => spans
            .iter()
            .map(|span| format!("{}..{} {:?}", span.start, span.end, span.of(&text)))
            .collect::<Vec<_>>()
            .join(", "),
    };
    Err(format!("expected {}\n   found {}", show(&expected), show(&found)))
}

fn with_parameters(
    draft: &Draft,
    overrides: &serde_json::Value,
    with: Option<&serde_json::Value>,
) -> Result<Rule, Error> {
    let mut over = overrides.clone();
    if let Some(with) = with {
        if over.is_null() {
            over = serde_json::json!({});
        }
        catalog::merge(&mut over, &serde_json::json!({ "check": with }));
    }
    draft.finish(&over)
}

/// The rule alone; one about suppressions stands among those that can be suppressed.
fn among(rule: Rule) -> Result<Vec<Rule>, Error> {
    let mut list = match rule.check {
        Check::Suppression(_) => catalog::defaults()?.list,
        _ => Vec::new(),
    };
    list.retain(|other| other.id != rule.id);
    list.push(rule);
    list.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(list)
}

fn scene(case: Case<'_>) -> Scene {
    match case.example {
        Example::Text(text) => Scene { text: text.clone(), ..Scene::default() },
        Example::Scene(scene) => (**scene).clone(),
    }
}

/// An example's post in its world.
pub struct Stage {
    pub origins: Vec<Origin>,
    sites: Sites,
    answers: Answers,
}

impl Stage {
    /// The example without its marks.
    ///
    /// # Errors
    /// Marks that do not pair.
    pub fn of(case: Case<'_>) -> Result<Self, String> {
        let scene = scene(case);
        Ok(Self::set(&scene, &unmark(&scene.text)?.0))
    }

    fn set(scene: &Scene, text: &str) -> Self {
        let site = Site::example(scene.generator);
        let content = site.content.first().map_or("", String::as_str);
        let path = scene.path.clone().unwrap_or_else(|| join(content, "post.md"));
        let mut origins = vec![Source::from_bytes(path, text.as_bytes()).into()];
        for (path, text) in &scene.beside {
            origins.push(Source { subject: false, ..Source::from_text(path.clone(), text.clone()) }.into());
        }
        Self { origins, sites: Sites::new(vec![site]), answers: Answers::new(scene) }
    }

    pub fn look(&self, origins: Vec<Origin>, rules: &Rules) -> Report {
        examine(origins, &self.sites, rules, &self.answers)
    }
}

/// An example whose text is a baseline, held against the posts beside it.
fn hold(scene: &Scene, text: &str, rules: &Rules) -> Result<Report, String> {
    let path = scene.path.clone().unwrap_or_else(|| baseline::NAME.to_owned());
    let baseline = Baseline::parse(Source::from_text(path, text)).map_err(|fault| fault.message)?;
    let posts = scene.beside.iter().map(|(path, text)| Source::from_text(path.clone(), text.clone()));
    let mut report = examine(posts, &Sites::new(vec![Site::example(scene.generator)]), rules, &Answers::new(scene));
    baseline.hold(&mut report, rules, |_| true);
    report.findings.retain(|finding| *finding.path == *baseline::NAME);
    Ok(report)
}

/// The text without its marks, and the places that they enclose.
fn unmark(marked: &str) -> Result<(String, Vec<Span>), String> {
    let mut text = String::with_capacity(marked.len());
    let (mut spans, mut open) = (Vec::new(), None);
    for c in marked.chars() {
        match (c, open) {
            ('⟦', None) => open = Some(text.len()),
            ('⟧', Some(start)) => {
                spans.push(Span::new(start, text.len()));
                open = None;
            }
            (c, _) if MARKS.contains(&c) => return Err("the marks ⟦ and ⟧ do not pair".to_owned()),
            (c, _) => text.push(c),
        }
    }
    if open.is_some() { Err("⟦ without ⟧".to_owned()) } else { Ok((text, spans)) }
}

/// The world of an example.
struct Answers {
    files: BTreeMap<String, String>,
    ignored: BTreeSet<String>,
    answers: BTreeMap<String, String>,
    memory: Memory,
}

impl Answers {
    fn new(scene: &Scene) -> Self {
        let mut files = scene.files.clone();
        files.extend(scene.beside.iter().map(|(path, text)| (path.clone(), format!("text: {text}"))));
        let memory = Memory::read(&scene.state).unwrap_or_default();
        Self { files, ignored: scene.ignored.clone(), answers: scene.answers.clone(), memory }
    }
}

impl Fetch for Answers {
    fn list(&self, folder: &str) -> Option<Vec<Listed>> {
        let mut listed: Vec<Listed> = self
            .files
            .keys()
            .filter_map(|path| {
                if folder.is_empty() { Some(path.as_str()) } else { path.strip_prefix(folder)?.strip_prefix('/') }
            })
            .map(|rest| match rest.split_once('/') {
                Some((name, _)) => Listed { name: name.to_owned(), folder: true },
                None => Listed { name: rest.to_owned(), folder: false },
            })
            .collect();
        listed.sort();
        listed.dedup();
        (!listed.is_empty() || folder.is_empty()).then_some(listed)
    }

    fn picture(&self, path: &str) -> Result<Sample, Unread> {
        let content = self.files.get(path).filter(|content| *content != "unreadable");
        content.map(|content| Sample::described(content)).ok_or(Unread::Refused)
    }

    fn text(&self, path: &str, _most: u64) -> Option<String> {
        self.files.get(path)?.strip_prefix("text: ").map(str::to_owned)
    }

    fn ignored(&self, files: &BTreeSet<&str>) -> BTreeSet<String> {
        files.iter().filter(|file| self.ignored.contains(**file)).map(|file| (*file).to_owned()).collect()
    }

    fn past(&self, address: &str) -> Option<Record> {
        self.memory.of(address).cloned()
    }

    fn ask(&self, addresses: &[url::Url]) -> Option<Vec<Verdict>> {
        let verdict = |address: &url::Url| match self.answers.get(address.as_str()).map(String::as_str) {
            Some("image") => Verdict::Alive,
            Some("missing") => Verdict::Dead("404 Not Found".to_owned()),
            Some("hotlink") => Verdict::Hotlink,
            Some("page") => Verdict::NotAnImage("text/html".to_owned()),
            _ => Verdict::Unverified("no answer".to_owned()),
        };
        (!self.answers.is_empty()).then(|| addresses.iter().map(verdict).collect())
    }
}
