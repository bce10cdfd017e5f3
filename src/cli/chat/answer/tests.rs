use proptest::prelude::*;

use super::*;

/// Prints pieces of one bot and then its whole answer; gives what reached standard output.
fn printed(terminal: bool, pieces: &[&str], whole: &str) -> String {
    let (mut out, stdout, _) = Output::captured(terminal, false);
    let bot = BotId::LEADER;
    let mut answer = Answer::new(true, terminal);
    for piece in pieces {
        answer.piece(&mut out, Some(&bot), piece);
    }
    answer.finish(&mut out, &[BotAnswer { bot, text: whole.to_owned() }], true);
    stdout.text()
}

#[test]
fn an_answer_ends_with_exactly_one_line_end() {
    for whole in ["hello", "hello\n", "hello\n\n\n"] {
        assert_eq!(printed(false, &[whole], whole), "hello\n");
        assert_eq!(printed(false, &[], whole), "hello\n");
    }
    assert_eq!(printed(false, &[], ""), "\n");
}

#[test]
fn two_replies_are_one_answer_with_a_blank_line_between() {
    let (mut out, stdout, _) = Output::captured(false, false);
    let bot = BotId::LEADER;
    let mut answer = Answer::new(true, false);
    answer.piece(&mut out, Some(&bot), "Let me look.");
    answer.reply_ended();
    answer.step_aside(&mut out);
    answer.piece(&mut out, Some(&bot), "It says");
    answer.piece(&mut out, Some(&bot), " hi.");
    answer.finish(&mut out, &[BotAnswer { bot, text: "Let me look.\n\nIt says hi.".into() }], true);
    assert_eq!(stdout.text(), "Let me look.\n\nIt says hi.\n");
}

#[test]
fn an_answer_that_breaks_off_and_goes_on_is_printed_once() {
    for (goes_on, wanted) in [(true, "dropUnderstood.\n"), (false, "drop\n\nUnderstood.\n")] {
        let (mut out, stdout, _) = Output::captured(false, false);
        let bot = BotId::LEADER;
        let mut answer = Answer::new(true, false);
        answer.piece(&mut out, Some(&bot), "drop");
        answer.reply_ended();
        if goes_on {
            answer.goes_on();
        }
        answer.piece(&mut out, Some(&bot), "Understood.");
        answer.reply_ended();
        answer.finish(&mut out, &[BotAnswer { bot, text: "dropUnderstood.".into() }], true);
        assert_eq!(stdout.text(), wanted);
    }
}

#[test]
fn on_a_terminal_a_line_beside_the_answer_gets_a_line_of_its_own() {
    let (mut out, stdout, _) = Output::captured(true, false);
    let bot = BotId::LEADER;
    let mut answer = Answer::new(true, true);
    answer.piece(&mut out, Some(&bot), "Let me look.");
    answer.reply_ended();
    answer.step_aside(&mut out);
    assert_eq!(stdout.text(), "Let me look.\n");
    answer.piece(&mut out, Some(&bot), "Done.");
    answer.finish(&mut out, &[BotAnswer { bot, text: "Let me look.\n\nDone.".into() }], true);
    assert_eq!(stdout.text(), "Let me look.\n\nDone.\n");
}

#[test]
fn pieces_that_were_lost_come_with_the_end() {
    let (mut out, stdout, _) = Output::captured(false, false);
    let bot = BotId::LEADER;
    let mut answer = Answer::new(true, false);
    answer.piece(&mut out, Some(&bot), "one ");
    answer.torn();
    answer.piece(&mut out, Some(&bot), "three");
    answer.finish(&mut out, &[BotAnswer { bot, text: "one two three".into() }], true);
    assert_eq!(stdout.text(), "one two three\n");
}

#[test]
fn escape_sequences_do_not_reach_a_terminal_and_bytes_stay_true_in_a_pipe() {
    let evil = "red \u{1b}[31malert\u{1b}]0;title\u{7}";
    let shown = printed(true, &["red \u{1b}", "[31malert\u{1b}]0;ti", "tle\u{7}"], evil);
    assert!(!shown.contains(['\u{1b}', '\u{7}']), "{shown:?}");
    assert_eq!(printed(false, &[evil], evil), format!("{evil}\n"));
}

proptest! {
    #[test]
    fn a_pipe_gets_the_answer_however_it_was_cut(
        pieces in proptest::collection::vec("[a-zä\n ]{0,6}", 0..12),
    ) {
        let whole = pieces.concat();
        let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
        let expected = whole.trim_end_matches('\n');
        let expected =
            if expected.is_empty() { String::new() } else { format!("{expected}\n") };
        let got = printed(false, &pieces, &whole);
        prop_assert_eq!(got.trim_start_matches('\n'), expected.trim_start_matches('\n'));
    }
}
