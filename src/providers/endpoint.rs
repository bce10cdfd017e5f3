//! A provider over HTTP: a wire format, an address and a key.
//!
//! Every rule about a wire is in its [`Dialect`]; this only moves bytes.

mod answer;
mod send;

use std::sync::Arc;

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
use crate::wire::{Call, Dialect, Events};

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

    /// Sends a request until an answer begins, trying again where that may help.
    async fn ask(&self, call: &Call, schedule: &mut Schedule) -> Result<reqwest::Response, Fault> {
        loop {
            let fault = match self.post(call).await {
                Ok(answer) => return Ok(answer),
                Err(fault) => fault,
            };
            // Where nothing listens on this machine, nothing will in a second.
            let certain =
                fault.kind == ModelErrorKind::Unreachable && reach(&self.base) == Reach::Here;
            let pause = if certain { None } else { schedule.pause_after(&fault) };
            let Some(pause) = pause else { return Err(fault) };
            tracing::warn!(
                provider = %self.name,
                code = fault.kind.code(),
                pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
                "trying again"
            );
            tokio::time::sleep(pause).await;
        }
    }
}

/// Most bytes of a list of models.
const MAX_LIST: usize = 16 << 20;

/// One request and its answer, step by step.
struct Run {
    endpoint: Arc<Endpoint>,
    request: Option<ModelRequest>,
    answer: Option<Answer>,
    events: Events,
    failed: Option<Fault>,
}

impl Run {
    fn new(endpoint: Arc<Endpoint>, request: ModelRequest) -> Self {
        let request = Some(request);
        Self { endpoint, request, answer: None, events: Events::default(), failed: None }
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
            let step = match (self.request.take(), &mut self.answer) {
                (Some(request), _) => self.begin(&request).await,
                (None, Some(answer)) => answer.read(&mut self.events).await,
                (None, None) => return None,
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

    async fn begin(&mut self, request: &ModelRequest) -> Result<bool, Fault> {
        let endpoint = &self.endpoint;
        let call = endpoint.dialect.encode(&endpoint.name, request)?;
        let limits = endpoint.limits;
        let mut schedule = Schedule::new(limits.retries, limits.pause);
        let response = endpoint.ask(&call, &mut schedule).await?;
        let decoder = endpoint.dialect.decoder(&endpoint.name, request);
        self.answer = Some(Answer::new(response, endpoint.dialect.framing(), decoder, &limits));
        Ok(true)
    }
}
