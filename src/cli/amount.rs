//! Amounts as people read them.

#[cfg(test)]
mod tests;

/// Bytes in decimal units: `98 MB`.
#[expect(clippy::cast_precision_loss, reason = "rounded to three digits anyway")]
pub(crate) fn bytes(count: u64) -> String {
    let mut amount = count as f64;
    let mut unit = "B";
    for next in ["kB", "MB", "GB", "TB"] {
        if amount < 999.5 {
            break;
        }
        amount /= 1000.0;
        unit = next;
    }
    if unit == "B" || amount >= 99.95 {
        format!("{amount:.0} {unit}")
    } else {
        format!("{amount:.1} {unit}")
    }
}

/// Tokens in thousands: `200k`.
pub(crate) fn tokens(count: u32) -> String {
    match count {
        0..=9_999 => count.to_string(),
        10_000..=999_999 => format!("{}k", count / 1000),
        _ => format!("{}.{}M", count / 1_000_000, count / 100_000 % 10),
    }
}

/// So many of something: `1 file`, `2 files`.
pub(crate) fn counted(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
