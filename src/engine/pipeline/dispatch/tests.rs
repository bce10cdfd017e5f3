use super::*;

fn bot(name: &str) -> BotId {
    name.parse().unwrap()
}

fn chosen(mentioned: &[&str], asked: Option<&str>) -> String {
    let bots = mentioned.iter().map(|name| bot(name)).collect();
    dispatched(&Tags { bots, ..Tags::default() }, asked, "")
}

fn dispatched(tags: &Tags, asked: Option<&str>, text: &str) -> String {
    let members = [BotId::LEADER, bot("coder"), bot("social")];
    let chosen = choose(tags, asked.map(bot).as_ref(), &members, text);
    chosen.bots.iter().map(BotId::as_str).collect::<Vec<_>>().join(" ")
}

fn called(call: Call, text: &str) -> String {
    dispatched(&Tags { call: Some(call), ..Tags::default() }, None, text)
}

#[test]
fn the_leader_answers_unless_one_bot_is_asked_for_and_with_several() {
    assert_eq!(chosen(&[], None), "leader");
    assert_eq!(chosen(&["coder"], None), "coder");
    assert_eq!(chosen(&["coder", "social"], None), "leader coder social");
    assert_eq!(chosen(&["social", "leader"], None), "leader social");
    assert_eq!(chosen(&["coder"], Some("social")), "social");
}

#[test]
fn everybody_answers_when_all_are_called() {
    assert_eq!(called(Call::All, "hello"), "leader coder social");
}

#[test]
fn the_team_is_those_whose_field_it_is_or_some_of_them() {
    assert_eq!(called(Call::Team, "is there a bug in the API?"), "leader coder");
    assert_eq!(called(Call::Team, "hello"), "leader coder social");
    // A word that contains another is not that word.
    assert_eq!(called(Call::Team, "the posture of encoders, a tweet"), "leader social");
}
