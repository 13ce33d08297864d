//! One line on standard error that says what takes so long; only where a person watches.

use std::{
    io::Write,
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use url::Url;

use crate::{
    facts::{Fetch, Listed, Verdict, picture::Sample},
    render::text::count,
};

/// How often the line changes while the network is asked.
const TICK: Duration = Duration::from_millis(200);

pub struct Progress<'a> {
    /// None where nobody watches.
    line: Option<Mutex<&'a mut (dyn Write + Send)>>,
}

impl<'a> Progress<'a> {
    pub fn new(err: &'a mut (dyn Write + Send), watched: bool) -> Self {
        Self { line: watched.then(|| Mutex::new(err)) }
    }

    /// Puts `words` in place of what stood there.
    pub fn say(&self, words: &str) {
        self.put(&format!("\r\u{1b}[K{words} …"));
    }

    pub fn clear(&self) {
        self.put("\r\u{1b}[K");
    }

    fn put(&self, text: &str) {
        let Some(line) = &self.line else { return };
        let mut line = line.lock().unwrap_or_else(PoisonError::into_inner);
        // A line that cannot be shown is no reason to stop.
        let _ = line.write_all(text.as_bytes()).and_then(|()| line.flush());
    }

    /// `world`, with a clock that runs while it asks the network.
    pub fn watch<'w>(&'w self, world: &'w dyn Fetch, budget: Duration) -> Watched<'w, 'a> {
        Watched { progress: self, world, budget }
    }
}

pub struct Watched<'w, 'a> {
    progress: &'w Progress<'a>,
    world: &'w dyn Fetch,
    budget: Duration,
}

impl Fetch for Watched<'_, '_> {
    fn list(&self, folder: &str) -> Option<Vec<Listed>> {
        self.world.list(folder)
    }

    fn picture(&self, path: &str) -> Option<Sample> {
        self.world.picture(path)
    }

    fn ask(&self, addresses: &[Url]) -> Option<Vec<Verdict>> {
        if self.progress.line.is_none() {
            return self.world.ask(addresses);
        }
        let (started, images) = (Instant::now(), count(addresses.len(), "remote image"));
        thread::scope(|scope| {
            let asking = scope.spawn(|| self.world.ask(addresses));
            while !asking.is_finished() {
                let (spent, budget) = (started.elapsed().as_secs(), self.budget.as_secs());
                self.progress.say(&format!("asking for {images}: {spent} s of at most {budget}"));
                thread::sleep(TICK);
            }
            asking.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }
}
