//! `--verbose`: what a check is about to do.

use std::io::{self, Write};

use crate::{
    config::Plan,
    facts::{Lock, lock},
    render::text::{count, escape},
    site::Sites,
    source::Origin,
};

/// Says what is about to be done.
pub fn narrate(
    plan: &Plan,
    origins: &[Origin],
    sites: &Sites,
    lock: Option<&Lock>,
    verbose: u8,
    err: &mut dyn Write,
) -> io::Result<()> {
    writeln!(err, "root: {} ({})", escape(&plan.root.to_string_lossy()), plan.because)?;
    for layer in &plan.files {
        writeln!(err, "configuration: {}", escape(&layer.shown))?;
    }
    for site in sites.iter() {
        let folder = if site.root.is_empty() { "." } else { &site.root };
        writeln!(err, "site: {} in {} ({})", site.generator.name(), escape(folder), escape(&site.because))?;
    }
    if let Some(lock) = lock {
        let noun = if lock.families.len() == 1 { "family" } else { "families" };
        let posts = count(lock.posts, "post");
        writeln!(err, "{}: {} {noun} of blocks from {posts}", lock::NAME, lock.families.len())?;
    }
    let subjects = origins.iter().filter(|origin| origin.is_subject()).count();
    writeln!(err, "posts: {subjects}, and {} neighbours", origins.len() - subjects)?;
    for origin in origins.iter().filter(|_| verbose > 1) {
        writeln!(err, "  - {}", escape(&plan.location.show(origin.path())))?;
    }
    Ok(())
}
