//! The real world: the disk below the project's root, the network if it may be asked, and the memory of earlier runs.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    Fetch, Listed, Lock, Verdict,
    day::Day,
    files::Disk,
    http::{Client, Options, Question, Watch},
    ignored, lock,
    memory::{Memory, Record},
    picture::{Sample, Unread},
    remote,
};
use crate::{
    error::{Error, Result},
    source::Index,
};

pub struct World {
    disk: Disk,
    client: Option<Client>,
    /// What earlier runs learnt, and this one so far.
    memory: Option<Mutex<Memory>>,
    today: Day,
    lock: Option<Lock>,
}

impl World {
    /// `online` says how the network may be asked, if at all.
    pub fn new(root: &Path, online: Option<Options>) -> Self {
        let today = Day::of(std::time::UNIX_EPOCH);
        Self { disk: Disk::new(root), client: online.map(Client::new), memory: None, today, lock: None }
    }

    /// Remembers; `today` is the day that verdicts are filed under.
    pub fn remembering(self, memory: Memory, today: Day) -> Self {
        Self { memory: Some(Mutex::new(memory)), today, ..self }
    }

    /// Tells `watch` of every verdict of the network.
    pub fn watched(self, watch: Arc<Watch>) -> Self {
        Self { client: self.client.map(|client| client.watched(watch)), ..self }
    }

    /// With what was learnt before, if the project's root holds a lock file. `shown` is its path for messages.
    ///
    /// # Errors
    /// A lock file that cannot be read or says something that it must not.
    pub fn locked(self, shown: &str) -> Result<Self> {
        let path = PathBuf::from(shown);
        let text = match self.disk.whole(lock::NAME, lock::LARGEST) {
            Ok(text) => text,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(self),
            Err(cause) => return Err(Error::Read { path, cause }),
        };
        Ok(Self { lock: Some(Lock::parse(shown, &text)?), ..self })
    }

    /// With what is staged in place of what is on disk, if there is any.
    pub fn staged(self, index: Option<Arc<Index>>) -> Self {
        Self { disk: self.disk.staged(index), ..self }
    }

    pub const fn disk(&self) -> &Disk {
        &self.disk
    }

    /// What is known now, for the next run.
    pub fn memory(&self) -> Option<Memory> {
        let mut memory = self.memory.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner).clone();
        memory.forget(self.today);
        Some(memory)
    }

    fn remember(&self, client: &Client, addresses: &[url::Url], memory: &Mutex<Memory>) -> Vec<Verdict> {
        let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
        let keys: Vec<String> = addresses.iter().map(|url| remote::key(url.as_str())).collect();
        let known = |key: &String| memory.of(key).map(|record| record.validators.clone()).unwrap_or_default();
        let questions = addresses.iter().zip(&keys).map(|(url, key)| Question { url: url.clone(), known: known(key) });
        let replies = client.ask_again(questions.collect());
        let learn = |(key, reply): (&String, super::http::Reply)| {
            memory.learn(key, &reply.verdict, reply.validators, self.today);
            reply.verdict
        };
        keys.iter().zip(replies).map(learn).collect()
    }
}

impl Fetch for World {
    fn list(&self, folder: &str) -> Option<Vec<Listed>> {
        self.disk.list(folder)
    }

    fn picture(&self, path: &str) -> Result<Sample, Unread> {
        self.disk.picture(path)
    }

    fn text(&self, path: &str, most: u64) -> Option<String> {
        self.disk.whole(path, most).ok()
    }

    fn is_unstaged(&self, path: &str) -> bool {
        self.disk.is_unstaged(path)
    }

    fn ignored(&self, files: &BTreeSet<&str>) -> BTreeSet<String> {
        ignored::ignored(self.disk.root(), files)
    }

    fn ask(&self, addresses: &[url::Url]) -> Option<Vec<Verdict>> {
        let client = self.client.as_ref()?;
        Some(match &self.memory {
            Some(memory) => self.remember(client, addresses, memory),
            None => client.ask(addresses),
        })
    }

    fn past(&self, address: &str) -> Option<Record> {
        self.memory.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner).of(address).cloned()
    }

    fn lock(&self) -> Option<&Lock> {
        self.lock.as_ref()
    }
}
