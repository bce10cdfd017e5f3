use crossterm::event::KeyCode;
use nanofolks_protocol::{Problem, ProblemKind};
use pretty_assertions::assert_eq;

use crate::app::stage::Stage;
use crate::app::{Effect, Msg};
use crate::first::{Chosen, Found, Needs, Offer, Progress, Settled, Vendor};

/// What a machine with a server has.
pub(crate) fn found() -> Found {
    let offer =
        |what: &str, needs| Offer { what: what.into(), because: "it is here".into(), needs };
    Found {
        here: vec![("ollama".into(), "runs".into())],
        offers: vec![
            offer("ollama/large", Needs::OneOf(vec!["large".into(), "small".into()])),
            offer("fetch local/tiny", Needs::Time),
            offer("type a key", Needs::Key),
            offer("nobody", Needs::Nothing),
        ],
        vendors: vec![Vendor { id: "lab".into(), title: "The lab".into(), model: "lab/m".into() }],
    }
}

/// The list of what can be chosen, ready for keys.
fn choosing() -> Stage {
    let mut stage = Stage::new((80, 24), "dark");
    let effects = stage.take(Msg::First);
    assert!(matches!(effects[..], [Effect::Look]));
    stage.take(Msg::Found(Ok(found())));
    stage.now += 500;
    stage
}

/// Takes the row with this number of the list that is shown.
fn take(stage: &mut Stage, row: usize) -> Vec<Effect> {
    stage.now += 500;
    for _ in 0..row {
        stage.press(KeyCode::Down);
    }
    stage.press(KeyCode::Enter)
}

fn chosen(effects: &[Effect]) -> Option<&Chosen> {
    effects.iter().find_map(|effect| match effect {
        Effect::Settle(chosen) => Some(chosen),
        _ => None,
    })
}

#[test]
fn a_model_of_a_server_is_two_choices() {
    let mut stage = choosing();
    assert!(chosen(&take(&mut stage, 0)).is_none());
    let effects = take(&mut stage, 1);
    let wanted =
        Chosen { offer: Some("ollama/large".into()), model: Some("small".into()), key: None };
    assert_eq!(chosen(&effects), Some(&wanted));
    let effects = stage.take(Msg::Settled(Ok(Settled::default())));
    assert!(matches!(effects[..], [Effect::Open]));
}

#[test]
fn a_key_is_typed_unseen_and_goes_with_the_providers_usual_model() {
    let mut stage = choosing();
    take(&mut stage, 2);
    take(&mut stage, 0);
    stage.now += 500;
    stage.write("secret");
    let effects = stage.press(KeyCode::Enter);
    let chosen = chosen(&effects).unwrap();
    assert_eq!(chosen.model.as_deref(), Some("lab/m"));
    let (vendor, key) = chosen.key.as_ref().unwrap();
    assert_eq!((vendor.as_str(), key.expose()), ("lab", "secret"));
    assert!(stage.app.composer.is_empty());
}

#[test]
fn who_goes_back_from_a_key_is_at_the_choices_again() {
    let mut stage = choosing();
    take(&mut stage, 2);
    take(&mut stage, 0);
    stage.now += 500;
    stage.press(KeyCode::Esc);
    assert_eq!(chosen(&take(&mut stage, 3)).unwrap().offer.as_deref(), Some("nobody"));
}

#[test]
fn letters_that_are_being_typed_when_the_list_appears_stay_in_the_line() {
    let mut stage = Stage::new((80, 24), "dark");
    stage.take(Msg::First);
    stage.write("hel");
    stage.take(Msg::Found(Ok(found())));
    stage.now += 100;
    stage.write("l");
    stage.now += 300;
    stage.write("o");
    assert_eq!(stage.app.composer.text(), "hello");
}

#[test]
fn a_download_tells_its_rate_and_escape_stops_it() {
    let mut stage = choosing();
    take(&mut stage, 1);
    let tell = |done| Progress { what: "fetching".into(), done: Some((done, Some(10_000))) };
    stage.take(Msg::Progress(tell(2_000)));
    stage.now += 2_000;
    stage.take(Msg::Progress(tell(6_000)));
    let work = stage.app.first.as_ref().unwrap().work.clone().unwrap();
    assert_eq!((work.rate(stage.app.now), work.left(stage.app.now)), (Some(2_000), Some(2)));

    let effects = stage.press(KeyCode::Esc);
    assert!(matches!(effects[..], [Effect::StopWork]));
    assert_eq!(chosen(&take(&mut stage, 3)).unwrap().offer.as_deref(), Some("nobody"));
}

#[test]
fn what_cannot_be_done_is_said_once_and_asked_again() {
    let mut stage = choosing();
    take(&mut stage, 1);
    stage.app.take_rows();
    let problem = Problem::new(ProblemKind::Unavailable, "offline", "nothing answers");
    stage.take(Msg::Settled(Err(problem)));
    let said: Vec<_> = stage.app.take_rows().iter().map(crate::text::Row::plain).collect();
    assert_eq!(said.iter().filter(|row| row.contains("nothing answers")).count(), 1);
    assert_eq!(chosen(&take(&mut stage, 3)).unwrap().offer.as_deref(), Some("nobody"));
}

#[test]
fn while_a_turn_runs_nobody_else_is_chosen() {
    let mut stage = Stage::new((80, 24), "dark");
    stage.begin("work");
    assert!(stage.take(Msg::First).is_empty());
    assert!(stage.app.first.is_none());
}
