//! Channels that need no service: a folder that files are dropped into, a file that answers
//! are written to.
//!
//! What comes in is posted like any other message; what goes out leaves through the outbox
//! of the engine, which asks the couriers here.

mod file;
mod folder;
mod name;

use std::path::PathBuf;
use std::sync::Arc;

use nanofolks_config::Settings;
use nanofolks_config::settings::ChannelKind;
use nanofolks_protocol::ports::Courier;

pub(crate) use self::folder::{Dropped, put_away, waiting};

#[cfg(test)]
mod tests;

/// The couriers of the configured channels. Touches nothing.
pub(crate) fn couriers(settings: &Settings) -> Vec<Arc<dyn Courier>> {
    let courier = |(name, channel): (&String, &nanofolks_config::settings::ChannelSettings)| {
        let path = channel.path.clone()?;
        Some(of(name, channel.kind, path))
    };
    settings.channels.iter().filter_map(courier).collect()
}

fn of(name: &str, kind: ChannelKind, path: PathBuf) -> Arc<dyn Courier> {
    match kind {
        ChannelKind::Folder => Arc::new(folder::Folder::new(name, path)),
        ChannelKind::File => Arc::new(file::Lines::new(name, path)),
    }
}

/// What a delivery says, in one text.
fn text(delivery: &nanofolks_protocol::Delivery) -> &str {
    delivery.payload.get("text").and_then(serde_json::Value::as_str).unwrap_or_default()
}

/// Does blocking work on a thread that may block.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, nanofolks_protocol::ports::CourierError> + Send + 'static,
) -> Result<T, nanofolks_protocol::ports::CourierError> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| {
        Err(nanofolks_protocol::ports::CourierError::Unclear(error.to_string()))
    })
}
