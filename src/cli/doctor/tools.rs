//! Every tool: whether it can be used, why not, what to do.

use nanofolks_protocol::Availability;

use super::finding::Finding;
use crate::house::House;

pub(super) fn check(house: &House) -> Vec<Finding> {
    let Ok(toolbox) = house.toolbox() else { return Vec::new() };
    let all = toolbox.all();
    all.iter().map(|(tool, availability)| one(&tool.descriptor().name, availability)).collect()
}

fn one(name: &str, availability: &Availability) -> Finding {
    match availability {
        Availability::Available => Finding::ok("tool", format!("tool {name} is available")),
        Availability::Disabled { reason } => {
            Finding::info("tool_disabled", format!("tool {name} is switched off"))
                .cause(reason.clone())
                .remedy("take it out of tools.disabled to switch it on")
        }
        Availability::MissingDependency { reason } => {
            Finding::warn("tool_missing_dependency", format!("tool {name} lacks something"))
                .cause(reason.clone())
                .remedy("install what it needs, or add it to tools.disabled")
        }
        Availability::UnavailableProvider { reason } => {
            Finding::warn("tool_unavailable", format!("tool {name} has nobody to ask"))
                .cause(reason.clone())
                .remedy("configure the service behind it, or add it to tools.disabled")
        }
        Availability::SchemaDrift { reason } => {
            Finding::warn("tool_schema_drift", format!("tool {name} is not what it was"))
                .cause(reason.clone())
                .remedy("look at the change before it is used again")
        }
    }
}
