//! What happens to long conversations: said when it is switched off, or cannot work as wished.

use nanofolks_config::settings::ContextMode;
use nanofolks_protocol::ports::Models as _;

use super::finding::Finding;
use crate::house::House;

pub(super) fn check(house: &House) -> Vec<Finding> {
    // A configuration that cannot be read was reported already.
    let Ok(settings) = house.settings() else { return Vec::new() };
    let context = &settings.context;
    let mut findings = vec![match context.mode {
        ContextMode::Summary => Finding::ok("context", "long conversations are summed up"),
        ContextMode::TokenLimit => {
            Finding::info("context_token_limit", "long conversations are shortened without a model")
                .remedy("set context.mode = \"summary\" to have them summed up")
        }
        ContextMode::Off => Finding::warn("context_off", "long conversations are not shortened")
            .cause("context.mode is off: what does not fit into a model's window is left out")
            .remedy("set context.mode = \"summary\""),
    }];
    if let Some(name) = &context.summary_model
        && let Ok(catalog) = house.catalog()
        && let Err(problem) = catalog.resolve(name).and_then(|model| catalog.open(&model))
    {
        let what = format!("{name} cannot sum up long conversations");
        findings.push(
            Finding::warn("context_summary_model", what)
                .cause(problem.message)
                .remedy("set context.summary_model to a model that can be asked, or take it out"),
        );
    }
    findings
}
