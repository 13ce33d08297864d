//! `copydesk audit`: a whole site looked at once, as a page for people and the same as JSON beside it.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{
    Exit, Outcome, Stop, Streams,
    baseline::{self, Checked},
    detect,
    network::Network,
    nothing_checked,
    read::gather,
    wanted,
    write::replace,
};
use crate::{
    check::Severity,
    cli::{self, Global},
    config::Plan,
    error::Error,
    examine::survey,
    facts::{Fetch, lock},
    render::{Page, Style, html, json, summary, text::escape},
};

/// The page's name where only a folder is given.
const NAME: &str = "copydesk-audit.html";

pub fn audit(options: &cli::Audit, global: &Global, streams: &mut Streams<'_>) -> Outcome {
    let (page_path, json_path) = outputs(&options.output)?;
    let plan = Plan::resolve(&options.paths, &wanted(global))?;
    let network = Network::open(!options.offline, &options.network, SECONDS, &plan)?;
    let world = network.world(&plan, streams.style).locked(&plan.location.show(lock::NAME))?;
    let (origins, found) = gather(&options.paths, &plan, world.lock());
    let held = baseline::load(options.baseline.as_deref(), options.no_baseline, &plan)?;
    let checked = Checked::new(&options.paths, &plan, &origins);
    let sites = detect(&plan, &origins, &world);
    let mut survey = survey(origins, &sites, &plan.rules, &world)?;
    network.close(&world)?;
    survey.report.summary.foreign = found.foreign(&sites);
    survey.report.add_problems(found.problems);
    if let Some(held) = held {
        let (sure, unread) = (survey.report.sure.clone(), survey.report.unread());
        held.hold(&mut survey.report, &plan.rules, |entry| checked.judges(entry, &sure, &unread, &plan));
    }
    nothing_checked(&survey.report, found.excluded)?;
    for path in survey.overview.paths_mut() {
        *path = plan.location.show(path);
    }
    let page = Page {
        report: &survey.report,
        rules: &plan.rules,
        location: &plan.location,
        style: Style { width: 0, ..streams.style },
        online: !options.offline,
    };
    let name = json_path.file_name().unwrap_or_default().to_string_lossy();
    let audit = html::Audit { page: &page, survey: &survey, name: &name_of(&options.paths, &plan), json: &name };
    let whole = |path: &Path, render: &dyn Fn(&mut dyn Write) -> io::Result<()>| {
        replace(path, render).map_err(|cause| Error::Write { path: path.to_owned(), cause })
    };
    whole(&json_path, &|out| json::render_survey(&page, &survey, out))?;
    whole(&page_path, &|out| html::render(&audit, out))?;
    summary::render(&page, streams.out)?;
    let [page_path, json_path] = [page_path, json_path].map(|path| path.to_string_lossy().into_owned());
    writeln!(streams.out, "Wrote {} and {}", escape(&page_path), escape(&json_path))?;
    Ok(match &survey.report {
        report if !report.problems.is_empty() => Exit::Failed,
        report if report.reaches(Severity::Error) => Exit::Findings,
        _ => Exit::Clean,
    })
}

/// Time for all remote images together, in seconds.
const SECONDS: u64 = 300;

/// Where the page and its JSON go; nothing but a page is ever replaced.
fn outputs(output: &Path) -> Result<(PathBuf, PathBuf), Stop> {
    let page = if output.is_dir() { output.join(NAME) } else { output.to_owned() };
    let ending = page.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    if !matches!(ending.as_deref(), Some("html" | "htm")) {
        let what = format!("`--output` is {}, which is no folder and no name of a page", page.display());
        return Err(Error::usage_with_help(what, "name a folder that is there, or a file that ends in .html").into());
    }
    let json = page.with_extension("json");
    Ok((page, json))
}

/// What the site is called: its folder.
fn name_of(paths: &[PathBuf], plan: &Plan) -> String {
    let real = match paths {
        [path] => path.canonicalize().unwrap_or_else(|_| plan.root.clone()),
        _ => plan.root.clone(),
    };
    real.file_name().map_or_else(|| "/".to_owned(), |name| name.to_string_lossy().into_owned())
}
