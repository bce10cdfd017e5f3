//! Syncs are counted, and what grows.

use std::time::Instant;

use pretty_assertions::assert_eq;

use super::*;

#[expect(clippy::await_holding_lock, reason = "that is what is tested")]
#[tokio::test]
async fn what_queues_during_a_commit_shares_the_next_one() {
    let scene = Scene::new().await;
    let before = scene.store.stats();
    // The writer cannot begin while the connection is taken.
    let held = scene.store.shared.primary();
    let mut waiting: Vec<_> =
        (0..100).map(|_| Box::pin(commit(&scene.store, [notice("general", "x")]))).collect();
    for one in &mut waiting {
        assert!(futures_util::poll!(one).is_pending());
    }
    drop(held);

    let answers = futures_util::future::join_all(waiting).await;

    let after = scene.store.stats();
    for (seq, answer) in (1..).zip(answers) {
        assert_eq!(answer.unwrap(), [Written::Event { seq }]);
    }
    assert_eq!(after.batches - before.batches, 100);
    // The writer may have taken the first one before the others came.
    assert!(after.commits - before.commits <= 2, "{after:?}");
}

#[tokio::test]
async fn the_log_stays_short() {
    let scene = Scene::new().await;
    for n in 0..400 {
        write(&scene.store, [say(scene.session, &message(&"x".repeat(3_000 + n)))]).await;
    }
    let stats = scene.store.stats();
    assert!(stats.checkpoints >= 2, "{stats:?}");
    let log = db::beside(&scene.home.paths().db, "-wal").metadata().unwrap().len();
    assert!(log < 3_000_000, "{log}");
}

#[test]
fn opening_starts_no_thread_and_writes_nothing() {
    let home = Home::new();
    drop(home.open());
    let folder = || {
        let mut names: Vec<_> = std::fs::read_dir(home.paths().run)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        names
    };
    let before = folder();

    let store = home.open();

    assert_eq!(folder(), before);
    assert_eq!(store.stats(), Stats::default());
}

/// A look at the figures: `cargo test -p nanofolks-store a_turn -- --nocapture`.
#[tokio::test]
async fn a_turn_costs_two_commits() {
    let home = Home::new();
    drop(home.open());
    for _ in 0..5 {
        let begun = Instant::now();
        let store = home.open();
        let opened = begun.elapsed();
        let (session, owner, turn, run) =
            (SessionId::fresh(), OwnerId::fresh(), TurnId::fresh(), run_id());
        let name = RoomId::for_run().to_string();
        let said = Envelope { room: room_id(&name), ..envelope(&name, Priority::USER) };
        let (_, keep) = content(b"system");
        write(
            &store,
            [
                ensure(&name),
                begin(&name, session, None, 0),
                accept(&said, session, owner),
                claim_in(&name, owner, turn, None),
                say(session, &message("hello")),
                notice(&name, "turn.started"),
                notice(&name, "bot.started"),
                keep,
            ],
        )
        .await;
        let asked = begun.elapsed();
        write(
            &store,
            [
                say(session, &message("hello yourself")),
                notice(&name, "usage"),
                notice(&name, "bot.finished"),
                notice(&name, "turn.finished"),
                state(turn, TurnState::Finished),
                Write::ToolStarted {
                    turn,
                    run,
                    call_id: call_id("a"),
                    tool: "x".into(),
                    idempotent: true,
                    arguments: serde_json::json!({}),
                    at: at(3),
                },
            ],
        )
        .await;
        let answered = begun.elapsed();
        assert_eq!(store.stats().commits, 2);
        drop(store);
        let closed = begun.elapsed();
        println!(
            "open {opened:?}, accept+claim {:?}, answer {:?}, close {:?}",
            asked - opened,
            answered - asked,
            closed - answered
        );
    }
}
