//! What a run that asks the network needs around its client: options, the memory of earlier runs, and a progress bar.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::write::replace;
use crate::{
    cli,
    config::Plan,
    error::{Error, Place},
    facts::{World, day::Day, http, memory::Memory},
    render::{Style, progress::Bar},
};

/// The state file that is used if it is there and no other is named.
const STATE: &str = "copydesk.state";

/// A state file that is larger is none, in bytes.
const LARGEST: u64 = 64 << 20;

/// How the network is asked, and what is remembered of it.
#[derive(Default)]
pub struct Network {
    options: Option<http::Options>,
    state: Option<State>,
}

struct State {
    path: PathBuf,
    /// As the file was.
    text: String,
    memory: Memory,
}

impl Network {
    /// As the command line says, within `seconds` where it names no time; nothing at all if the network is not to be
    /// asked.
    ///
    /// # Errors
    /// An option about the network that is not asked. A state file that cannot be read, or says what none says. It is not started afresh, as every old failure would
    /// then look like a new one.
    pub fn open(online: bool, options: &cli::Online, seconds: u64, plan: &Plan) -> Result<Self, Error> {
        if !online {
            return match options.given() {
                None => Ok(Self::default()),
                Some(option) => Err(Error::usage_with_help(
                    format!("`{option}` says how to ask the network, and it is not asked"),
                    "`check` asks it with `--online`, `audit` without `--offline`",
                )),
            };
        }
        let beside = || plan.root.join(STATE);
        let path = options.state.clone().or_else(|| beside().symlink_metadata().is_ok().then(beside));
        let online = http::Options {
            allow_private: options.allow_private,
            ports: options.allow_port.clone(),
            time_budget: Duration::from_secs(options.time_budget.unwrap_or(seconds)),
            ..http::Options::default()
        };
        Ok(Self { options: Some(online), state: path.map(read).transpose()? })
    }

    /// The world with the network in it, if it may be asked.
    pub fn world(&self, plan: &Plan, style: Style) -> World {
        let world = World::new(&plan.root, self.options.clone());
        let world = match &self.state {
            Some(state) => world.remembering(state.memory.clone(), today()),
            None => world,
        };
        if !style.progress || self.options.is_none() {
            return world;
        }
        let bar = Bar::new(style);
        world.watched(Arc::new(move |progress| bar.show(progress)))
    }

    /// Writes down what was learnt.
    ///
    /// # Errors
    /// A state file that cannot be written.
    pub fn close(self, world: &World) -> Result<(), Error> {
        let (Some(state), Some(memory)) = (self.state, world.memory()) else { return Ok(()) };
        let text = memory.write();
        if text == state.text {
            return Ok(());
        }
        replace(&state.path, |out| out.write_all(text.as_bytes()))
            .map_err(|cause| Error::Write { path: state.path, cause })
    }
}

/// Reads a state file; one that is not there says nothing.
fn read(path: PathBuf) -> Result<State, Error> {
    let failed = |cause| Error::Read { path: path.clone(), cause };
    let metadata = match path.symlink_metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(State { path, text: String::new(), memory: Memory::default() });
        }
        Err(error) => return Err(failed(error)),
    };
    // A link in a stranger's pull request could lead anywhere.
    if !metadata.is_file() {
        return Err(Error::usage(format!("{} is not a plain file, so it is no state file", path.display())));
    }
    if metadata.len() > LARGEST {
        return Err(Error::usage(format!("{} is larger than {} MiB", path.display(), LARGEST >> 20)));
    }
    let bytes = fs::read(&path).map_err(failed)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    match Memory::read(&text) {
        Ok(memory) => Ok(State { path, text, memory }),
        Err(broken) => Err(Error::Place(Box::new(place(&path, text, broken.line, broken.why)))),
    }
}

fn place(path: &Path, text: String, line: usize, message: String) -> Place {
    let start = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let end = start + text[start..].lines().next().map_or(0, str::len);
    let help =
        Some("mend the line, or remove the file to start afresh: every dead image then counts at once".to_owned());
    Place { path: path.display().to_string(), text, start, end, message, help }
}

/// The day that verdicts are filed under; `SOURCE_DATE_EPOCH` says another one, as in a build that can be repeated.
fn today() -> Day {
    let told = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    let told = told.and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
    Day::of(told.unwrap_or_else(SystemTime::now))
}
