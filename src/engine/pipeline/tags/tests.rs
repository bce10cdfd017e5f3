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

#[test]
fn all_and_team_call_several_and_paths_call_nobody() {
    assert_eq!(find("@all hi", &members()).call, Some(Call::All));
    assert_eq!(find("hi @Everyone!", &members()).call, Some(Call::All));
    assert_eq!(find("@team, then @all", &members()).call, Some(Call::All));
    assert_eq!(find("@team: hi", &members()).call, Some(Call::Team));
    assert_eq!(find("read @src/main.rs and @Cargo.toml", &members()), Tags::default());
}

#[test]
fn a_name_that_nobody_has_is_told_when_it_was_meant_to_be_one() {
    let told = |text: &str| find(text, &members()).stranger(&members(), text);
    let near = told("please, @codr, look").unwrap();
    assert!(near.contains("@codr") && near.contains("did you mean @coder?"), "{near}");
    let far = told("@nosuch hi").unwrap();
    assert!(far.contains("@nosuch") && far.contains("@leader, @coder, @researcher"), "{far}");
    assert_eq!(told("what does @Override do in Java?"), None);
    assert_eq!(told("@coder hi"), None);
}

proptest! {
    #[test]
    fn never_panics(text in ".{0,200}") {
        let _tags = find(&text, &members());
    }
}
