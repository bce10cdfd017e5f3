//! Points in time and days, as people read and write them.

use nanofolks_protocol::Timestamp;

/// Date and time to the minute, in the zone of this machine.
pub(crate) fn minute(at: Timestamp) -> String {
    match jiff::Timestamp::from_millisecond(at.as_millis()) {
        Ok(time) => {
            let local = time.to_zoned(jiff::tz::TimeZone::system());
            local.strftime("%Y-%m-%d %H:%M").to_string()
        }
        Err(_) => at.to_string(),
    }
}

/// A point in time as people write it, seen from now: `today`, `yesterday`, `7d`, `24h`,
/// `2025-11-20`, `2025-11-20T08:00`, or RFC 3339. Days are those of this machine.
pub(crate) fn past(text: &str) -> Result<Timestamp, String> {
    past_from(text, &jiff::Zoned::now())
}

fn past_from(text: &str, now: &jiff::Zoned) -> Result<Timestamp, String> {
    let text = text.trim();
    let wrong = || format!("{text:?} is no time: write 2025-11-20, 7d, 24h, today or yesterday");
    let at = |zoned: Result<jiff::Zoned, jiff::Error>| {
        zoned.map(|zoned| stamp(zoned.timestamp())).map_err(|_| wrong())
    };
    match text {
        "now" => return Ok(stamp(now.timestamp())),
        "today" => return at(now.start_of_day()),
        "yesterday" => return at(now.yesterday().and_then(|day| day.start_of_day())),
        _ => {}
    }
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Ok(stamp(time));
    }
    if let Ok(local) = text.parse::<jiff::civil::DateTime>() {
        return at(local.to_zoned(now.time_zone().clone()));
    }
    let span: jiff::Span = text.parse().map_err(|_| wrong())?;
    if !span.is_positive() {
        return Err(wrong());
    }
    at(now.checked_sub(span))
}

fn stamp(time: jiff::Timestamp) -> Timestamp {
    Timestamp::from_millis(time.as_millisecond())
}

/// Minutes that the days of this machine begin before those of UTC.
pub(crate) fn offset_minutes() -> i32 {
    jiff::Zoned::now().offset().seconds() / 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let now: jiff::Zoned = "2025-11-20T21:30:00+01:00[Europe/Berlin]".parse().unwrap();
        for (text, wanted) in [
            ("today", "2025-11-19T23:00:00.000Z"),
            ("yesterday", "2025-11-18T23:00:00.000Z"),
            ("2025-11-01", "2025-10-31T23:00:00.000Z"),
            ("2025-11-01T08:00", "2025-11-01T07:00:00.000Z"),
            ("2025-11-01T08:00:00Z", "2025-11-01T08:00:00.000Z"),
            ("7d", "2025-11-13T20:30:00.000Z"),
            ("24h", "2025-11-19T20:30:00.000Z"),
            ("now", "2025-11-20T20:30:00.000Z"),
        ] {
            assert_eq!(past_from(text, &now).map(|at| at.to_string()), Ok(wanted.into()), "{text}");
        }
        for text in ["", "soon", "-7d", "2025-13-01", "99999999999y", "0d"] {
            assert!(past_from(text, &now).is_err(), "{text}");
        }
    }
}
