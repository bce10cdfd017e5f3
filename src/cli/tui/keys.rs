//! Keys that are typed in the conversation: stored, and the vault opened for them.

use nanofolks_protocol::{Problem, ProblemKind, Secret};
use nanofolks_tui::Job;

use super::Front;
use super::desk::apart;
use super::first;

impl Front<'_> {
    /// Stores the key of a provider, and says where it is. Who answers next uses it.
    pub(super) fn kept(&mut self, provider: String, key: Secret) -> Job<String> {
        if let Ok(sanitizer) = self.cx.house.sanitizer() {
            // From now on it is kept out of everything that is written.
            sanitizer.learn(&key);
        }
        let stored = first::keep(self.cx.globals.clone(), self.keys.clone(), provider, key);
        let catalog = self.cx.house.catalog();
        Box::pin(async move {
            let place = stored.await?;
            if let Ok(catalog) = catalog {
                catalog.keys_changed();
            }
            Ok(place)
        })
    }

    /// Opens the vault. Stretching a passphrase takes long enough to be noticed, so it is done
    /// beside the conversation.
    pub(super) fn unlocked(&mut self, passphrase: Secret) -> Job<()> {
        let (keys, sanitizer) = (self.cx.house.keys(), self.cx.house.sanitizer());
        Box::pin(apart(move || {
            let opened =
                keys?.unlock_vault_with(&passphrase).map_err(|error| error.to_problem())?;
            if !opened {
                let message = "there is no vault: no key is stored in one";
                return Err(Problem::new(ProblemKind::Usage, "vault_missing", message));
            }
            if let Ok(sanitizer) = sanitizer {
                sanitizer.learn(&passphrase);
            }
            Ok(())
        }))
    }
}
