use proptest::prelude::*;

use super::*;

const fn spec(name: &'static str, aliases: &'static [&'static str]) -> CommandSpec {
    CommandSpec {
        name,
        aliases,
        summary: "",
        category: Category::Info,
        arguments: &[
            Argument { name: "NAME", completes: Completes::Room, needed: false },
            Argument { name: "TEXT", completes: Completes::Text, needed: false },
        ],
        busy: WhileBusy::Bypass,
        surface: Surface::All,
        destructive: false,
    }
}

static HELP: CommandSpec = spec("help", &["?"]);
static MODEL: CommandSpec = spec("model", &[]);
static ROOM: CommandSpec = spec("room", &["switch"]);
static ROOMS: CommandSpec = spec("rooms", &[]);
static TRASH: CommandSpec = CommandSpec { destructive: true, ..spec("trash", &[]) };
static OWN: [CommandSpec; 2] = [spec("theme", &[]), spec("switch", &[])];

fn catalog() -> Catalog {
    Catalog::new([&HELP, &MODEL, &ROOM, &ROOMS, &TRASH])
}

#[test]
fn a_path_is_no_command_line() {
    assert_eq!(command_line("/help me"), Some(CommandLine { name: "help", rest: "me" }));
    assert_eq!(command_line(" /new "), Some(CommandLine { name: "new", rest: "" }));
    assert_eq!(command_line("/etc/hosts says what?"), None);
    assert_eq!(command_line("what is /help"), None);
    assert_eq!(command_line("/"), Some(CommandLine { name: "", rest: "" }));
}

#[test]
fn a_name_an_alias_and_a_beginning_that_only_one_has_are_found() {
    let found = |name: &str| catalog().find(name).map(|spec| spec.name).ok();
    assert_eq!(found("HELP"), Some("help"));
    assert_eq!(found("?"), Some("help"));
    assert_eq!(found("mod"), Some("model"));
    assert_eq!(found("room"), Some("room"));
    assert_eq!(found("roo"), None, "two begin like this");
    assert_eq!(found("tras"), None, "what is asked about is written out");
}

#[test]
fn an_unknown_command_offers_the_nearest() {
    let hint = |name: &str| catalog().find(name).unwrap_err().hint.unwrap();
    assert!(hint("hlep").contains("/help"));
    assert!(hint("modle").contains("/model"));
    assert_eq!(hint("zzz"), "/help shows the commands");
}

#[test]
fn a_front_adds_its_own_and_takes_no_name_away() {
    let catalog = catalog().with(&OWN);
    assert_eq!(catalog.find("theme").unwrap().name, "theme");
    assert_eq!(catalog.find("switch").unwrap().name, "room");
}

#[test]
fn what_a_line_waits_for_follows_its_arguments() {
    let awaited = |line: &str| catalog().awaited(line);
    assert_eq!(awaited("/he"), Some((0, Completes::Command)));
    assert_eq!(awaited("  /"), Some((2, Completes::Command)));
    assert_eq!(awaited("/room "), Some((6, Completes::Room)));
    assert_eq!(awaited("/room gen"), Some((6, Completes::Room)));
    assert_eq!(awaited("/room gen "), Some((10, Completes::Text)));
    assert_eq!(awaited("/nothing x"), None);
    assert_eq!(awaited("plain /room"), None);
}

#[test]
fn the_usage_names_the_words_and_what_is_needed() {
    assert_eq!(MODEL.usage(), "/model [NAME] [TEXT]");
}

proptest! {
    #[test]
    fn any_line_is_taken_apart_without_a_panic(line in "\\PC{0,40}|/[a-z ?é]{0,20}") {
        let catalog = catalog();
        if let Some((start, _)) = catalog.awaited(&line) {
            prop_assert!(line.is_char_boundary(start));
        }
        if let Some(parts) = command_line(&line) {
            let _found = catalog.find(parts.name).is_ok();
        }
    }
}
