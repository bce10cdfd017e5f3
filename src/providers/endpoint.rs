//! A provider over HTTP: a wire format, an address and a key.
//!
//! Every rule about a wire is in its [`Dialect`]; this only moves bytes.

mod answer;
mod send;

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use nanofolks_protocol::ports::{Boxed, ModelStream, Provider};
use nanofolks_protocol::{ModelError, ModelErrorKind, ModelEvent, ModelRequest, Secret};
use reqwest::Url;
use reqwest::header::{HeaderName, HeaderValue};

use self::answer::Answer;
use crate::fault::Fault;
use crate::http::Http;
use crate::http::limits::Limits;
use crate::http::target::{Reach, join, reach};
use crate::retry::Schedule;
use crate::wire::{Call, Decode, Dialect, Events};

#[cfg(test)]
mod tests;

/// Everything that is needed to ask one provider.
pub(crate) struct Endpoint {
    /// Its name in the configuration.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) base: Url,
    /// Its key, if it needs one.
    pub(crate) key: Option<Secret>,
    /// Headers of the owner's own.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// What it speaks.
    pub(crate) dialect: Box<dyn Dialect>,
    /// How patient we are.
    pub(crate) limits: Limits,
    /// The clients.
    pub(crate) http: Arc<Http>,
}

/// The port's view of an endpoint: shared, so that a stream outlives the borrow.
pub(crate) struct Remote(pub(crate) Arc<Endpoint>);

impl Provider for Remote {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        let run = Box::new(Run::new(Arc::clone(&self.0), request));
        Box::pin(stream::unfold(run, |mut run| async move {
            let item = run.next().await?;
            Some((item, run))
        }))
    }

    fn models(&self) -> Boxed<'_, Result<Vec<String>, ModelError>> {
        Box::pin(async move {
            let names = self.0.list().await.map_err(|fault| self.0.failure(fault));
            names.map(|mut names| {
                names.sort_unstable();
                names.dedup();
                names
            })
        })
    }
}

impl Endpoint {
    fn url(&self, path: &str, query: &str) -> Url {
        join(&self.base, self.dialect.redundant_suffix(), path, query)
    }

    /// The failure as the engine sees it. The key is never in it, whatever was echoed.
    fn failure(&self, mut fault: Fault) -> ModelError {
        if let Some(key) = self.key.as_ref().filter(|key| key.expose().len() >= 6) {
            fault.message = fault.message.replace(key.expose(), "[key]");
        }
        fault.at(&self.name)
    }

    async fn list(&self) -> Result<Vec<String>, Fault> {
        let (path, query) = self.dialect.models_at();
        let url = self.url(path, query);
        let answer = self.get(url).await?;
        let body = send::small_body(answer, MAX_LIST).await?;
        self.dialect.models(&body)
    }

    /// The pause after which a request may be sent again that failed before anything came.
    fn pause_after(&self, fault: &Fault, schedule: &mut Schedule) -> Option<Duration> {
        // Where nothing listens on this machine, nothing will in a second.
        let certain = fault.kind == ModelErrorKind::Unreachable && reach(&self.base) == Reach::Here;
        let pause = if certain { None } else { schedule.pause_after(fault) }?;
        tracing::warn!(
            provider = %self.name,
            code = fault.kind.code(),
            pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
            "trying again"
        );
        Some(pause)
    }
}

/// Most bytes of a list of models.
const MAX_LIST: usize = 16 << 20;

/// A request that is sent until an answer begins, where trying again may help.
struct Attempt {
    call: Call,
    decoder: Box<dyn Decode>,
    schedule: Schedule,
    pause: Duration,
}

/// One request and its answer, step by step.
struct Run {
    endpoint: Arc<Endpoint>,
    request: Option<ModelRequest>,
    /// The request on its way, until an answer begins.
    attempt: Option<Attempt>,
    answer: Option<Answer>,
    events: Events,
    failed: Option<Fault>,
}

impl Run {
    fn new(endpoint: Arc<Endpoint>, request: ModelRequest) -> Self {
        let request = Some(request);
        let (attempt, answer) = (None, None);
        Self { endpoint, request, attempt, answer, events: Events::default(), failed: None }
    }

    /// The next event. What arrived comes before the failure that ended it.
    async fn next(&mut self) -> Option<Result<ModelEvent, ModelError>> {
        loop {
            if let Some(event) = self.events.pop() {
                return Some(Ok(event));
            }
            if let Some(fault) = self.failed.take() {
                return Some(Err(self.endpoint.failure(fault)));
            }
            let step = match (self.request.take(), self.attempt.take(), &mut self.answer) {
                (Some(request), _, _) => self.begin(&request),
                (None, Some(attempt), _) => self.send(attempt).await,
                (None, None, Some(answer)) => answer.read(&mut self.events).await,
                (None, None, None) => return None,
            };
            match step {
                Ok(true) => {}
                Ok(false) => self.answer = None,
                Err(fault) => {
                    self.answer = None;
                    self.failed = Some(fault);
                }
            }
        }
    }

    fn begin(&mut self, request: &ModelRequest) -> Result<bool, Fault> {
        let Endpoint { name, dialect, limits, .. } = &*self.endpoint;
        let retries = if request.trial { 0 } else { limits.retries };
        self.attempt = Some(Attempt {
            call: dialect.encode(name, request)?,
            decoder: dialect.decoder(name, request),
            schedule: Schedule::new(retries, limits.pause),
            pause: Duration::ZERO,
        });
        Ok(true)
    }

    /// One attempt; whoever listens hears of one that failed before the next begins.
    async fn send(&mut self, mut attempt: Attempt) -> Result<bool, Fault> {
        if !attempt.pause.is_zero() {
            tokio::time::sleep(attempt.pause).await;
        }
        let endpoint = &self.endpoint;
        match endpoint.post(&attempt.call).await {
            Ok(response) => {
                let (framing, decoder) = (endpoint.dialect.framing(), attempt.decoder);
                self.answer = Some(Answer::new(response, framing, decoder, &endpoint.limits));
            }
            Err(fault) => {
                let pause = endpoint.pause_after(&fault, &mut attempt.schedule);
                let Some(pause) = pause else { return Err(fault) };
                attempt.pause = pause;
                self.attempt = Some(attempt);
                let error = endpoint.failure(fault);
                self.events.push(ModelEvent::Again { error, pause });
            }
        }
        Ok(true)
    }
}
