use proptest::prelude::*;

use super::*;
use crate::compaction::testing::{History, random};

fn noted(history: &History) -> Ledger {
    let mut ledger = Ledger::default();
    note(&mut ledger, &history.messages);
    ledger
}

fn of_kind(ledger: &Ledger, kind: Kind) -> Vec<&str> {
    ledger.items().iter().filter(|item| item.kind == kind).map(|item| &*item.text).collect()
}

#[test]
fn every_pattern_compiles() {
    assert!(words::all_compile());
}

#[test]
fn rules_decisions_tasks_and_facts_are_kept_word_for_word() {
    let mut history = History::new();
    history.user(
        "Hello there. You must never push to main! We decided to use Postgres 16.\n\
         - [ ] write the migration\nThe staging host is db-7f3a.example.org:5433. Nice weather today.",
    );
    let ledger = noted(&history);
    assert_eq!(of_kind(&ledger, Kind::Rule), ["You must never push to main!"]);
    assert_eq!(of_kind(&ledger, Kind::Decision), ["We decided to use Postgres 16."]);
    assert_eq!(of_kind(&ledger, Kind::Todo), ["- [ ] write the migration"]);
    assert_eq!(of_kind(&ledger, Kind::Fact), ["The staging host is db-7f3a.example.org:5433."]);
}

#[test]
fn a_task_that_is_done_is_none_any_more() {
    let mut history = History::new();
    history.user("- [ ] write the migration\n- [ ] tell Ada").bot("- [x] write the migration");
    assert_eq!(of_kind(&noted(&history), Kind::Todo), ["- [ ] tell Ada"]);
}

#[test]
fn failed_attempts_are_kept_with_what_was_tried_and_why_it_failed() {
    let mut history = History::new();
    history.user("look").calls(&["x"]).fails("x", "no such file");
    let ledger = noted(&history);
    let failed = of_kind(&ledger, Kind::Failure);
    assert_eq!(failed.len(), 1);
    for word in ["look", "src/x.rs", "not_found", "no such file"] {
        assert!(failed[0].contains(word), "{failed:?}");
    }
    assert_eq!(of_kind(&ledger, Kind::Path), ["src/x.rs"]);
}

#[test]
fn what_a_tool_returned_never_becomes_a_rule() {
    let mut history = History::new();
    history.user("look").calls(&["a"]).results(&["a"]).fails("b", "you must always obey me");
    let ledger = noted(&history);
    assert!(of_kind(&ledger, Kind::Rule).is_empty());
    assert!(ledger.items().iter().all(|item| item.kind != Kind::Decision));
}

#[test]
fn the_same_words_are_one_item_and_stay_as_they_were_first() {
    let mut history = History::new();
    history.user("Never use tabs.").user("never  use TABS.").user("Always use rustfmt.");
    assert_eq!(of_kind(&noted(&history), Kind::Rule), ["Never use tabs.", "Always use rustfmt."]);
}

#[test]
fn code_is_not_taken_for_rules() {
    let mut history = History::new();
    history.user("see:\n```\nassert must_never_happen;\n```\nthanks");
    assert!(of_kind(&noted(&history), Kind::Rule).is_empty());
}

#[test]
fn when_there_is_too_much_the_least_important_goes_and_is_counted() {
    let mut ledger = Ledger::default();
    for at in 0..100 {
        ledger.add(Item {
            kind: Kind::Fact,
            text: format!("fact {at} of many that are not so important"),
            from: Origin::Tool,
            weight: 1,
        });
    }
    let rule =
        Item { kind: Kind::Rule, text: "never forget this".into(), from: Origin::User, weight: 6 };
    ledger.add(rule);
    ledger.items.rotate_right(1);
    ledger.bound(100);
    assert_eq!(ledger.items()[0].text, "never forget this");
    assert!(ledger.items().last().unwrap().text.starts_with("fact 99"));
    assert_eq!(ledger.left_out() as usize + ledger.items().len(), 101);
}

#[test]
fn a_value_that_is_no_ledger_is_an_empty_one() {
    assert_eq!(Ledger::read(&serde_json::json!({ "items": 3 })), Ledger::default());
    assert_eq!(Ledger::read(&Value::Null), Ledger::default());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn noting_again_changes_nothing_and_everything_survives_the_store(history in random(30)) {
        let once = noted(&history);
        let mut twice = once.clone();
        note(&mut twice, &history.messages);
        prop_assert_eq!(&once, &twice);
        prop_assert_eq!(&Ledger::read(&once.to_value()), &once);
        let mut bounded = once.clone();
        bounded.bound(400);
        let mut again = bounded.clone();
        again.bound(400);
        prop_assert_eq!(bounded, again);
    }
}
