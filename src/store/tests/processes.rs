//! Several processes on one home, and one that is killed.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use pretty_assertions::assert_eq;

use super::*;

const HOME: &str = "NANOFOLKS_STORE_TEST_HOME";
const NAME: &str = "NANOFOLKS_STORE_TEST_NAME";

/// Starts this very program again, as a process that only runs `test`.
pub(super) fn start(test: &str, home: &Home, name: &str) -> Child {
    #[expect(clippy::disallowed_methods, reason = "the test is about another process")]
    Command::new(std::env::current_exe().unwrap())
        .args([&format!("tests::{test}"), "--exact", "--nocapture", "-q"])
        .env(HOME, home.folder.path())
        .env(NAME, name)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The store and the name of a process that was started; `None` in an ordinary test run.
pub(super) fn started() -> Option<(Store, String)> {
    let home = std::env::var_os(HOME)?;
    let name = std::env::var(NAME).unwrap();
    Some((Store::open(&StorePaths::under(Path::new(&home))).unwrap(), name))
}

const APPENDS: u64 = 50;
const WRITERS: u64 = 8;

#[tokio::test]
async fn child_that_appends() {
    let Some((store, name)) = started() else { return };
    let session = SessionId::fresh();
    write(&store, [ensure("general"), ensure(&name), begin(&name, session, None, 0)]).await;
    for n in 0..APPENDS {
        let text = format!("{name} {n}");
        write(&store, [notice("general", &text), say(session, &message(&text))]).await;
    }
}

#[tokio::test]
async fn eight_processes_append_and_nothing_is_lost() {
    // Not even the database is there: they make it, all at the same time.
    let home = Home::new();
    let children: Vec<_> = (0..WRITERS)
        .map(|n| start("processes::child_that_appends", &home, &format!("w{n}")))
        .collect();

    for mut child in children {
        assert!(child.wait().unwrap().success());
    }

    let store = home.open();
    let events = store.events(&RoomId::general(), 0, 10_000).await.unwrap();
    let texts: Vec<_> = events
        .iter()
        .map(|event| match &event.what {
            EventKind::Notice { text, .. } => text.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(texts.len() as u64, WRITERS * APPENDS);
    for n in 0..WRITERS {
        let name = format!("w{n} ");
        let theirs: Vec<_> = texts.iter().filter(|text| text.starts_with(&name)).collect();
        let expected: Vec<_> = (0..APPENDS).map(|k| format!("{name}{k}")).collect();
        assert_eq!(theirs, expected.iter().collect::<Vec<_>>());
        let room = store.room(&room_id(name.trim())).await.unwrap().unwrap();
        assert_eq!(room.session.unwrap().messages, APPENDS);
    }
}

#[tokio::test]
async fn child_that_writes_until_it_is_killed() {
    let Some((store, name)) = started() else { return };
    let (session, owner) = (SessionId::fresh(), OwnerId::fresh());
    write(&store, [ensure("general"), begin("general", session, None, 0)]).await;
    write(&store, [accept(&envelope(&name, Priority::USER), session, owner)]).await;
    write(&store, [claim(owner, TurnId::fresh(), None)]).await;
    for n in 0_u64.. {
        let later = envelope(&format!("{name} {n}"), Priority::USER);
        write(&store, [accept(&later, session, owner), notice("general", "x")]).await;
        println!("\n{owner} {n}");
    }
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill() {
    let home = Home::new();
    let general = RoomId::general();
    let mut acknowledged = 0;
    for round in 0..3_u64 {
        let mut child =
            start("processes::child_that_writes_until_it_is_killed", &home, &round.to_string());
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut lines = output.lines().map(Result::unwrap).filter_map(|line| {
            let (owner, n) = line.split_once(' ')?;
            Some((owner.parse::<OwnerId>().ok()?, n.parse::<u64>().ok()?))
        });
        let (owner, _) = lines.nth(usize::try_from(20 + 17 * round).unwrap()).unwrap();
        let running = home.open();
        assert!(running.is_alive(owner));
        assert_eq!(running.adopt_orphans(&general, OwnerId::fresh(), at(9)).await.unwrap(), []);
        drop(running);

        child.kill().unwrap();
        child.wait().unwrap();
        // What it printed until the end was acknowledged.
        let (_, last) = lines.last().unwrap_or((owner, 20 + 17 * round));
        acknowledged += last + 1;

        let store = home.open();
        let seq = store.room(&general).await.unwrap().unwrap().seq;
        assert!(seq == acknowledged || seq == acknowledged + 1, "{acknowledged} but {seq}");
        acknowledged = seq;
        let events = store.events(&general, 0, 100_000).await.unwrap();
        assert_eq!(events.len() as u64, seq);
        assert!(!store.is_alive(owner), "a free lock means gone");
        let heir = OwnerId::fresh();
        let orphans = store.adopt_orphans(&general, heir, at(9)).await.unwrap();
        assert_eq!(orphans.len(), 1);
        write(&store, [state(orphans[0].turn, TurnState::Failed)]).await;
        // The queue it left behind is everybody's now; the next round wants it empty.
        let mut turns = 0;
        while let Written::Claimed(claimed) =
            write(&store, [claim(heir, TurnId::fresh(), None)]).await.remove(0)
        {
            turns += 1;
            write(&store, [state(claimed.turn, TurnState::Finished)]).await;
        }
        assert!(turns >= 20 + 17 * round, "{turns}");
    }
    let found = inspect(&home.paths(), Depth::Deep);
    assert_eq!((found.structure, found.rows), (Check::Sound, Check::Sound));
}
