//! Answers leave in order per chat, once, and are not forgotten.

use nanofolks_protocol::{Delivery, DeliveryId, DeliveryRow, DeliveryState};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn delivery(chat: &str, key: &str) -> Delivery {
    Delivery {
        id: DeliveryId::fresh(),
        key: key.into(),
        channel: "telegram".into(),
        chat: chat.into(),
        thread: None,
        turn: None,
        trace_id: None,
        room: RoomId::general(),
        payload: json!({"text": key}),
        at: at(1),
    }
}

fn enqueue(delivery: &Delivery) -> Write {
    Write::Enqueue(Box::new(delivery.clone()))
}

fn progress(id: DeliveryId, state: DeliveryState, next_at: Option<Timestamp>) -> Write {
    let reason = (state == DeliveryState::Failed).then(|| "no network".to_owned());
    Write::DeliveryState { id, state, attempts: 1, next_at, reason }
}

async fn due(store: &Store, millis: i64) -> Vec<DeliveryRow> {
    store.due(at(millis), 10).await.unwrap()
}

async fn keys(store: &Store, millis: i64) -> Vec<String> {
    due(store, millis).await.into_iter().map(|row| row.delivery.key).collect()
}

#[tokio::test]
async fn a_later_one_never_overtakes_an_earlier_one_of_its_chat() {
    let scene = Scene::new().await;
    let (a1, a2, b1) = (delivery("a", "a1"), delivery("a", "a2"), delivery("b", "b1"));
    write(&scene.store, [enqueue(&a1), enqueue(&a2), enqueue(&b1)]).await;
    assert_eq!(keys(&scene.store, 1).await, ["a1", "b1"]);

    write(&scene.store, [progress(a1.id, DeliveryState::Failed, Some(at(500)))]).await;
    assert_eq!(keys(&scene.store, 499).await, ["b1"], "the second waits with the first");
    let row = due(&scene.store, 500).await.remove(0);
    assert_eq!((row.delivery, row.state, row.attempts), (a1.clone(), DeliveryState::Failed, 1));
    assert_eq!(row.reason.as_deref(), Some("no network"));

    write(&scene.store, [progress(a1.id, DeliveryState::Sent, None)]).await;
    assert_eq!(keys(&scene.store, 500).await, ["a2", "b1"]);
    write(&scene.store, [progress(a2.id, DeliveryState::Dead, None)]).await;
    assert_eq!(keys(&scene.store, 500).await, ["b1"]);
}

#[tokio::test]
async fn a_known_key_is_the_same_delivery_and_what_is_over_stays_over() {
    let scene = Scene::new().await;
    let first = delivery("a", "k");
    let answers = write(&scene.store, [enqueue(&first), enqueue(&delivery("a", "k"))]).await;
    assert_eq!(answers, [Written::Changed(true), Written::Changed(false)]);

    let sent = write(&scene.store, [progress(first.id, DeliveryState::Sent, None)]).await;
    let late = write(&scene.store, [progress(first.id, DeliveryState::Failed, None)]).await;
    assert_eq!((sent, late), (vec![Written::Changed(true)], vec![Written::Changed(false)]));
    assert_eq!(keys(&scene.store, 9_999).await, [""; 0]);
    let answers = write(&scene.store, [enqueue(&delivery("a", "k"))]).await;
    assert_eq!(answers, [Written::Changed(false)], "not even after it was sent");
    let unknown = progress(DeliveryId::fresh(), DeliveryState::Sent, None);
    assert!(matches!(commit(&scene.store, [unknown]).await, Err(StoreError::Missing(_))));
}

#[tokio::test]
async fn what_was_being_sent_when_its_process_died_is_found_as_such() {
    let scene = Scene::new().await;
    let one = delivery("a", "k");
    write(&scene.store, [enqueue(&one)]).await;
    write(&scene.store, [progress(one.id, DeliveryState::Sending, Some(at(100)))]).await;
    let Scene { home, store, .. } = scene;
    drop(store);
    let store = home.open();

    assert_eq!(keys(&store, 99).await, [""; 0]);
    assert_eq!(due(&store, 100).await[0].state, DeliveryState::Sending);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_chat_gets_everything_in_order(
        chats in prop::collection::vec(0_usize..3, 1..20),
        outcomes in prop::collection::vec(any::<bool>(), 200),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let scene = Scene::new().await;
            let all: Vec<_> = chats
                .iter()
                .enumerate()
                .map(|(n, chat)| delivery(&chat.to_string(), &format!("{n:03}")))
                .collect();
            write(&scene.store, all.iter().map(enqueue)).await;
            let mut got: BTreeMap<String, Vec<String>> = BTreeMap::new();
            let mut now = 1;
            let mut outcomes = outcomes.into_iter().chain(std::iter::repeat(true));
            for _ in 0..1_000 {
                let Some(row) = due(&scene.store, now).await.into_iter().last() else {
                    if got.values().map(Vec::len).sum::<usize>() == all.len() {
                        break;
                    }
                    now += 10;
                    continue;
                };
                let Delivery { id, chat, key, .. } = row.delivery;
                if outcomes.next().unwrap() {
                    got.entry(chat).or_default().push(key);
                    write(&scene.store, [progress(id, DeliveryState::Sent, None)]).await;
                } else {
                    let again = Some(at(now + 25));
                    write(&scene.store, [progress(id, DeliveryState::Failed, again)]).await;
                }
            }
            assert_eq!(got.values().map(Vec::len).sum::<usize>(), all.len());
            assert!(got.values().all(|keys| keys.is_sorted()), "{got:?}");
        });
    }
}
