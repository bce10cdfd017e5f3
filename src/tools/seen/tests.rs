use super::*;

#[test]
fn forgets_the_oldest_first() {
    let mut map = Bounded::default();
    for key in 0..10 {
        map.put(key, key * 2, 4);
    }
    map.put(9, 99, 4);
    assert_eq!((map.get(&5), map.get(&6), map.get(&9)), (None, Some(&12), Some(&99)));
    assert_eq!(map.map.len(), map.order.len());
}
