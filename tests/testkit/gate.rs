//! Gates: where a double stops until the test lets it go on.

use std::sync::{Arc, Condvar, Mutex};

use tokio::sync::watch;

use crate::PATIENCE;

/// A place where a reply stops until [`Gate::release`]. Clones are the same gate.
#[derive(Debug, Clone)]
pub struct Gate(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    released: watch::Sender<bool>,
    reached: watch::Sender<bool>,
    /// For tests that have no runtime.
    arrivals: (Mutex<bool>, Condvar),
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

impl Gate {
    /// A closed gate.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Inner {
            released: watch::Sender::new(false),
            reached: watch::Sender::new(false),
            arrivals: (Mutex::new(false), Condvar::new()),
        }))
    }

    /// Opens it, for good.
    pub fn release(&self) {
        self.0.released.send_replace(true);
    }

    /// Waits until the double stands at the gate; for tests without a runtime.
    ///
    /// # Panics
    /// When that takes longer than [`PATIENCE`].
    pub fn wait_reached(&self) {
        let (lock, bell) = &self.0.arrivals;
        let (arrived, _) =
            bell.wait_timeout_while(lock.lock().unwrap(), PATIENCE, |arrived| !*arrived).unwrap();
        assert!(*arrived, "nothing came to the gate");
    }

    /// Waits until the double stands at the gate.
    ///
    /// # Panics
    /// When that takes longer than [`PATIENCE`].
    pub async fn reached(&self) {
        let mut reached = self.0.reached.subscribe();
        tokio::time::timeout(PATIENCE, reached.wait_for(|reached| *reached))
            .await
            .expect("nothing came to the gate")
            .expect("the gate outlives its guests");
    }

    /// Whether the double stood at the gate.
    #[must_use]
    pub fn is_reached(&self) -> bool {
        *self.0.reached.borrow()
    }

    /// Comes to the gate and waits until it opens.
    ///
    /// # Panics
    /// Never: the gate outlives its guests.
    pub async fn pass(&self) {
        *self.0.arrivals.0.lock().unwrap() = true;
        self.0.arrivals.1.notify_all();
        self.0.reached.send_replace(true);
        let mut released = self.0.released.subscribe();
        released.wait_for(|open| *open).await.expect("the gate outlives its guests");
    }
}
