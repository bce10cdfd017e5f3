//! Blocking work off the runtime's threads, ended by the turn's token.

use nanofolks_protocol::ToolError;
use tokio_util::sync::CancellationToken;

/// Runs file work on a blocking thread and stops waiting for it when the turn is stopped.
///
/// Long work looks at the token itself, so that the thread ends soon after.
pub(crate) async fn run<T: Send + 'static>(
    cancel: &CancellationToken,
    work: impl FnOnce(&CancellationToken) -> Result<T, ToolError> + Send + 'static,
) -> Result<T, ToolError> {
    if cancel.is_cancelled() {
        return Err(cancelled());
    }
    let token = cancel.clone();
    let job = tokio::task::spawn_blocking(move || work(&token));
    tokio::select! {
        biased;
        done = job => done.unwrap_or_else(|_| Err(crashed())),
        () = cancel.cancelled() => Err(cancelled()),
    }
}

/// Runs file work that must not be abandoned half-way: once begun it is waited for.
pub(crate) async fn run_to_end<T: Send + 'static>(
    cancel: &CancellationToken,
    work: impl FnOnce() -> Result<T, ToolError> + Send + 'static,
) -> Result<T, ToolError> {
    if cancel.is_cancelled() {
        return Err(cancelled());
    }
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(crashed()))
}

/// The turn was stopped.
pub(crate) fn cancelled() -> ToolError {
    ToolError::new("cancelled", "the turn was stopped")
}

fn crashed() -> ToolError {
    ToolError::new("tool_crashed", "the tool crashed; nothing is known about how far it came")
}
