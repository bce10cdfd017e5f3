//! `model list` and `model show`.

use nanofolks_protocol::ports::Models as _;
use nanofolks_protocol::{ModelRef, Price};
use serde_json::json;

use super::rows::{LOCAL, Row, rows};
use crate::cli::output::one_line;
use crate::cli::{CliError, Cx, amount};

pub(super) fn run(cx: &mut Cx, all: bool) -> Result<(), CliError> {
    let mut rows = rows(&cx.house)?;
    rows.retain(|row| all || row.ready || row.embedded.is_some() || !row.aliases.is_empty());
    let default = cx.house.catalog()?.default_model().ok();
    if cx.out.is_json() {
        let current = default.map(|(model, because)| json!({ "model": model, "because": because }));
        cx.out.object(&json!({
            "schema": "nanofolks.models.v1", "current": current, "models": rows,
        }));
        return Ok(());
    }
    let current = default.map(|(model, _)| model.to_string());
    let cells = |row: &Row| {
        let mark = if current.as_deref() == Some(&row.name) { "*" } else { " " };
        vec![
            format!("{mark} {}", one_line(&name(row))),
            amount::tokens(row.card.context_window),
            yes(row.card.tools),
            yes(row.card.images),
            price(row.card.price.as_ref()),
            one_line(&row.because),
        ]
    };
    let cells: Vec<_> = rows.iter().map(cells).collect();
    cx.out.table(&["  MODEL", "CONTEXT", "TOOLS", "IMAGES", "USD/M IN/OUT", "STATE"], &cells);
    Ok(())
}

fn name(row: &Row) -> String {
    if row.aliases.is_empty() {
        row.name.clone()
    } else {
        format!("{} ({})", row.name, row.aliases.join(", "))
    }
}

/// What a provider itself says it has.
pub(super) fn of_provider(cx: &mut Cx, name: &str) -> Result<(), CliError> {
    let catalog = cx.house.catalog()?;
    let any = ModelRef { provider: name.to_owned(), model: String::new() };
    let provider = if name == LOCAL { None } else { Some(catalog.open(&any)?) };
    let mut models = match provider {
        Some(provider) => cx.block_on(async {
            provider.models().await.map_err(|error| error.to_problem().into())
        })?,
        None => super::embedded::all(&cx.house)
            .into_iter()
            .filter(|model| model.file.is_some())
            .map(|model| model.id)
            .collect(),
    };
    models.sort();
    if cx.out.is_json() {
        cx.out.object(&json!({
            "schema": "nanofolks.provider_models.v1", "provider": name, "models": models,
        }));
    } else {
        for model in &models {
            cx.out.line(&format!("{name}/{}", one_line(model)));
        }
    }
    Ok(())
}

pub(super) fn show(cx: &mut Cx, name: Option<&str>) -> Result<(), CliError> {
    let catalog = cx.house.catalog()?;
    let model = match name {
        Some(name) => catalog.resolve(name)?,
        None => catalog.default_model()?.0,
    };
    let full = model.to_string();
    let known = rows(&cx.house)?.into_iter().find(|row| row.name == full);
    let row = known.unwrap_or_else(|| {
        let provider = catalog.providers().into_iter().find(|p| p.name == model.provider);
        let (ready, because) = match provider {
            Some(provider) => (provider.available, provider.because),
            None => (false, "it is not in the catalogue and its file is not here".to_owned()),
        };
        let card = catalog.card(&model);
        Row { name: full, aliases: Vec::new(), ready, because, card, embedded: None }
    });
    if cx.out.is_json() {
        cx.out.object(&json!({ "schema": "nanofolks.model.v1", "model": row }));
    } else {
        for (label, value) in facts(&row) {
            cx.out.line(&format!("{label:11} {}", one_line(&value)));
        }
    }
    Ok(())
}

fn facts(row: &Row) -> Vec<(&'static str, String)> {
    let card = &row.card;
    let mut facts = vec![
        ("model", name(row)),
        ("state", format!("{}: {}", if row.ready { "ready" } else { "not ready" }, row.because)),
        ("context", format!("{} tokens", card.context_window)),
        ("answer", format!("up to {} tokens", card.max_output)),
        ("tools", yes(card.tools)),
        ("images", yes(card.images)),
        ("price", price(card.price.as_ref())),
    ];
    let Some(embedded) = &row.embedded else { return facts };
    facts.push(("title", embedded.title.clone()));
    facts.push(("about", embedded.about.clone()));
    if !embedded.licence.is_empty() {
        facts.push(("licence", embedded.licence.clone()));
    }
    facts.push(("size", format!("{} ({} bytes)", amount::bytes(embedded.bytes), embedded.bytes)));
    if let Some(ram) = embedded.ram_mb {
        facts.push(("memory", format!("about {ram} MB while it answers")));
    }
    if let Some(sha256) = &embedded.sha256 {
        facts.push(("sha256", sha256.clone()));
    }
    if let Some(file) = &embedded.file {
        facts.push(("file", file.display().to_string()));
    }
    if let Some(source) = &embedded.source {
        facts.push(("source", source.clone()));
    }
    facts
}

fn yes(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}

/// Dollars for a million tokens: in, out.
fn price(price: Option<&Price>) -> String {
    match price {
        None => "unknown".to_owned(),
        Some(price) if price.input == 0.0 && price.output == 0.0 => "free".to_owned(),
        Some(price) => format!("{:.2}/{:.2}", price.input, price.output),
    }
}
