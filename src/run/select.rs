//! `--select` and `--ignore`: which rules the command line wants.

use std::collections::BTreeSet;

use super::Stop;
use crate::{
    error::{Error, nearest},
    rule::Rules,
};

/// Keeps the rules that the command line wants.
pub fn select(rules: &mut Rules, select: &[String], ignore: &[String]) -> Result<(), Stop> {
    for (patterns, off) in [(select, true), (ignore, false)] {
        let mut chosen = BTreeSet::new();
        for pattern in patterns {
            let glob = globset::Glob::new(pattern).map_err(|error| Error::usage(error.to_string()))?.compile_matcher();
            let before = chosen.len();
            chosen.extend(rules.list.iter().map(|rule| rule.id.clone()).filter(|id| glob.is_match(id)));
            // A family is called by the name that its rules begin with, as `copydesk rules` lists them.
            if chosen.len() == before && !chosen.contains(pattern) {
                let family = format!("{pattern}-");
                chosen.extend(rules.list.iter().map(|rule| rule.id.clone()).filter(|id| id.starts_with(&family)));
            }
            if chosen.len() == before && !chosen.contains(pattern) {
                return Err(unknown_rule(pattern, rules).into());
            }
        }
        if !patterns.is_empty() {
            for rule in &mut rules.list {
                rule.off = if off { !chosen.contains(&rule.id) } else { rule.off || chosen.contains(&rule.id) };
            }
        }
    }
    Ok(())
}

pub fn unknown_rule(name: &str, rules: &Rules) -> Error {
    let help = nearest(name, rules.list.iter().map(|rule| rule.id.as_str()))
        .map_or_else(|| "`copydesk rules` lists all of them".to_owned(), |near| format!("did you mean `{near}`?"));
    Error::usage_with_help(format!("there is no rule `{name}`"), help)
}
