use std::collections::BTreeSet;

use super::*;

#[test]
fn no_two_commands_share_a_name_or_an_alias() {
    let mut seen = BTreeSet::new();
    for name in catalog().iter().flat_map(CommandSpec::names) {
        assert!(seen.insert(name), "/{name} is there twice");
        assert!(
            name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'?'),
            "/{name} cannot be typed everywhere"
        );
    }
}

#[test]
fn what_takes_no_more_words_than_one_takes_text_last() {
    for spec in catalog().iter() {
        let text = spec.arguments.iter().position(|one| one.completes == Completes::Text);
        assert!(text.is_none_or(|at| at + 1 == spec.arguments.len()), "/{}", spec.name);
        let needed = spec.arguments.iter().rposition(|one| one.needed);
        let optional = spec.arguments.iter().position(|one| !one.needed);
        if let (Some(needed), Some(optional)) = (needed, optional) {
            assert!(needed < optional, "/{}", spec.name);
        }
    }
}

#[test]
fn the_help_has_every_command_once_and_a_chat_is_not_offered_what_a_terminal_has() {
    let text = catalog().help("").unwrap();
    for spec in catalog().iter() {
        let usage = format!("  {}", spec.usage());
        let lines = text.lines().filter(|line| {
            line.strip_prefix(&usage).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        });
        assert_eq!(lines.count(), 1, "/{}", spec.name);
    }
    let longest = text.lines().max_by_key(|line| line.len()).unwrap();
    assert!(longest.len() <= 100, "wider than a usual window: {longest}");
    let chat = catalog().on("telegram");
    assert!(chat.find("exit").is_err() && chat.find("help").is_ok());
}

#[test]
fn what_is_asked_about_goes_on_only_with_a_yes_of_its_own() {
    assert_eq!(confirmed("yes").as_deref(), Some(""));
    assert_eq!(confirmed("the old one now").as_deref(), Some("the old one"));
    assert_eq!(confirmed("eyes"), None);
    assert_eq!(confirmed(""), None);
}
