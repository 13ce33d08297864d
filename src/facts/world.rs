//! The real world: the disk below the project's root, and the network if it may be asked.

use std::path::Path;

use super::{
    Fetch, Listed, Verdict,
    files::Disk,
    http::{Client, Options},
    picture::Sample,
};

pub struct World {
    disk: Disk,
    client: Option<Client>,
}

impl World {
    /// `online` says how the network may be asked, if at all.
    pub fn new(root: &Path, online: Option<Options>) -> Self {
        Self { disk: Disk::new(root), client: online.map(Client::new) }
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
}
