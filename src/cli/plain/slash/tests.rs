use super::*;

#[test]
fn a_path_is_meant_for_the_bots() {
    assert_eq!(command("/help me"), Some("help me"));
    assert_eq!(command(" /new "), Some("new"));
    assert_eq!(command("/etc/hosts says what?"), None);
    assert_eq!(command("what is /help"), None);
    assert_eq!(command("/"), Some(""));
}

#[test]
fn an_unknown_command_offers_the_nearest() {
    assert_eq!(nearest("hlep"), Some("help"));
    assert_eq!(nearest("modle"), Some("model"));
    assert_eq!(nearest("zzz"), None);
    let CliError::Problem(problem) = unknown("staus") else { panic!("not a problem") };
    assert!(problem.hint.unwrap().contains("/status"));
}

#[test]
fn no_two_commands_share_a_name() {
    let mut all: Vec<&str> =
        COMMANDS.iter().flat_map(|c| c.aliases.iter().copied().chain([c.name])).collect();
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count);
}

#[test]
fn goodbyes_of_shells_and_editors_are_understood() {
    for text in ["exit", "quit", ":q"] {
        assert!(is_farewell(text));
    }
    assert!(!is_farewell("exit the building"));
}
