//! The one place that builds HTTP clients. Nothing is set up before the first request.
//!
//! Three clients, each made when it is first needed: one for this machine (no proxy, no TLS),
//! one for plain `http://` elsewhere (no TLS), one for `https://`. Loading the certificates of
//! the system takes longer than a whole turn against a server on this machine, so only the last
//! one does it. No client that may carry a key follows redirects.

pub(crate) mod limits;
pub(crate) mod refusal;
pub(crate) mod retry_after;
pub(crate) mod target;
pub(crate) mod trouble;

mod fetch;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::Duration;

use nanofolks_protocol::ModelErrorKind;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Url};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

pub use self::fetch::{FetchError, Fetched, Sink};
use self::target::{Reach, reach};
use crate::fault::Fault;

#[cfg(test)]
mod tests;

/// Longest wait for a connection, name resolution and handshake included.
const CONNECT: Duration = Duration::from_secs(10);
/// How long an unused connection is kept for the next request.
const POOL_IDLE: Duration = Duration::from_secs(90);
const USER_AGENT: &str = concat!("nanofolks/", env!("CARGO_PKG_VERSION"));

/// Makes and keeps the clients. Cheap to create: no socket, no thread, no certificate.
#[derive(Debug, Default)]
pub struct Http {
    offline: bool,
    clients: Mutex<Vec<Kept>>,
}

/// A client and what it is for.
#[derive(Debug)]
struct Kept {
    variety: Variety,
    connect: Duration,
    client: Client,
}

/// What a client is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Variety {
    /// Servers on this machine, plain: no proxy, no TLS.
    Here,
    /// Plain `http://` elsewhere: no TLS.
    Plain,
    /// `https://`.
    Secure,
    /// Files: follows redirects, is never given a key.
    Download,
}

impl Http {
    /// With `offline`, every request is refused before a socket is opened.
    #[must_use]
    pub const fn new(offline: bool) -> Self {
        Self { offline, clients: Mutex::new(Vec::new()) }
    }

    /// Whether every request is refused.
    #[must_use]
    pub const fn is_offline(&self) -> bool {
        self.offline
    }

    /// The client for an address. It never goes anywhere else.
    pub(crate) fn client(&self, url: &Url, connect: Option<Duration>) -> Result<Client, Fault> {
        let variety = match (url.scheme(), reach(url)) {
            ("http", Reach::Here) => Variety::Here,
            ("http", Reach::Network) => Variety::Plain,
            _ => Variety::Secure,
        };
        self.kept(variety, connect.unwrap_or(CONNECT))
    }

    /// The client for files. It follows redirects and is never given a key.
    fn download_client(&self) -> Result<Client, Fault> {
        self.kept(Variety::Download, CONNECT)
    }

    fn kept(&self, variety: Variety, connect: Duration) -> Result<Client, Fault> {
        if self.offline {
            return Err(Fault::new(ModelErrorKind::Offline, "--offline forbids every connection"));
        }
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = clients.iter().find(|k| k.variety == variety && k.connect == connect) {
            return Ok(kept.client.clone());
        }
        let client = build(variety, connect).map_err(|error| {
            let why = trouble::chain(&error);
            Fault::new(ModelErrorKind::Tls, format!("cannot set up connections: {why}"))
        })?;
        clients.push(Kept { variety, connect, client: client.clone() });
        Ok(client)
    }
}

fn build(variety: Variety, connect: Duration) -> Result<Client, reqwest::Error> {
    let builder = base().connect_timeout(connect);
    match variety {
        Variety::Here => without_tls(builder.no_proxy()).build(),
        Variety::Plain => without_tls(builder).build(),
        Variety::Secure => {
            install_ring();
            builder.build()
        }
        Variety::Download => {
            install_ring();
            builder.redirect(Policy::custom(fetch::follow)).build()
        }
    }
}

fn base() -> ClientBuilder {
    // `localhost` is this machine, without asking anybody. 127.0.0.1 first: most servers
    // listen only there.
    let localhost = [
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
        SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0),
    ];
    Client::builder()
        .user_agent(USER_AGENT)
        .redirect(Policy::none())
        .referer(false)
        .no_gzip()
        .pool_idle_timeout(POOL_IDLE)
        .resolve_to_addrs("localhost", &localhost)
}

/// A TLS configuration that trusts nobody: it costs nothing, and plain HTTP never uses it.
fn without_tls(builder: ClientBuilder) -> ClientBuilder {
    let provider = Arc::new(ring::default_provider());
    match ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions() {
        Ok(config) => builder.http1_only().tls_backend_preconfigured(
            config.with_root_certificates(RootCertStore::empty()).with_no_client_auth(),
        ),
        Err(_) => builder,
    }
}

/// Makes ring the TLS provider of the process, once.
fn install_ring() {
    static RING: Once = Once::new();
    RING.call_once(|| {
        // It fails only when there is one already, which serves as well.
        let _already = ring::default_provider().install_default().is_err();
    });
}
