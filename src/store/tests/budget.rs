//! Ceilings hold, whoever writes at the same time.

use nanofolks_protocol::journal::{RequestRecord, ResponseRecord};
use nanofolks_protocol::{
    Limit, LimitScope, Reservation, ReservationId, Spending, Usage, UsageFilter, UsageGroup,
};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::json;

use super::*;

const HOUR: i64 = 3_600_000;

fn limit(scope: LimitScope, usd: f64) -> Limit {
    Limit { scope, usd: Some(usd), tokens: None, since: None }
}

impl Scene {
    fn reservation(&self, usd: f64, limits: &[Limit]) -> Reservation {
        Reservation {
            id: ReservationId::fresh(),
            owner: self.owner,
            turn: None,
            room: RoomId::general(),
            session: Some(self.session),
            bot: BotId::LEADER,
            model: "lab/one".parse().unwrap(),
            usd,
            tokens: 100,
            output_tokens: 40,
            priced: true,
            at: at(0),
            limits: limits.to_vec(),
        }
    }

    async fn reserve(&self, reservation: &Reservation) -> bool {
        held(write(&self.store, [Write::Reserve(Box::new(reservation.clone()))]).await.remove(0))
    }

    fn spending(&self, cost_usd: Option<f64>) -> Spending {
        Spending {
            reservation: None,
            turn: None,
            room: RoomId::general(),
            session: Some(self.session),
            bot: BotId::LEADER,
            model: "lab/one".parse().unwrap(),
            purpose: "compaction".into(),
            usage: Usage { input_tokens: 60, output_tokens: 40, ..Usage::default() },
            estimated: false,
            requests: 1,
            cost_usd,
            at: at(0),
        }
    }

    async fn spend(&self, spending: Spending) {
        write(&self.store, [Write::Spent(Box::new(spending))]).await;
    }
}

fn held(answer: Written) -> bool {
    match answer {
        Written::Reserved => true,
        Written::OverBudget(_) => false,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_held_back_counts_until_it_is_given_back() {
    let scene = Scene::new().await;
    let most = [limit(LimitScope::Install, 1.0)];
    let first = scene.reservation(0.6, &most);

    assert!(scene.reserve(&first).await);
    let answer = write(
        &scene.store,
        [Write::Reserve(Box::new(scene.reservation(0.6, &most))), notice("general", "never")],
    )
    .await;
    let Written::OverBudget(over) = &answer[0] else { panic!("{answer:?}") };
    assert_eq!((over.limit, over.used_usd, over.used_tokens), (most[0], 0.6, 100));
    assert_eq!(answer[1], Written::Skipped);
    assert!(scene.reserve(&scene.reservation(0.4, &most)).await, "to the last cent");

    write(&scene.store, [Write::Release { reservation: first.id }]).await;
    assert!(scene.reserve(&scene.reservation(0.6, &most)).await);
    write(&scene.store, [Write::Release { reservation: first.id }]).await;
}

#[tokio::test]
async fn every_scope_counts_its_own() {
    let scene = Scene::new().await;
    let (other, turn) = (SessionId::fresh(), scene.turn("a").await);
    write(&scene.store, [ensure("other"), begin("other", other, None, 0)]).await;
    let here = Spending { turn: Some(turn), ..scene.spending(Some(1.0)) };
    let there = Spending {
        room: room_id("other"),
        session: Some(other),
        bot: "coder".parse().unwrap(),
        ..scene.spending(Some(10.0))
    };
    scene.spend(here).await;
    scene.spend(there).await;

    for (scope, used) in [
        (LimitScope::Call, 0.0),
        (LimitScope::Turn, 1.0),
        (LimitScope::Session, 1.0),
        (LimitScope::Room, 1.0),
        (LimitScope::Bot, 1.0),
        (LimitScope::Day, 11.0),
        (LimitScope::Install, 11.0),
    ] {
        for since in [None, Some(at(-HOUR))] {
            let most = |usd| [Limit { since, ..limit(scope, usd) }];
            let mut new = scene.reservation(0.5, &most(used + 0.4));
            new.turn = Some(turn);
            assert!(!scene.reserve(&new).await, "{scope:?} {since:?}");
            new.limits = most(used + 0.6).to_vec();
            assert!(scene.reserve(&new).await, "{scope:?} {since:?}");
            write(&scene.store, [Write::Release { reservation: new.id }]).await;
        }
    }
    let tomorrow = Limit { since: Some(at(24 * HOUR)), ..limit(LimitScope::Day, 0.5) };
    assert!(scene.reserve(&scene.reservation(0.5, &[tomorrow])).await, "yesterday is over");
    let tokens = Limit { usd: None, tokens: Some(250), ..limit(LimitScope::Room, 0.0) };
    assert!(!scene.reserve(&scene.reservation(0.0, &[tokens])).await, "100 spent, 100 held");
}

#[tokio::test]
async fn a_day_is_not_used_up_by_a_clock_that_was_far_ahead_and_not_free_after_one_that_was_a_bit()
{
    const DAY: i64 = 24 * HOUR;
    let today = [Limit { since: Some(at(0)), ..limit(LimitScope::Day, 1.0) }];
    for (ahead, is_free) in [(0, false), (DAY, false), (3 * DAY, true), (4_000 * DAY, true)] {
        let scene = Scene::new().await;
        scene.spend(Spending { at: at(ahead), ..scene.spending(Some(0.9)) }).await;
        assert_eq!(scene.reserve(&scene.reservation(0.5, &today)).await, is_free, "{ahead}");
    }
}

#[tokio::test]
async fn what_is_still_held_when_its_turn_ends_or_its_process_is_gone_counts_as_spent_once() {
    let scene = Scene::new().await;
    let most = [limit(LimitScope::Install, 1.0)];
    let turn = scene.turn("a").await;
    let mine = Reservation { turn: Some(turn), ..scene.reservation(1.0, &most) };
    assert!(scene.reserve(&mine).await);
    assert!(!scene.reserve(&scene.reservation(1.0, &most)).await);
    scene.end(turn).await;
    let late = commit(&scene.store, [Write::Reserve(Box::new(mine))]).await;
    assert!(late.is_err(), "nothing is held for what is over");

    let other = Scene { home: Home::new(), store: scene.home.open(), ..Scene::new().await };
    let theirs = Reservation { session: None, ..other.reservation(1.0, &most) };
    let more = [limit(LimitScope::Install, 2.0)];
    let theirs = Reservation { limits: more.to_vec(), ..theirs };
    assert!(other.reserve(&theirs).await);
    assert!(!scene.reserve(&scene.reservation(0.1, &more)).await);
    drop(other.store);
    assert!(!scene.reserve(&scene.reservation(0.1, &more)).await, "it may have been charged");
    let filter = UsageFilter { group: UsageGroup::Model, ..UsageFilter::default() };
    let [row] = &scene.store.usage(filter).await.unwrap()[..] else { panic!() };
    let counted =
        (row.requests, row.lost_requests, row.usage.input_tokens, row.usage.output_tokens);
    assert_eq!(counted, (2, 2, 120, 80));
    assert!((row.cost_usd - 2.0).abs() < 1e-9 && (row.lost_usd - 2.0).abs() < 1e-9, "{row:?}");
    let last = [limit(LimitScope::Install, 3.0)];
    assert!(scene.reserve(&scene.reservation(1.0, &last)).await, "and never twice");
}

#[tokio::test]
async fn a_response_gives_back_what_was_held_and_counts_what_it_cost() {
    let scene = Scene::new().await;
    let (turn, run) = (scene.turn("a").await, run_id());
    let (system, keep) = content(b"system");
    let most = [limit(LimitScope::Turn, 1.0)];
    let first = Reservation { turn: Some(turn), ..scene.reservation(0.9, &most) };
    assert!(scene.reserve(&first).await);
    let request = RequestRecord {
        turn,
        run,
        bot: BotId::LEADER,
        iteration: 1,
        model: "lab/one".parse().unwrap(),
        system: system.clone(),
        tools: system,
        messages: Vec::new(),
        params: json!({}),
        at: at(1),
    };
    let response = ResponseRecord {
        run,
        iteration: 1,
        message: None,
        usage: Usage { input_tokens: 7, ..Usage::default() },
        cost_usd: Some(0.25),
        requests: 1,
        estimated: false,
        problem: None,
        reservation: Some(first.id),
        stream: None,
        at: at(2),
    };
    write(&scene.store, [keep, Write::Request(Box::new(request))]).await;
    write(&scene.store, [Write::Response(Box::new(response))]).await;

    let next = |usd| Reservation { turn: Some(turn), ..scene.reservation(usd, &most) };
    assert!(!scene.reserve(&next(0.8)).await);
    assert!(scene.reserve(&next(0.75)).await);
}

#[tokio::test]
async fn absurd_figures_neither_break_nor_shrink_a_sum() {
    let scene = Scene::new().await;
    scene.spend(scene.spending(Some(1.0))).await;
    for cost in [f64::NAN, f64::INFINITY, -1_000.0, 1e300] {
        let usage = Usage { input_tokens: u64::MAX, output_tokens: u64::MAX, ..Usage::default() };
        for _ in 0..3 {
            scene.spend(Spending { usage, ..scene.spending(Some(cost)) }).await;
        }
    }

    let filter = UsageFilter { group: UsageGroup::Model, ..UsageFilter::default() };
    let rows = scene.store.usage(filter).await.unwrap();
    assert_eq!((rows.len(), rows[0].cost_usd, rows[0].cost_known), (1, 1.0, false));
    assert_eq!(rows[0].requests, 13);
    assert!(!scene.reserve(&scene.reservation(0.1, &[limit(LimitScope::Room, 1.0)])).await);
    for usd in [f64::NAN, f64::INFINITY, -1.0] {
        let bad = Write::Reserve(Box::new(scene.reservation(usd, &[])));
        assert!(commit(&scene.store, [bad]).await.is_err());
    }
    let nonsense = limit(LimitScope::Install, f64::NAN);
    assert!(!scene.reserve(&scene.reservation(0.0, &[nonsense])).await, "no ceiling, no call");
}

#[tokio::test]
async fn usage_is_added_up_by_day_model_bot_room_and_session() {
    let scene = Scene::new().await;
    // at(0) is 21:00 UTC: an hour later it is the next day two hours to the east.
    scene.spend(scene.spending(Some(1.0))).await;
    let later = Spending {
        model: "lab/two".parse().unwrap(),
        at: at(HOUR),
        session: None,
        ..scene.spending(None)
    };
    scene.spend(later).await;
    let rows = async |group, offset_minutes| -> Vec<(String, f64, bool)> {
        let filter = UsageFilter { group, offset_minutes, ..UsageFilter::default() };
        let rows = scene.store.usage(filter).await.unwrap();
        rows.into_iter().map(|row| (row.key, row.cost_usd, row.cost_known)).collect()
    };
    let one = |key: &str, usd, known| (key.to_owned(), usd, known);

    assert_eq!(rows(UsageGroup::Day, 0).await, [one("2025-11-20", 1.0, false)]);
    assert_eq!(
        rows(UsageGroup::Day, 120).await,
        [one("2025-11-20", 1.0, true), one("2025-11-21", 0.0, false)]
    );
    assert_eq!(
        rows(UsageGroup::Model, 0).await,
        [one("lab/one", 1.0, true), one("lab/two", 0.0, false)]
    );
    assert_eq!(rows(UsageGroup::Bot, 0).await, [one("leader", 1.0, false)]);
    assert_eq!(rows(UsageGroup::Room, 0).await, [one("general", 1.0, false)]);
    assert_eq!(
        rows(UsageGroup::Session, 0).await,
        [one("", 0.0, false), one(&scene.session.to_string(), 1.0, true)]
    );
    assert_eq!(rows(UsageGroup::Kind, 0).await, [one("compaction", 1.0, false)]);
    let filter =
        UsageFilter { since: Some(at(HOUR)), until: Some(at(2 * HOUR)), ..UsageFilter::default() };
    let rows = scene.store.usage(filter).await.unwrap();
    assert_eq!((rows.len(), rows[0].requests, rows[0].cost_usd), (1, 1, 0.0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn processes_side_by_side_never_go_through_a_ceiling(
        wishes in prop::collection::vec((0_usize..4, 1_u32..60, any::<bool>()), 4..40),
        cents in 50_u32..200,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let scene = Scene::new().await;
            let stores: Vec<_> = (0..4).map(|_| (scene.home.open(), OwnerId::fresh())).collect();
            let most = [limit(LimitScope::Day, f64::from(cents) / 100.0)];
            let calls = wishes.iter().map(|(process, cents, pay)| {
                let ((store, owner), usd) = (&stores[*process], f64::from(*cents) / 100.0);
                let wish = Reservation { owner: *owner, ..scene.reservation(usd, &most) };
                let paid = Spending { reservation: Some(wish.id), ..scene.spending(Some(usd)) };
                async move {
                    if !held(write(store, [Write::Reserve(Box::new(wish))]).await.remove(0)) {
                        return 0;
                    }
                    if *pay {
                        write(store, [Write::Spent(Box::new(paid))]).await;
                    }
                    *cents
                }
            });
            let spent: u32 = futures_util::future::join_all(calls).await.into_iter().sum();
            assert!(spent <= cents, "{spent} of {cents}");
            let smallest = wishes.iter().map(|(_, cents, _)| *cents).min().unwrap();
            assert!(spent > 0 || smallest > cents, "something fits");
        });
    }
}
