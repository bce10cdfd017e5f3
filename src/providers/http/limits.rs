//! How long we wait, how often we try.

use std::time::Duration;

use nanofolks_config::ProviderSettings;
use reqwest::Url;

use super::target::{Reach, reach};

/// The patience with one provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Until there is a connection; `None` for the usual 10 seconds.
    pub(crate) connect: Option<Duration>,
    /// From the request to the first byte of the answer.
    pub(crate) first_byte: Duration,
    /// Between two pieces of the answer.
    pub(crate) idle: Duration,
    /// The whole answer.
    pub(crate) total: Option<Duration>,
    /// How often a request that may succeed later is tried again.
    pub(crate) retries: u32,
    /// The first pause before trying again.
    pub(crate) pause: Duration,
}

/// A server on this machine may have to load a model first.
const FIRST_BYTE_HERE: Duration = Duration::from_secs(300);
const FIRST_BYTE: Duration = Duration::from_secs(120);
/// Vendors send keep-alives at least every 30 seconds while a model thinks.
const IDLE: Duration = Duration::from_secs(120);
const RETRIES: u32 = 2;
const PAUSE: Duration = Duration::from_secs(1);

impl Limits {
    /// The limits for an address, as far as the settings do not name others.
    pub(crate) fn of(settings: &ProviderSettings, base: &Url) -> Self {
        let seconds = |wish: Option<u32>| wish.map(|n| Duration::from_secs(u64::from(n)));
        let first_byte = match reach(base) {
            Reach::Here => FIRST_BYTE_HERE,
            Reach::Network => FIRST_BYTE,
        };
        let idle = seconds(settings.idle_timeout);
        Self {
            connect: seconds(settings.connect_timeout),
            first_byte: seconds(settings.first_byte_timeout).or(idle).unwrap_or(first_byte),
            idle: idle.unwrap_or(IDLE),
            total: seconds(settings.timeout),
            retries: settings.retries.unwrap_or(RETRIES),
            pause: PAUSE,
        }
    }
}
