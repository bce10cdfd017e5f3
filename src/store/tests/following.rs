//! Following a room that another process writes to.

use std::time::Duration;

use super::processes::{start, started};
use super::*;

/// A test that waits longer has failed.
const LONG: Duration = Duration::from_secs(20);

const WRITTEN: u64 = 200;

#[tokio::test]
async fn child_that_is_followed() {
    let Some((store, _)) = started() else { return };
    write(&store, [ensure("general")]).await;
    for n in 0..WRITTEN {
        write(&store, [notice("general", &n.to_string())]).await;
        if n % 40 == 39 {
            // The log begins again from the front, and the file of it may be a new one.
            let query = "PRAGMA wal_checkpoint(TRUNCATE)";
            store.shared.primary().query_row(query, [], |_| Ok(())).unwrap();
        }
        if n % 10 == 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_follows_another_process_without_a_gap_and_without_polling() {
    let home = Home::new();
    let store = home.open();
    let mut child = start("following::child_that_is_followed", &home, "x");
    let mut after = 0;

    while after < WRITTEN {
        let changed = store.changed();
        let events = store.events(&RoomId::general(), after, 50).await.unwrap();
        if events.is_empty() {
            tokio::time::timeout(LONG, changed).await.expect("nobody said that more was written");
            continue;
        }
        for event in events {
            after += 1;
            assert_eq!(event.seq, Some(after));
        }
    }
    assert!(child.wait().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_follower_is_woken_and_soon() {
    let scene = Scene::new().await;
    let reader = Store::open_read_only(&scene.home.paths()).unwrap();
    let mut slowest = Duration::ZERO;
    for _ in 0..20 {
        let followers = [reader.changed(), reader.changed()];
        write(&scene.store, [notice("general", "x")]).await;
        let begun = std::time::Instant::now();
        tokio::time::timeout(LONG, futures_util::future::join_all(followers)).await.unwrap();
        slowest = slowest.max(begun.elapsed());
    }
    // 50 ms is the promise; a busy machine may be late once.
    println!("woken within {slowest:?}");
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
}

#[tokio::test]
async fn lock_files_that_come_and_go_wake_nobody() {
    let scene = Scene::new().await;
    let reader = scene.home.open();
    // Watching has begun, and what it began with is over.
    drop(reader.changed());
    let changed = reader.changed();
    let run = scene.home.paths().run;
    std::fs::write(run.join("x.lock"), "").unwrap();
    std::fs::remove_file(run.join("x.lock")).unwrap();

    assert!(tokio::time::timeout(Duration::from_millis(50), changed).await.is_err());
}
