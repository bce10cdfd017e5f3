//! The models that can be named here, gathered without asking anybody.

use std::collections::BTreeMap;
use std::path::PathBuf;

use nanofolks_protocol::ports::Models as _;
use nanofolks_protocol::{ModelCard, ModelRef, Problem};
use nanofolks_providers::{ProviderStatus, preset};
use serde::Serialize;

use super::embedded;
use crate::cli::amount;
use crate::house::House;

/// The provider of embedded models.
pub(super) const LOCAL: &str = "local";

/// A model in the list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Row {
    /// Its full name.
    pub(crate) name: String,
    /// Names for it that stand in the settings.
    pub(crate) aliases: Vec<String>,
    /// Whether it can be asked now, as far as can be told without asking.
    pub(crate) ready: bool,
    /// Why, or why not.
    pub(crate) because: String,
    /// What is known about it.
    pub(crate) card: ModelCard,
    /// What is known about its file, when it is an embedded one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) embedded: Option<Embedded>,
}

/// What is known about an embedded model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Embedded {
    /// Its name without `local/`.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) title: String,
    /// What it is good for.
    pub(crate) about: String,
    /// Its licence; empty when it is not known.
    pub(crate) licence: String,
    /// The size of its file.
    pub(crate) bytes: u64,
    /// What its file is, or must be.
    pub(crate) sha256: Option<String>,
    /// Memory it needs, in megabytes.
    pub(crate) ram_mb: Option<u64>,
    /// Its file, when it is here.
    pub(crate) file: Option<PathBuf>,
    /// Where its file came from.
    pub(crate) source: Option<String>,
    /// Whether the catalogue has it.
    pub(crate) fetchable: bool,
}

impl Embedded {
    /// Why it can be used, or how it could be.
    fn because(&self) -> String {
        let size = amount::bytes(self.bytes);
        match &self.file {
            Some(_) => format!("here, {size}"),
            None => format!("{size} to fetch: `nanofolks model pull {}`", self.id),
        }
    }
}

impl Row {
    /// A few words for completion.
    pub(crate) fn in_short(&self) -> String {
        let window = amount::tokens(self.card.context_window);
        format!("{window} context, {}", if self.ready { "ready" } else { "not ready" })
    }
}

/// All models that can be named: settings, aliases, providers' defaults, embedded ones.
pub(crate) fn rows(house: &House) -> Result<Vec<Row>, Problem> {
    let (catalog, settings) = (house.catalog()?, house.settings()?);
    let providers = catalog.providers();
    let embedded = embedded::all(house);
    let mut names: BTreeMap<ModelRef, Vec<String>> = BTreeMap::new();
    for (alias, name) in &settings.aliases {
        if let Ok(model) = catalog.resolve(name) {
            names.entry(model).or_default().push(alias.clone());
        }
    }
    let listed = settings.models.keys().filter_map(|name| name.parse().ok());
    let default = catalog.default_model().ok().map(|(model, _)| model);
    let own = providers.iter().filter_map(|provider| {
        let own = settings.providers.get(&provider.name).and_then(|s| s.default_model.clone());
        let known = || preset(&provider.name)?.default_model.map(str::to_owned);
        Some(ModelRef { provider: provider.name.clone(), model: own.or_else(known)? })
    });
    let local = embedded
        .iter()
        .map(|model| ModelRef { provider: LOCAL.to_owned(), model: model.id.clone() });
    for model in listed.chain(default).chain(own).chain(local) {
        names.entry(model).or_default();
    }
    let row = |(model, aliases): (ModelRef, Vec<String>)| {
        let embedded = embedded.iter().find(|e| model.provider == LOCAL && e.id == model.model);
        let (ready, because) = state(&model, embedded, &providers);
        let card = catalog.card(&model);
        Row { name: model.to_string(), aliases, ready, because, card, embedded: embedded.cloned() }
    };
    let mut rows: Vec<_> = names.into_iter().map(row).collect();
    rows.sort_by_key(|row| !row.ready);
    Ok(rows)
}

/// Whether a model can be asked, and why.
fn state(
    model: &ModelRef,
    embedded: Option<&Embedded>,
    providers: &[ProviderStatus],
) -> (bool, String) {
    if let Some(embedded) = embedded {
        return (embedded.file.is_some(), embedded.because());
    }
    match providers.iter().find(|provider| provider.name == model.provider) {
        Some(provider) => (provider.available, provider.because.clone()),
        None if model.provider == LOCAL => (false, "its file is not here".to_owned()),
        None => (false, format!("there is no provider {}", model.provider)),
    }
}
