//! What the inbox costs, beside bare SQLite in the same run:
//! `cargo run --release -p nanofolks-store --example queue [FOLDER]`.

#![expect(clippy::print_stdout, reason = "it prints its findings")]
#![expect(clippy::expect_used, reason = "a measurement that fails may stop")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nanofolks_protocol::ports::Journal as _;
use nanofolks_protocol::{
    Batch, BotId, Direction, Envelope, EnvelopeId, OwnerId, Priority, Room, RoomId, RoomKind,
    Sender, SenderRole, Session, SessionId, Timestamp, TraceId, Trust, TurnId, TurnOptions,
    TurnState, Write, Written,
};
use nanofolks_store::{Store, StorePaths};
use rusqlite::{Connection, OpenFlags};

const ROWS: u32 = 1_500;
const ROUNDS: u32 = 4;
const ROOMS: u32 = 50;
const EACH: u32 = 100;
const SENDERS: u32 = 8;
const PER_CYCLE: u32 = 400;

fn main() {
    let place = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let folder = tempfile::tempdir_in(place).expect("a folder to measure in");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(measure(folder.path()));
}

async fn measure(folder: &Path) {
    // By turns, so that a disk with moods treats all alike.
    let (bare, one) = side_by_side(folder).await;
    bare.print("bare SQLite, one row a commit", None);
    one.print("enqueue, one room", Some(&bare));
    let (mut many, mut three, mut cycles, mut syncs) = (0.0, 0.0, 0.0, 0.0);
    for round in 0..ROUNDS {
        let home = |what: &str| folder.join(format!("{what}{round}"));
        many += many_rooms(&home("many")).await / f64::from(ROUNDS);
        three += 1.0 / cycle_of_three(&home("three")).await / f64::from(ROUNDS);
        let (rate, each) = cycle(&home("cycle")).await;
        cycles += 1.0 / rate / f64::from(ROUNDS);
        syncs += each / f64::from(ROUNDS);
    }
    println!("enqueue, {ROOMS} rooms: {many:.0} rows/s, {:.1}x bare", many / bare.rate());
    println!("enqueue, claim, acknowledge in three commits: {:.0}/s", 1.0 / three);
    println!(
        "the same with {SENDERS} senders to one room: {:.0}/s, {:.1}x, {syncs:.2} syncs a message",
        1.0 / cycles,
        three / cycles
    );
}

/// Bare rows and rows of the inbox, one of each at a time.
async fn side_by_side(folder: &Path) -> (Series, Series) {
    let (room, conn) = (RoomId::general(), bare(&folder.join("bare")));
    let home = Home::new(&folder.join("one"), 1).await;
    let (mut least, mut ours) = (Vec::new(), Vec::new());
    for n in 0..ROWS {
        let begun = Instant::now();
        let body = serde_json::to_string(&envelope(&room, n)).expect("JSON");
        let mut insert = conn.prepare_cached("INSERT INTO inbox (body) VALUES (?1)").expect("SQL");
        insert.execute([&body]).expect("a row");
        least.push(begun.elapsed());
        let begun = Instant::now();
        home.write(vec![home.accept(0, n)]).await;
        ours.push(begun.elapsed());
    }
    (Series::of(least), Series::of(ours))
}

/// How long each of many took.
struct Series {
    sorted: Vec<Duration>,
    all: Duration,
}

impl Series {
    fn of(mut took: Vec<Duration>) -> Self {
        let all = took.iter().sum();
        took.sort_unstable();
        Self { sorted: took, all }
    }

    fn rate(&self) -> f64 {
        f64::from(ROWS) / self.all.as_secs_f64()
    }

    fn at(&self, percent: usize) -> Duration {
        self.sorted[self.sorted.len() * percent / 100]
    }

    fn print(&self, name: &str, reference: Option<&Self>) {
        print!(
            "{name:<30} {:>6.0} rows/s, p50 {:?}, p99 {:?}",
            self.rate(),
            self.at(50),
            self.at(99)
        );
        if let Some(bare) = reference {
            let p50 = self.at(50).as_secs_f64() / bare.at(50).as_secs_f64();
            print!("   {:.2} of bare, p50 {p50:.2}x", self.rate() / bare.rate());
        }
        println!();
    }
}

/// A table for the least that a durable row costs.
fn bare(home: &Path) -> Connection {
    std::fs::create_dir_all(home).expect("a folder");
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let conn = Connection::open_with_flags(home.join("bare.db"), flags).expect("a database");
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE inbox (n INTEGER PRIMARY KEY, body TEXT)",
    )
    .expect("a table");
    conn
}

/// A home with rooms, and who writes there.
struct Home {
    store: Store,
    owner: OwnerId,
    rooms: Vec<(RoomId, SessionId)>,
}

impl Home {
    async fn new(folder: &Path, rooms: u32) -> Self {
        let store = Store::open(&StorePaths::under(folder)).expect("a store");
        let mut home = Self { store, owner: OwnerId::fresh(), rooms: Vec::new() };
        for n in 0..rooms {
            let (room, session): (RoomId, _) =
                (format!("room-{n}").parse().expect("a name"), SessionId::fresh());
            home.write(vec![ensure(&room), begin(&room, session)]).await;
            home.rooms.push((room, session));
        }
        home
    }

    async fn write(&self, writes: Vec<Write>) -> Vec<Written> {
        self.store.commit(Batch { writes }).await.expect("written")
    }

    fn accept(&self, room: usize, n: u32) -> Write {
        let (room, session) = &self.rooms[room];
        Write::Accept {
            envelope: Box::new(envelope(room, n)),
            options: Box::new(TurnOptions::default()),
            session: *session,
            owner: self.owner,
            at: at(),
        }
    }

    fn claim(&self) -> Write {
        Write::Claim {
            room: self.rooms[0].0.clone(),
            owner: self.owner,
            turn: TurnId::fresh(),
            only: None,
            at: at(),
            lease_until: at().plus_millis(30_000),
        }
    }
}

async fn many_rooms(folder: &Path) -> f64 {
    let home = Arc::new(Home::new(folder, ROOMS).await);
    let begun = Instant::now();
    let senders: Vec<_> = (0..ROOMS)
        .map(|room| {
            let home = Arc::clone(&home);
            tokio::spawn(async move {
                for n in 0..EACH {
                    home.write(vec![home.accept(room as usize, n)]).await;
                }
            })
        })
        .collect();
    for sender in senders {
        sender.await.expect("a sender");
    }
    f64::from(ROOMS * EACH) / begun.elapsed().as_secs_f64()
}

async fn cycle_of_three(folder: &Path) -> f64 {
    let home = Home::new(folder, 1).await;
    let begun = Instant::now();
    for n in 0..PER_CYCLE {
        home.write(vec![home.accept(0, n)]).await;
        let written = home.write(vec![home.claim()]).await;
        home.write(vec![finish(claimed(&written).expect("a turn"))]).await;
    }
    f64::from(PER_CYCLE) / begun.elapsed().as_secs_f64()
}

/// Senders put in, one worker ends a turn and claims the next in one commit.
async fn cycle(folder: &Path) -> (f64, f64) {
    let home = Arc::new(Home::new(folder, 1).await);
    let before = home.store.stats().commits;
    let begun = Instant::now();
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let home = Arc::clone(&home);
            tokio::spawn(async move {
                for n in 0..PER_CYCLE / SENDERS {
                    home.write(vec![home.accept(0, sender * ROWS + n)]).await;
                }
            })
        })
        .collect();
    let all = PER_CYCLE / SENDERS * SENDERS;
    let (mut done, mut running) = (0, None);
    while done < all {
        let mut writes: Vec<Write> = running.take().map(finish).into_iter().collect();
        let ended = u32::from(!writes.is_empty());
        writes.push(home.claim());
        let written = home.write(writes).await;
        done += ended;
        running = claimed(&written);
    }
    for sender in senders {
        sender.await.expect("a sender");
    }
    let took = begun.elapsed().as_secs_f64();
    let syncs = home.store.stats().commits - before;
    (f64::from(all) / took, f64::from(u32::try_from(syncs).expect("few")) / f64::from(all))
}

fn claimed(written: &[Written]) -> Option<TurnId> {
    written.iter().find_map(|one| match one {
        Written::Claimed(claimed) => Some(claimed.turn),
        _ => None,
    })
}

fn finish(turn: TurnId) -> Write {
    Write::Turn { turn, state: TurnState::Finished, problem: None, at: at() }
}

fn at() -> Timestamp {
    Timestamp::from_millis(1_763_672_400_000)
}

fn ensure(room: &RoomId) -> Write {
    Write::EnsureRoom(Room {
        id: room.clone(),
        kind: RoomKind::Open,
        members: vec![BotId::LEADER],
        folder: None,
        archived: false,
        created_at: at(),
        updated_at: at(),
    })
}

fn begin(room: &RoomId, id: SessionId) -> Write {
    Write::BeginSession(Session {
        id,
        room: room.clone(),
        parent: None,
        title: None,
        created_at: at(),
        updated_at: at(),
        messages: 0,
    })
}

fn envelope(room: &RoomId, n: u32) -> Envelope {
    Envelope {
        id: EnvelopeId::fresh(),
        idempotency_key: format!("{room} {n}"),
        trace_id: TraceId::fresh(),
        channel: "cli".into(),
        chat: "here".into(),
        thread: None,
        sender: Sender { id: "me".into(), name: "Me".into(), role: SenderRole::User },
        room: room.clone(),
        session: None,
        direction: Direction::Inbound,
        priority: Priority::USER,
        text: "What is the capital of Norway, and how many people live there?".into(),
        attachments: Vec::new(),
        reply_to: None,
        sent_at: at(),
        trust: Trust::Operator,
        metadata: BTreeMap::new(),
    }
}
