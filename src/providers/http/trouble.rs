//! Failures of the connection itself, in words.

use std::error::Error;
use std::io;

use nanofolks_protocol::ModelErrorKind;
use reqwest::Url;

use super::target::shown;
use crate::fault::Fault;

/// A request that got no answer.
pub(crate) fn of_request(error: &reqwest::Error, url: &Url) -> Fault {
    let place = shown(url);
    if let Some(tls) = find::<rustls::Error>(error) {
        return of_tls(tls, &place);
    }
    let kind = find::<io::Error>(error).map(io::Error::kind);
    let words = chain(error);
    if kind == Some(io::ErrorKind::ConnectionRefused) {
        return unreachable(format!("nothing answers at {place} (connection refused)"));
    }
    if error.is_connect() && words.contains("dns error") {
        let host = url.host_str().unwrap_or_default();
        return unreachable(format!("the name {host} cannot be found; is there a network?"));
    }
    if error.is_connect() && (error.is_timeout() || words.contains("timed out")) {
        return unreachable(format!("no connection to {place} within 10 s"));
    }
    if error.is_connect() && words.contains("handshake eof") {
        let why = "it hung up during the handshake; is it http:// instead of https://?";
        return Fault::new(ModelErrorKind::Tls, format!("no secure connection to {place}: {why}"));
    }
    if error.is_connect() {
        return unreachable(format!("cannot connect to {place} ({})", root(error)));
    }
    if error.is_timeout() {
        return Fault::new(ModelErrorKind::Timeout, format!("{place} does not answer"));
    }
    if words.contains("invalid HTTP") {
        return Fault::new(ModelErrorKind::Malformed, format!("{place} does not speak HTTP"));
    }
    if error.is_builder() {
        return Fault::new(ModelErrorKind::BadRequest, format!("cannot ask {place}: {words}"));
    }
    Fault::new(ModelErrorKind::Cut, format!("{place} ended the connection without an answer"))
}

/// A body that broke off.
pub(crate) fn of_body(error: &reqwest::Error) -> Fault {
    if error.is_timeout() {
        return Fault::new(ModelErrorKind::Timeout, "the answer took too long");
    }
    Fault::cut()
}

fn of_tls(error: &rustls::Error, place: &str) -> Fault {
    let why = match error {
        rustls::Error::InvalidCertificate(why) => {
            format!("its certificate is not valid: {}", certificate(why))
        }
        rustls::Error::InvalidMessage(_) => {
            "it does not speak TLS; is it http:// instead of https://?".to_owned()
        }
        rustls::Error::AlertReceived(_) => "it refused the handshake".to_owned(),
        rustls::Error::PeerIncompatible(_) => {
            "it and this program have no TLS version or cipher in common".to_owned()
        }
        _ => "the handshake failed".to_owned(),
    };
    tracing::debug!(%error, place, "no secure connection");
    Fault::new(ModelErrorKind::Tls, format!("no secure connection to {place}: {why}"))
}

/// Why a certificate is refused; the library's own words are names of its code.
fn certificate(why: &rustls::CertificateError) -> &'static str {
    use rustls::CertificateError as Why;
    match why {
        Why::Expired | Why::ExpiredContext { .. } => "it has expired (is the clock right?)",
        Why::NotValidYet | Why::NotValidYetContext { .. } => {
            "it is not valid yet (is the clock right?)"
        }
        Why::UnknownIssuer => "it was issued by nobody this machine trusts",
        Why::NotValidForName | Why::NotValidForNameContext { .. } => "it is for another name",
        Why::Revoked => "it was revoked",
        Why::BadSignature => "its signature is wrong",
        _ => "it cannot be verified",
    }
}

const fn unreachable(message: String) -> Fault {
    Fault { kind: ModelErrorKind::Unreachable, message, retry_after: None }
}

/// The words of an error and all its causes, without repetition and without addresses.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let more = cause.to_string();
        if !words.contains(&more) {
            words.push_str(": ");
            words.push_str(&more);
        }
        next = cause.source();
    }
    words
}

/// The words of the innermost cause.
fn root(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    last.to_string()
}

/// The first cause of a type; looks into I/O errors too, which hide theirs.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref::<T>() {
            return Some(found);
        }
        let hidden = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(found) = hidden.and_then(|hidden| find::<T>(hidden)) {
            return Some(found);
        }
        next = cause.source();
    }
    None
}

#[cfg(test)]
mod tests;
