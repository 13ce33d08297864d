//! Where hosts are. Each name is looked up once in a run, so that the numbers which were checked are those that are
//! connected to, whatever the name service says a moment later.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    sync::{Arc, Mutex},
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::{
    sync::{OnceCell, Semaphore},
    task::spawn_blocking,
    time::{sleep, timeout},
};

use super::{Options, guard, lock, server::backoff};

/// A name that has an address wherever there is a name service: without it, a missing name says nothing.
const LANDMARK: &str = "a.root-servers.net";

/// Look-ups at the same time; each holds a thread.
pub const LOOK_UPS: usize = 32;

const NO_NAMES: &str = "no name service on this machine";

/// What a name service says of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    At(Vec<IpAddr>),
    /// It knows that there is no such host.
    Nowhere,
    /// It did not answer, or not in time. Why.
    Silent(String),
}

/// Asks the name service; may block.
pub type LookUp = dyn Fn(&str) -> Found + Send + Sync;

/// The names of one run, each looked up once: what was checked is what is connected to.
pub struct Names {
    look_up: Arc<LookUp>,
    found: Mutex<HashMap<String, Arc<OnceCell<Found>>>>,
    /// Whether there is a name service at all; asked when the first name is missing.
    works: OnceCell<bool>,
    permits: Semaphore,
    options: Options,
}

impl Names {
    pub fn new(look_up: Arc<LookUp>, options: &Options) -> Self {
        Self {
            look_up,
            found: Mutex::default(),
            works: OnceCell::new(),
            permits: Semaphore::new(LOOK_UPS),
            options: options.clone(),
        }
    }

    pub async fn find(&self, name: &str) -> Found {
        let cell = Arc::clone(lock(&self.found).entry(name.to_owned()).or_default());
        cell.get_or_init(|| self.find_anew(name)).await.clone()
    }

    /// A host is nowhere only if it is missing twice while the name service works.
    async fn find_anew(&self, name: &str) -> Found {
        if self.works.get() == Some(&false) {
            return Found::Silent(NO_NAMES.to_owned());
        }
        let first = self.look_up(name).await;
        if matches!(first, Found::At(_)) {
            return first;
        }
        let works = self.works.get_or_init(async || matches!(self.look_up(LANDMARK).await, Found::At(_))).await;
        if !works {
            return Found::Silent(NO_NAMES.to_owned());
        }
        sleep(backoff(self.options.pause, 1)).await;
        match (first, self.look_up(name).await) {
            (Found::Silent(why), Found::Nowhere) => Found::Silent(why),
            (_, second) => second,
        }
    }

    async fn look_up(&self, name: &str) -> Found {
        let (look_up, name) = (Arc::clone(&self.look_up), name.to_owned());
        let _permit = self.permits.acquire().await;
        match timeout(self.options.request_timeout, spawn_blocking(move || look_up(&name))).await {
            Ok(Ok(Found::At(numbers))) if numbers.is_empty() => Found::Nowhere,
            Ok(Ok(found)) => found,
            Ok(Err(_)) | Err(_) => Found::Silent("the name look-up took too long".to_owned()),
        }
    }
}

/// The resolver that connections use: nothing that the checks have not seen.
pub struct Checked(pub Arc<Names>);

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let names = Arc::clone(&self.0);
        Box::pin(async move {
            match names.find(name.as_str()).await {
                Found::At(numbers) if !guard::is_refused(&numbers, &names.options) => {
                    let addresses: Addrs = Box::new(numbers.into_iter().map(|ip| SocketAddr::new(ip, 0)));
                    Ok(addresses)
                }
                _ => Err("the host must not be asked".into()),
            }
        })
    }
}

/// The system's name service, with its hosts file and its search domains.
pub fn system_look_up(name: &str) -> Found {
    match (name, 0).to_socket_addrs() {
        Ok(found) => Found::At(found.map(|address| address.ip()).collect()),
        Err(error) if is_no_such_name(&error) => Found::Nowhere,
        Err(_) => Found::Silent("the name look-up failed".to_owned()),
    }
}

/// Whether the name service answered that there is no such name, rather than failed. The standard library keeps only
/// the text of the resolver's code on Unix (`EAI_NONAME`, `EAI_NODATA` in glibc, musl, macOS and FreeBSD).
fn is_no_such_name(error: &io::Error) -> bool {
    const TEXTS: [&str; 6] = [
        "Name or service not known",
        "No address associated with",
        "Name does not resolve",
        "Name has no usable address",
        "nodename nor servname provided",
        "Name could not be resolved",
    ];
    const WINDOWS: [i32; 2] = [11001, 11004];
    let text = error.to_string();
    error.raw_os_error().is_some_and(|code| WINDOWS.contains(&code)) || TEXTS.iter().any(|known| text.contains(known))
}
