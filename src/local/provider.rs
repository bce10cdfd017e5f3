//! The embedded model as a provider like any other.
//!
//! One thread owns the model. It starts with the first request, keeps what it loaded, and
//! answers one request at a time. Dropping a stream ends its request within a token.

use std::path::PathBuf;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::{StreamExt as _, stream};
use nanofolks_protocol::ports::{Boxed, Clock, ModelStream, Provider};
use nanofolks_protocol::{ModelError, ModelErrorKind, ModelEvent, ModelRequest};
use tokio::sync::mpsc as tokio_mpsc;

use crate::runner::{Listener, Manner, Runner};
use crate::shelf::Shelf;
use crate::{LocalError, PROVIDER, threads};

#[cfg(test)]
mod tests;

/// Events that may wait for a slow reader before the model pauses.
const EVENTS_AHEAD: usize = 256;
/// The largest number of processors a model is spread over.
const MOST_THREADS: usize = 16;

/// Choices that belong to the embedded model alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LocalOptions {
    /// Processors to use; `None` means all there are.
    pub threads: Option<usize>,
    /// The same seed and conversation give the same answer.
    pub seed: u64,
}

/// Answers with a model in this process.
pub struct LocalProvider {
    shelf: Shelf,
    clock: Arc<dyn Clock>,
    options: LocalOptions,
    worker: Mutex<Option<mpsc::Sender<Job>>>,
}

/// One request on its way to the worker.
struct Job {
    request: ModelRequest,
    events: tokio_mpsc::Sender<Result<ModelEvent, ModelError>>,
}

impl LocalProvider {
    /// A provider for the models in `folder`. Nothing is opened or started yet.
    #[must_use]
    pub fn new(folder: PathBuf, clock: Arc<dyn Clock>, options: LocalOptions) -> Self {
        Self { shelf: Shelf::new(folder), clock, options, worker: Mutex::new(None) }
    }

    /// Hands a job to the worker, which is started when there is none.
    fn hand_over(&self, job: Job) -> Result<(), ModelError> {
        let mut worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner);
        let job = match worker.as_ref() {
            Some(sender) => match sender.send(job) {
                Ok(()) => return Ok(()),
                Err(mpsc::SendError(job)) => job,
            },
            None => job,
        };
        let (sender, jobs) = mpsc::channel();
        let mut desk = Worker {
            shelf: self.shelf.clone(),
            clock: self.clock.clone(),
            options: self.options,
            open: None,
        };
        std::thread::Builder::new()
            .name("local-model".to_owned())
            .spawn(move || desk.work(&jobs))
            .map_err(|error| failed(format!("no thread for the model: {error}")))?;
        sender.send(job).map_err(|_| failed("the model's thread ended at once"))?;
        *worker = Some(sender);
        Ok(())
    }
}

impl Provider for LocalProvider {
    fn name(&self) -> &str {
        PROVIDER
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        let (events, heard) = tokio_mpsc::channel(EVENTS_AHEAD);
        if let Err(error) = self.hand_over(Job { request, events }) {
            return stream::iter([Err(error)]).boxed();
        }
        let state = (heard, false);
        stream::unfold(state, |(mut heard, mut closed)| async move {
            if closed {
                return None;
            }
            let event = heard.recv().await.unwrap_or_else(|| {
                Err(failed("the embedded model stopped in the middle of its answer"))
            });
            closed = matches!(event, Err(_) | Ok(ModelEvent::Finished { .. }));
            Some((event, (heard, closed)))
        })
        .boxed()
    }

    fn models(&self) -> Boxed<'_, Result<Vec<String>, ModelError>> {
        let shelf = self.shelf.clone();
        Box::pin(async move {
            tokio::task::spawn_blocking(move || shelf.installed())
                .await
                .map_err(|error| failed(error.to_string()))?
                .map(|models| models.into_iter().map(|model| model.name).collect())
                .map_err(|error| error.to_model_error())
        })
    }
}

fn failed(message: impl Into<String>) -> ModelError {
    ModelError::new(PROVIDER, ModelErrorKind::Local, message)
}

/// The thread that owns the model.
struct Worker {
    shelf: Shelf,
    clock: Arc<dyn Clock>,
    options: LocalOptions,
    /// The model in memory, by its name. Only one: they are large.
    open: Option<(String, Runner)>,
}

/// Sends events to whoever reads the stream.
struct Ear<'a>(&'a tokio_mpsc::Sender<Result<ModelEvent, ModelError>>);

impl Listener for Ear<'_> {
    fn hear(&mut self, event: ModelEvent) -> bool {
        self.0.blocking_send(Ok(event)).is_ok()
    }

    fn is_there(&self) -> bool {
        !self.0.is_closed()
    }
}

impl Worker {
    fn work(&mut self, jobs: &mpsc::Receiver<Job>) {
        let pool = match threads::pool(self.options.threads, MOST_THREADS) {
            Ok(pool) => pool,
            Err(error) => {
                if let Ok(job) = jobs.recv() {
                    // Nobody may be listening any more, which is fine.
                    drop(job.events.blocking_send(Err(error.to_model_error())));
                }
                return;
            }
        };
        for job in jobs {
            if job.events.is_closed() {
                continue;
            }
            let outcome = pool.install(|| self.answer(&job));
            match outcome {
                Ok(()) | Err(LocalError::Stopped) => {}
                Err(error) => drop(job.events.blocking_send(Err(error.to_model_error()))),
            }
        }
    }

    fn answer(&mut self, job: &Job) -> Result<(), LocalError> {
        let name = &job.request.model;
        if self.open.as_ref().is_none_or(|(open, _)| open != name) {
            // The old one goes first, so that there is room for the new one.
            self.open = None;
            let path = self.shelf.path_of(name)?;
            self.open =
                Some((name.clone(), Runner::load(&path, Some(self.shelf.window_of(name)))?));
        }
        let Some((_, runner)) = &mut self.open else { return Err(LocalError::Stopped) };
        let manner = Manner {
            sampling: Shelf::sampling_of(name),
            seed: self.options.seed,
            now: self.clock.now(),
            tools: self.shelf.card(name).is_ok_and(|card| card.tools),
        };
        runner.answer(&job.request, &manner, &mut Ear(&job.events))
    }
}
