use clap::error::ErrorKind;

use super::*;

#[test]
fn the_command_line_is_sound() {
    root().debug_assert();
}

/// The help of every command, as a terminal of 100 columns shows it.
#[test]
fn every_help_reads_as_agreed() {
    let mut root = root().term_width(100);
    root.build();
    insta::assert_snapshot!("nanofolks", root.render_help());
    for command in root.get_subcommands_mut().filter(|command| !command.is_hide_set()) {
        snapshot(command, "nanofolks");
    }
}

fn snapshot(command: &mut clap::Command, above: &str) {
    let name = format!("{above}-{}", command.get_name());
    insta::assert_snapshot!(name.as_str(), command.render_help());
    for below in command.get_subcommands_mut().filter(|below| !below.is_hide_set()) {
        snapshot(below, &name);
    }
}

#[test]
fn global_flags_count_before_and_after_the_command() {
    for words in
        [["nanofolks", "--json", "session", "list"], ["nanofolks", "session", "list", "--json"]]
    {
        let matches = root().try_get_matches_from(words).unwrap();
        assert!(Globals::of(&matches).unwrap().json, "{words:?}");
    }
}

#[test]
fn a_wrong_line_is_a_problem_with_a_code_and_a_way_out() {
    let problem = |words: &[&str]| {
        let words = ["nanofolks"].iter().chain(words);
        usage::problem(&root().try_get_matches_from(words).unwrap_err())
    };
    let cases = [
        (&["chatt"][..], "command_unknown", "chat"),
        (&["zzz"], "command_unknown", "--help"),
        (&["gateway"], "command_unknown", "--help"),
        (&["rooms"], "command_unknown", "room list"),
        (&["chat", "--qery", "x"], "option_unknown", "--query"),
        (&["chat", "-q"], "value_invalid", "--help"),
        (&["chat", "--max-iterations", "many"], "value_invalid", "--help"),
        (&["session"], "argument_missing", "session"),
    ];
    for (words, code, hint) in cases {
        let problem = problem(words);
        assert_eq!(problem.code, code, "{words:?}: {problem}");
        let told = problem.hint.unwrap_or_default();
        assert!(told.contains(hint), "{words:?}: {told}");
        assert!(!problem.message.contains('\n'), "{words:?}: {}", problem.message);
    }
}

#[test]
fn help_and_version_are_no_errors() {
    for (flag, kind) in [("--help", ErrorKind::DisplayHelp), ("-V", ErrorKind::DisplayVersion)] {
        let found = root().try_get_matches_from(["nanofolks", flag]).unwrap_err();
        assert_eq!(found.kind(), kind);
    }
}
