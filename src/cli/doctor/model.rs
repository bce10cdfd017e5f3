//! The model that answers: which, why, and whether it can be asked.

use nanofolks_protocol::ports::Models as _;

use super::finding::{Finding, Level};
use crate::house::House;

pub(super) fn check(house: &House, offline: bool) -> Vec<Finding> {
    // A configuration that cannot be read was reported already.
    let Ok(catalog) = house.catalog() else { return Vec::new() };
    match catalog.default_model() {
        Ok((model, why)) => match catalog.open(&model) {
            // Chosen, not asked: an answer costs money or time. `providers` reaches its provider.
            Ok(_) => {
                let asked = match (offline, model.provider.as_str()) {
                    (_, "local") => "; not asked",
                    (true, _) => "; not asked: --offline",
                    (false, _) => "",
                };
                vec![Finding::ok("model", format!("{model} is chosen ({why}{asked})"))]
            }
            Err(problem) => {
                let cause = problem.message.clone();
                let mut finding = Finding::of(&problem).cause(cause);
                finding.what = format!("{model} cannot be asked");
                vec![finding]
            }
        },
        // A fresh machine is not broken.
        Err(problem) if Finding::is_absence(&problem) => {
            vec![Finding::of(&problem).at(Level::Warn)]
        }
        Err(problem) => vec![Finding::of(&problem)],
    }
}
