use crossterm::event::KeyCode;
use nanofolks_protocol::{EventKind, ProblemKind};
use pretty_assertions::assert_eq;

use super::*;
use crate::app::stage::Stage;
use crate::app::{Modal, Msg};

const LOCKED: &str = "the vault /home/ada/vault is locked";

fn stage() -> Stage {
    Stage::new((80, 24), "dark")
}

fn wrong() -> Problem {
    let message = "this passphrase does not open the vault /home/ada/vault";
    Problem::new(ProblemKind::Usage, "vault_wrong_key", message).wants(WantedSecret::passphrase())
}

fn locked() -> Problem {
    Problem::new(ProblemKind::Unavailable, "vault_locked", LOCKED).wants(WantedSecret::passphrase())
}

/// A turn that we asked for and that fails for want of this.
fn fails(stage: &mut Stage, problem: &Problem) -> Vec<Effect> {
    stage.write("hello");
    stage.press(KeyCode::Enter);
    stage.begins_ours();
    stage.app.queue.clear();
    let secret = (**problem.wants.as_ref().unwrap()).clone();
    let reason = problem.message.clone();
    stage.event(None, EventKind::SecretRequested { secret, reason });
    let error = problem.clone();
    let failed = EventKind::TurnFailed { error, answers: Vec::new(), duration_ms: 1 };
    let effects = stage.event(None, failed);
    stage.rows();
    effects
}

fn asked(stage: &Stage) -> Option<&Unseen> {
    match stage.app.modals.first() {
        Some(Modal { kind: ModalKind::Secret(unseen), .. }) => Some(unseen),
        _ => None,
    }
}

/// Types a secret into what asks for it.
fn give(stage: &mut Stage, text: &str) -> Vec<Effect> {
    stage.now += 500;
    stage.write(text);
    stage.press(KeyCode::Enter)
}

fn unlocks(effects: &[Effect]) -> Option<&str> {
    effects.iter().find_map(|effect| match effect {
        Effect::Unlock(secret) => Some(secret.expose()),
        _ => None,
    })
}

fn tells(effects: &[Effect]) -> Option<&WantedSecret> {
    effects.iter().find_map(|effect| match effect {
        Effect::Submit(Wish::Plain(op)) => match &**op {
            Op::SecretProvided { secret, .. } => Some(secret),
            _ => None,
        },
        _ => None,
    })
}

fn retries(effects: &[Effect]) -> bool {
    let is_retry =
        |effect: &Effect| matches!(effect, Effect::Submit(Wish::Command(line)) if line == "/retry");
    effects.iter().any(is_retry)
}

#[test]
fn a_turn_that_finds_the_vault_locked_asks_for_the_passphrase_and_is_asked_again() {
    let mut stage = stage();
    fails(&mut stage, &locked());
    assert_eq!(asked(&stage).unwrap().why, LOCKED);

    let effects = give(&mut stage, "correct horse");
    assert_eq!(unlocks(&effects), Some("correct horse"));
    assert!(stage.app.modals.is_empty());

    let effects = stage.take(Msg::Unlocked(Ok(())));
    assert!(retries(&effects));
    assert_eq!(tells(&effects), Some(&WantedSecret::passphrase()));
    assert_eq!(stage.rows(), ["✓ the vault is open"]);
    assert!(stage.app.composer.is_empty(), "the passphrase is in the line");
    stage.press(KeyCode::Up);
    assert_eq!(stage.app.composer.text(), "hello", "the passphrase is in the history");
}

#[test]
fn what_is_said_meanwhile_waits_for_the_vault() {
    for opens in [true, false] {
        let mut stage = stage();
        stage.app.hold_for_vault("the key of lab lies in it");
        stage.write("hello");
        let effects = stage.press(KeyCode::Enter);
        let posts = |effects: &[Effect]| {
            effects.iter().any(|effect| matches!(effect, Effect::Submit(Wish::Post(..))))
        };
        assert!(!posts(&effects));
        stage.now += 500;
        let effects = if opens {
            give(&mut stage, "correct horse");
            stage.take(Msg::Unlocked(Ok(())))
        } else {
            stage.press(KeyCode::Esc)
        };
        assert!(posts(&effects));
    }
}

#[test]
fn a_wrong_passphrase_is_said_and_asked_for_again_three_times_at_most() {
    let mut stage = stage();
    fails(&mut stage, &locked());
    for left in ["two more tries", "one more try"] {
        give(&mut stage, "wrong");
        stage.take(Msg::Unlocked(Err(wrong())));
        let why = &asked(&stage).unwrap().why;
        assert!(why.starts_with(left) && why.contains("does not open"), "{why}");
    }
    give(&mut stage, "wrong");
    assert!(!retries(&stage.take(Msg::Unlocked(Err(wrong())))));
    assert!(asked(&stage).is_none());
    let rows = stage.rows().join("\n");
    assert!(rows.contains("stays locked; /unlock asks"), "{rows}");

    // Asked for by a command it begins anew.
    stage.write("/unlock");
    stage.app.popup = None;
    let effects = stage.press(KeyCode::Enter);
    assert!(matches!(&effects[..], [.., Effect::LookAtVault]), "{effects:?}");
    stage.take(Msg::VaultWaits(Ok(true)));
    assert_eq!(unlocks(&give(&mut stage, "right")), Some("right"));
    stage.take(Msg::Unlocked(Err(wrong())));
    assert!(asked(&stage).unwrap().why.starts_with("two more tries"));
}

#[test]
fn who_goes_on_without_is_not_asked_again_but_told_how() {
    let mut stage = stage();
    fails(&mut stage, &locked());
    stage.now += 500;
    let effects = stage.press(KeyCode::Esc);
    assert!(unlocks(&effects).is_none());
    stage.rows();

    fails(&mut stage, &locked());
    assert!(asked(&stage).is_none());

    let mut stage = Stage::new((80, 24), "dark");
    let missing = Problem::new(ProblemKind::Usage, "key_missing", "lab has no key")
        .wants(WantedSecret::key("lab"));
    fails(&mut stage, &missing);
    assert_eq!(
        (&*asked(&stage).unwrap().name, &*asked(&stage).unwrap().why),
        ("lab", "lab has no key")
    );
    stage.now += 500;
    stage.press(KeyCode::Esc);
    stage.begins_ours();
    stage.event(
        None,
        EventKind::SecretRequested { secret: WantedSecret::key("lab"), reason: String::new() },
    );
    stage.rows();
    let error = missing.clone();
    stage.event(None, EventKind::TurnFailed { error, answers: Vec::new(), duration_ms: 1 });
    assert!(asked(&stage).is_none());
    let rows = stage.rows().join("\n");
    assert!(rows.contains("/auth lab asks for it, unseen"), "{rows}");
}

#[test]
fn a_turn_of_somebody_else_asks_nothing_here() {
    let mut stage = stage();
    stage.begin("from elsewhere");
    let secret = WantedSecret::passphrase();
    stage.event(None, EventKind::SecretRequested { secret, reason: LOCKED.into() });
    let failed = EventKind::TurnFailed { error: locked(), answers: Vec::new(), duration_ms: 1 };
    stage.event(None, failed);
    assert!(stage.app.modals.is_empty());
}

#[test]
fn a_key_that_is_refused_is_typed_stored_and_tried() {
    let mut stage = stage();
    let refused = Problem::new(ProblemKind::Provider, "provider_unauthorized", "lab says 401")
        .wants(WantedSecret::key("lab"));
    fails(&mut stage, &refused);
    let effects = give(&mut stage, "sk-new");
    let kept = |effects: &[Effect]| {
        effects.iter().any(|effect| {
            matches!(effect, Effect::Keep { provider, key } if provider == "lab" && key.expose() == "sk-new")
        })
    };
    assert!(kept(&effects));

    // It goes into the vault, which is locked: first that, then the key, then the message.
    assert!(!retries(&stage.take(Msg::Kept(Err(locked())))));
    assert_eq!(asked(&stage).unwrap().kind, SecretKind::Passphrase);
    assert_eq!(unlocks(&give(&mut stage, "correct horse")), Some("correct horse"));
    let effects = stage.take(Msg::Unlocked(Ok(())));
    assert!(kept(&effects) && !retries(&effects));
    let effects = stage.take(Msg::Kept(Ok("the key of lab is in the vault".into())));
    assert!(retries(&effects));
    assert_eq!(tells(&effects), Some(&WantedSecret::key("lab")));
}

#[test]
fn nothing_of_a_secret_is_in_what_can_be_printed_of_the_state() {
    let mut stage = stage();
    fails(&mut stage, &locked());
    stage.now += 500;
    stage.write("tops");
    assert!(!format!("{:?}", stage.app).contains("tops"));
    let effects = give(&mut stage, "ecret");
    assert_eq!(unlocks(&effects), Some("topsecret"));
    assert!(!format!("{effects:?} {:?}", stage.app).contains("topsecret"));
}
