//! Queues, leases, questions, and what an heir gets to know.

use nanofolks_protocol::journal::{LastRequest, NotClaimed, RequestRecord, ResponseRecord};
use nanofolks_protocol::tool::CallStatus;
use nanofolks_protocol::{
    ApprovalId, ApprovalRequest, ApprovalRow, Decision, Effect, Scope, ToolCall, ToolOutput,
    ToolResult, Usage,
};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::*;

fn edit(envelope: EnvelopeId, text: &str) -> Write {
    Write::EditQueued { envelope, text: text.into() }
}

fn withdraw(envelope: EnvelopeId) -> Write {
    Write::WithdrawQueued { envelope, at: at(9) }
}

#[tokio::test]
async fn what_waits_is_seen_in_order_changed_and_taken_back() {
    let scene = Scene::new().await;
    let late = scene.accept("late", Priority::BACKGROUND).await;
    let first = scene.accept("first", Priority::USER).await;
    let second = scene.accept("second", Priority::USER).await;
    let waiting = async || -> Vec<(EnvelopeId, String)> {
        let queue = scene.store.queue(&RoomId::general()).await.unwrap();
        queue.into_iter().map(|one| (one.envelope.id, one.envelope.text)).collect()
    };

    let answers = write(&scene.store, [edit(second, "better"), withdraw(first)]).await;

    assert_eq!(answers, [Written::Changed(true), Written::Changed(true)]);
    assert_eq!(waiting().await, [(second, "better".into()), (late, "zażółć late".into())]);
    let room = scene.store.room(&RoomId::general()).await.unwrap().unwrap();
    assert_eq!(room.queued, 2);
    let queue = scene.store.queue(&RoomId::general()).await.unwrap();
    assert_eq!((queue[0].session, queue[0].owner), (scene.session, scene.owner));
    assert_eq!(queue[0].accepted_at, at(1));
    assert_eq!(queue[0].options.folder.as_deref(), Some("/project"));

    let turn = claimed(scene.claim().await);
    assert_eq!(turn.envelope.text, "better", "what was withdrawn is not claimed");
    let answers = write(
        &scene.store,
        [edit(second, "too late"), withdraw(second), withdraw(first), edit(first, "gone")],
    )
    .await;
    assert_eq!(answers, vec![Written::Changed(false); 4]);
    scene.end(turn.turn).await;
    write(&scene.store, [withdraw(late)]).await;
    assert_eq!(scene.claim().await, Written::NotClaimed(NotClaimed::Empty));
    let unknown = commit(&scene.store, [withdraw(EnvelopeId::fresh())]).await;
    assert!(matches!(unknown, Err(StoreError::Missing(_))));
    assert_eq!(scene.store.queue(&room_id("nowhere")).await.unwrap(), []);
    let found = inspect(&scene.home.paths(), Depth::Deep);
    assert_eq!(found.rows, Check::Sound, "a changed row has its new checksum");
}

#[tokio::test]
async fn what_was_withdrawn_and_comes_again_stays_withdrawn() {
    let scene = Scene::new().await;
    let first = scene.accept("key", Priority::USER).await;
    write(&scene.store, [withdraw(first)]).await;

    let again = [accept(&envelope("key", Priority::USER), scene.session, scene.owner)];
    let answer = write(&scene.store, again).await;

    assert!(matches!(answer[0], Written::Accepted { duplicate: true, turn: None, .. }));
    assert_eq!(scene.claim().await, Written::NotClaimed(NotClaimed::Empty));
}

#[tokio::test]
async fn an_owner_that_lost_its_turn_writes_nothing_more() {
    let scene = Scene::new().await;
    let turn = scene.turn("a").await;
    let renew = |owner| Write::RenewLease { turn, owner, lease_until: at(60_000) };
    let as_owner =
        async |owner| write(&scene.store, [renew(owner), notice("general", "mine")]).await;
    let other = OwnerId::fresh();

    assert_eq!(as_owner(scene.owner).await, [Written::Done, Written::Event { seq: 1 }]);
    let lost = Written::LeaseLost { owner: Some(scene.owner) };
    assert_eq!(as_owner(other).await, [lost, Written::Skipped]);
    // Another process takes the turn over while its owner is only slow.
    raw(&scene.home.paths().db)
        .execute("UPDATE turn SET owner = ?1", [row::Key::key(&other)])
        .unwrap();
    let lost = Written::LeaseLost { owner: Some(other) };
    assert_eq!(as_owner(scene.owner).await, [lost, Written::Skipped]);
    scene.end(turn).await;
    let over = Written::LeaseLost { owner: None };
    assert_eq!(as_owner(other).await, [over, Written::Skipped]);
    let room = scene.store.room(&RoomId::general()).await.unwrap().unwrap();
    assert_eq!(room.seq, 1);
}

fn question(turn: TurnId, millis: i64) -> ApprovalRequest {
    ApprovalRequest {
        id: ApprovalId::fresh(),
        room: RoomId::general(),
        turn,
        bot: BotId::LEADER,
        call_id: call_id("c"),
        tool: "write_file".into(),
        summary: "write a".into(),
        preview: "+a".into(),
        arguments: json!({"path": "a"}),
        effects: vec![Effect::FsWrite],
        reason: "it writes".into(),
        scopes: vec![Scope::Once],
        pattern: "write_file in /work".into(),
        folder: "/work".into(),
        network: nanofolks_protocol::Network::None,
        cost: nanofolks_protocol::Cost::Free,
        question: None,
        expires_at: at(millis),
    }
}

#[tokio::test]
async fn questions_are_listed_until_they_are_answered_and_kept_after() {
    let scene = Scene::new().await;
    let turn = scene.turn("a").await;
    let (first, second) = (question(turn, 900), question(turn, 500));
    let ask = |question: &ApprovalRequest| Write::ApprovalAsked(Box::new(question.clone()));
    write(&scene.store, [ask(&first), ask(&second)]).await;
    let open = |request: &ApprovalRequest| ApprovalRow {
        request: request.clone(),
        decision: None,
        by: None,
        settled_at: None,
    };

    assert_eq!(scene.store.approvals(true).await.unwrap(), [open(&first), open(&second)]);
    let decision = Decision::Deny { note: Some("no".into()) };
    let by = "tui".to_owned();
    let settle = Write::ApprovalSettled {
        approval: first.id,
        decision: decision.clone(),
        by: by.clone(),
        at: at(7),
    };
    write(&scene.store, [settle]).await;

    let settled = ApprovalRow {
        request: first.clone(),
        decision: Some(decision),
        by: Some(by),
        settled_at: Some(at(7)),
    };
    assert_eq!(scene.store.approvals(true).await.unwrap(), [open(&second)]);
    assert_eq!(scene.store.approvals(false).await.unwrap(), [settled.clone(), open(&second)]);
    assert_eq!(scene.store.approval(first.id).await.unwrap(), Some(settled));
    assert_eq!(scene.store.approval(ApprovalId::fresh()).await.unwrap(), None);
}

fn request(turn: TurnId, run: RunId, iteration: u32, keep: &BlobId) -> Write {
    Write::Request(Box::new(RequestRecord {
        turn,
        run,
        bot: BotId::LEADER,
        iteration,
        model: "lab/one".parse().unwrap(),
        system: keep.clone(),
        tools: keep.clone(),
        messages: Vec::new(),
        params: json!({}),
        at: at(6),
    }))
}

fn response(run: RunId, iteration: u32, cost_usd: f64, stream: Option<BlobId>) -> Write {
    Write::Response(Box::new(ResponseRecord {
        run,
        iteration,
        message: None,
        usage: Usage { input_tokens: 10, output_tokens: 5, ..Usage::default() },
        cost_usd: Some(cost_usd),
        requests: 1,
        estimated: false,
        problem: None,
        reservation: None,
        stream,
        at: at(7),
    }))
}

fn tool_started(turn: TurnId, run: RunId, call: &str) -> Write {
    Write::ToolStarted {
        turn,
        run,
        call_id: call_id(call),
        tool: "write_file".into(),
        idempotent: false,
        arguments: json!({"path": call}),
        at: at(8),
    }
}

fn result(call: &str) -> ToolResult {
    let call = ToolCall {
        id: call_id(call),
        name: "write_file".into(),
        arguments: json!({"path": call}),
        malformed: None,
        opaque: None,
    };
    ToolResult::worked(&call, ToolOutput::text("written"))
}

fn tool_finished(turn: TurnId, call: &str) -> Write {
    Write::ToolFinished { turn, result: Box::new(result(call)), at: at(9) }
}

#[tokio::test]
async fn an_heir_learns_what_was_done_what_was_asked_and_what_it_cost() {
    let scene = Scene::new().await;
    let turn = scene.turn("a").await;
    let (run, asked) = (run_id(), question(turn, 900));
    let (system, keep) = content(b"system");
    write(
        &scene.store,
        [
            keep,
            request(turn, run, 1, &system),
            response(run, 1, 0.25, None),
            tool_started(turn, run, "done"),
            tool_finished(turn, "done"),
            request(turn, run, 2, &system),
            response(run, 2, 0.5, None),
            tool_started(turn, run, "open"),
            Write::ApprovalAsked(Box::new(asked.clone())),
            request(turn, run, 3, &system),
        ],
    )
    .await;
    let heir = scene.home.open();
    drop(scene.store);

    let orphans = heir.adopt_orphans(&RoomId::general(), OwnerId::fresh(), at(50)).await.unwrap();

    let orphan = &orphans[0];
    assert_eq!(orphan.finished, [result("done")]);
    assert_eq!(orphan.open_calls.len(), 1);
    assert_eq!(orphan.open_calls[0].call_id, call_id("open"));
    assert_eq!((orphan.iterations, orphan.spent_usd), (3, 0.75));
    assert_eq!(orphan.approvals.len(), 1);
    assert_eq!(orphan.approvals[0].request, asked);
    let last = LastRequest {
        run,
        bot: BotId::LEADER,
        iteration: 3,
        model: "lab/one".parse().unwrap(),
        answered: false,
    };
    assert_eq!(orphan.last, Some(last));
}

#[tokio::test]
async fn a_turn_is_read_back_with_everything_that_a_replay_needs() {
    let scene = Scene::new().await;
    write(&scene.store, [notice("general", "before")]).await;
    let turn = scene.turn("a").await;
    let (run, asked) = (run_id(), question(turn, 900));
    let (system, keep) = content(b"system");
    let (stream, keep_stream) = content(b"data: hello");
    let mine = |kind| {
        Write::Event(Box::new(Event {
            turn: Some(turn),
            ..Event::new(at(4), RoomId::general(), kind)
        }))
    };
    let told = |code: &str| EventKind::Notice {
        level: NoticeLevel::Info,
        code: code.to_owned(),
        text: code.into(),
        hint: None,
    };
    let recorded = |name: &str, bytes: &[u8]| Write::Recorded {
        turn,
        name: name.into(),
        bytes: bytes.to_vec(),
    };
    write(
        &scene.store,
        [
            keep,
            mine(told("one")),
            recorded("clock", &[1, 0, 255]),
            request(turn, run, 1, &system),
            keep_stream,
            response(run, 1, 0.25, Some(stream.clone())),
            tool_started(turn, run, "x"),
            tool_finished(turn, "x"),
            Write::ApprovalAsked(Box::new(asked.clone())),
            notice("general", "another's"),
            recorded("seed", b"7"),
            mine(told("two")),
            state(turn, TurnState::Finished),
        ],
    )
    .await;
    let later = scene.turn("b").await;

    let record = scene.store.turn_record(turn).await.unwrap().unwrap();

    assert_eq!(record.envelope.text, "zażółć a");
    assert_eq!(record.options.folder.as_deref(), Some("/project"));
    assert_eq!((record.requests.len(), record.responses.len()), (1, 1));
    assert_eq!(record.responses[0].stream, Some(stream.clone()));
    assert_eq!(scene.store.content(&stream).await.unwrap(), b"data: hello");
    assert_eq!(record.calls.len(), 1);
    assert_eq!(record.calls[0].result.as_ref().unwrap().status, CallStatus::Ok);
    assert_eq!(record.calls[0].arguments, Some(json!({"path": "x"})));
    assert_eq!(record.approvals[0].request, asked);
    let clock = vec![("clock".to_owned(), vec![1, 0, 255]), ("seed".to_owned(), b"7".to_vec())];
    assert_eq!(record.recorded, clock);
    assert_eq!(scene.store.recorded(turn).await.unwrap(), clock);
    let seqs: Vec<_> = record.events.iter().map(|event| event.seq.unwrap()).collect();
    assert_eq!(seqs, [2, 4], "its own events only");
    assert_eq!(record.turn.state, TurnState::Finished);
    assert_eq!(scene.store.turn_record(TurnId::fresh()).await.unwrap(), None);

    let list = async |room: Option<&str>, session, limit| -> Vec<TurnId> {
        let room = room.map(room_id);
        let filter = nanofolks_protocol::history::TurnFilter { room, session, limit };
        scene.store.turns(filter).await.unwrap().into_iter().map(|one| one.turn).collect()
    };
    assert_eq!(list(None, None, 9).await, [later, turn]);
    assert_eq!(list(Some("general"), None, 1).await, [later]);
    assert_eq!(list(None, Some(scene.session), 9).await, [later, turn]);
    assert_eq!(list(Some("other"), Some(scene.session), 9).await, []);
    assert_eq!(list(None, Some(SessionId::fresh()), 9).await, []);
}

#[tokio::test]
async fn a_flipped_bit_in_a_recording_is_reported() {
    let scene = Scene::new().await;
    let turn = scene.turn("a").await;
    let bytes = b"12345".to_vec();
    write(&scene.store, [Write::Recorded { turn, name: "clock".into(), bytes }]).await;
    raw(&scene.home.paths().db).execute("UPDATE recorded SET bytes = x'3132333435'", []).unwrap();
    assert!(scene.store.recorded(turn).await.is_ok());
    raw(&scene.home.paths().db).execute("UPDATE recorded SET bytes = x'3132333434'", []).unwrap();

    assert!(matches!(scene.store.recorded(turn).await, Err(StoreError::Corrupt(_))));
}

#[tokio::test]
async fn what_was_learned_about_a_model_takes_the_place_of_what_was_known() {
    let scene = Scene::new().await;
    let model: nanofolks_protocol::ModelRef = "lab/one".parse().unwrap();
    let learned = |ratio, window| nanofolks_protocol::Learned {
        model: "lab/one".parse().unwrap(),
        ratio,
        window,
        of: 8_000,
        at: at(1),
    };
    assert_eq!(scene.store.learned(&model).await.unwrap(), None);
    for newer in [learned(1.0, Some(4_000)), learned(1.5, None)] {
        write(&scene.store, [Write::Learned(Box::new(newer.clone()))]).await;
        assert_eq!(scene.home.open().learned(&model).await.unwrap(), Some(newer));
    }
    let nonsense = Write::Learned(Box::new(learned(f64::NAN, None)));
    assert!(scene.store.commit(Batch { writes: vec![nonsense] }).await.is_err());
}
