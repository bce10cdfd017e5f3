//! Fetching from the hub: resumable, hashed while it streams.

use std::path::Path;

use futures_util::StreamExt as _;
use nanofolks_protocol::Problem;

use super::{Download, Expected, Progress, Pull, open_part};
use crate::LocalError;
use crate::shelf::Sha256File;

/// How often a broken connection is taken up again.
const ATTEMPTS: usize = 5;
/// No model of the catalogue is larger.
const LARGEST: u64 = 64 << 30;

/// Fetches `url` into `part`; the hash of what is there comes back.
pub(super) async fn fetch(
    url: &str,
    part: &Path,
    expected: &mut Expected,
    pull: &mut Pull<'_>,
) -> Result<String, LocalError> {
    let Some(download) = pull.download else {
        return Err(LocalError::Download("connections are not allowed".to_owned()));
    };
    if expected.sha256.is_none() {
        let facts = download.ask(url).await.map_err(|problem| failed(&problem))?;
        expected.sha256 = facts.sha256();
        expected.bytes = facts.bytes.or(expected.bytes);
        if expected.sha256.is_some() {
            expected.hash_from = "hub";
        }
    }
    let path = part.to_owned();
    let opened = tokio::task::spawn_blocking(move || open_part(&path)).await;
    let mut file = opened.map_err(|error| LocalError::Download(error.to_string()))??;
    if expected.bytes.is_some_and(|bytes| file.len > bytes) {
        file.restart().map_err(|error| LocalError::write(part, &error))?;
    }
    let mut attempt = 1;
    while expected.bytes.is_none_or(|bytes| file.len < bytes) {
        let before = file.len;
        match receive(download, url, part, &mut file, expected.bytes, pull).await {
            Ok(()) => break,
            // As long as something arrives, it is worth going on.
            Err(LocalError::Download(_)) if file.len > before && attempt < ATTEMPTS => {
                attempt += 1;
            }
            Err(error) => return Err(error),
        }
    }
    file.finish().map_err(|error| LocalError::write(part, &error))
}

async fn receive(
    download: &dyn Download,
    url: &str,
    part: &Path,
    file: &mut Sha256File,
    expected: Option<u64>,
    pull: &mut Pull<'_>,
) -> Result<(), LocalError> {
    let mut incoming = download.get(url, file.len).await.map_err(|problem| failed(&problem))?;
    if incoming.from != file.len {
        file.restart().map_err(|error| LocalError::write(part, &error))?;
    }
    let limit = expected.unwrap_or(LARGEST);
    let total = expected.or(incoming.total);
    while let Some(chunk) = incoming.body.next().await {
        let chunk = chunk.map_err(|problem| failed(&problem))?;
        file.write(&chunk).map_err(|error| LocalError::write(part, &error))?;
        if file.len > limit {
            let got = format!("more than {limit}");
            let what = format!("the size of {url}");
            file.restart().map_err(|error| LocalError::write(part, &error))?;
            return Err(LocalError::Mismatch { what, expected: limit.to_string(), got });
        }
        pull.tell(Progress::Bytes { done: file.len, total })?;
    }
    match total {
        Some(total) if file.len < total => Err(LocalError::Download(format!(
            "the connection ended after {} of {total} bytes",
            file.len
        ))),
        _ => Ok(()),
    }
}

fn failed(problem: &Problem) -> LocalError {
    LocalError::Download(problem.message.clone())
}
