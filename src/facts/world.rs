//! The real world: the disk below the project's root, and the network if it may be asked.

use std::path::{Path, PathBuf};

use super::{
    Fetch, Listed, Lock, Verdict,
    files::Disk,
    http::{Client, Options},
    lock,
    picture::Sample,
};
use crate::error::{Error, Result};

pub struct World {
    disk: Disk,
    client: Option<Client>,
    lock: Option<Lock>,
}

impl World {
    /// `online` says how the network may be asked, if at all.
    pub fn new(root: &Path, online: Option<Options>) -> Self {
        Self { disk: Disk::new(root), client: online.map(Client::new), lock: None }
    }

    /// With what was learnt before, if the project's root holds a lock file. `shown` is its path for messages.
    ///
    /// # Errors
    /// A lock file that cannot be read or says something that it must not.
    pub fn remembering(self, shown: &str) -> Result<Self> {
        let path = PathBuf::from(shown);
        let text = match self.disk.whole(lock::NAME, lock::LARGEST) {
            Ok(text) => text,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(self),
            Err(cause) => return Err(Error::Read { path, cause }),
        };
        Ok(Self { lock: Some(Lock::parse(shown, &text)?), ..self })
    }

    pub const fn disk(&self) -> &Disk {
        &self.disk
    }
}

impl Fetch for World {
    fn list(&self, folder: &str) -> Option<Vec<Listed>> {
        self.disk.list(folder)
    }

    fn picture(&self, path: &str) -> Option<Sample> {
        self.disk.picture(path)
    }

    fn ask(&self, addresses: &[url::Url]) -> Option<Vec<Verdict>> {
        self.client.as_ref().map(|client| client.ask(addresses))
    }

    fn lock(&self) -> Option<&Lock> {
        self.lock.as_ref()
    }
}
