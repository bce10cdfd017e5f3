//! Files from the network: resumable, never with a key.

use std::io;

use nanofolks_protocol::{ModelErrorKind, Problem, ProblemKind};
use reqwest::header::RANGE;
use reqwest::redirect::{Action, Attempt};
use reqwest::{Response, StatusCode, Url};

use super::target::{Reach, reach, shown};
use super::{Http, trouble};
use crate::fault::Fault;

/// Most places a file may lead through.
const MAX_REDIRECTS: usize = 10;
/// Longest silence while a file comes.
const IDLE: std::time::Duration = std::time::Duration::from_secs(60);

/// Where the bytes of a file go.
pub trait Sink: Send {
    /// Says where the bytes will begin and how long the whole file is. It begins at 0 when the
    /// server cannot resume: what was there before is then to be dropped.
    ///
    /// # Errors
    /// Whatever keeps the bytes from being kept; it ends the download.
    fn begin(&mut self, offset: u64, total: Option<u64>) -> io::Result<()>;

    /// Takes the next bytes.
    ///
    /// # Errors
    /// Whatever keeps the bytes from being kept; it ends the download.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;
}

/// How a download ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fetched {
    /// Where it began.
    pub offset: u64,
    /// The bytes that came.
    pub bytes: u64,
}

/// Why a file did not come.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address is not one we go to.
    #[error("{0}")]
    Address(String),
    /// `--offline` forbids it.
    #[error("--offline forbids every connection")]
    Offline,
    /// The network or the server.
    #[error("{0}")]
    Network(String),
    /// What came could not be kept.
    #[error("cannot keep the file")]
    Sink(#[source] io::Error),
}

impl FetchError {
    /// What the user is told.
    #[must_use]
    pub fn to_problem(&self) -> Problem {
        match self {
            Self::Address(why) => Problem::new(ProblemKind::Usage, "download_address", why)
                .hint("only https:// addresses, or http:// on this machine"),
            Self::Offline => Problem::new(ProblemKind::Unavailable, "offline", self.to_string())
                .hint("leave out --offline"),
            Self::Network(why) => Problem::new(ProblemKind::Failure, "download_failed", why)
                .hint("run the same command again: it goes on where it stopped")
                .retryable(),
            Self::Sink(why) => Problem::new(
                ProblemKind::Failure,
                "download_not_kept",
                format!("cannot keep the file: {why}"),
            ),
        }
    }
}

impl From<Fault> for FetchError {
    fn from(fault: Fault) -> Self {
        match fault.kind {
            ModelErrorKind::Offline => Self::Offline,
            _ => Self::Network(fault.message),
        }
    }
}

impl Http {
    /// Gets a file from byte `from` on.
    ///
    /// # Errors
    /// When the address is not allowed, the network fails, or the sink does.
    pub async fn fetch(
        &self,
        address: &str,
        from: u64,
        sink: &mut dyn Sink,
    ) -> Result<Fetched, FetchError> {
        let url = Url::parse(address)
            .map_err(|error| FetchError::Address(format!("{address:?}: {error}")))?;
        if !is_allowed(&url) {
            return Err(FetchError::Address(format!("{} is not a safe address", shown(&url))));
        }
        let mut get = self.download_client()?.get(url.clone());
        if from > 0 {
            get = get.header(RANGE, format!("bytes={from}-"));
        }
        let answer = tokio::time::timeout(IDLE, get.send())
            .await
            .map_err(|_| FetchError::Network(format!("{} does not answer", shown(&url))))?
            .map_err(|error| FetchError::from(trouble::of_request(&error, &url)))?;
        let offset = begin(&answer, from, sink)?;
        receive(answer, offset, sink).await
    }
}

/// Where the answer begins: at `from` when the server resumes, else at 0.
fn begin(answer: &Response, from: u64, sink: &mut dyn Sink) -> Result<u64, FetchError> {
    let place = shown(answer.url());
    let offset = match answer.status() {
        StatusCode::PARTIAL_CONTENT if range_start(answer) == Some(from) => from,
        StatusCode::OK => 0,
        StatusCode::PARTIAL_CONTENT => {
            return Err(FetchError::Network(format!("{place} sent another part than was asked")));
        }
        StatusCode::RANGE_NOT_SATISFIABLE => {
            return Err(FetchError::Network(format!("{place} has no more than {from} bytes")));
        }
        status => {
            return Err(FetchError::Network(format!("{place} answered HTTP {}", status.as_u16())));
        }
    };
    let total = answer.content_length().map(|rest| offset + rest);
    sink.begin(offset, total).map_err(FetchError::Sink)?;
    Ok(offset)
}

/// The start in `content-range: bytes 100-199/200`.
fn range_start(answer: &Response) -> Option<u64> {
    let range = answer.headers().get("content-range")?.to_str().ok()?;
    range.strip_prefix("bytes ")?.split('-').next()?.trim().parse().ok()
}

async fn receive(
    mut answer: Response,
    offset: u64,
    sink: &mut dyn Sink,
) -> Result<Fetched, FetchError> {
    let expected = answer.content_length();
    let place = shown(answer.url());
    let mut bytes = 0;
    loop {
        let piece = tokio::time::timeout(IDLE, answer.chunk())
            .await
            .map_err(|_| FetchError::Network(format!("{place} sent nothing for a minute")))?
            .map_err(|_| FetchError::Network(format!("{place} ended the connection too early")))?;
        let Some(piece) = piece else { break };
        sink.write(&piece).map_err(FetchError::Sink)?;
        bytes += piece.len() as u64;
    }
    match expected {
        Some(expected) if expected != bytes => {
            Err(FetchError::Network(format!("{place} ended the connection too early")))
        }
        _ => Ok(Fetched { offset, bytes }),
    }
}

/// `https://`, or anything on this machine.
fn is_allowed(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && reach(url) == Reach::Here)
}

/// Follows redirects to safe addresses only.
pub(super) fn follow(attempt: Attempt<'_>) -> Action {
    if attempt.previous().len() > MAX_REDIRECTS {
        attempt.error("too many redirects")
    } else if is_allowed(attempt.url()) {
        attempt.follow()
    } else {
        attempt.error("a redirect to an unsafe address")
    }
}
