//! What the shell waits for; what is not there never comes.

use std::io;
use std::time::Duration;

use crossterm::event::Event as Input;
use futures_util::future::BoxFuture;
use nanofolks_protocol::EventStream;
use nanofolks_protocol::handle::Followed;
use tokio::sync::watch;
use tokio::time::Instant;

use super::{Keys, ThemeChanges};
use crate::app::Msg;
use crate::first::Progress;

pub(super) async fn next_key(keys: Option<&mut Keys>) -> Option<io::Result<Input>> {
    match keys {
        Some(keys) => keys.next().await,
        None => std::future::pending().await,
    }
}

pub(super) async fn next_event(events: Option<&mut EventStream>) -> Followed {
    match events {
        Some(events) => events.next().await,
        None => std::future::pending().await,
    }
}

pub(super) async fn work<T>(job: Option<&mut BoxFuture<'static, T>>) -> T {
    match job {
        Some(job) => job.await,
        None => std::future::pending().await,
    }
}

/// How far something has come, when it has come further.
pub(super) async fn further(far: &mut watch::Receiver<Option<Progress>>) -> Progress {
    while far.changed().await.is_ok() {
        if let Some(progress) = far.borrow_and_update().clone() {
            return progress;
        }
    }
    // Nothing more will come.
    std::future::pending().await
}

/// What the theme's file says, when it has changed.
pub(super) async fn theme(changes: Option<&mut ThemeChanges>) -> Msg {
    if let Some(changes) = changes
        && let Some(theme) = changes.recv().await
    {
        return Msg::Theme(theme);
    }
    std::future::pending().await
}

pub(super) async fn at(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}

pub(super) async fn after(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}
