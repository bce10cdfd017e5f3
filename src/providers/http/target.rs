//! Addresses: where a base URL leads, and whether that is this machine.

use std::net::IpAddr;

use nanofolks_protocol::{Problem, ProblemKind};
use reqwest::Url;

#[cfg(test)]
mod tests;

/// How far away an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// On this machine.
    Here,
    /// Anywhere else.
    Network,
}

/// Whether an address is on this machine, by its spelling alone.
pub(crate) fn reach(url: &Url) -> Reach {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let here = match bare.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => bare == "localhost" || bare.ends_with(".localhost"),
    };
    if here { Reach::Here } else { Reach::Network }
}

/// Reads a base URL as people write it.
///
/// # Errors
/// `config_invalid` when it is not an `http://` or `https://` address.
pub(crate) fn parse_base(provider: &str, text: &str) -> Result<Url, Problem> {
    let wrong = |why: &str| {
        Problem::new(
            ProblemKind::Usage,
            "config_invalid",
            format!("providers.{provider}.base_url: {why}"),
        )
        .hint("write it like http://127.0.0.1:8000/v1 or https://api.example.com/v1")
    };
    let url = Url::parse(text.trim())
        .map_err(|error| wrong(&format!("{text:?} is not an address ({error})")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong(&format!("{text:?} is neither http:// nor https://")));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(wrong(&format!("{text:?} names no host")));
    }
    Ok(url)
}

/// The address of a path behind a base URL. `redundant` is an ending that people add to the
/// base although the path has it too; a query in the base is kept.
pub(crate) fn join(base: &Url, redundant: &str, path: &str, query: &str) -> Url {
    let mut url = base.clone();
    let mut root = base.path().trim_end_matches('/');
    if !redundant.is_empty() {
        root = root.strip_suffix(redundant).unwrap_or(root);
    }
    url.set_path(&format!("{root}{path}"));
    if !query.is_empty() {
        let query = base.query().map_or_else(|| query.to_owned(), |had| format!("{had}&{query}"));
        url.set_query(Some(&query));
    }
    url.set_fragment(None);
    url
}

/// Scheme, host and port: what may be shown to people.
pub(crate) fn shown(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{}://{host}:{port}", url.scheme()),
        None => format!("{}://{host}", url.scheme()),
    }
}
