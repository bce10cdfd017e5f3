//! A model server on loopback, in a thread of its own.
//!
//! Replies are taken from a queue. A request that nobody scripted, and a request that
//! breaks the rules of its format, are violations: the server keeps them and the test
//! fails when the server is dropped, unless it asked for them with
//! [`FakeModelServer::take_violations`].

mod connection;
mod deliver;
mod http;
#[cfg(test)]
mod tests;
mod tls;

use std::collections::VecDeque;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::oneshot;

pub use tls::untrusted_tls;

use crate::{Dialect, PATIENCE, Recorded, Reply};

/// Decides whether a reply is for a request.
type Matcher = Box<dyn Fn(&Recorded) -> bool + Send>;

/// Makes the reply to a request.
type Mind = Box<dyn FnMut(&Recorded) -> Reply + Send>;

/// A model server that says what the test tells it to.
pub struct FakeModelServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
pub(crate) struct Shared {
    state: Mutex<State>,
    bell: Condvar,
}

#[derive(Default)]
struct State {
    script: VecDeque<(Option<Matcher>, Reply)>,
    otherwise: Option<Reply>,
    mind: Option<Mind>,
    requests: Vec<Recorded>,
    violations: Vec<String>,
    models: Vec<String>,
    keyless: bool,
    connections: usize,
    hangups: usize,
    garbage: usize,
}

impl FakeModelServer {
    /// Starts a server on a free port of 127.0.0.1.
    ///
    /// # Panics
    /// When loopback cannot be used.
    #[must_use]
    pub fn start() -> Self {
        let listener = StdListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        shared.change(|state| state.models = vec!["test-model".into(), "other-model".into()]);
        let (stop, stopped) = oneshot::channel();
        let work = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("fake-model-server".to_owned())
            .spawn(move || {
                let runtime =
                    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async move {
                    let listener = TcpListener::from_std(listener).unwrap();
                    tokio::select! {
                        () = serve(listener, work) => {}
                        _ = stopped => {}
                    }
                });
            })
            .unwrap();
        Self { address, shared, stop: Some(stop), thread: Some(thread) }
    }

    /// A server with these replies.
    #[must_use]
    pub fn with(replies: impl IntoIterator<Item = Reply>) -> Self {
        let server = Self::start();
        for reply in replies {
            server.reply(reply);
        }
        server
    }

    /// Queues a reply for the next request to a model.
    pub fn reply(&self, reply: Reply) -> &Self {
        self.shared.change(|state| state.script.push_back((None, reply)));
        self
    }

    /// Queues a reply for the next request that fits; other requests pass it by.
    pub fn reply_when(
        &self,
        fits: impl Fn(&Recorded) -> bool + Send + 'static,
        reply: Reply,
    ) -> &Self {
        self.shared.change(|state| state.script.push_back((Some(Box::new(fits)), reply)));
        self
    }

    /// Says what follows when the queue is empty.
    pub fn otherwise(&self, reply: Reply) -> &Self {
        self.shared.change(|state| state.otherwise = Some(reply));
        self
    }

    /// Makes up each reply from its request, once the queue is empty. Requests are not kept
    /// then: there may be very many.
    pub fn think(&self, mind: impl FnMut(&Recorded) -> Reply + Send + 'static) -> &Self {
        self.shared.change(|state| state.mind = Some(Box::new(mind)));
        self
    }

    /// Lists these models; the default is `test-model` and `other-model`.
    pub fn models<const N: usize>(&self, models: [&str; N]) -> &Self {
        self.shared.change(|state| state.models = models.map(str::to_owned).to_vec());
        self
    }

    /// Takes requests without a key.
    pub fn keyless(&self) -> &Self {
        self.shared.change(|state| state.keyless = true);
        self
    }

    /// Its address.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What goes into `base_url` for a format: `…/v1` for the OpenAI kinds, else the root.
    #[must_use]
    pub fn base_url(&self, dialect: Dialect) -> String {
        match dialect {
            Dialect::OpenAiChat | Dialect::OpenAiResponses => format!("{}/v1", self.root()),
            Dialect::Anthropic | Dialect::Gemini | Dialect::Ollama => self.root(),
        }
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn root(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests so far, lists and probes too.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.change(|state| state.requests.clone())
    }

    /// The requests to a model so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Recorded> {
        let mut requests = self.requests();
        requests.retain(|request| request.dialect.is_some());
        requests
    }

    /// The only request to a model.
    ///
    /// # Panics
    /// When there were none or several.
    #[must_use]
    pub fn only_request(&self) -> Recorded {
        let mut asked = self.asked();
        assert_eq!(asked.len(), 1, "one request was expected: {asked:#?}");
        asked.remove(0)
    }

    /// Waits until so many requests to a model have come.
    ///
    /// # Panics
    /// When that takes longer than [`PATIENCE`].
    pub fn wait_asked(&self, count: usize) {
        self.wait(&format!("{count} requests"), |state| {
            state.requests.iter().filter(|request| request.dialect.is_some()).count() >= count
        });
    }

    /// Waits until clients have hung up in the middle of so many replies.
    ///
    /// # Panics
    /// When that takes longer than [`PATIENCE`].
    pub fn wait_hangups(&self, count: usize) {
        self.wait(&format!("{count} hang-ups"), |state| state.hangups >= count);
    }

    /// How many connections were made.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.change(|state| state.connections)
    }

    /// How many connections did not speak HTTP, for example TLS.
    #[must_use]
    pub fn garbage(&self) -> usize {
        self.shared.change(|state| state.garbage)
    }

    /// Replies that nobody has asked for yet.
    #[must_use]
    pub fn unused(&self) -> usize {
        self.shared.change(|state| state.script.len())
    }

    /// Hands out the violations so far, which are then forgiven.
    #[must_use]
    pub fn take_violations(&self) -> Vec<String> {
        self.shared.change(|state| std::mem::take(&mut state.violations))
    }

    fn wait(&self, what: &str, done: impl Fn(&State) -> bool) {
        let guard = self.shared.state.lock().unwrap();
        let (guard, late) =
            self.shared.bell.wait_timeout_while(guard, PATIENCE, |state| !done(state)).unwrap();
        drop(guard);
        assert!(!late.timed_out(), "waited for {what} in vain");
    }
}

impl Drop for FakeModelServer {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send(()).ok();
        }
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
        let violations = self.take_violations();
        if !std::thread::panicking() {
            assert!(violations.is_empty(), "rules of the wire were broken: {violations:#?}");
        }
    }
}

impl Shared {
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let answer = change(&mut self.state.lock().unwrap());
        self.bell.notify_all();
        answer
    }

    /// Records a request and finds the reply for it.
    fn take(&self, request: Recorded) -> Option<Reply> {
        self.change(|state| {
            let where_from = format!("{} {}", request.method, request.path);
            let notes = request.seen.violations.iter();
            state.violations.extend(notes.map(|note| format!("{where_from}: {note}")));
            let place = state
                .script
                .iter()
                .position(|(fits, _)| fits.as_ref().is_none_or(|fits| fits(&request)));
            let reply = match place.and_then(|place| state.script.remove(place)) {
                Some((_, reply)) => Some(reply),
                None => match &mut state.mind {
                    Some(mind) => return Some(mind(&request)),
                    None => state.otherwise.clone(),
                },
            };
            if reply.is_none() {
                state.violations.push(format!("{where_from}: nobody scripted this request"));
            }
            state.requests.push(request);
            reply
        })
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            shared.change(|state| state.connections += 1);
            tokio::spawn(connection::run(stream, Arc::clone(&shared)));
        }
    }
}

/// A port that refuses connections for as long as what is returned lives.
///
/// # Panics
/// When loopback cannot be used.
#[must_use]
pub fn closed_port() -> (TcpSocket, u16) {
    // Bound, so that nobody else gets the port, but not listening.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

/// A port that takes connections and never says a word.
///
/// # Panics
/// When loopback cannot be used.
#[must_use]
pub fn deaf_port() -> (StdListener, u16) {
    let listener = StdListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}
