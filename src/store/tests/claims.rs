//! Accepted once, claimed in order, taken over when a process is gone.

use nanofolks_protocol::journal::NotClaimed;
use pretty_assertions::assert_eq;

use super::*;

#[tokio::test]
async fn an_envelope_that_comes_again_is_the_same_envelope() {
    let scene = Scene::new().await;
    let first = scene.accept("key", Priority::USER).await;
    let again = envelope("key", Priority::USER);
    let accepted =
        |turn| Written::Accepted { envelope: first, duplicate: true, session: scene.session, turn };

    let answer = write(&scene.store, [accept(&again, scene.session, scene.owner)]).await;
    assert_eq!(answer, [accepted(None)]);

    let turn = claimed(scene.claim().await).turn;
    scene.end(turn).await;
    let answer = write(&scene.store, [accept(&again, scene.session, scene.owner)]).await;
    assert_eq!(answer, [accepted(Some(turn))]);
    assert_eq!(scene.claim().await, Written::NotClaimed(NotClaimed::Empty));
}

#[tokio::test]
async fn the_same_key_in_another_chat_is_another_envelope() {
    let scene = Scene::new().await;
    scene.accept("key", Priority::USER).await;
    let other = Envelope { chat: "there".into(), ..envelope("key", Priority::USER) };

    let answer = write(&scene.store, [accept(&other, scene.session, scene.owner)]).await;

    assert!(matches!(answer[0], Written::Accepted { duplicate: false, .. }));
    let room = scene.store.room(&RoomId::general()).await.unwrap().unwrap();
    assert_eq!(room.queued, 2);
}

#[tokio::test]
async fn nothing_is_accepted_into_a_room_or_session_that_is_not_there() {
    let scene = Scene::new().await;
    let lost = Envelope { room: room_id("nowhere"), ..envelope("a", Priority::USER) };
    let nowhere = commit(&scene.store, [accept(&lost, scene.session, scene.owner)]).await;
    let never = [accept(&envelope("b", Priority::USER), SessionId::fresh(), scene.owner)];

    assert_eq!(nowhere, Err(StoreError::Missing("room nowhere".into())));
    assert!(matches!(commit(&scene.store, never).await, Err(StoreError::Missing(_))));
}

#[tokio::test]
async fn claims_go_by_priority_and_then_by_arrival() {
    let scene = Scene::new().await;
    let mut ids = Vec::new();
    for (key, priority) in [("a", 5), ("b", 7), ("c", 5), ("d", 0)] {
        ids.push(scene.accept(key, Priority(priority)).await);
    }

    let mut order = Vec::new();
    while let Written::Claimed(claimed) = scene.claim().await {
        order.push(claimed.envelope.id);
        assert_eq!(claimed.session, scene.session);
        assert_eq!(claimed.options.folder.as_deref(), Some("/project"));
        scene.end(claimed.turn).await;
    }

    assert_eq!(order, [ids[3], ids[0], ids[2], ids[1]]);
}

#[tokio::test]
async fn a_room_has_one_live_turn() {
    let scene = Scene::new().await;
    let turn = scene.turn("a").await;
    scene.accept("b", Priority::SYSTEM).await;
    let busy = |ours| Written::NotClaimed(NotClaimed::Busy { owner: scene.owner, ours });

    assert_eq!(scene.claim().await, busy(true));
    let other = write(&scene.store, [claim(OwnerId::fresh(), TurnId::fresh(), None)]).await;
    assert_eq!(other, [busy(false)]);
    let room = scene.store.room(&RoomId::general()).await.unwrap().unwrap();
    assert_eq!((room.queued, room.live), (1, Some((turn, scene.owner))));

    scene.end(turn).await;
    assert!(matches!(scene.claim().await, Written::Claimed(_)));
}

#[tokio::test]
async fn when_nothing_is_claimed_the_rest_of_the_batch_is_not_written() {
    let scene = Scene::new().await;
    let turn = scene.turn("a").await;

    let answers = write(
        &scene.store,
        [
            accept(&envelope("b", Priority::USER), scene.session, scene.owner),
            claim(scene.owner, TurnId::fresh(), None),
            notice("general", "never"),
            say(scene.session, &message("never")),
        ],
    )
    .await;

    assert!(matches!(answers[0], Written::Accepted { duplicate: false, .. }));
    assert!(matches!(answers[1], Written::NotClaimed(NotClaimed::Busy { ours: true, .. })));
    assert_eq!(answers[2..], [Written::Skipped, Written::Skipped]);
    let room = scene.store.room(&RoomId::general()).await.unwrap().unwrap();
    assert_eq!((room.seq, room.queued), (0, 1));
    assert_eq!(room.session.unwrap().messages, 0);
    scene.end(turn).await;
}

#[tokio::test]
async fn a_claim_built_on_an_older_conversation_is_refused() {
    let scene = Scene::new().await;
    let first = message("first");
    write(&scene.store, [say(scene.session, &first)]).await;
    let mine = scene.accept("a", Priority::USER).await;
    let attempt = async |envelope, newest| {
        let only = Some(Expected { envelope, newest });
        write(&scene.store, [claim(scene.owner, TurnId::fresh(), only)]).await.remove(0)
    };
    let moved = Written::NotClaimed(NotClaimed::Moved);

    assert_eq!(attempt(mine, None).await, moved);
    assert_eq!(attempt(mine, Some(MessageId::fresh())).await, moved);
    assert_eq!(attempt(EnvelopeId::fresh(), Some(first.id)).await, moved);
    let urgent = scene.accept("b", Priority::SYSTEM).await;
    assert_eq!(attempt(mine, Some(first.id)).await, moved);
    let got = claimed(attempt(urgent, Some(first.id)).await);
    assert_eq!(got.envelope.id, urgent);
}

#[tokio::test]
async fn accept_claim_and_first_request_are_one_commit() {
    let scene = Scene::new().await;
    let before = scene.store.stats().commits;
    let envelope = envelope("a", Priority::USER);
    let only = Some(Expected { envelope: envelope.id, newest: None });

    let answers = write(
        &scene.store,
        [
            accept(&envelope, scene.session, scene.owner),
            claim(scene.owner, TurnId::fresh(), only),
            say(scene.session, &message("hello")),
            notice("general", "started"),
        ],
    )
    .await;

    assert!(matches!(answers[1], Written::Claimed(_)));
    assert_eq!(scene.store.stats().commits - before, 1);
}

#[tokio::test]
async fn a_row_of_a_living_process_waits_for_it_and_a_dead_ones_is_taken() {
    let scene = Scene::new().await;
    let theirs = scene.accept("a", Priority::USER).await;
    let here = scene.home.open();
    let me = OwnerId::fresh();
    let mine = envelope("b", Priority::USER);
    write(&here, [accept(&mine, scene.session, me)]).await;
    let attempt = async || write(&here, [claim(me, TurnId::fresh(), None)]).await.remove(0);

    assert!(here.is_alive(scene.owner));
    assert_eq!(
        attempt().await,
        Written::NotClaimed(NotClaimed::Theirs { owner: scene.owner }),
        "order is kept: the later row of ours waits too"
    );

    drop(scene.store);
    assert!(!here.is_alive(scene.owner));
    assert_eq!(claimed(attempt().await).envelope.id, theirs);
}

#[tokio::test]
async fn turns_of_dead_processes_are_taken_over_as_they_stand() {
    let scene = Scene::new().await;
    let turn = scene.turn("a").await;
    write(&scene.store, [state(turn, TurnState::WaitingApproval)]).await;
    let heir = scene.home.open();
    let me = OwnerId::fresh();
    let general = RoomId::general();
    let adopt = async || heir.adopt_orphans(&general, me, at(20)).await.unwrap();

    assert_eq!(adopt().await, [], "its process is alive");
    drop(scene.store);
    let orphans = adopt().await;

    assert_eq!(orphans.len(), 1);
    assert_eq!((orphans[0].turn, orphans[0].state), (turn, TurnState::WaitingApproval));
    assert_eq!((orphans[0].session, orphans[0].claimed_at), (scene.session, at(2)));
    assert_eq!(orphans[0].envelope.text, "zażółć a");
    let room = heir.room(&general).await.unwrap().unwrap();
    assert_eq!(room.live, Some((turn, me)));
    assert_eq!(adopt().await, [], "it is ours now");
    assert!(heir.is_alive(me));
    assert_eq!(heir.adopt_orphans(&room_id("nowhere"), me, at(20)).await.unwrap(), []);
}

#[tokio::test]
async fn two_processes_that_adopt_at_once_share_nothing() {
    let scene = Scene::new().await;
    let turn = scene.turn("a").await;
    let heirs: Vec<_> = (0..4).map(|_| scene.home.open()).collect();
    drop(scene.store);
    let general = RoomId::general();

    let adopted = futures_util::future::join_all(
        heirs.iter().map(|heir| heir.adopt_orphans(&general, OwnerId::fresh(), at(20))),
    )
    .await;

    let turns: Vec<_> = adopted.into_iter().flat_map(|orphans| orphans.unwrap()).collect();
    assert_eq!(turns.iter().map(|orphan| orphan.turn).collect::<Vec<_>>(), [turn]);
}
