use nanofolks_testkit::FixedClock;

use super::*;

fn source(seed: u128) -> Source {
    Source::new(Arc::new(FixedClock::default()), Uuid::from_u128(seed))
}

#[test]
fn the_same_seed_and_times_give_the_same_names() {
    let (one, two, other) = (source(7), source(7), source(8));
    let names = |source: &Source| {
        source.now();
        (source.message(), source.run(), source.approval(), source.call())
    };
    let first = names(&one);
    assert_eq!(first, names(&two));
    assert_ne!(first, names(&other));
}

#[test]
fn names_sort_in_the_order_they_are_made() {
    let source = source(1);
    source.now();
    let names: Vec<_> = (0..100).map(|_| source.message()).collect();
    assert!(names.is_sorted());
}
