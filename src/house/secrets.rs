//! The secrets in use, so that they can be kept out of everything else.

use nanofolks_config::{Environment, SecretRef, Settings};
use nanofolks_protocol::Secret;
use nanofolks_providers::presets;

#[cfg(test)]
mod tests;

/// The keys and secret headers of all providers, configured or in a vendor's usual variable.
/// One that cannot be read is not in use.
pub(super) fn in_use(settings: &Settings, environment: &Environment) -> Vec<Secret> {
    let named = settings
        .providers
        .values()
        .flat_map(|provider| provider.api_key.iter().chain(provider.headers.values()))
        .filter_map(|secret: &SecretRef| secret.resolve(environment).ok());
    let usual = presets()
        .iter()
        .flat_map(|preset| preset.key_env.iter())
        .filter_map(|variable| environment.secret(variable));
    named.chain(usual).collect()
}
