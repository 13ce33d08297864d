//! `copydesk config show`: the resolved plan as YAML, with where each value comes from as a comment.

use std::io::{self, Write};

use super::{Plan, file::OneOrMany, rules::is_named};
use crate::{
    rule::Rule,
    site::{Site, Sites},
};

pub fn show(plan: &Plan, sites: &Sites, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# root: {} ({})", quoted(&plan.root.to_string_lossy()), plan.because)?;
    match plan.files.as_slice() {
        [] => writeln!(out, "# configuration: none")?,
        layers => {
            let names: Vec<&str> = layers.iter().map(|layer| layer.shown.as_str()).collect();
            writeln!(out, "# configuration: {}", quoted(&names.join(", ")))?;
        }
    }
    let found: Vec<&Site> = sites.iter().collect();
    if found.len() > 1 {
        writeln!(out, "# {} sites; a file belongs to the nearest above it", found.len())?;
    }
    for site in found.iter().copied().chain(found.is_empty().then(|| sites.of(""))) {
        writeln!(out, "site:")?;
        show_site(plan, site, out)?;
    }
    writeln!(out, "files:")?;
    for (key, default) in [("include", "every file with a Markdown ending"), ("exclude", "nothing but ignored files")] {
        let values: Vec<&str> = plan.files.iter().flat_map(|layer| pick(&layer.file.files, key).iter()).collect();
        let from = place(plan, &format!("files.{key}")).unwrap_or("the configuration");
        show_list(from, key, &values, default, out)?;
    }
    writeln!(out, "rules:")?;
    for rule in &plan.rules.list {
        let setting = if rule.off { "off" } else { rule.severity.name() };
        writeln!(out, "  {}: {setting} # {}", rule.id, origin(plan, rule))?;
    }
    Ok(())
}

fn pick<'a>(files: &'a super::file::FilesFile, key: &str) -> &'a OneOrMany {
    if key == "include" { &files.include } else { &files.exclude }
}

/// A site as it is after detection and configuration.
fn show_site(plan: &Plan, site: &Site, out: &mut dyn Write) -> io::Result<()> {
    let from = |key: &str| place(plan, &format!("site.{key}")).unwrap_or_else(|| detected(site));
    for (key, value) in [("generator", site.generator.id()), ("root", or_here(&site.root)), ("base", &site.base)] {
        writeln!(out, "  {key}: {} # {}", quoted(value), crate::render::text::escape(from(key)))?;
    }
    for (key, values) in [
        ("content", &site.content),
        ("static", &site.statics),
        ("hosts", &site.hosts),
        ("image-fields", &site.image_fields),
    ] {
        let values: Vec<&str> = values.iter().map(|value| or_here(value)).collect();
        show_list(from(key), key, &values, "none", out)?;
    }
    for (name, parameters) in &site.shortcodes {
        let key = format!("shortcodes.{name}");
        writeln!(
            out,
            "  {}: {} # {}",
            quoted(&key),
            quoted(&parameters.join(", ")),
            crate::render::text::escape(from(&key))
        )?;
    }
    Ok(())
}

fn detected(site: &Site) -> &str {
    if site.because.is_empty() { "default" } else { &site.because }
}

fn or_here(path: &str) -> &str {
    if path.is_empty() { "." } else { path }
}

fn show_list(from: &str, key: &str, values: &[&str], default: &str, out: &mut dyn Write) -> io::Result<()> {
    if values.is_empty() {
        return writeln!(out, "  # {key}: {default}");
    }
    writeln!(out, "  {key}: # {}", crate::render::text::escape(from))?;
    values.iter().try_for_each(|value| writeln!(out, "    - {}", quoted(value)))
}

/// Where a rule's setting comes from.
fn origin<'a>(plan: &'a Plan, rule: &'a Rule) -> std::borrow::Cow<'a, str> {
    match named(plan, rule) {
        Some(place) => crate::render::text::escape(place),
        None if rule.origin.is_empty() => "default".into(),
        None => crate::render::text::escape(&rule.origin),
    }
}

/// The place that says last what becomes of a rule: in one file, what is said of the rule alone.
fn named<'a>(plan: &'a Plan, rule: &Rule) -> Option<&'a str> {
    let is_rule = |name: &str| plan.rules.list.iter().any(|rule| rule.id == name);
    let names = |(key, place): &'a (String, String)| {
        let name = key.strip_prefix("rules.").filter(|name| is_named(name, &rule.id, is_rule))?;
        Some((name == rule.id, place.as_str()))
    };
    let said: Vec<(bool, &str)> = plan.origins.iter().rev().filter_map(names).collect();
    let file = |place: &'a str| place.rsplit_once(':').map_or(place, |(file, _)| file);
    let last = said.first().map(|(_, place)| file(place))?;
    let of_file = || said.iter().filter(|(_, place)| file(place) == last);
    of_file().find(|(own, _)| *own).or_else(|| of_file().next()).map(|(_, place)| *place)
}

fn place<'a>(plan: &'a Plan, name: &str) -> Option<&'a str> {
    plan.origins.iter().rev().find(|(key, _)| key == name).map(|(_, place)| place.as_str())
}

/// A string that YAML reads as this string, on one line.
fn quoted(text: &str) -> String {
    let line = text.replace(crate::render::text::is_unsafe, "\u{fffd}");
    serde_yaml::to_string(&line).map_or_else(|_| format!("{line:?}"), |yaml| yaml.trim_end().to_owned())
}
