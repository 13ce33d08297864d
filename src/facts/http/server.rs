//! How one host has behaved so far in a run, and when it may be asked again.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::Semaphore,
    time::{Instant, sleep_until},
};

use super::{Options, lock, trouble::Trouble};

/// A host and a port, and how it has behaved so far.
pub struct Server {
    pub permits: Semaphore,
    /// Failures to get any answer, in a row.
    strikes: AtomicU32,
    state: Mutex<Door>,
}

#[derive(Default)]
struct Door {
    opens: Option<Instant>,
    /// Sum of the times it has asked to wait.
    waited: Duration,
    /// Why it is not asked any more.
    closed: Option<String>,
}

impl Server {
    pub fn new(options: &Options) -> Self {
        Self { permits: Semaphore::new(options.per_host.max(1)), strikes: AtomicU32::new(0), state: Mutex::default() }
    }

    /// Waits until the host may be asked.
    pub async fn open(&self) -> Result<(), Trouble> {
        loop {
            let opens = {
                let door = lock(&self.state);
                if let Some(why) = &door.closed {
                    return Err(Trouble { why: why.clone(), passing: false });
                }
                door.opens
            };
            match opens {
                Some(instant) if instant > Instant::now() => sleep_until(instant).await,
                _ => return Ok(()),
            }
        }
    }

    /// Leaves the host alone for a while, or for good if it asks for too long.
    pub fn rest(&self, wait: Duration, why: &str, options: &Options) {
        let mut door = lock(&self.state);
        let opens = Instant::now() + wait.min(options.patience);
        let added = opens.saturating_duration_since(door.opens.unwrap_or_else(Instant::now));
        if wait > options.patience || door.waited + added > options.patience {
            door.closed.get_or_insert_with(|| format!("{why}, and asks to wait {} s", wait.as_secs()));
            return;
        }
        door.waited += added;
        door.opens = door.opens.max(Some(opens));
    }

    pub fn answered(&self) {
        self.strikes.store(0, Ordering::Relaxed);
    }

    /// Gives a host up that has failed as often as two addresses are tried.
    pub fn strike(&self, trouble: &Trouble, options: &Options) {
        if self.strikes.fetch_add(1, Ordering::Relaxed) + 1 >= 2 * (options.retries + 1) {
            lock(&self.state).closed.get_or_insert_with(|| trouble.why.clone());
        }
    }
}

/// Doubles with each try; a random part keeps many clients from coming back at the same moment.
pub fn backoff(pause: Duration, tries: u32) -> Duration {
    let wait = pause * 2_u32.saturating_pow(tries.saturating_sub(1).min(6));
    let random = RandomState::new().hash_one(tries) % 512;
    wait + wait * u32::try_from(random).unwrap_or_default() / 1024
}
