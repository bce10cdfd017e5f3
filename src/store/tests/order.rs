//! Whatever several processes do in whatever order: a room keeps its order, and nothing is
//! lost or handled twice.

use std::collections::BTreeSet;

use nanofolks_protocol::journal::NotClaimed;
use proptest::prelude::*;

use super::*;

const PROCESSES: usize = 3;
const ROOMS: [&str; 2] = ["general", "other"];

#[derive(Debug, Clone)]
enum Step {
    Accept { process: usize, room: usize, priority: u8, key: u8 },
    Claim { process: usize, room: usize },
    End { room: usize },
    Die { process: usize },
    Adopt { process: usize, room: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let (process, room) = (0..PROCESSES, 0..ROOMS.len());
    prop_oneof![
        4 => (process.clone(), room.clone(), prop_oneof![Just(0), Just(5)], 0_u8..30)
            .prop_map(|(process, room, priority, key)| Step::Accept { process, room, priority, key }),
        4 => (process.clone(), room.clone()).prop_map(|(process, room)| Step::Claim { process, room }),
        3 => room.clone().prop_map(|room| Step::End { room }),
        1 => process.clone().prop_map(|process| Step::Die { process }),
        1 => (process, room).prop_map(|(process, room)| Step::Adopt { process, room }),
    ]
}

struct Process {
    store: Store,
    owner: OwnerId,
}

/// What should be on disk.
#[derive(Default)]
struct Model {
    keys: BTreeSet<(usize, u8)>,
    arrivals: u64,
    /// (priority, arrival, key, owner) of what waits.
    waiting: Vec<(u8, u64, u8, OwnerId)>,
    live: Option<(TurnId, OwnerId)>,
    handled: u64,
}

struct World {
    home: Home,
    processes: Vec<Process>,
    sessions: Vec<SessionId>,
    rooms: Vec<Model>,
}

impl World {
    async fn new() -> Self {
        let home = Home::new();
        let processes: Vec<_> = (0..PROCESSES).map(|_| Self::process(&home)).collect();
        let sessions: Vec<_> = ROOMS.iter().map(|_| SessionId::fresh()).collect();
        for (room, session) in ROOMS.iter().zip(&sessions) {
            write(&processes[0].store, [ensure(room), begin(room, *session, None, 0)]).await;
        }
        let rooms = ROOMS.iter().map(|_| Model::default()).collect();
        Self { home, processes, sessions, rooms }
    }

    fn process(home: &Home) -> Process {
        Process { store: home.open(), owner: OwnerId::fresh() }
    }

    fn alive(&self, owner: OwnerId) -> bool {
        self.processes.iter().any(|process| process.owner == owner)
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Accept { process, room, priority, key } => {
                self.accept(process, room, priority, key).await;
            }
            Step::Claim { process, room } => self.claim(process, room).await,
            Step::End { room } => {
                if let Some((turn, _)) = self.rooms[room].live.take() {
                    write(&self.processes[0].store, [state(turn, TurnState::Finished)]).await;
                }
            }
            Step::Die { process } => {
                let gone =
                    std::mem::replace(&mut self.processes[process], Self::process(&self.home));
                drop(gone);
            }
            Step::Adopt { process, room } => self.adopt(process, room).await,
        }
    }

    async fn accept(&mut self, process: usize, room: usize, priority: u8, key: u8) {
        let Process { store, owner } = &self.processes[process];
        let sent = Envelope {
            room: room_id(ROOMS[room]),
            ..envelope(&format!("{room} {key}"), Priority(priority))
        };
        let answer = write(store, [accept(&sent, self.sessions[room], *owner)]).await.remove(0);
        let model = &mut self.rooms[room];
        let new = model.keys.insert((room, key));
        let Written::Accepted { duplicate, .. } = answer else { panic!("{answer:?}") };
        assert_eq!(duplicate, !new);
        if new {
            model.arrivals += 1;
            model.waiting.push((priority, model.arrivals, key, *owner));
            model.waiting.sort_unstable();
        }
    }

    async fn claim(&mut self, process: usize, room: usize) {
        let (owner, turn) = (self.processes[process].owner, TurnId::fresh());
        let wish = claim_in(ROOMS[room], owner, turn, None);
        let answer = write(&self.processes[process].store, [wish]).await.remove(0);
        let first = self.rooms[room].waiting.first().copied();
        let expected = match (self.rooms[room].live, first) {
            (Some((_, held_by)), _) => {
                Err(NotClaimed::Busy { owner: held_by, ours: held_by == owner })
            }
            (None, None) => Err(NotClaimed::Empty),
            (None, Some((.., theirs))) if theirs != owner && self.alive(theirs) => {
                Err(NotClaimed::Theirs { owner: theirs })
            }
            (None, Some((_, _, key, _))) => Ok(format!("{room} {key}")),
        };
        match (answer, expected) {
            (Written::Claimed(got), Ok(key)) => {
                assert_eq!(got.envelope.idempotency_key, key);
                let model = &mut self.rooms[room];
                model.waiting.remove(0);
                model.live = Some((turn, owner));
                model.handled += 1;
            }
            (Written::NotClaimed(got), Err(expected)) => assert_eq!(got, expected),
            other => panic!("{other:?}"),
        }
    }

    async fn adopt(&mut self, process: usize, room: usize) {
        let Process { store, owner } = &self.processes[process];
        let name = room_id(ROOMS[room]);
        let orphans = store.adopt_orphans(&name, *owner, at(9)).await.unwrap();
        match self.rooms[room].live {
            Some((turn, held_by)) if !self.alive(held_by) => {
                assert_eq!(orphans.len(), 1);
                assert_eq!(orphans[0].turn, turn);
                self.rooms[room].live = Some((turn, self.processes[process].owner));
            }
            _ => assert_eq!(orphans, []),
        }
    }

    async fn check(&self) {
        for (name, model) in ROOMS.iter().zip(&self.rooms) {
            let found = self.processes[0].store.room(&room_id(name)).await.unwrap().unwrap();
            assert_eq!(found.queued, model.waiting.len() as u64);
            assert_eq!(found.live, model.live);
            assert_eq!(model.arrivals, model.handled + model.waiting.len() as u64);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_is_kept_and_nothing_is_lost_or_doubled(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut world = World::new().await;
            for step in steps {
                world.take(step).await;
            }
            world.check().await;
        });
    }
}
