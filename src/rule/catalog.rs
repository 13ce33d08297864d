//! Loading rules: those that copydesk brings and those of a user, through the same door.

use std::{borrow::Cow, path::Path, sync::OnceLock};

use serde::Deserialize as _;

use super::{Rule, Rules, Shared};
use crate::{
    data::{
        Node,
        typed::{self, Fault},
        yaml,
    },
    error::{Error, Result},
    source::Span,
};

/// The files of `rules/`, each with its name, its text, and its value in JSON, which is read many times faster.
mod embedded {
    include!(concat!(env!("OUT_DIR"), "/rules.rs"));
}

/// A rule file as it was read, before the configuration is merged into it.
pub struct Draft {
    /// For messages: `rules/NAME.yaml`, or the user's path.
    pub path: String,
    pub id: String,
    pub text: Cow<'static, str>,
    pub value: serde_json::Value,
    /// For the places of errors; that of a shipped rule is read when it has one.
    tree: OnceLock<Node>,
    own: bool,
}

/// The rules that copydesk brings, as drafts, sorted by id.
///
/// # Errors
/// None that a user could cause: a test reads them all.
pub fn shipped() -> Result<Vec<Draft>> {
    embedded::RULES.iter().map(|(name, text, json)| Draft::shipped(name, text, json)).collect()
}

/// The shipped rule about schemas, with these collections, as a warning.
///
/// # Errors
/// A schema that is none.
pub fn schema_rule(collections: &serde_json::Value) -> Result<Rule> {
    let over = serde_json::json!({ "check": { "schema": { "collections": collections } } });
    let mut drafts = shipped()?;
    drafts.retain(|draft| draft.id == "front-matter-schema");
    let draft = drafts.first().ok_or_else(|| Error::usage("the rule `front-matter-schema` is missing"))?;
    let mut rule = draft.finish(&over)?;
    (rule.severity, rule.pinned) = (crate::check::Severity::Warning, true);
    Ok(rule)
}

/// What shipped checks share.
///
/// # Errors
/// None that a user could cause: a test reads it.
pub fn shared() -> Result<Shared> {
    let mut all = serde_json::Map::new();
    for (name, _, json) in embedded::SHARED {
        all.insert((*name).to_owned(), read_json(&format!("rules/shared/{name}.yaml"), json)?);
    }
    let fault = |error| Error::usage(format!("rules/shared: {error}"));
    let notes = serde_json::from_value(all.remove("omission").unwrap_or_default()).map_err(fault)?;
    Ok(Shared { vocabulary: serde_json::from_value(all.into()).map_err(fault)?, notes })
}

/// What `build.rs` made of the file at `path`.
fn read_json(path: &str, json: &str) -> Result<serde_json::Value> {
    serde_json::from_str(json).map_err(|error| Error::usage(format!("{path}: {error}")))
}

/// The names of the starting schemas, each for the keys that a generator itself reads.
pub fn schemas() -> impl Iterator<Item = &'static str> {
    embedded::SCHEMAS.iter().map(|(name, _, _)| *name)
}

/// The text of a starting schema, `rules/schemas/NAME.yaml`.
pub fn schema_text(name: &str) -> Option<&'static str> {
    embedded::SCHEMAS.iter().find(|(known, _, _)| *known == name).map(|(_, text, _)| *text)
}

/// The starting schema `name`; none where there is none of that name.
///
/// # Errors
/// None that a user could cause: a test reads them all.
pub fn schema(name: &str) -> Result<Option<serde_json::Value>> {
    let found = embedded::SCHEMAS.iter().find(|(known, _, _)| *known == name);
    found.map(|(_, _, json)| read_json(&format!("rules/schemas/{name}.yaml"), json)).transpose()
}

/// The rule files (`*.yaml`, `*.yml`) in a user's folder, sorted by name. `shown` is the folder as the user wrote it.
///
/// # Errors
/// The folder or a file that cannot be read, or a file that is no rule.
pub fn in_folder(folder: &Path, shown: &str) -> Result<Vec<Draft>> {
    let read = |cause| Error::Read { path: folder.to_owned(), cause };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(read)? {
        let path = entry.map_err(read)?.path();
        if path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    files
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).map_err(|cause| Error::Read { path: path.clone(), cause })?;
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            Draft::read(&format!("{}/{file}", shown.trim_end_matches('/')), &name, text)
        })
        .collect()
}

impl Draft {
    /// One that copydesk brings. That its id is its name, and that YAML and JSON say the same, a test asks.
    fn shipped(name: &str, text: &'static str, json: &str) -> Result<Self> {
        let path = format!("rules/{name}.yaml");
        let (value, text) = (read_json(&path, json)?, Cow::Borrowed(text));
        Ok(Self { path, id: name.to_owned(), text, value, tree: OnceLock::new(), own: true })
    }

    /// One from a user's file.
    fn read(path: &str, name: &str, text: String) -> Result<Self> {
        let place = |fault: Fault| Error::Place(Box::new(fault.in_file(path, &text)));
        let tree = yaml::parse(&text, Span::new(0, text.len()))
            .map_err(|error| place(Fault { span: error.span, message: error.message, help: None }))?;
        let value = typed::to_json(&tree).map_err(place)?;
        let id = tree.get("id").and_then(Node::text).unwrap_or_default().to_owned();
        if id != name {
            let span = tree.get("id").map_or(Span::at(0), |node| node.span);
            return Err(place(Fault {
                span,
                message: format!("the id `{id}` is not the name of the file"),
                help: Some(format!("call the file `{id}.yaml`, or the rule `{name}`")),
            }));
        }
        Ok(Self { path: path.to_owned(), id, text: text.into(), value, tree: OnceLock::from(tree), own: false })
    }

    fn tree(&self) -> &Node {
        let read = || yaml::parse(&self.text, Span::new(0, self.text.len())).unwrap_or_else(|_| Node::null(0));
        self.tree.get_or_init(read)
    }

    /// Whether the rule runs only where it is asked for.
    pub fn is_opt_in(&self) -> bool {
        self.value.get("opt-in").is_some_and(|value| value == true)
    }

    /// The rule, with `overrides` merged over the file (`null` where there are none).
    ///
    /// # Errors
    /// A key, a word or a pattern in the file that does not fit, at its place there.
    pub fn finish(&self, overrides: &serde_json::Value) -> Result<Rule> {
        let place = |fault: Fault| Error::Place(Box::new(fault.in_file(&self.path, &self.text)));
        let mut value = Cow::Borrowed(&self.value);
        if !overrides.is_null() {
            merge(value.to_mut(), overrides);
        }
        // Where an error is, is only asked when there is one.
        let mut rule = match Rule::deserialize(&*value) {
            Ok(rule) => rule,
            Err(_) => typed::read_value(self.tree(), &value).map_err(place)?,
        };
        rule.origin = if self.own { String::new() } else { self.path.clone() };
        self.verify(&rule).map_err(place)?;
        if !self.own || !overrides.is_null() {
            self.compile(&rule).map_err(place)?;
        }
        Ok(rule)
    }

    /// Patterns that a user wrote are compiled before anything is checked: a wrong one must not stay unseen because no
    /// post needs it. Those of the shipped rules are compiled by a test.
    fn compile(&self, rule: &Rule) -> std::result::Result<(), Fault> {
        rule.check.compile().map_err(|message| {
            let check = self.tree().get("check").unwrap_or(self.tree());
            typed::refuse(check, check.span, message)
        })
    }

    /// What serde cannot see: words that the check does not fill, and a rule without examples.
    fn verify(&self, rule: &Rule) -> std::result::Result<(), Fault> {
        let known = rule.check.words();
        let sentences =
            [("message", Some(&rule.message)), ("label", rule.label.as_ref()), ("help", rule.help.as_ref())];
        let labels = rule.labels.iter().map(|(name, template)| (name.as_str(), Some(template)));
        for (name, template) in sentences.into_iter().chain(labels) {
            for word in template.map(super::Template::words).unwrap_or_default() {
                if !known.contains(&word) && !["generator", "consequence"].contains(&word) {
                    let span = self.tree().get(name).or_else(|| self.tree().at(&format!("labels.{name}")));
                    return Err(Fault {
                        span: span.map_or(Span::at(0), |node| node.span),
                        message: format!("this check does not fill `{{{word}}}`"),
                        help: Some(format!("it fills: generator, consequence, {}", known.join(", "))),
                    });
                }
            }
        }
        if rule.examples.bad.is_empty() || rule.examples.good.is_empty() {
            let span = self.tree().entry("examples").map_or(Span::at(0), |entry| entry.key.span);
            let message = "a rule needs at least one bad and one good example".to_owned();
            return Err(Fault { span, message, help: None });
        }
        Ok(())
    }
}

/// Merges maps key by key; anything else is replaced.
pub fn merge(value: &mut serde_json::Value, over: &serde_json::Value) {
    match (value, over) {
        (_, serde_json::Value::Null) => {}
        (serde_json::Value::Object(map), serde_json::Value::Object(over)) => {
            for (key, over) in over {
                merge(map.entry(key.clone()).or_insert(serde_json::Value::Null), over);
            }
        }
        (value, over) => *value = over.clone(),
    }
}

/// The shipped rules as they are without any configuration.
///
/// # Errors
/// None that a user could cause: a test reads them all.
pub fn defaults() -> Result<Rules> {
    let drafts = shipped()?;
    let finish = |draft: &Draft| Ok(Rule { off: draft.is_opt_in(), ..draft.finish(&serde_json::Value::Null)? });
    let list = drafts.iter().map(finish).collect::<Result<_>>()?;
    Ok(Rules { list, shared: shared()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_and_json_of_every_shipped_file_say_the_same() {
        for (folder, files) in [("", embedded::RULES), ("shared/", embedded::SHARED), ("schemas/", embedded::SCHEMAS)] {
            for (name, text, json) in files {
                let path = format!("rules/{folder}{name}.yaml");
                let value: serde_json::Value = typed::read_yaml(&path, text).unwrap();
                assert_eq!(value, read_json(&path, json).unwrap(), "{path}");
                assert!(!folder.is_empty() || value["id"] == *name, "the id of {path}");
            }
        }
    }

    #[test]
    fn every_shipped_pattern_compiles() {
        let Rules { list, shared } = defaults().unwrap();
        assert_eq!(shared.notes.compile(), Ok(()), "rules/shared/omission.yaml");
        for rule in list {
            assert_eq!(rule.check.compile(), Ok(()), "{}", rule.id);
        }
    }
}
