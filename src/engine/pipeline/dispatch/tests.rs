use super::*;

fn bot(name: &str) -> BotId {
    name.parse().unwrap()
}

fn chosen(mentioned: &[&str], asked: Option<&str>) -> String {
    let tags = Tags { bots: mentioned.iter().map(|name| bot(name)).collect(), unknown: vec![] };
    let members = [BotId::LEADER, bot("coder"), bot("social")];
    choose(&tags, asked.map(bot).as_ref(), &members).bot.to_string()
}

#[test]
fn the_leader_answers_unless_one_bot_is_asked_for() {
    assert_eq!(chosen(&[], None), "leader");
    assert_eq!(chosen(&["coder"], None), "coder");
    assert_eq!(chosen(&["coder", "social"], None), "leader");
    assert_eq!(chosen(&["coder"], Some("social")), "social");
}
