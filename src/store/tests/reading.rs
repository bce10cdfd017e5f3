//! What was written is read again, branches included.

use pretty_assertions::assert_eq;

use super::*;

fn texts(messages: &[Arc<Message>]) -> Vec<String> {
    messages.iter().map(|message| message.text()).collect()
}

async fn say_all(store: &Store, session: SessionId, all: &[&str]) {
    let writes: Vec<_> = all.iter().map(|text| say(session, &message(text))).collect();
    write(store, writes).await;
}

#[tokio::test]
async fn messages_come_back_as_they_were_said_the_newest_last() {
    let scene = Scene::new().await;
    let said = message("zażółć \u{0}\n🦊");
    write(&scene.store, [say(scene.session, &message("old")), say(scene.session, &said)]).await;

    let found = scene.store.messages(scene.session, 1).await.unwrap();

    assert_eq!(found, [Arc::new(said)]);
    assert_eq!(scene.store.messages(scene.session, 300).await.unwrap().len(), 2);
    assert!(matches!(
        scene.store.messages(SessionId::fresh(), 1).await,
        Err(StoreError::Missing(_))
    ));
}

#[tokio::test]
async fn a_message_is_written_once() {
    let scene = Scene::new().await;
    let said = message("once");

    write(&scene.store, [say(scene.session, &said)]).await;

    assert!(commit(&scene.store, [say(scene.session, &said)]).await.is_err());
    assert_eq!(scene.store.session(scene.session).await.unwrap().unwrap().messages, 1);
}

#[tokio::test]
async fn a_branch_begins_with_what_was_said_before_it() {
    let scene = Scene::new().await;
    let (child, grandchild) = (SessionId::fresh(), SessionId::fresh());
    say_all(&scene.store, scene.session, &["1", "2", "3"]).await;
    write(&scene.store, [begin("general", child, Some(scene.session), 2)]).await;
    say_all(&scene.store, scene.session, &["4"]).await;
    say_all(&scene.store, child, &["3b"]).await;
    // Branches before the child's own first message: inherits from the grandparent.
    write(&scene.store, [begin("general", grandchild, Some(child), 1)]).await;
    say_all(&scene.store, grandchild, &["2c", "3c"]).await;
    let read = async |session, limit| texts(&scene.store.messages(session, limit).await.unwrap());

    assert_eq!(read(scene.session, 9).await, ["1", "2", "3", "4"]);
    assert_eq!(read(child, 9).await, ["1", "2", "3b"]);
    assert_eq!(read(child, 2).await, ["2", "3b"]);
    assert_eq!(read(grandchild, 9).await, ["1", "2c", "3c"]);
    let session = scene.store.session(child).await.unwrap().unwrap();
    assert_eq!((session.parent, session.messages), (Some(scene.session), 3));
}

#[tokio::test]
async fn sessions_are_listed_by_what_was_said_last() {
    let scene = Scene::new().await;
    let (other, hidden) = (SessionId::fresh(), SessionId::fresh());
    write(&scene.store, [begin("general", other, None, 0)]).await;
    write(&scene.store, [ensure("away"), begin("away", hidden, None, 0)]).await;
    write(&scene.store, [Write::ArchiveRoom { room: room_id("away"), archived: true }]).await;
    say_all(&scene.store, scene.session, &["newest"]).await;
    let list = async |room: Option<&str>, all, limit| -> Vec<SessionId> {
        let filter =
            SessionFilter { room: room.map(room_id), all, limit, ..SessionFilter::default() };
        let found = scene.store.sessions(filter).await.unwrap();
        found.into_iter().map(|summary| summary.session.id).collect()
    };

    assert_eq!(list(None, false, 9).await, [scene.session, other]);
    assert_eq!(list(None, true, 9).await, [scene.session, hidden, other]);
    assert_eq!(list(None, false, 1).await, [scene.session]);
    assert_eq!(list(Some("away"), true, 9).await, [hidden]);
    assert_eq!(list(Some("nowhere"), true, 9).await, []);
}

#[tokio::test]
async fn the_last_run_of_a_folder_is_found() {
    let scene = Scene::new().await;
    let find = async |folder: &str| scene.store.last_run(folder).await.unwrap();
    scene.turn("in general").await;
    assert_eq!(find("/project").await, None, "general is no room of a script");

    for name in ["run-one", "run-two"] {
        let (session, owner) = (SessionId::fresh(), OwnerId::fresh());
        let place = Room { kind: RoomKind::Run, ..room(name) };
        let said = Envelope { room: room_id(name), ..envelope(name, Priority::USER) };
        write(
            &scene.store,
            [
                Write::EnsureRoom(place),
                begin(name, session, None, 0),
                accept(&said, session, owner),
                claim_in(name, owner, TurnId::fresh(), None),
                Write::ArchiveRoom { room: room_id(name), archived: true },
            ],
        )
        .await;
    }

    assert_eq!(find("/project").await, Some(room_id("run-two")));
    assert_eq!(find("/elsewhere").await, None);
}

#[tokio::test]
async fn everything_is_there_after_reopening() {
    let scene = Scene::new().await;
    say_all(&scene.store, scene.session, &["kept"]).await;
    write(&scene.store, [notice("general", "kept")]).await;
    let events = scene.store.events(&RoomId::general(), 0, 9).await.unwrap();
    let Scene { home, store, session, .. } = scene;
    drop(store);

    let store = home.open();

    assert_eq!(texts(&store.messages(session, 9).await.unwrap()), ["kept"]);
    assert_eq!(store.events(&RoomId::general(), 0, 9).await.unwrap(), events);
}

#[tokio::test]
async fn reading_alone_sees_what_another_process_writes() {
    let scene = Scene::new().await;
    let reader = Store::open_read_only(&scene.home.paths()).unwrap();

    for seq in 1..5 {
        write(&scene.store, [notice("general", "new")]).await;
        assert_eq!(reader.room(&RoomId::general()).await.unwrap().unwrap().seq, seq);
    }
    assert!(matches!(
        commit(&reader, [notice("general", "no")]).await,
        Err(StoreError::ReadOnly(_))
    ));
}

#[tokio::test]
async fn a_home_without_a_database_reads_as_empty_and_stays_without() {
    let home = Home::new();
    let store = Store::open_read_only(&home.paths()).unwrap();

    assert_eq!(store.rooms(true).await.unwrap(), []);
    assert_eq!(store.room(&RoomId::general()).await.unwrap(), None);
    assert!(!home.paths().db.exists());
}

#[expect(clippy::await_holding_lock, reason = "that is what is tested")]
#[tokio::test]
async fn reads_go_on_while_the_writer_is_at_work() {
    let scene = Scene::new().await;
    let busy = scene.store.shared.primary();

    let room = scene.store.room(&RoomId::general()).await.unwrap().unwrap();

    assert_eq!(room.session.unwrap().id, scene.session);
    drop(busy);
}
