use super::*;

fn completed(line: &str) -> Vec<String> {
    let bots = [BotId::LEADER, "coder".parse().unwrap()];
    let helping = Helping::new(nanofolks_engine::commands::catalog(), &bots, |kind| {
        if kind == Completes::Room { vec!["general".to_owned()] } else { vec![] }
    });
    helping.candidates(line, line.len()).1.into_iter().map(|pair| pair.replacement).collect()
}

#[test]
fn a_slash_at_the_start_offers_commands_and_an_at_sign_bots() {
    assert_eq!(completed("/he"), ["/help "]);
    assert_eq!(completed("ask @co"), ["@coder "]);
    assert_eq!(completed("@"), ["@leader ", "@coder "]);
    assert_eq!(completed("either /he"), Vec::<String>::new());
    assert_eq!(completed("plain words"), Vec::<String>::new());
}

#[test]
fn the_arguments_of_commands_are_completed() {
    assert_eq!(completed("/room gen"), ["general "]);
    assert_eq!(completed("/bot co"), ["coder "]);
    assert_eq!(completed("/approve-mode a"), ["ask ", "auto-edit "]);
    assert_eq!(completed("/help und"), ["undo "]);
    assert_eq!(completed("/queue anything"), Vec::<String>::new());
}

#[test]
fn a_backslash_at_the_end_joins_lines() {
    assert_eq!(joined("one\\\ntwo"), "one\ntwo");
    assert_eq!(joined("one  \n"), "one");
    assert_eq!(joined("C:\\dir"), "C:\\dir");
}
