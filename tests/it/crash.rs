//! The plug is pulled, many times over: the short form of the suites of `tests/crash`.
//!
//! Their long form has a command each; CONTRIBUTING.md lists them.

use std::path::Path;

use nanofolks_crash::{cost, faults, flips, follow, images, kill, syscalls};

use crate::journey::NANOFOLKS;

#[track_caller]
fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Says aloud what this machine could not show.
#[expect(clippy::print_stderr, reason = "a test that shows less than it could says so")]
fn left_out(what: &str) {
    eprintln!("NOT SHOWN HERE: {what}");
}

#[test]
fn processes_killed_at_any_point_lose_double_and_reorder_nothing() {
    let plan = kill::Plan { points: 120, rooms: 3, senders: 2, per_home: 60, seed: 11 };
    let seen = kill::suite(Path::new(NANOFOLKS), &plan);

    none(&seen.wrong);
    assert!(seen.kills >= plan.points, "{seen}");
    assert!(seen.accepted > 0 && seen.files > 0, "{seen}");
}

#[test]
fn the_next_process_takes_up_at_once_what_a_killed_one_left() {
    let (ready, wrong) = kill::ready_again(Path::new(NANOFOLKS), 12, 5);

    none(&wrong);
    let slowest = ready.iter().max().unwrap();
    assert!(slowest.as_secs() < 20, "ready again after {slowest:?}, on a busy machine or not");
}

#[test]
fn a_kill_between_any_two_calls_of_the_system_is_survived() {
    match syscalls::suite(Path::new(NANOFOLKS), 3) {
        Some(seen) => {
            none(&seen.wrong);
            assert!(seen.cut.iter().map(|(_, times)| times).sum::<usize>() > 10, "{seen:?}");
        }
        None => left_out("kills at chosen calls of the system need strace"),
    }
}

#[test]
fn what_was_acknowledged_is_there_when_the_power_goes() {
    let plan = images::Plan { messages: 5, points: 25, seed: 3, without_syncs: false };
    let Some(seen) = images::suite(Path::new(NANOFOLKS), &plan) else {
        return left_out("what a disk keeps without a sync needs strace to be seen");
    };
    none(&seen.wrong);
    assert!(seen.syncs > 10 && seen.images > 50, "{seen:?}");

    let forgetful = images::Plan { without_syncs: true, ..plan };
    let seen = images::suite(Path::new(NANOFOLKS), &forgetful).unwrap();
    assert!(!seen.wrong.is_empty(), "a program without syncs would pass: {seen:?}");
}

#[test]
fn limits_and_small_disks_are_one_clear_line_and_leave_a_whole_home() {
    let mut seen = faults::Seen::default();
    faults::limited(Path::new(NANOFOLKS), 5, &mut seen);
    faults::small_disks(Path::new(NANOFOLKS), 60, &mut seen);

    none(&seen.wrong);
    seen.left_out.iter().for_each(|what| left_out(what));
    assert!(seen.well > 0 && !seen.told.is_empty(), "{seen:?}");
}

#[test]
fn a_call_that_fails_is_one_clear_line_and_leaves_a_whole_home() {
    let mut seen = faults::Seen::default();
    faults::injected(Path::new(NANOFOLKS), 2, &mut seen);

    none(&seen.wrong);
    seen.left_out.iter().for_each(|what| left_out(what));
}

#[test]
fn a_flipped_bit_never_changes_what_was_said() {
    let plan = flips::Plan { flips: 25, messages: 6, seed: 2 };
    let seen = flips::suite(Path::new(NANOFOLKS), &plan);

    none(&seen.wrong);
    assert_eq!(seen.flips, plan.flips);
}

#[test]
fn no_ceiling_is_gone_through_however_many_spend_at_once() {
    let seen = cost::schedules(200, 4);
    none(&seen.wrong);
    assert!(seen.refused > 0 && seen.died > 0, "{seen:?}");

    let seen = cost::processes(Path::new(NANOFOLKS), 60, 8_000);
    none(&seen.wrong);
    assert!(seen.allowed > 0 && seen.refused > 0, "{seen:?}");
}

#[test]
fn all_who_follow_a_room_see_the_same_events_in_the_same_order() {
    let plan = follow::Plan { readers: 4, writers: 3, messages: 4, kill_every: 2 };
    let seen = follow::suite(Path::new(NANOFOLKS), &plan);

    none(&seen.wrong);
    assert!(seen.events > plan.writers * plan.messages * 5, "{seen:?}");
}
