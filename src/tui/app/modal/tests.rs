use crossterm::event::{KeyCode, KeyModifiers};
use pretty_assertions::assert_eq;

use super::*;
use crate::app::stage::Stage;
use crate::app::{Msg, Suggestion};
use nanofolks_protocol::command::{Choice, Completes};
use nanofolks_protocol::{CommandOutput, Receipt};

fn stage() -> Stage {
    Stage::new((80, 24), "dark")
}

/// Sends a line and lets the guard of what it opens pass.
fn command(stage: &mut Stage, line: &str) -> Vec<Effect> {
    stage.write(line);
    stage.app.popup = None;
    let effects = stage.press(KeyCode::Enter);
    stage.now += 500;
    stage.take(Msg::Tick);
    effects
}

fn picker(stage: &Stage) -> &Picker {
    match &stage.app.modals.first().unwrap().kind {
        ModalKind::Picker(picker) => picker,
        other => panic!("{other:?} is no list"),
    }
}

fn offers(names: &[&str]) -> Vec<Suggestion> {
    let offer = |name: &&str| Suggestion {
        value: (*name).to_owned(),
        about: "8k context".to_owned(),
        is_current: false,
    };
    names.iter().map(offer).collect()
}

#[test]
fn a_list_of_models_comes_later_and_is_filtered_by_what_is_typed() {
    let mut stage = stage();
    let effects = command(&mut stage, "/model");
    assert!(effects.iter().any(|it| matches!(it, Effect::Offers(Completes::Model))));
    assert!(picker(&stage).is_loading);

    let names = ["lab/small", "lab/model", "lab/large"];
    stage.take(Msg::Offers(Completes::Model, offers(&names)));
    assert_eq!(picker(&stage).marked().unwrap().label, "lab/model");
    stage.write("lrg");
    let shown: Vec<_> = picker(&stage).shown().map(|(_, item)| item.label.as_str()).collect();
    assert_eq!(shown, ["lab/large"]);

    let effects = stage.press(KeyCode::Enter);
    assert!(
        matches!(&effects[..], [Effect::Submit(Wish::Command(line))] if line == "/model lab/large")
    );
    assert!(stage.app.modals.is_empty());
    assert!(stage.app.composer.is_empty());
}

#[test]
fn a_question_takes_no_keys_while_a_changing_window_hides_it() {
    let mut stage = stage();
    stage.begin("note it");
    stage.starts("leader");
    stage.take(Msg::Resize(ratatui::layout::Size::new(60, 20)));
    stage.asks();
    let _only_the_mark = crate::view::draw(&mut stage.app, 0);

    // The window has settled a moment ago; the question has been there for longer.
    stage.now += 450;
    stage.press(KeyCode::Enter);
    assert!(!stage.app.modals.is_empty());

    stage.now += 500;
    stage.press(KeyCode::Esc);
    assert!(stage.app.modals.is_empty());
}

#[test]
fn what_is_typed_before_a_list_takes_keys_goes_to_the_line() {
    let mut stage = stage();
    command(&mut stage, "/theme");
    let mut other = Stage::new((80, 24), "dark");
    other.write("/theme");
    other.app.popup = None;
    other.press(KeyCode::Enter);
    other.write("ab");
    assert_eq!(other.app.composer.text(), "ab");
    other.now += 500;
    other.write("mo");
    assert_eq!((other.app.composer.text().as_str(), picker(&other).filter.text()), ("ab", "mo"));
    other.press(KeyCode::Esc);
    assert_eq!(other.app.composer.text(), "ab");
}

#[test]
fn a_theme_is_seen_before_it_is_chosen_and_goes_away_with_escape() {
    let mut stage = stage();
    let dark = stage.app.theme.clone();
    command(&mut stage, "/theme");
    stage.has_themes();
    assert_eq!(picker(&stage).marked().unwrap().value, "dark");
    stage.press(KeyCode::Down);
    assert_eq!(stage.app.theme, Theme::named("light").unwrap());
    stage.press(KeyCode::Esc);
    assert_eq!(stage.app.theme, dark);

    command(&mut stage, "/theme");
    stage.write("mono");
    let effects = stage.press(KeyCode::Enter);
    assert!(matches!(&effects[..], [Effect::Theme(name)] if name == "mono"), "{effects:?}");
    assert_eq!(stage.app.theme, Theme::named("mono").unwrap());
}

#[test]
fn a_secret_leaves_as_a_secret_and_is_nowhere_else() {
    let mut stage = stage();
    stage.write("a draft");
    stage.take(Msg::Key(KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL)));
    command(&mut stage, "/auth lab");
    stage.write("sk-");
    stage.take(Msg::Paste("very-secret\n".to_owned()));
    assert!(!format!("{:?}", stage.app).contains("very"), "the state prints it");
    let effects = stage.press(KeyCode::Enter);
    let [Effect::Keep { provider, key }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((provider.as_str(), key.expose()), ("lab", "sk-very-secret"));
    assert!(!format!("{effects:?}").contains("very"), "the effect prints it");
    stage.press(KeyCode::Up);
    assert_eq!(stage.app.composer.text(), "/auth lab", "only the command is in the history");
    let said: Vec<_> = stage.app.take_rows().iter().map(crate::text::Row::plain).collect();
    assert!(!said.concat().contains("very"));
}

#[test]
fn a_secret_that_is_not_typed_after_all_is_not_stored() {
    let mut stage = stage();
    command(&mut stage, "/auth lab");
    assert!(stage.press(KeyCode::Enter).is_empty(), "nothing was stored as a key");
    stage.write("sk");
    assert!(stage.press(KeyCode::Esc).is_empty());
    assert!(stage.app.modals.is_empty());
}

#[test]
fn what_cannot_be_taken_back_is_asked_about_and_no_is_marked() {
    let ask = || {
        let mut stage = stage();
        stage.app.ask_whether("this will trash it; go on?".into(), "/trash yes".into());
        stage.now += 500;
        stage
    };
    let mut no = ask();
    assert!(no.press(KeyCode::Enter).is_empty());
    assert!(no.app.modals.is_empty());

    let mut yes = ask();
    yes.press(KeyCode::Down);
    let effects = yes.press(KeyCode::Enter);
    assert!(matches!(&effects[..], [Effect::Submit(Wish::Command(line))] if line == "/trash yes"));
}

#[test]
fn alike_questions_are_answered_at_once_and_others_stay() {
    let decided = |effects: &[Effect]| {
        let ops = effects.iter().filter_map(|effect| match effect {
            Effect::Submit(Wish::Plain(op)) => match &**op {
                Op::Decide { decision, .. } => Some(decision.clone()),
                _ => None,
            },
            _ => None,
        });
        ops.collect::<Vec<_>>()
    };
    for (label, allowed) in [("yes, this once, to all 3 alike", true), ("no to all 3 alike", false)]
    {
        let mut stage = stage();
        stage.begin("go");
        for _ in 0..3 {
            stage.asks();
        }
        stage.now += 500;
        let at = match &stage.app.modals.first().unwrap().kind {
            ModalKind::Approval(ask) => ask.choices.iter().position(|it| it.label == label),
            other => panic!("{other:?}"),
        };
        for _ in 0..at.unwrap() {
            stage.press(KeyCode::Down);
        }
        let decisions = decided(&stage.press(KeyCode::Enter));
        assert_eq!(decisions.len(), 3);
        assert!(decisions.iter().all(|it| matches!(it, Decision::Allow { .. }) == allowed));
        assert!(stage.app.modals.is_empty());
    }
}

#[test]
fn a_question_that_nobody_answered_says_so_when_it_goes() {
    let mut stage = stage();
    stage.begin("go");
    let id = stage.asks();
    stage.app.take_rows();
    let (approval, decision, by) = (id, Decision::Expired, "nobody".to_owned());
    stage.event(None, nanofolks_protocol::EventKind::ApprovalResolved { approval, decision, by });
    let said: Vec<_> = stage.app.take_rows().iter().map(crate::text::Row::plain).collect();
    assert!(
        said.concat().contains("write notes.txt (9 bytes): nobody answered in time"),
        "{said:?}"
    );

    stage.asks();
    stage.now += 603_000;
    stage.take(Msg::Tick);
    assert!(stage.app.modals.is_empty(), "it waits for an event that may never come");
}

#[test]
fn in_a_small_window_nothing_is_allowed_before_all_of_it_was_shown() {
    let mut stage = Stage::new((20, 5), "dark");
    stage.begin("note it");
    stage.asks_with(|request| request.pattern = "write_file in /home/ada/projects/far".into());
    let mut shown = String::new();
    let mut look = |stage: &mut Stage| {
        let buffer = crate::view::draw(&mut stage.app, 0);
        let text: String = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        shown.push_str(&text);
        text
    };
    stage.now += 500;
    look(&mut stage);
    stage.press(KeyCode::Down);
    assert!(look(&mut stage).contains("▸ yes, this once"));

    let mut presses = 0;
    while !stage.app.modals.is_empty() && presses < 30 {
        stage.press(KeyCode::Enter);
        look(&mut stage);
        presses += 1;
    }

    assert!(stage.app.modals.is_empty() && presses > 2, "{presses} presses:\n{shown}");
    for part in ["buy milk", "why: it writes a", ": writes files"] {
        assert!(shown.contains(part), "{part} was not shown:\n{shown}");
    }
}

#[test]
fn a_list_of_what_goes_on_is_looked_at_again_and_keeps_its_mark() {
    let told = |about: &str| {
        let choice = |name: &str| Choice {
            label: name.into(),
            about: about.into(),
            is_current: name == "general",
            line: format!("/room {name}"),
        };
        let choices = ["general", "den"].map(choice).into();
        let said = CommandOutput { choices, ..CommandOutput::default() };
        Msg::Answered(Wish::Command("/room".into()), Ok(Receipt::Told(Box::new(said))))
    };
    let commands = |effects: Vec<Effect>| {
        let command = |effect| match effect {
            Effect::Submit(Wish::Command(line)) => Some(line),
            _ => None,
        };
        effects.into_iter().filter_map(command).collect::<Vec<_>>()
    };
    let mut stage = stage();
    assert!(commands(stage.take(Msg::News)).is_empty(), "nobody looks");
    assert_eq!(commands(stage.press(KeyCode::F(3))), ["/room"]);
    stage.take(told("quiet"));
    stage.now += 500;
    stage.press(KeyCode::Down);

    assert_eq!(commands(stage.take(Msg::News)), ["/room"]);
    assert!(commands(stage.take(Msg::News)).is_empty(), "it is being looked at");
    stage.take(told("at work"));
    let marked = picker(&stage).marked().unwrap();
    assert_eq!((marked.label.as_str(), marked.about.as_str()), ("den", "at work"));

    stage.take(Msg::News);
    stage.press(KeyCode::Esc);
    stage.take(told("later"));
    assert!(stage.app.modals.is_empty(), "what was closed is open again");
}

/// The rooms, as the house tells them.
fn rooms() -> Msg {
    let choice = |name: &str| Choice {
        label: name.into(),
        about: String::new(),
        is_current: name == "general",
        line: format!("/room {name}"),
    };
    let choices = ["general", "den", "ops"].map(choice).into();
    let said = CommandOutput { choices, ..CommandOutput::default() };
    Msg::Answered(Wish::Command("/room".into()), Ok(Receipt::Told(Box::new(said))))
}

#[test]
fn a_list_that_is_called_for_again_is_there_once() {
    let mut stage = stage();
    for _ in 0..3 {
        stage.press(KeyCode::F(3));
    }
    for _ in 0..3 {
        stage.take(rooms());
    }
    assert_eq!(stage.app.modals.len(), 1);
    stage.press(KeyCode::Down);
    stage.press(KeyCode::F(3));
    stage.take(rooms());
    assert_eq!(stage.app.modals.len(), 1);
    assert_eq!(picker(&stage).marked().unwrap().label, "den", "the mark is lost");
    stage.press(KeyCode::Esc);
    assert!(stage.app.modals.is_empty());
}

#[test]
fn a_list_that_a_key_called_for_takes_keys_at_once() {
    let mut stage = stage();
    stage.press(KeyCode::F(3));
    stage.take(rooms());
    stage.press(KeyCode::Esc);
    assert!(stage.app.modals.is_empty());

    stage.press(KeyCode::F(3));
    stage.take(rooms());
    stage.write("ops");
    let effects = stage.press(KeyCode::Enter);
    assert!(
        matches!(&effects[..], [Effect::Submit(Wish::Command(line))] if line == "/room ops"),
        "{effects:?}"
    );
    assert!(stage.app.composer.is_empty());
}

#[test]
fn a_list_that_comes_while_somebody_types_on_leaves_the_letters_to_the_line() {
    let mut stage = stage();
    stage.press(KeyCode::F(3));
    stage.write("he");
    stage.take(rooms());
    stage.write("llo");
    assert_eq!(stage.app.composer.text(), "hello");
    stage.press(KeyCode::Down);
    stage.write("den");
    assert_eq!((stage.app.composer.text(), picker(&stage).filter.text()), ("hello".into(), "den"));
}

#[test]
fn a_list_that_a_command_opened_goes_away_at_once() {
    let mut stage = stage();
    stage.write("/theme");
    stage.app.popup = None;
    stage.press(KeyCode::Enter);
    assert_eq!(stage.app.modals.len(), 1);
    stage.press(KeyCode::Esc);
    assert!(stage.app.modals.is_empty());
}

#[test]
fn a_list_behind_a_question_is_read_again_before_it_goes_away() {
    let mut stage = stage();
    stage.app.ask_whether("go on?".into(), "/trash yes".into());
    stage.press(KeyCode::F(3));
    stage.take(rooms());
    stage.press(KeyCode::Esc);
    assert_eq!(stage.app.modals.len(), 1, "only the list goes");
    stage.press(KeyCode::Esc);
    assert_eq!(stage.app.modals.len(), 1, "the question went unread");
}

#[test]
fn a_look_that_fails_swallows_no_list_that_is_asked_for_later() {
    let mut stage = stage();
    let told = |name: &str| {
        let choice =
            Choice { label: "den".into(), line: format!("/{name} den"), ..Choice::default() };
        let said = CommandOutput { choices: vec![choice], ..CommandOutput::default() };
        Msg::Answered(Wish::Command(format!("/{name}")), Ok(Receipt::Told(Box::new(said))))
    };
    stage.press(KeyCode::F(3));
    stage.take(told("room"));
    stage.take(Msg::News);
    stage.press(KeyCode::Esc);
    let failed = nanofolks_protocol::Problem::new(
        nanofolks_protocol::ProblemKind::Failure,
        "database_busy",
        "not now",
    );
    // A list of another kind is no answer to the look.
    stage.take(told("resume"));
    assert_eq!(picker(&stage).title, "resume");
    stage.now += 500;
    stage.press(KeyCode::Esc);
    stage.take(Msg::Answered(Wish::Command("/room".into()), Err(failed)));
    stage.press(KeyCode::F(3));
    stage.take(told("room"));
    assert_eq!(picker(&stage).title, "room");
}
