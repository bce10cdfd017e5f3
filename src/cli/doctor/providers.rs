//! Providers: where their keys come from, and, unless offline, whether they answer.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use nanofolks_protocol::ports::Models as _;
use nanofolks_protocol::{ModelRef, Problem, ProblemKind};
use nanofolks_providers::{Catalog, ProviderStatus};

use super::finding::{Finding, Level};
use crate::cli::Cx;

/// A provider that needs longer for its list of models is not well.
const PATIENCE: Duration = Duration::from_secs(15);

pub(super) fn check(cx: &mut Cx) -> Vec<Finding> {
    let Ok(catalog) = cx.house.catalog() else { return Vec::new() };
    let statuses: Vec<_> =
        catalog.providers().into_iter().filter(|s| s.configured || s.available).collect();
    if statuses.is_empty() {
        return vec![
            Finding::info("provider_none", "no provider has a key")
                .remedy("`nanofolks auth add PROVIDER` stores one; or use an embedded model"),
        ];
    }
    if cx.globals.offline {
        return statuses.iter().map(configured).collect();
    }
    let default = catalog.default_model().ok().map(|(model, _)| model.provider);
    let reached = cx.block_on(async {
        let all = statuses.iter().map(|status| reach(&catalog, status, default.as_deref()));
        Ok(join_all(all).await)
    });
    match reached {
        Ok(findings) => findings,
        Err(error) => vec![Finding::error("runtime_failed", error.to_string())],
    }
}

/// What can be told without asking.
fn configured(status: &ProviderStatus) -> Finding {
    let (name, because) = (&status.name, &status.because);
    if status.available {
        Finding::ok("provider", format!("{name}: {because} (not asked, offline)"))
    } else {
        Finding::warn("provider_unusable", format!("{name} cannot be asked"))
            .cause(because.clone())
            .remedy(format!("set its key, or remove [providers.{name}] from the configuration"))
    }
}

async fn reach(catalog: &Catalog, status: &ProviderStatus, default: Option<&str>) -> Finding {
    if !status.available {
        return configured(status);
    }
    let name = &status.name;
    let begun = Instant::now();
    match list(catalog, name).await {
        Ok(count) => {
            let took = begun.elapsed().as_millis();
            let because = &status.because;
            Finding::ok("provider", format!("{name}: {because}, {count} models, {took} ms"))
        }
        Err(problem) => {
            // One that nobody uses may fail.
            let level = if default == Some(name) { Level::Error } else { Level::Warn };
            let mut finding = Finding::of(&problem).at(level).cause(problem.message.clone());
            finding.what = format!("{name} does not answer as it should");
            finding
        }
    }
}

async fn list(catalog: &Catalog, name: &str) -> Result<usize, Problem> {
    let any = ModelRef { provider: name.to_owned(), model: String::new() };
    let provider = catalog.open(&any)?;
    match tokio::time::timeout(PATIENCE, provider.models()).await {
        Ok(Ok(models)) => Ok(models.len()),
        Ok(Err(error)) => Err(error.to_problem()),
        Err(_) => {
            let message = format!("{name} sent nothing for {} seconds", PATIENCE.as_secs());
            Err(Problem::new(ProblemKind::Provider, "provider_timeout", message)
                .hint("check the network and base_url"))
        }
    }
}
