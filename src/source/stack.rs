//! Room for libraries that descend once for each level of what they read: text from strangers may nest at will.

use std::thread;

/// Less than this fits on the stack of any thread that reads posts, in bytes.
const ENOUGH: usize = 800_000;
/// What a thread needs before it descends.
const BASE: usize = 1_000_000;

/// Runs `work`, which takes up to `bytes` of the stack: on a thread of its own where that is much. None where there is
/// no memory for one.
pub fn with_room<T: Send>(bytes: usize, work: impl FnOnce() -> T + Send) -> Option<T> {
    if bytes <= ENOUGH {
        return Some(work());
    }
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(bytes.saturating_add(BASE)).spawn_scoped(scope, work);
        thread.ok()?.join().ok()
    })
}
