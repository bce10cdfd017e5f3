//! Sessions as a tree, the trash, search, pages, checkpoints.

use nanofolks_protocol::history::{Numbered, SearchFilter};
use nanofolks_protocol::{Checkpoint, CompactionTier};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn branch(session: SessionId, parent: SessionId, upto: Option<MessageId>) -> Write {
    Write::BranchSession { session, parent, upto, title: Some("fork".into()), at: at(20) }
}

async fn said(store: &Store, session: SessionId) -> Vec<String> {
    let messages = store.messages(session, 100).await.unwrap();
    messages.iter().map(|message| message.text()).collect()
}

/// Says these and gives them back.
async fn say_all(store: &Store, session: SessionId, texts: &[&str]) -> Vec<Message> {
    let messages: Vec<_> = texts.iter().map(|text| message(text)).collect();
    write(store, messages.iter().map(|message| say(session, message))).await;
    messages
}

#[tokio::test]
async fn a_branch_begins_at_a_message_also_at_an_inherited_one() {
    let scene = Scene::new().await;
    let (child, grandchild, whole) = (SessionId::fresh(), SessionId::fresh(), SessionId::fresh());
    let first = say_all(&scene.store, scene.session, &["1", "2", "3"]).await;
    write(&scene.store, [branch(child, scene.session, Some(first[1].id))]).await;
    say_all(&scene.store, child, &["3b", "4b"]).await;
    write(&scene.store, [branch(grandchild, child, Some(first[0].id))]).await;
    write(&scene.store, [branch(whole, child, None)]).await;

    assert_eq!(said(&scene.store, scene.session).await, ["1", "2", "3"], "nothing is overwritten");
    assert_eq!(said(&scene.store, child).await, ["1", "2", "3b", "4b"]);
    assert_eq!(said(&scene.store, grandchild).await, ["1"]);
    assert_eq!(said(&scene.store, whole).await, ["1", "2", "3b", "4b"]);
    let room = scene.store.room(&RoomId::general()).await.unwrap().unwrap();
    let session = room.session.unwrap();
    assert_eq!((session.id, session.parent), (whole, Some(child)));
    assert_eq!(session.title.as_deref(), Some("fork"));
}

#[tokio::test]
async fn a_branch_cannot_begin_at_a_message_that_is_not_in_its_parent() {
    let scene = Scene::new().await;
    let (child, never) = (SessionId::fresh(), SessionId::fresh());
    let first = say_all(&scene.store, scene.session, &["1", "2"]).await;
    write(&scene.store, [branch(child, scene.session, Some(first[0].id))]).await;

    // The second message is in the parent, behind the fork.
    for upto in [first[1].id, MessageId::fresh()] {
        let answer = commit(&scene.store, [branch(never, child, Some(upto))]).await;
        assert!(matches!(answer, Err(StoreError::Missing(_))), "{answer:?}");
    }
    assert_eq!(scene.store.session(never).await.unwrap(), None);
}

#[tokio::test]
async fn what_is_in_the_trash_is_listed_only_there_and_comes_back_whole() {
    let scene = Scene::new().await;
    say_all(&scene.store, scene.session, &["kept"]).await;
    let trash = |trashed| Write::TrashSession { session: scene.session, trashed, at: at(30) };
    let list = async |trashed| -> Vec<(SessionId, Option<Timestamp>)> {
        let filter = SessionFilter { trashed, limit: 9, ..SessionFilter::default() };
        let found = scene.store.sessions(filter).await.unwrap();
        found.into_iter().map(|one| (one.session.id, one.trashed_at)).collect()
    };
    let current = async || {
        scene.store.room(&RoomId::general()).await.unwrap().unwrap().session.map(|one| one.id)
    };

    write(&scene.store, [trash(true)]).await;
    assert_eq!(list(false).await, []);
    assert_eq!(list(true).await, [(scene.session, Some(at(30)))]);
    assert_eq!(current().await, None, "nobody goes on speaking in the trash");
    assert_eq!(said(&scene.store, scene.session).await, ["kept"]);

    write(&scene.store, [trash(false)]).await;
    assert_eq!(list(false).await, [(scene.session, None)]);
    assert_eq!(list(true).await, []);
    let nowhere = Write::TrashSession { session: SessionId::fresh(), trashed: true, at: at(1) };
    assert!(matches!(commit(&scene.store, [nowhere]).await, Err(StoreError::Missing(_))));
}

#[tokio::test]
async fn a_session_is_found_by_the_beginning_of_its_name() {
    let scene = Scene::new().await;
    let name = scene.session.to_string();
    let find = async |prefix: &str| scene.store.find_session(prefix).await.unwrap();

    for cut in 1..=name.len() {
        assert_eq!(find(&name[..cut]).await, [scene.session], "{}", &name[..cut]);
    }
    assert_eq!(find(&name.replace('-', "").to_uppercase()).await, [scene.session]);
    for wrong in ["", "-", "xyz", "%", "f0", &format!("{name}0")] {
        assert_eq!(find(wrong).await, [], "{wrong:?}");
    }
    let other = SessionId::fresh();
    write(&scene.store, [begin("general", other, None, 0)]).await;
    let both = &name[..4];
    assert_eq!(find(both).await, [scene.session, other], "oldest first");
}

#[tokio::test]
async fn a_session_is_read_in_pages_branches_included() {
    let scene = Scene::new().await;
    let child = SessionId::fresh();
    let first = say_all(&scene.store, scene.session, &["1", "2", "3", "4"]).await;
    write(&scene.store, [branch(child, scene.session, Some(first[2].id))]).await;
    say_all(&scene.store, child, &["4b", "5b"]).await;

    for size in 1..7 {
        let mut all = Vec::new();
        loop {
            let after = all.last().map_or(0, |one: &Numbered| one.seq);
            let page = scene.store.messages_after(child, after, size).await.unwrap();
            if page.is_empty() {
                break;
            }
            all.extend(page);
        }
        let texts: Vec<_> = all.iter().map(|one| one.message.text()).collect();
        assert_eq!(texts, ["1", "2", "3", "4b", "5b"], "{size} at a time");
        assert!(all.iter().map(|one| one.seq).eq(1..=5));
    }
    let found = scene.store.message(first[3].id).await.unwrap().unwrap();
    assert_eq!(found.text(), "4");
    assert_eq!(scene.store.message(MessageId::fresh()).await.unwrap(), None);
}

#[tokio::test]
async fn a_message_that_is_missing_in_a_page_is_said() {
    let scene = Scene::new().await;
    say_all(&scene.store, scene.session, &["1", "2", "3"]).await;
    raw(&scene.home.paths().db).execute("DELETE FROM message WHERE seq = 2", []).unwrap();

    let page = scene.store.messages_after(scene.session, 0, 9).await;

    assert!(matches!(page, Err(StoreError::Corrupt(_))), "{page:?}");
    assert_eq!(scene.store.messages_after(scene.session, 2, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn messages_are_found_by_their_words() {
    let scene = Scene::new().await;
    let other = SessionId::fresh();
    let said = say_all(
        &scene.store,
        scene.session,
        &["The zażółć gęślą jaźń is running fast", "a second one about tea", "Naïve café"],
    )
    .await;
    write(&scene.store, [ensure("away"), begin("away", other, None, 0)]).await;
    let away = say_all(&scene.store, other, &["tea with milk"]).await;
    let find = async |query: &str, filter: SearchFilter| -> Vec<MessageId> {
        let found = scene.store.search(query, filter, 9).await.unwrap();
        found.into_iter().map(|hit| hit.message).collect()
    };
    let all = SearchFilter::default;

    assert_eq!(find("runs", all()).await, [said[0].id], "by their stem");
    assert_eq!(find("JAZN gesla", all()).await, [said[0].id], "without marks, in any order");
    assert_eq!(find("cafe nai", all()).await, [said[2].id], "the last word unfinished");
    assert_eq!(find("tea coffee", all()).await, [], "all words");
    assert_eq!(find("tea", all()).await.len(), 2);
    let room = SearchFilter { room: Some(room_id("away")), ..all() };
    assert_eq!(find("tea", room).await, [away[0].id]);
    let session = SearchFilter { session: Some(scene.session), ..all() };
    assert_eq!(find("tea", session).await, [said[1].id]);

    let hit = scene.store.search("second", all(), 1).await.unwrap().remove(0);
    assert_eq!((hit.session, hit.room, hit.at), (scene.session, RoomId::general(), at(5)));
    assert_eq!(hit.snippet, "a second one about tea");

    write(&scene.store, [Write::TrashSession { session: other, trashed: true, at: at(9) }]).await;
    assert_eq!(find("milk", all()).await, []);
    assert_eq!(find("milk", SearchFilter { trashed: true, ..all() }).await, [away[0].id]);
    write(&scene.store, [Write::TrashSession { session: other, trashed: false, at: at(9) }]).await;
    write(&scene.store, [Write::ArchiveRoom { room: room_id("away"), archived: true }]).await;
    assert_eq!(find("milk", all()).await, []);
    assert_eq!(find("milk", SearchFilter { all: true, ..all() }).await, [away[0].id]);
}

#[test]
fn any_text_is_a_query() {
    let home = Home::new();
    let conn = db::open(&home.paths()).unwrap().conn;
    let texts = "\\PC*|[\"*():^{}+\\-a-z \\x00-\\x1f]{0,40}|(AND|OR|NOT|NEAR|[a\" (])*";
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    proptest::test_runner::TestRunner::new(config)
        .run(&texts, |query| {
            let found = search::search(&conn, &query, &SearchFilter::default(), 5);
            prop_assert_eq!(found.map_err(StoreError::from), Ok(Vec::new()));
            Ok(())
        })
        .unwrap();
}

fn checkpoint(upto: &Message, summary: &str) -> Checkpoint {
    Checkpoint {
        messages: 0,
        upto: upto.id,
        summary: summary.into(),
        ledger: json!({"decisions": ["tea"]}),
        tier: CompactionTier::Background,
        tokens_before: 1_000,
        tokens_after: 100,
        at: at(40),
    }
}

fn keep(session: SessionId, checkpoint: &Checkpoint) -> Write {
    Write::Checkpoint { session, checkpoint: Box::new(checkpoint.clone()) }
}

#[tokio::test]
async fn the_newest_checkpoint_holds_and_a_parents_only_for_what_was_inherited() {
    let scene = Scene::new().await;
    let (store, child) = (&scene.store, SessionId::fresh());
    let first = say_all(store, scene.session, &["1", "2", "3", "4"]).await;
    let newest = async |session| store.checkpoint(session).await.unwrap();
    let (early, late) = (checkpoint(&first[0], "early"), checkpoint(&first[3], "late"));
    assert_eq!(newest(scene.session).await, None);

    write(store, [keep(scene.session, &early)]).await;
    write(store, [branch(child, scene.session, Some(first[1].id))]).await;
    write(store, [keep(scene.session, &late)]).await;

    assert_eq!(newest(scene.session).await, Some(late));
    assert_eq!(newest(child).await, Some(early), "the later one stands for more than it has");
    let own = checkpoint(&first[1], "own");
    write(store, [keep(child, &own)]).await;
    assert_eq!(newest(child).await, Some(own));
    assert_eq!(said(store, child).await, ["1", "2"], "messages stay");
    let foreign = commit(store, [keep(child, &checkpoint(&first[2], "no"))]).await;
    assert!(matches!(foreign, Err(StoreError::Missing(_))), "{foreign:?}");
}

/// Steps of SQLite's machine that some reads take.
fn steps(conn: &Connection, work: impl FnOnce(&Connection)) -> u64 {
    use std::sync::atomic::AtomicU64;
    let steps = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&steps);
    let count = move || {
        counted.fetch_add(1, Ordering::Relaxed);
        false
    };
    conn.progress_handler(1, Some(count)).unwrap();
    work(conn);
    conn.progress_handler(0, None::<fn() -> bool>).unwrap();
    steps.load(Ordering::Relaxed)
}

#[tokio::test]
async fn a_room_of_100_000_messages_opens_like_one_of_ten() {
    let opened = async |filled: u32| {
        let scene = Scene::new().await;
        raw(&scene.home.paths().db)
            .execute_batch(&format!(
                "BEGIN;
                 WITH RECURSIVE c (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM c LIMIT {filled})
                 INSERT INTO message (id, session, seq, body, sum)
                 SELECT randomblob(16), 1, k, '{{}}', 0 FROM c;
                 WITH RECURSIVE c (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM c LIMIT {filled})
                 INSERT INTO event (room, seq, body, sum) SELECT 1, k, '{{}}', 0 FROM c;
                 UPDATE session SET messages = {filled};
                 UPDATE room SET seq = {filled};
                 COMMIT"
            ))
            .unwrap();
        for n in 0..10 {
            let writes = [say(scene.session, &message(&n.to_string())), notice("general", "x")];
            write(&scene.store, writes).await;
        }
        let conn = scene.store.shared.primary();
        let general = RoomId::general();
        let after = u64::from(filled) + 5;
        let once = |conn: &Connection| {
            rooms::state(conn, &general).unwrap().unwrap();
            assert_eq!(messages::latest(conn, scene.session, 10).unwrap().len(), 10);
            assert_eq!(events::after(conn, &general, after, 9).unwrap().len(), 5);
            assert_eq!(messages::after(conn, scene.session, after, 9).unwrap().len(), 5);
            assert_eq!(checkpoints::newest(conn, scene.session).unwrap(), None);
            assert_eq!(queue::waiting(conn, &general).unwrap(), []);
        };
        once(&conn);
        steps(&conn, once)
    };

    let (few, many) = (opened(10).await, opened(100_000).await);

    assert!(many <= few + few / 10, "{many} steps instead of {few}");
}
