//! Ctrl-C and friends while a turn runs.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Hears the signals that ask a program to end.
pub(crate) struct Signals {
    interrupt: Option<Signal>,
    terminate: Option<Signal>,
    hang_up: Option<Signal>,
}

impl Signals {
    /// Listens from now on. A signal that cannot be heard keeps its usual effect.
    pub(crate) fn listen() -> Self {
        Self {
            interrupt: signal(SignalKind::interrupt()).ok(),
            terminate: signal(SignalKind::terminate()).ok(),
            hang_up: signal(SignalKind::hangup()).ok(),
        }
    }

    /// Listens for Ctrl-C alone; everything else keeps its usual effect.
    pub(crate) fn listen_for_interrupt() -> Self {
        Self { interrupt: signal(SignalKind::interrupt()).ok(), terminate: None, hang_up: None }
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            () = heard(&mut self.interrupt) => {}
            () = heard(&mut self.terminate) => {}
            () = heard(&mut self.hang_up) => {}
        }
    }
}

async fn heard(signal: &mut Option<Signal>) {
    let came = match signal {
        Some(signal) => signal.recv().await,
        None => None,
    };
    if came.is_none() {
        std::future::pending::<()>().await;
    }
}
