//! The configuration: everything that is wrong or odd, with its place.

use nanofolks_config::{Finding as Odd, Level as Weight};

use super::finding::{Finding, Level};
use crate::house::House;

pub(super) fn check(house: &House) -> Vec<Finding> {
    let odd = match house.check_config() {
        Ok(odd) => odd,
        Err(problem) => return vec![Finding::of(&problem)],
    };
    if odd.is_empty() {
        let file = house.loaded().ok().and_then(|loaded| loaded.user_file.clone());
        let what = match file {
            Some(file) => format!("the configuration is in order: {}", file.display()),
            None => "no configuration file; the defaults count".to_owned(),
        };
        return vec![Finding::ok("config", what)];
    }
    odd.iter().map(finding).collect()
}

fn finding(odd: &Odd) -> Finding {
    let level = match odd.level {
        Weight::Info => Level::Info,
        Weight::Warning => Level::Warn,
        Weight::Error => Level::Error,
    };
    let mut finding = Finding::error("config", odd.to_string()).at(level);
    finding.code = format!("config_{}", odd.code).into();
    finding.remedy.clone_from(&odd.hint);
    if level == Level::Error && finding.remedy.is_none() {
        finding.remedy = Some("`nanofolks config edit` opens the file".to_owned());
    }
    finding
}
