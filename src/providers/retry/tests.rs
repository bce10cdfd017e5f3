use super::*;

fn fault(kind: ModelErrorKind, wish: Option<u64>) -> Fault {
    Fault { kind, message: String::new(), retry_after: wish.map(Duration::from_secs) }
}

#[test]
fn pauses_grow_and_end() {
    let mut schedule = Schedule::new(2, Duration::from_secs(1));
    let broken = fault(ModelErrorKind::Unavailable, None);
    let first = schedule.pause_after(&broken).unwrap();
    let second = schedule.pause_after(&broken).unwrap();
    assert!((1.0..=2.0).contains(&first.as_secs_f64()), "{first:?}");
    assert!((2.0..=4.0).contains(&second.as_secs_f64()), "{second:?}");
    assert_eq!(schedule.pause_after(&broken), None);
}

#[test]
fn a_wish_to_wait_is_granted_unless_it_is_too_long() {
    let mut schedule = Schedule::new(2, Duration::from_secs(1));
    let pause = schedule.pause_after(&fault(ModelErrorKind::RateLimited, Some(30)));
    assert_eq!(pause, Some(Duration::from_secs(30)));
    assert_eq!(schedule.pause_after(&fault(ModelErrorKind::RateLimited, Some(3600))), None);
}

#[test]
fn what_cannot_get_better_is_not_tried_again() {
    for kind in [
        ModelErrorKind::Unauthorized,
        ModelErrorKind::BadRequest,
        ModelErrorKind::ContextOverflow,
        ModelErrorKind::ModelNotFound,
        ModelErrorKind::Offline,
        ModelErrorKind::Timeout,
    ] {
        assert_eq!(
            Schedule::new(2, Duration::ZERO).pause_after(&fault(kind, None)),
            None,
            "{kind:?}"
        );
    }
}

#[test]
fn no_retries_means_none() {
    let mut schedule = Schedule::new(0, Duration::ZERO);
    assert_eq!(schedule.pause_after(&fault(ModelErrorKind::Unavailable, None)), None);
}
