//! What was learned about models by using them.

use nanofolks_protocol::{Learned, ModelRef};
use rusqlite::{Connection, Row, named_params};

use crate::fault::Fault;
use crate::row::{name, time};

/// Keeps what was learned; it takes the place of what was known before.
pub(crate) fn keep(tx: &Connection, new: &Learned) -> Result<(), Fault> {
    if !new.ratio.is_finite() {
        return Err(Fault::refused(format!("{} tokens for one are not learned", new.ratio)));
    }
    tx.prepare_cached(
        "INSERT INTO learned (model, ratio, window, of, at)
         VALUES (:model, :ratio, :window, :of, :at)
         ON CONFLICT (model) DO UPDATE SET ratio = excluded.ratio, window = excluded.window,
             of = excluded.of, at = excluded.at",
    )?
    .execute(named_params! {
        ":model": new.model.to_string(),
        ":ratio": new.ratio,
        ":window": new.window,
        ":of": new.of,
        ":at": new.at.as_millis(),
    })?;
    Ok(())
}

/// What is known about a model.
pub(crate) fn of(conn: &Connection, model: &ModelRef) -> Result<Option<Learned>, Fault> {
    conn.prepare_cached("SELECT model, ratio, window, of, at FROM learned WHERE model = ?1")?
        .query_and_then([model.to_string()], read)?
        .next()
        .transpose()
}

fn read(row: &Row<'_>) -> Result<Learned, Fault> {
    Ok(Learned {
        model: name(row, "model")?,
        ratio: row.get("ratio")?,
        window: row.get("window")?,
        of: row.get("of")?,
        at: time(row, "at")?,
    })
}
