//! What each write does.

use nanofolks_protocol::journal::{RequestRecord, ResponseRecord};
use nanofolks_protocol::{
    ApprovalId, ApprovalRequest, Decision, Effect, Problem, ProblemKind, Scope, ToolCall,
    ToolOutput, ToolResult, Usage,
};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::*;

#[tokio::test]
async fn a_room_is_made_once_and_stays_as_it_was_made() {
    let home = Home::new();
    let store = home.open();
    let changed = Room { kind: RoomKind::Project, folder: None, ..room("general") };

    write(&store, [ensure("general"), Write::EnsureRoom(changed)]).await;

    let found = store.room(&RoomId::general()).await.unwrap().unwrap();
    assert_eq!(found.room, room("general"));
    assert_eq!((found.session, found.seq, found.queued, found.live), (None, 0, 0, None));
    assert_eq!(store.room(&room_id("nowhere")).await.unwrap(), None);
}

#[tokio::test]
async fn archived_rooms_are_listed_only_on_request() {
    let home = Home::new();
    let store = home.open();
    let away = Write::ArchiveRoom { room: room_id("b"), archived: true };

    write(&store, [ensure("c"), ensure("b"), ensure("a"), away]).await;

    let names = |rooms: Vec<Room>| rooms.into_iter().map(|r| r.id.to_string()).collect::<Vec<_>>();
    assert_eq!(names(store.rooms(false).await.unwrap()), ["a", "c"]);
    assert_eq!(names(store.rooms(true).await.unwrap()), ["a", "b", "c"]);
    let nowhere = Write::ArchiveRoom { room: room_id("nowhere"), archived: true };
    assert_eq!(commit(&store, [nowhere]).await, Err(StoreError::Missing("room nowhere".into())));
}

#[tokio::test]
async fn a_begun_session_is_the_rooms_current_one_and_an_older_one_can_come_back() {
    let scene = Scene::new().await;
    let second = SessionId::fresh();
    let current = async || {
        let room = scene.store.room(&RoomId::general()).await.unwrap().unwrap();
        room.session.unwrap().id
    };

    write(&scene.store, [begin("general", second, None, 0)]).await;
    assert_eq!(current().await, second);

    write(&scene.store, [begin("general", scene.session, None, 0)]).await;
    assert_eq!(current().await, scene.session);

    let title = Write::TitleSession { session: second, title: "Tea".into() };
    write(&scene.store, [title]).await;
    let found = scene.store.session(second).await.unwrap().unwrap();
    assert_eq!(found.title.as_deref(), Some("Tea"));
}

#[tokio::test]
async fn a_session_of_another_room_cannot_be_begun_here() {
    let scene = Scene::new().await;
    let stolen = [ensure("other"), begin("other", scene.session, None, 0)];

    assert!(matches!(commit(&scene.store, stolen).await, Err(StoreError::Other(_))));
    assert_eq!(scene.store.room(&room_id("other")).await.unwrap(), None);
}

#[tokio::test]
async fn a_failed_batch_leaves_nothing_behind() {
    let scene = Scene::new().await;
    let bad = [
        ensure("half"),
        notice("general", "one"),
        say(scene.session, &message("lost")),
        say(SessionId::fresh(), &message("nowhere")),
    ];

    assert!(matches!(commit(&scene.store, bad).await, Err(StoreError::Missing(_))));

    assert_eq!(scene.store.room(&room_id("half")).await.unwrap(), None);
    assert_eq!(scene.store.events(&RoomId::general(), 0, 10).await.unwrap(), []);
    assert_eq!(scene.store.messages(scene.session, 10).await.unwrap(), []);
    let next = write(&scene.store, [notice("general", "first after all")]).await;
    assert_eq!(next, [Written::Event { seq: 1 }]);
}

#[tokio::test]
async fn a_bad_batch_does_not_spoil_its_neighbours() {
    let scene = Scene::new().await;
    let bad = commit(&scene.store, [notice("nowhere", "no")]);
    let good = (0..20).map(|n| commit(&scene.store, [notice("general", &n.to_string())]));

    let (bad, good) = futures_util::future::join(bad, futures_util::future::join_all(good)).await;

    assert_eq!(bad, Err(StoreError::Missing("room nowhere".into())));
    for (seq, answer) in (1..).zip(good) {
        assert_eq!(answer.unwrap(), [Written::Event { seq }]);
    }
}

#[tokio::test]
async fn events_are_numbered_per_room_and_live_hints_are_refused() {
    let home = Home::new();
    let store = home.open();
    let hint = Event::new(at(0), room_id("a"), EventKind::TextDelta { text: "x".into() });

    let written = write(
        &store,
        [ensure("a"), ensure("b"), notice("a", "1"), notice("b", "1"), notice("a", "2")],
    )
    .await;

    let seqs: Vec<_> = written
        .iter()
        .filter_map(|w| match w {
            Written::Event { seq } => Some(*seq),
            _ => None,
        })
        .collect();
    assert_eq!(seqs, [1, 1, 2]);
    assert!(commit(&store, [Write::Event(Box::new(hint))]).await.is_err());
    let rest = store.events(&room_id("a"), 1, 10).await.unwrap();
    assert_eq!(rest.iter().map(|event| event.seq).collect::<Vec<_>>(), [Some(2)]);
    assert_eq!(store.room(&room_id("a")).await.unwrap().unwrap().seq, 2);
}

#[tokio::test]
async fn content_is_kept_once_and_only_under_its_own_digest() {
    let home = Home::new();
    let store = home.open();
    let (id, keep) = content(b"you are helpful");
    let (other, _) = content(b"something else");

    write(&store, [keep.clone(), keep]).await;

    assert_eq!(store.content(&id).await.unwrap(), b"you are helpful");
    assert!(matches!(store.content(&other).await, Err(StoreError::Missing(_))));
    let lie = Write::Content { id: other, bytes: b"a lie".to_vec() };
    assert!(matches!(commit(&store, [lie]).await, Err(StoreError::Other(_))));
}

fn request(turn: TurnId, run: RunId, iteration: u32, messages: &[&Message]) -> (Write, Write) {
    let (system, keep) = content(b"system");
    let record = RequestRecord {
        turn,
        run,
        bot: BotId::LEADER,
        iteration,
        model: "lab/model".parse().unwrap(),
        system: system.clone(),
        tools: system,
        messages: messages.iter().map(|message| message.id).collect(),
        params: json!({ "temperature": 0.5, "iteration": iteration }),
        at: at(6),
    };
    (keep, Write::Request(Box::new(record)))
}

fn record(write: &Write) -> RequestRecord {
    match write {
        Write::Request(record) => (**record).clone(),
        other => panic!("not a request: {other:?}"),
    }
}

#[tokio::test]
async fn a_long_run_is_recorded_by_what_each_request_adds() {
    let scene = Scene::new().await;
    let (turn, run) = (scene.turn("k").await, run_id());
    let said: Vec<_> = (0..30).map(|n| message(&n.to_string())).collect();
    let all: Vec<_> = said.iter().collect();
    // Growing, then compacted to the last three, then growing again.
    let lists = [&all[..2], &all[..10], &all[..20], &all[17..20], &all[17..30]];
    let mut expected = Vec::new();

    for (iteration, list) in (1..).zip(lists) {
        let (keep, request) = request(turn, run, iteration, list);
        expected.push(record(&request));
        write(&scene.store, [keep, request]).await;
    }

    assert_eq!(scene.store.requests(turn).await.unwrap(), expected);
    let stored: i64 = raw(&scene.home.paths().db)
        .query_row("SELECT sum(length(added)) / 16 FROM request", [], |row| row.get(0))
        .unwrap();
    assert_eq!(stored, 2 + 8 + 10 + 3 + 10);
}

#[tokio::test]
async fn what_was_used_adds_up_in_the_session() {
    let scene = Scene::new().await;
    let (turn, run) = (scene.turn("k").await, run_id());
    let usage = Usage { input_tokens: 10, output_tokens: 5, ..Usage::default() };
    let response = |iteration, cost_usd| {
        Write::Response(Box::new(ResponseRecord {
            run,
            iteration,
            message: None,
            usage,
            cost_usd,
            requests: 1,
            estimated: false,
            problem: None,
            reservation: None,
            stream: None,
            at: at(7),
        }))
    };
    let summary = async || {
        let filter = SessionFilter { limit: 10, ..SessionFilter::default() };
        scene.store.sessions(filter).await.unwrap().remove(0)
    };

    for (iteration, cost) in [(1, Some(0.25)), (2, Some(0.5))] {
        let (keep, request) = request(turn, run, iteration, &[]);
        write(&scene.store, [keep, request, response(iteration, cost)]).await;
    }
    let known = summary().await;
    assert_eq!((known.usage.input_tokens, known.usage.output_tokens), (20, 10));
    assert_eq!((known.cost_usd, known.cost_known), (0.75, true));

    let (keep, third) = request(turn, run, 3, &[]);
    write(&scene.store, [keep, third, response(3, None)]).await;
    assert!(!summary().await.cost_known);
    // Ended already: there is nothing left to answer.
    assert!(matches!(commit(&scene.store, [response(3, None)]).await, Err(StoreError::Missing(_))));
}

#[tokio::test]
async fn a_turn_follows_its_states_and_nothing_follows_an_ending() {
    let scene = Scene::new().await;
    let turn = scene.turn("k").await;
    let standing = async || scene.store.turn(turn).await.unwrap();
    assert_eq!(standing().await, Some(TurnState::Running));

    for next in [TurnState::WaitingApproval, TurnState::WaitingAnswer, TurnState::Running] {
        write(&scene.store, [state(turn, next)]).await;
        assert_eq!(standing().await, Some(next));
    }
    assert!(commit(&scene.store, [state(turn, TurnState::Queued)]).await.is_err());

    let problem = Problem::new(ProblemKind::Provider, "down", "the provider is down");
    let failed = Write::Turn { turn, state: TurnState::Failed, problem: Some(problem), at: at(9) };
    write(&scene.store, [failed]).await;
    for next in [TurnState::Running, TurnState::Finished, TurnState::Failed] {
        let again = commit(&scene.store, [state(turn, next), notice("general", "again")]).await;
        assert!(matches!(again, Err(StoreError::Other(_))), "{next:?}: {again:?}");
    }
    assert_eq!(standing().await, Some(TurnState::Failed));
    assert_eq!(scene.store.events(&RoomId::general(), 0, 9).await.unwrap(), []);
    assert_eq!(scene.store.turn(TurnId::fresh()).await.unwrap(), None);
}

fn tool_call(id: &str) -> ToolCall {
    ToolCall {
        id: call_id(id),
        name: "read_file".into(),
        arguments: json!({ "path": "a" }),
        malformed: None,
        opaque: None,
    }
}

fn started(turn: TurnId, run: RunId, id: &str) -> Write {
    Write::ToolStarted {
        turn,
        run,
        call_id: call_id(id),
        tool: "read_file".into(),
        idempotent: true,
        arguments: json!({ "path": "a" }),
        at: at(8),
    }
}

fn finished(turn: TurnId, id: &str) -> Write {
    let result = ToolResult::worked(&tool_call(id), ToolOutput::text("ok"));
    Write::ToolFinished { turn, result: Box::new(result), at: at(9) }
}

#[tokio::test]
async fn calls_without_a_result_are_found_again_when_their_process_is_gone() {
    let scene = Scene::new().await;
    let (turn, run) = (scene.turn("k").await, run_id());
    write(
        &scene.store,
        [
            started(turn, run, "one"),
            finished(turn, "one"),
            started(turn, run, "two"),
            // Started again after a crash: still one call.
            started(turn, run, "two"),
            // Refused: never started.
            finished(turn, "three"),
            // A provider that uses the same id in every answer.
            started(turn, run, "one"),
        ],
    )
    .await;
    let Scene { home, store, .. } = scene;
    drop(store);

    let heir = home.open();
    let orphans = heir.adopt_orphans(&RoomId::general(), OwnerId::fresh(), at(10)).await.unwrap();

    let open: Vec<_> = orphans[0].open_calls.iter().map(|call| call.call_id.as_str()).collect();
    assert_eq!(open, ["two", "one"]);
    assert_eq!(orphans[0].open_calls[0].arguments, json!({ "path": "a" }));
}

#[tokio::test]
async fn the_first_answer_to_a_question_counts() {
    let scene = Scene::new().await;
    let turn = scene.turn("k").await;
    let id = ApprovalId::fresh();
    let asked = ApprovalRequest {
        id,
        room: RoomId::general(),
        turn,
        bot: BotId::LEADER,
        call_id: call_id("one"),
        tool: "write_file".into(),
        summary: "write a".into(),
        preview: "+a".into(),
        arguments: json!({}),
        effects: vec![Effect::FsWrite],
        reason: "it writes".into(),
        scopes: vec![Scope::Once],
        pattern: "write_file in /work".into(),
        folder: "/work".into(),
        network: nanofolks_protocol::Network::None,
        cost: nanofolks_protocol::Cost::Free,
        question: None,
        expires_at: at(600_000),
    };
    let settle = |approval, decision| Write::ApprovalSettled {
        approval,
        decision,
        by: "me".into(),
        at: at(10),
    };

    let answers = write(
        &scene.store,
        [
            Write::ApprovalAsked(Box::new(asked)),
            settle(id, Decision::Allow { scope: Scope::Once }),
            settle(id, Decision::Expired),
        ],
    )
    .await;

    assert_eq!(
        answers,
        [Written::Done, Written::Settled { first: true }, Written::Settled { first: false }]
    );
    let unknown = settle(ApprovalId::fresh(), Decision::Expired);
    assert!(matches!(commit(&scene.store, [unknown]).await, Err(StoreError::Missing(_))));
}
