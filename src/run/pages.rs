//! The commands about rules and configuration: list, explain, test, show.

use std::{io, path::PathBuf};

use super::{Exit, Outcome, Streams, detect, read::gather, select::unknown_rule, wanted};
use crate::{
    cli::{self, Global},
    config::{self, Plan},
    error::{Error, nearest},
    example,
    facts::World,
    render::{self, explain, text::count},
    rule::catalog,
};

pub fn list_rules(options: &cli::List, global: &Global, streams: &mut Streams<'_>) -> Outcome {
    let plan = Plan::resolve(&[PathBuf::from(".")], &wanted(global))?;
    match options.format {
        cli::Shape::Human => explain::list(&plan.rules, streams.style, streams.out)?,
        cli::Shape::Json => explain::list_json(&plan.rules, streams.out)?,
    }
    Ok(Exit::Clean)
}

pub fn explain_rule(options: &cli::Explain, global: &Global, streams: &mut Streams<'_>) -> Outcome {
    let plan = Plan::resolve(&[PathBuf::from(".")], &wanted(global))?;
    let rule = plan.rules.get(&options.rule).ok_or_else(|| unknown_rule(&options.rule, &plan.rules))?;
    match options.format {
        cli::Prose::Human => explain::page(rule, streams.style, streams.out)?,
        cli::Prose::Markdown => explain::markdown(rule, streams.out)?,
    }
    Ok(Exit::Clean)
}

/// Prints a schema that copydesk brings, or the names of all of them.
pub fn show_schema(name: Option<&str>, streams: &mut Streams<'_>) -> Outcome {
    let Some(name) = name else {
        for name in catalog::schemas() {
            writeln!(streams.out, "{name}")?;
        }
        return Ok(Exit::Clean);
    };
    match catalog::schema_text(name) {
        Some(text) => write!(streams.out, "{text}")?,
        None => {
            let help = nearest(name, catalog::schemas()).map_or_else(
                || "`copydesk schema show` lists them".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(Error::usage_with_help(format!("there is no schema `{name}`"), help).into());
        }
    }
    Ok(Exit::Clean)
}

/// Runs the examples of a user's own rules.
pub fn test(options: &cli::Test, global: &Global, streams: &mut Streams<'_>) -> Outcome {
    let drafts = match &options.folder {
        Some(folder) => catalog::in_folder(folder, &folder.to_string_lossy())?,
        None => {
            let plan = Plan::resolve(&[PathBuf::from(".")], &wanted(global))?;
            let own: Result<Vec<_>, Error> =
                plan.files.iter().map(|layer| config::rules::own_rules(&plan.root, layer)).collect();
            own?.into_iter().flatten().collect()
        }
    };
    if drafts.is_empty() {
        return Err(Error::usage_with_help(
            "there is no rule to test",
            "name a folder, or `custom-rules` in copydesk.yaml",
        )
        .into());
    }
    let shared = catalog::shared()?;
    let (mut right, mut wrong) = (0, 0);
    for draft in &drafts {
        let rule = draft.finish(&serde_json::Value::Null)?;
        for case in example::cases(&rule) {
            match example::verify(draft, &serde_json::Value::Null, case, &shared) {
                Ok(()) => right += 1,
                Err(why) => {
                    wrong += 1;
                    let kind = if case.bad { "bad" } else { "good" };
                    let why = render::text::escape(&why).replace("\\n", "\n  | ");
                    writeln!(streams.out, "{}: {kind} example {}: {why}", draft.path, case.index + 1)?;
                }
            }
        }
    }
    writeln!(streams.out, "{}, {right} examples as they say, {wrong} not", count(drafts.len(), "rule"))?;
    Ok(if wrong == 0 { Exit::Clean } else { Exit::Findings })
}

pub fn show_config(options: &cli::Config, global: &Global, streams: &mut Streams<'_>) -> Outcome {
    match options {
        cli::Config::Show { path } => {
            let plan = Plan::resolve(std::slice::from_ref(path), &wanted(global))?;
            // Only names count here: a file that cannot be read has one too.
            let (sources, _) = gather(std::slice::from_ref(path), &plan, None);
            let sites = detect(&plan, &sources, &World::new(&plan.root, None));
            config::show::show(&plan, &sites, streams.out)?;
        }
        cli::Config::Schema => {
            serde_json::to_writer_pretty(&mut *streams.out, &schemars::schema_for!(config::file::File))
                .map_err(io::Error::from)?;
            writeln!(streams.out)?;
        }
    }
    Ok(Exit::Clean)
}
