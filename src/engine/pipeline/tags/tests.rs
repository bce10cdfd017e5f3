use proptest::prelude::*;

use super::*;

fn members() -> Vec<BotId> {
    ["leader", "coder", "researcher"].map(|name| name.parse().unwrap()).to_vec()
}

fn bots(text: &str) -> Vec<String> {
    find(text, &members()).bots.iter().map(ToString::to_string).collect()
}

#[test]
fn finds_members_once_and_in_order() {
    assert_eq!(bots("@coder and @leader, then @Coder again"), ["coder", "leader"]);
    assert_eq!(bots("(@researcher) please"), ["researcher"]);
}

#[test]
fn an_address_is_not_a_mention() {
    assert_eq!(bots("write to me@coder.example or x@leader"), [""; 0]);
}

#[test]
fn the_leader_answers_to_its_other_names() {
    assert_eq!(bots("@nanofolks hi"), ["leader"]);
    assert_eq!(bots("@coordinator hi"), ["leader"]);
}

#[test]
fn an_unknown_name_is_reported() {
    let tags = find("@bob and @coders", &members());
    assert_eq!(tags.unknown, ["bob", "coders"]);
    assert_eq!(tags.bots, []);
}

proptest! {
    #[test]
    fn never_panics(text in ".{0,200}") {
        let _tags = find(&text, &members());
    }
}
