//! Shipped rules, users' rules and what the configuration says of them, merged.

use std::path::Path;

use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::{
    Layer,
    file::{Level, OneOrMany},
    glob,
};
use crate::{
    data::typed::Fault,
    error::{Error, Result, nearest},
    rule::{
        Rule, Rules, Setting,
        catalog::{self, Draft},
    },
};

/// The rule that takes the schemas of `collections`.
const SCHEMA_RULE: &str = "front-matter-schema";

/// The rule that asks for the reason of a suppression.
const REASON_RULE: &str = "suppression-reason";

/// The rules of a run.
///
/// # Errors
/// A rule file or a setting that does not fit, at its place.
pub fn resolve(root: &Path, layers: &[Layer]) -> Result<Rules> {
    let mut drafts = catalog::shipped()?;
    for layer in layers {
        drafts.extend(own_rules(root, layer)?);
    }
    drafts.sort_by(|a, b| a.id.cmp(&b.id));
    if let Some(pair) = drafts.windows(2).find(|pair| pair[0].id == pair[1].id) {
        return Err(Error::usage(format!(
            "`{}` is the name of two rules: {} and {}",
            pair[0].id, pair[0].path, pair[1].path
        )));
    }
    for layer in layers {
        know_every_name(layer, &drafts)?;
    }
    // Compiling patterns is most of what a small run costs.
    let configured = || drafts.par_iter().map(|draft| configure(draft, &drafts, root, layers)).collect::<Result<_>>();
    let (list, shared) = rayon::join(configured, catalog::shared);
    Ok(Rules { list: list?, shared: shared? })
}

/// The user's rules that one configuration file names.
pub fn own_rules(root: &Path, layer: &Layer) -> Result<Vec<Draft>> {
    let Some(folder) = &layer.file.custom_rules else { return Ok(Vec::new()) };
    let fault = |message: String| layer.fault("custom-rules", "custom-rules", message);
    let path = layer.path.parent().unwrap_or(root).join(folder);
    let real = path.canonicalize().map_err(|error| fault(format!("cannot read `{folder}`: {error}")))?;
    if !real.starts_with(root) {
        return Err(fault(format!("`{folder}` is outside the repository")));
    }
    let shown = layer.shown.rsplit_once('/').map_or_else(|| folder.clone(), |(parent, _)| format!("{parent}/{folder}"));
    catalog::in_folder(&real, &shown)
}

fn know_every_name(layer: &Layer, drafts: &[Draft]) -> Result<()> {
    let is_rule = |name: &str| drafts.iter().any(|draft| draft.id == name);
    let known = |name: &str| drafts.iter().any(|draft| is_named(name, &draft.id, is_rule));
    match layer.file.rules.keys().find(|name| !known(name)) {
        None => Ok(()),
        Some(id) => {
            let span = layer
                .tree
                .get("rules")
                .and_then(|rules| rules.entry(id))
                .map_or(layer.tree.span, |entry| entry.key.span);
            let help = nearest(id, drafts.iter().map(|draft| draft.id.as_str())).map_or_else(
                || "`copydesk rules` lists all of them".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            Err(layer.fault_at(span, format!("there is no rule `{id}`"), Some(help)))
        }
    }
}

/// Whether `name` means the rule `id`: by its name, as a family that names begin with (`image`), or as a glob. The name of a
/// rule means that rule alone, whatever others begin with it.
pub fn is_named(name: &str, id: &str, is_rule: impl Fn(&str) -> bool) -> bool {
    let is_family = || id.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'));
    let is_glob = || {
        name.contains(['*', '?', '[', '{'])
            && globset::Glob::new(name).is_ok_and(|glob| glob.compile_matcher().is_match(id))
    };
    name == id || (is_family() || is_glob()) && !is_rule(name)
}

/// One rule with everything that the layers say of it.
fn configure(draft: &Draft, drafts: &[Draft], root: &Path, layers: &[Layer]) -> Result<Rule> {
    let mut over = Value::Null;
    let (mut level, mut paths) = (if draft.is_opt_in() { Level::Off } else { Level::On }, Vec::new());
    let is_rule = |name: &str| drafts.iter().any(|draft| draft.id == name);
    for layer in layers {
        // What is said of one rule goes before what is said of several.
        let (own, many): (Vec<_>, Vec<_>) = layer
            .file
            .rules
            .iter()
            .filter(|(name, _)| is_named(name, &draft.id, is_rule))
            .partition(|(name, _)| **name == draft.id);
        for (name, setting) in many.into_iter().chain(own) {
            let key = format!("rules.{name}");
            let before = over.clone();
            read_setting(layer, root, &key, setting, &mut level, &mut paths, &mut over)?;
            if over != before {
                draft.finish(&over).map_err(|error| blame(layer, &key, error))?;
            }
        }
        if let Some(required) = layer.file.suppressions.require_reason.filter(|_| draft.id == REASON_RULE) {
            catalog::merge(&mut over, &json!({ "check": { "suppression": { "reason": { "required": required } } } }));
        }
        if draft.id == SCHEMA_RULE && !layer.file.collections.is_empty() {
            catalog::merge(&mut over, &collections(root, layer)?);
            draft.finish(&over).map_err(|error| blame(layer, "collections", error))?;
        }
    }
    let mut rule = draft.finish(&over)?;
    rule.off = level == Level::Off;
    rule.severity = level.severity().unwrap_or(rule.severity);
    rule.pinned = level.severity().is_some();
    rule.paths = paths;
    Ok(rule)
}

fn read_setting(
    layer: &Layer,
    root: &Path,
    key: &str,
    setting: &Value,
    level: &mut Level,
    paths: &mut Vec<(globset::GlobMatcher, Setting)>,
    over: &mut Value,
) -> Result<()> {
    let Value::Object(detailed) = setting else {
        *level = read_level(layer, key, setting)?;
        return Ok(());
    };
    let mut rest = Map::new();
    for (name, value) in detailed {
        match (name.as_str(), value) {
            ("severity", value) => *level = read_level(layer, &format!("{key}.severity"), value)?,
            ("paths", Value::Object(globs)) => {
                for (pattern, value) in globs {
                    let place = format!("{key}.paths");
                    let glob = glob(&layer.prefix(root), pattern).map_err(|error| {
                        layer.fault(&place, key, format!("`{pattern}` is no glob: {}", error.kind()))
                    })?;
                    let setting = match read_level(layer, &place, value)? {
                        Level::Off => Setting::Off,
                        level => level.severity().map_or(Setting::Default, Setting::On),
                    };
                    paths.push((glob.compile_matcher(), setting));
                }
            }
            ("paths", _) => {
                return Err(layer.fault(
                    &format!("{key}.paths"),
                    key,
                    "expected globs and what holds for them".to_owned(),
                ));
            }
            _ => {
                rest.insert(name.clone(), value.clone());
            }
        }
    }
    if !rest.is_empty() {
        if over.is_null() {
            *over = json!({});
        }
        catalog::merge(over, &Value::Object(rest));
    }
    Ok(())
}

fn read_level(layer: &Layer, key: &str, value: &Value) -> Result<Level> {
    const LEVELS: [&str; 5] = ["off", "on", "info", "warning", "error"];
    serde_json::from_value(value.clone()).map_err(|_| {
        let help = value.as_str().and_then(|text| nearest(text, LEVELS)).map(|near| format!("did you mean `{near}`?"));
        let span = layer.node(key).unwrap_or(&layer.tree).span;
        layer.fault_at(span, format!("expected one of {}", LEVELS.join(", ")), help)
    })
}

/// The `collections` of a layer as the parameter of the schema rule.
fn collections(root: &Path, layer: &Layer) -> Result<Value> {
    let mut list = Vec::new();
    for (name, collection) in &layer.file.collections {
        let globs: Vec<String> = layer
            .globs(root, &collection.files, &format!("collections.{name}.files"))?
            .iter()
            .map(|glob| glob.glob().to_owned())
            .collect();
        let key = format!("collections.{name}.schema");
        let schema = match &collection.schema {
            Value::Array(list) => list
                .iter()
                .enumerate()
                .map(|(index, schema)| read_schema(root, layer, &format!("{key}.{index}"), schema))
                .collect::<Result<_>>()?,
            schema => read_schema(root, layer, &key, schema)?,
        };
        let mut vocabulary = Map::new();
        for (key, words) in &collection.vocabulary {
            vocabulary
                .insert(key.clone(), read_words(root, layer, &format!("collections.{name}.vocabulary.{key}"), words)?);
        }
        let unique: Vec<&str> = collection.unique.iter().collect();
        list.push(json!({ "files": globs, "schema": schema, "unique": unique, "vocabulary": vocabulary }));
    }
    Ok(json!({ "check": { "schema": { "collections": list } } }))
}

/// A schema in place, the name of one that copydesk brings, or the path of a file.
fn read_schema(root: &Path, layer: &Layer, key: &str, schema: &Value) -> Result<Value> {
    match schema {
        Value::String(name) => match catalog::schema(name)? {
            Some(schema) => Ok(schema),
            None if name.contains(['.', '/']) => read_data(root, layer, key, name),
            None => {
                let known: Vec<&str> = catalog::schemas().collect();
                let help = nearest(name, known.iter().copied()).map_or_else(
                    || format!("copydesk brings {}", known.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                let span = layer.node(key).unwrap_or(&layer.tree).span;
                Err(layer.fault_at(span, format!("there is no schema `{name}`"), Some(help)))
            }
        },
        Value::Null => Ok(json!({})),
        schema => Ok(schema.clone()),
    }
}

/// The words of a vocabulary: those given, or those in the one file that is named.
fn read_words(root: &Path, layer: &Layer, key: &str, words: &OneOrMany) -> Result<Value> {
    let OneOrMany::One(path) = words else { return Ok(words.iter().collect()) };
    let words: Option<Vec<String>> = match read_data(root, layer, key, path)? {
        Value::Array(list) => list.iter().map(|word| word.as_str().map(str::to_owned)).collect(),
        Value::Object(map) => Some(map.keys().cloned().collect()),
        _ => None,
    };
    let message = || format!("`{path}` is no list of words, and no map whose keys are words");
    words.map(Value::from).ok_or_else(|| layer.fault(key, "collections", message()))
}

fn read_data(root: &Path, layer: &Layer, key: &str, path: &str) -> Result<Value> {
    let fault = |message: String| layer.fault(key, "collections", message);
    let real = layer.path.parent().unwrap_or(root).join(path);
    let real = real.canonicalize().map_err(|error| fault(format!("cannot read `{path}`: {error}")))?;
    if !real.starts_with(root) {
        return Err(fault(format!("`{path}` is outside the repository")));
    }
    let text = std::fs::read_to_string(&real).map_err(|cause| Error::Read { path: real, cause })?;
    // JSON is YAML.
    crate::data::typed::read_yaml(path, &text)
}

/// An error that a setting causes in a rule belongs to the setting, not to the rule's file.
fn blame(layer: &Layer, key: &str, error: Error) -> Error {
    match error {
        Error::Place(place) => {
            let node = layer.node(key).unwrap_or(&layer.tree);
            let named = place
                .message
                .split('`')
                .nth(1)
                .and_then(|name| node.entries().iter().find(|entry| entry.key.text() == Some(name)));
            let span = named.map_or(node.span, |entry| entry.key.span);
            let fault = Fault { span, message: place.message, help: place.help };
            Error::Place(Box::new(fault.in_file(&layer.shown, &layer.text)))
        }
        error => error,
    }
}
