//! Models inside this program, as the catalogue of models asks for them.

use std::sync::{Arc, OnceLock};

use nanofolks_local::{LocalOptions, LocalProvider, Shelf};
use nanofolks_protocol::ports::{Clock, Provider};
use nanofolks_protocol::{ModelCard, Problem};
use nanofolks_providers::LocalModels;

/// The models whose files lie in the home.
pub(super) struct OnThisMachine {
    shelf: Shelf,
    clock: Arc<dyn Clock>,
    provider: OnceLock<Arc<LocalProvider>>,
}

impl OnThisMachine {
    /// The models of a shelf. Nothing is opened or started yet.
    pub(super) const fn new(shelf: Shelf, clock: Arc<dyn Clock>) -> Self {
        Self { shelf, clock, provider: OnceLock::new() }
    }
}

impl LocalModels for OnThisMachine {
    fn present(&self) -> Vec<String> {
        // A folder that cannot be read has no models to offer; `doctor` says why.
        let installed = self.shelf.installed().unwrap_or_default();
        // The first may become the one that answers: never a file that somebody put there
        // while there is one of the catalogue.
        let (known, others): (Vec<_>, Vec<_>) =
            installed.into_iter().partition(|model| model.entry.is_some());
        known.into_iter().chain(others).map(|model| model.name).collect()
    }

    fn card(&self, name: &str) -> Option<ModelCard> {
        self.shelf.card(name).ok()
    }

    fn open(&self, name: &str) -> Result<Arc<dyn Provider>, Problem> {
        self.shelf.ready(name).map_err(|error| error.to_problem())?;
        let provider = self.provider.get_or_init(|| {
            let folder = self.shelf.folder().to_owned();
            let options = LocalOptions::default();
            Arc::new(LocalProvider::new(folder, Arc::clone(&self.clock), options))
        });
        Ok(Arc::<LocalProvider>::clone(provider))
    }
}
