//! What is to be sent: listed, shown, tried again, given up.

use nanofolks_protocol::ports::Archive;
use nanofolks_protocol::{
    Batch, DeliveryFilter, DeliveryId, DeliveryRow, DeliveryState, Event, EventKind, Problem,
    ProblemKind, Write, Written,
};
use serde_json::{Value, json};

use super::bring_out;
use crate::cli::output::{Tone, one_line};
use crate::cli::when::minute;
use crate::cli::{CliError, Cx};
use crate::house::House;

/// Why a delivery is dead that a person did not want any more.
pub(in crate::cli) const GIVEN_UP: &str = "given up by the owner";

/// Most deliveries that are listed.
pub(super) const MOST: u32 = 1_000;

#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// Those that are sent or given up, too
    #[arg(long)]
    all: bool,
    /// Only of this channel
    #[arg(long, value_name = "CHANNEL")]
    channel: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Named {
    /// The delivery's id, or the beginning of it
    #[arg(value_name = "ID")]
    id: String,
}

impl List {
    pub(super) fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let Self { all, channel } = self;
        let archive = cx.house.archive()?;
        let filter = DeliveryFilter { channel, turn: None, all, limit: MOST };
        let rows = cx.block_on(async { Ok(archive.deliveries(filter).await?) })?;
        if cx.out.is_json() {
            let rows: Vec<Value> = rows.iter().map(object).collect();
            cx.out.object(&json!({ "schema": "nanofolks.deliveries.v1", "deliveries": rows }));
            return Ok(());
        }
        if rows.is_empty() {
            cx.out.note("nothing is to be sent");
            return Ok(());
        }
        let cells = |row: &DeliveryRow| {
            vec![
                row.delivery.id.to_string(),
                format!("{}:{}", row.delivery.channel, one_line(&row.delivery.chat)),
                row.state.as_str().to_owned(),
                row.attempts.to_string(),
                row.next_at.map(minute).unwrap_or_default(),
                one_line(row.reason.as_deref().unwrap_or_default()),
            ]
        };
        let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
        cx.out.table(&["ID", "TO", "STATE", "TRIES", "NEXT", "WHY"], &rows);
        Ok(())
    }
}

pub(super) fn show(cx: &mut Cx, named: &Named) -> Result<(), CliError> {
    let row = found(cx, &named.id)?;
    if cx.out.is_json() {
        let delivery = object(&row);
        cx.out.object(&json!({ "schema": "nanofolks.delivery_row.v1", "delivery": delivery }));
        return Ok(());
    }
    let delivery = &row.delivery;
    let text = delivery.payload.get("text").and_then(Value::as_str).unwrap_or_default();
    cx.out.line(&nanofolks_security::terminal::clean(text));
    let none = || "-".to_owned();
    for (name, value) in [
        ("to", format!("{}:{}", delivery.channel, one_line(&delivery.chat))),
        ("state", row.state.as_str().to_owned()),
        ("tries", row.attempts.to_string()),
        ("next", row.next_at.map_or_else(none, minute)),
        ("why", row.reason.as_deref().map_or_else(none, one_line)),
        ("room", delivery.room.to_string()),
        ("turn", delivery.turn.map_or_else(none, |turn| turn.to_string())),
        ("trace", delivery.trace_id.map_or_else(none, |trace| trace.to_string())),
        ("key", one_line(&delivery.key)),
        ("put in", minute(delivery.at)),
    ] {
        let name = cx.out.paint(Tone::Dim, name);
        cx.out.line(&format!("{name} {value}"));
    }
    Ok(())
}

pub(super) fn retry(cx: &mut Cx, named: &Named) -> Result<(), CliError> {
    let row = found(cx, &named.id)?;
    change(cx, &row, Write::ReviveDelivery { id: row.delivery.id }, DeliveryState::Waiting, None)?;
    bring_out(cx)?;
    told(cx, row.delivery.id)
}

pub(super) fn drop(cx: &mut Cx, named: &Named) -> Result<(), CliError> {
    let row = found(cx, &named.id)?;
    let (id, reason) = (row.delivery.id, GIVEN_UP);
    let write = Write::DeliveryState {
        id,
        state: DeliveryState::Dead,
        attempts: row.attempts,
        next_at: None,
        reason: Some(reason.to_owned()),
    };
    change(cx, &row, write, DeliveryState::Dead, Some(reason))?;
    told(cx, id)
}

/// Changes a delivery, and says so in its room.
fn change(
    cx: &mut Cx,
    row: &DeliveryRow,
    write: Write,
    state: DeliveryState,
    reason: Option<&str>,
) -> Result<(), CliError> {
    let delivery = &row.delivery;
    let what = EventKind::DeliveryChanged {
        delivery: json!({
            "id": delivery.id, "key": delivery.key, "channel": delivery.channel,
            "chat": delivery.chat, "trace_id": delivery.trace_id, "state": state,
            "attempts": row.attempts, "next_at": null, "reason": reason,
        }),
    };
    let event = Event::new(House::clock().now(), delivery.room.clone(), what);
    let event = Event { turn: delivery.turn, ..event };
    let journal = cx.house.services()?.journal;
    let writes = vec![write, Write::Event(Box::new(event))];
    let written = cx.block_on(async { Ok(journal.commit(Batch { writes }).await?) })?;
    if written.first() == Some(&Written::Changed(true)) {
        return Ok(());
    }
    let message = format!("this delivery is {}; nothing can be changed", row.state.as_str());
    Err(CliError::failure("delivery_over", message))
}

/// Says where a delivery stands now.
fn told(cx: &mut Cx, id: DeliveryId) -> Result<(), CliError> {
    let archive = cx.house.archive()?;
    let row = cx.block_on(async { Ok(archive.delivery(id).await?) })?.ok_or_else(|| unknown(""))?;
    say(cx, &row)
}

/// Says where a delivery stands; an error when it is on its way no more, or not yet there.
pub(crate) fn say(cx: &mut Cx, row: &DeliveryRow) -> Result<(), CliError> {
    if cx.out.is_json() {
        let delivery = object(row);
        cx.out.object(&json!({ "schema": "nanofolks.delivery_row.v1", "delivery": delivery }));
    } else {
        let to = format!("{}:{}", row.delivery.channel, one_line(&row.delivery.chat));
        let why = row.reason.as_deref().map(|why| format!(": {}", one_line(why)));
        let why = why.filter(|_| row.state != DeliveryState::Sent).unwrap_or_default();
        cx.out.line(&format!("{} to {to}{why}", row.state.as_str()));
    }
    Ok(())
}

fn found(cx: &mut Cx, name: &str) -> Result<DeliveryRow, CliError> {
    let archive = cx.house.archive()?;
    cx.block_on(find(&*archive, name))
}

async fn find(archive: &dyn Archive, name: &str) -> Result<DeliveryRow, CliError> {
    let wanted = name.trim().to_lowercase().replace('-', "");
    if let Ok(id) = name.trim().parse::<DeliveryId>() {
        return archive.delivery(id).await?.ok_or_else(|| unknown(name));
    }
    let filter = DeliveryFilter { all: true, limit: MOST, ..DeliveryFilter::default() };
    let mut rows = archive.deliveries(filter).await?;
    rows.retain(|row| row.delivery.id.as_uuid().simple().to_string().starts_with(&wanted));
    match (wanted.is_empty(), rows.len()) {
        (false, 1) => rows.pop().ok_or_else(|| unknown(name)),
        (true, _) | (_, 0) => Err(unknown(name)),
        (_, several) => Err(CliError::usage(
            "delivery_ambiguous",
            format!("{several} deliveries begin with {name:?}"),
        )
        .hint("write more of the id")),
    }
}

fn unknown(name: &str) -> CliError {
    let message = format!("there is no delivery {name:?}");
    Problem::new(ProblemKind::Usage, "delivery_unknown", message)
        .hint("`nanofolks channel deliveries --all` shows them")
        .into()
}

fn object(row: &DeliveryRow) -> Value {
    let mut object = json!(row.delivery);
    object["state"] = json!(row.state);
    object["attempts"] = json!(row.attempts);
    object["next_at"] = json!(row.next_at);
    object["reason"] = json!(row.reason);
    object["held"] = json!(row.held);
    object
}
