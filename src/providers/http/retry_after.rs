//! `Retry-After`, in both of its forms.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

#[cfg(test)]
mod tests;

/// How long the other side asks us to wait.
///
/// A date is measured against the answer's own `Date`, so that a wrong clock on this side
/// does no harm; without that header the wish is unknown.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    if let Some(millis) = text(headers, "retry-after-ms").and_then(|text| text.parse().ok()) {
        return Some(Duration::from_millis(millis));
    }
    let wish = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Some(seconds) = seconds(wish) {
        return Some(seconds);
    }
    let until = http_date(wish)?;
    let now = http_date(headers.get(DATE)?.to_str().ok()?)?;
    let wait = until.duration_since(now);
    Some(Duration::try_from(wait).unwrap_or(Duration::ZERO))
}

/// `2`, `2.5` or `2s`, at most a day.
pub(crate) fn seconds(text: &str) -> Option<Duration> {
    let number: f64 = text.trim().trim_end_matches('s').parse().ok()?;
    let day = 86_400.0;
    (number >= 0.0).then(|| Duration::from_secs_f64(number.min(day)))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// An HTTP date is an RFC 2822 date that always says GMT.
fn http_date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()
}
