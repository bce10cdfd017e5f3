//! Files over HTTPS for the embedded models, by the one HTTP client of the house.
//!
//! The client pushes bytes into a sink, and a pull takes them from a stream. Between them is
//! a short queue; the client goes on only when the queue is empty, so a slow disk slows the
//! network down and not the other way round.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use futures_util::{StreamExt as _, stream};
use nanofolks_local::{Download, Facts, Incoming};
use nanofolks_protocol::Problem;
use nanofolks_protocol::ports::Boxed;
use nanofolks_providers::{FetchError, Fetched, Http, Sink};

/// Fetches with the HTTP client of the providers, which knows about `--offline`.
pub(super) struct OverHttp(Arc<Http>);

impl OverHttp {
    /// With this client.
    pub(super) fn new(http: &Arc<Http>) -> Self {
        Self(Arc::clone(http))
    }
}

impl Download for OverHttp {
    fn ask<'a>(&'a self, _url: &'a str) -> Boxed<'a, Result<Facts, Problem>> {
        // The client only gets. Without facts, a pull records the hash of what came.
        Box::pin(async { Ok(Facts::default()) })
    }

    fn get<'a>(&'a self, url: &'a str, from: u64) -> Boxed<'a, Result<Incoming, Problem>> {
        let (http, url) = (Arc::clone(&self.0), url.to_owned());
        Box::pin(async move {
            let queue = Queue::default();
            let mut sink = queue.clone();
            let fetch = async move { http.fetch(&url, from, &mut sink).await };
            let mut running = Running { queue, fetch: Some(Box::pin(fetch)) };
            let (from, total) = running.begin().await.map_err(|error| error.to_problem())?;
            let body = stream::unfold(running, |mut running| async move {
                let chunk = running.next().await?;
                Some((chunk.map_err(|error| error.to_problem()), running))
            });
            Ok(Incoming { from, total, body: body.boxed() })
        })
    }
}

/// What has come and was not taken yet.
#[derive(Clone, Default)]
struct Queue(Arc<Mutex<Waiting>>);

#[derive(Default)]
struct Waiting {
    begun: Option<(u64, Option<u64>)>,
    chunks: VecDeque<bytes::Bytes>,
}

impl Queue {
    fn with<T>(&self, work: impl FnOnce(&mut Waiting) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Sink for Queue {
    fn begin(&mut self, offset: u64, total: Option<u64>) -> io::Result<()> {
        self.with(|waiting| waiting.begun = Some((offset, total)));
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.with(|waiting| waiting.chunks.push_back(bytes::Bytes::copy_from_slice(bytes)));
        Ok(())
    }
}

type Fetch = Pin<Box<dyn Future<Output = Result<Fetched, FetchError>> + Send>>;

/// A download that runs while its bytes are asked for.
struct Running {
    queue: Queue,
    fetch: Option<Fetch>,
}

impl Running {
    /// Runs until it is known where the bytes begin.
    async fn begin(&mut self) -> Result<(u64, Option<u64>), FetchError> {
        self.until(|waiting| waiting.begun.is_some()).await?;
        let begun = self.queue.with(|waiting| waiting.begun);
        begun.ok_or_else(|| FetchError::Network("the server sent no file".to_owned()))
    }

    /// The next bytes; `None` at the end.
    async fn next(&mut self) -> Option<Result<bytes::Bytes, FetchError>> {
        if let Err(error) = self.until(|waiting| !waiting.chunks.is_empty()).await {
            return Some(Err(error));
        }
        self.queue.with(|waiting| waiting.chunks.pop_front()).map(Ok)
    }

    /// Lets the download run until something is there, or it has ended.
    async fn until(&mut self, there: impl Fn(&Waiting) -> bool) -> Result<(), FetchError> {
        if self.queue.with(|waiting| there(waiting)) {
            return Ok(());
        }
        let Some(fetch) = &mut self.fetch else { return Ok(()) };
        let queue = &self.queue;
        let ended = poll_fn(|cx| match fetch.as_mut().poll(cx) {
            Poll::Ready(ended) => Poll::Ready(Some(ended)),
            Poll::Pending if queue.with(|waiting| there(waiting)) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await;
        match ended {
            None => Ok(()),
            Some(ended) => {
                self.fetch = None;
                ended.map(drop)
            }
        }
    }
}
