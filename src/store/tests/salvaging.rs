//! A damaged database is set aside, and what can be read of it goes on.

use std::fs;
use std::path::PathBuf;

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;

const SAID: usize = 120;

/// A home with a long conversation, closed, all of it in the database itself.
async fn filled() -> (Home, SessionId) {
    let scene = Scene::new().await;
    for n in 0..SAID {
        let text = format!("message {n} {}", "x".repeat(700));
        write(&scene.store, [say(scene.session, &message(&text)), notice("general", &text)]).await;
    }
    let turn = scene.turn("done").await;
    scene.end(turn).await;
    scene.accept("waits", Priority::USER).await;
    let Scene { home, store, session, .. } = scene;
    drop(store);
    let db = home.paths().db;
    raw(&db).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    (home, session)
}

/// What the home holds after it was salvaged: texts of messages, in order.
async fn texts(home: &Home, session: SessionId) -> Vec<String> {
    let store = home.open();
    let events = store.events(&RoomId::general(), 0, 10_000).await.unwrap();
    assert!(events.iter().map(|event| event.seq).eq((1..=events.len() as u64).map(Some)));
    let messages = store.messages(session, 10_000).await.unwrap();
    messages.iter().map(|message| message.text()).collect()
}

fn is_sound(paths: &StorePaths) {
    let found = inspect(paths, Depth::Deep);
    assert_eq!((found.error, found.structure, found.rows), (None, Check::Sound, Check::Sound));
}

#[tokio::test]
async fn a_sound_database_is_copied_without_a_loss() {
    let (home, session) = filled().await;
    let before = texts(&home, session).await;
    let bytes = fs::read(&home.paths().db).unwrap();

    let done = salvage(&home.paths(), at(0)).unwrap();

    assert_eq!((done.lost(), done.placeholders), (0, 0), "{:?}", done.tables);
    assert_eq!(done.aside.file_name().unwrap(), "nanofolks.db.corrupt-2025-11-20T21-00-00.000Z");
    assert_eq!(fs::read(&done.aside).unwrap(), bytes, "kept as it was");
    assert_eq!(texts(&home, session).await, before);
    let store = home.open();
    assert_eq!(store.queue(&RoomId::general()).await.unwrap().len(), 1);
    let hits = store.search("message 77", Default::default(), 9).await.unwrap();
    assert_eq!(hits.len(), 1);
    is_sound(&home.paths());
}

#[tokio::test]
async fn what_is_only_in_the_log_is_rescued_too_and_the_log_is_kept() {
    let scene = Scene::new().await;
    write(&scene.store, [say(scene.session, &message("in the log"))]).await;
    let Scene { home, store, session, .. } = scene;
    drop(store);
    let log = fs::read(db::beside(&home.paths().db, "-wal")).unwrap();
    assert!(!log.is_empty());

    let done = salvage(&home.paths(), at(0)).unwrap();

    assert_eq!(fs::read(db::beside(&done.aside, "-wal")).unwrap(), log);
    assert_eq!(texts(&home, session).await, ["in the log"]);
}

#[tokio::test]
async fn a_page_that_is_garbage_costs_only_what_was_on_it() {
    let (home, session) = filled().await;
    let paths = home.paths();
    // A leaf of the table of messages, in the middle of it.
    let page: i64 = Connection::open_with_flags(&paths.db, rusqlite::OpenFlags::default())
        .unwrap()
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'message'", [], |row| {
            row.get(0)
        })
        .unwrap();
    let whole = fs::read(&paths.db).unwrap();
    let leaf = leaf_in_the_middle(&whole, usize::try_from(page).unwrap());
    let mut bad = whole.clone();
    bad[(leaf - 1) * 4_096..leaf * 4_096].fill(0xa5);
    fs::write(&paths.db, &bad).unwrap();

    let done = salvage(&paths, at(0)).unwrap();

    assert_eq!(fs::read(&done.aside).unwrap(), bad);
    let texts = texts(&home, session).await;
    let kept = texts.iter().filter(|text| text.starts_with("message ")).count();
    assert!((SAID - 10..SAID).contains(&kept), "{kept} of {SAID}");
    assert_eq!(texts.len(), SAID, "each lost one has a line in its place");
    assert_eq!(done.placeholders, (SAID - kept) as u64);
    assert_eq!(done.lost(), (SAID - kept) as u64, "{:?}", done.tables);
    for (n, text) in texts.iter().enumerate().filter(|(_, text)| text.starts_with("message ")) {
        assert!(text.starts_with(&format!("message {n} ")), "in its place");
    }
    is_sound(&paths);
}

/// A child in the middle of an interior page of a table.
fn leaf_in_the_middle(file: &[u8], root: usize) -> usize {
    let at = (root - 1) * 4_096;
    assert_eq!(file[at], 5, "an interior page of a table");
    let cells = usize::from(u16::from_be_bytes([file[at + 3], file[at + 4]]));
    let pointer = at + 12 + cells / 2 * 2;
    let cell = at + usize::from(u16::from_be_bytes([file[pointer], file[pointer + 1]]));
    u32::from_be_bytes(file[cell..cell + 4].try_into().unwrap()) as usize
}

#[tokio::test]
async fn a_file_that_is_no_database_gives_way_to_an_empty_one() {
    let home = Home::new();
    let paths = home.paths();
    let garbage = "this is not a database\n".repeat(500);
    fs::write(&paths.db, &garbage).unwrap();

    let done = salvage(&paths, at(0)).unwrap();

    assert_eq!(fs::read_to_string(&done.aside).unwrap(), garbage);
    assert_eq!(done.kept(), 0);
    assert_eq!(home.open().rooms(true).await.unwrap(), []);
}

#[tokio::test]
async fn what_is_not_ours_newer_or_at_work_is_left_alone() {
    let other = Home::new();
    let paths = other.paths();
    assert!(matches!(salvage(&paths, at(0)), Err(StoreError::Missing(_))));
    let conn = Connection::open_with_flags(&paths.db, rusqlite::OpenFlags::default()).unwrap();
    conn.execute_batch("CREATE TABLE t (x)").unwrap();
    assert!(matches!(salvage(&paths, at(0)), Err(StoreError::Corrupt(_))));

    let newer = Home::new();
    drop(newer.open());
    raw(&newer.paths().db).pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(salvage(&newer.paths(), at(0)), Err(StoreError::Newer { .. })));

    let busy = Scene::new().await;
    busy.turn("a").await;
    assert!(matches!(salvage(&busy.home.paths(), at(0)), Err(StoreError::Busy(_))));
    for home in [&other, &newer, &busy.home] {
        let names: Vec<PathBuf> = fs::read_dir(home.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.to_string_lossy().contains("corrupt"))
            .collect();
        assert_eq!(names, Vec::<PathBuf>::new());
    }
}

#[tokio::test]
async fn a_process_that_was_killed_leaves_a_reason_to_look_closely() {
    let scene = Scene::new().await;
    scene.turn("a").await;
    assert!(!scene.store.found_unclean_end());
    let dead = scene.home.paths().run.join(format!("{}.lock", OwnerId::fresh()));
    fs::write(dead, "").unwrap();

    let next = scene.home.open();
    assert!(!next.found_unclean_end(), "nothing is looked at before it is needed");
    write(&next, [claim(OwnerId::fresh(), TurnId::fresh(), None)]).await;
    let one = envelope("b", Priority::USER);
    write(&next, [accept(&one, scene.session, OwnerId::fresh())]).await;
    assert!(next.found_unclean_end());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_overwritten_the_new_database_is_sound(
        holes in prop::collection::vec((any::<prop::sample::Index>(), 1_usize..6_000, any::<u8>()), 1..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let scene = Scene::new().await;
            let texts: Vec<_> = (0..40).map(|n| message(&format!("{n} {}", "y".repeat(400)))).collect();
            write(&scene.store, texts.iter().map(|one| say(scene.session, one))).await;
            write(&scene.store, (0..40).map(|_| notice("general", "z"))).await;
            let turn = scene.turn("a").await;
            scene.end(turn).await;
            let Scene { home, store, .. } = scene;
            drop(store);
            let paths = home.paths();
            raw(&paths.db).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
            let mut bytes = fs::read(&paths.db).unwrap();
            for (at, long, value) in holes {
                let from = at.index(bytes.len());
                let until = (from + long).min(bytes.len());
                bytes[from..until].fill(value);
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len()).max(1));
            }
            fs::write(&paths.db, &bytes).unwrap();
            match salvage(&paths, at(0)) {
                Ok(done) => {
                    assert_eq!(fs::read(&done.aside).unwrap(), bytes);
                    is_sound(&paths);
                    let store = home.open();
                    for room in store.rooms(true).await.unwrap() {
                        store.events(&room.id, 0, 10_000).await.unwrap();
                    }
                    let all = SessionFilter { all: true, limit: 99, ..SessionFilter::default() };
                    for found in store.sessions(all).await.unwrap() {
                        store.messages(found.session.id, 10_000).await.unwrap();
                    }
                }
                // Its head says now that it is newer, or another program's.
                Err(StoreError::Newer { .. } | StoreError::Corrupt(_)) => {
                    assert_eq!(fs::read(&paths.db).unwrap(), bytes, "left as it is");
                }
                Err(other) => panic!("{other:?}"),
            }
        });
    }
}
