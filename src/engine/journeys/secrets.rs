//! Secrets that are missing: asked for by their names where somebody is there to give them.

use nanofolks_protocol::{
    EventKind, ModelError, ModelErrorKind, Op, SecretKind, TurnOptions, WantedSecret,
};
use nanofolks_testkit::{Script, ScriptedModel};
use pretty_assertions::assert_eq;

use super::world::{Recipe, envelope};

fn refused() -> Script {
    let error = ModelError::new("lab", ModelErrorKind::Unauthorized, "this key is not known");
    Script::new().fail_with(error)
}

#[tokio::test]
async fn a_key_that_is_refused_is_asked_for_before_the_turn_ends_and_in_the_same_commit() {
    let model = ScriptedModel::new([refused(), refused()]);
    for attended in [true, false] {
        let mut world = Recipe::default().start(&model);
        let options = TurnOptions { attended, ..TurnOptions::default() };
        world.post_with(envelope("general", "hi"), options).await.unwrap();
        let events = world.until(EventKind::is_ending).await;

        let [.., before, ending] = &events[..] else { panic!() };
        let EventKind::TurnFailed { error, .. } = &ending.what else { panic!("{ending:?}") };
        assert_eq!(error.wants.as_deref(), Some(&WantedSecret::key("lab")));
        match &before.what {
            EventKind::SecretRequested { secret, reason } => {
                assert!(attended, "nobody is there to give it");
                assert_eq!((&*secret.name, secret.kind), ("lab", SecretKind::Key));
                assert_eq!(*reason, error.message);
                assert_eq!(before.turn, ending.turn);
            }
            _ => assert!(!attended, "nobody was asked"),
        }
        let room = ending.room.clone();
        let secret = WantedSecret::key("lab");
        world.handle.submit(Op::SecretProvided { room, secret }).await.unwrap();
        let events = world.until(|what| matches!(what, EventKind::SecretProvided { .. })).await;
        assert_eq!(events.last().unwrap().seq, ending.seq.map(|seq| seq + 1));
        super::replay::same_again(&world.store, ending.turn.unwrap()).await;
    }
}
