//! Signals that end or pause us.

use std::future::pending;
use std::io;

use futures_util::StreamExt as _;
use futures_util::stream::{BoxStream, SelectAll, poll_fn};
use tokio::signal::unix::{SignalKind, signal};

use super::Woken;

/// Listens to all of them; those that did not call cost nothing.
pub(super) struct Signals(SelectAll<BoxStream<'static, Woken>>);

impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        let pause = SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw());
        let mut all = SelectAll::new();
        all.push(calls(SignalKind::terminate(), || Woken::End)?);
        all.push(calls(SignalKind::hangup(), || Woken::End)?);
        all.push(calls(pause, || Woken::Pause)?);
        Ok(Self(all))
    }

    pub(super) async fn next(&mut self) -> Woken {
        match self.0.next().await {
            Some(called) => called,
            // Nobody will call any more.
            None => pending().await,
        }
    }
}

fn calls(kind: SignalKind, means: fn() -> Woken) -> io::Result<BoxStream<'static, Woken>> {
    let mut signal = signal(kind)?;
    let calls =
        poll_fn(move |context| signal.poll_recv(context).map(|call| call.map(|()| means())));
    Ok(calls.boxed())
}
