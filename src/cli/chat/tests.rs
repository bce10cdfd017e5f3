use clap::Parser as _;

use super::options::{dollars, duration};
use super::*;

#[derive(clap::Parser)]
struct Line {
    #[command(flatten)]
    args: Args,
}

fn parse(words: &[&str]) -> Result<Args, clap::Error> {
    Line::try_parse_from(["chat"].iter().chain(words)).map(|line| line.args)
}

#[test]
fn a_question_has_two_long_and_two_short_spellings() {
    for flag in ["-q", "--query", "-m", "--message"] {
        assert_eq!(parse(&[flag, "hi"]).unwrap().query.as_deref(), Some("hi"));
    }
    assert_eq!(parse(&["-q", "-"]).unwrap().query.as_deref(), Some("-"));
    assert_eq!(parse(&["-q", "-1 + 1?"]).unwrap().query.as_deref(), Some("-1 + 1?"));
}

#[test]
fn pictures_may_follow_one_flag_or_several() {
    let images = parse(&["--image", "a.png", "b.png", "--image", "c.png"]).unwrap().image;
    assert_eq!(images, ["a.png", "b.png", "c.png"].map(PathBuf::from));
}

#[test]
fn max_turns_is_max_iterations() {
    assert_eq!(parse(&["--max-turns", "3"]).unwrap().max_iterations, Some(3));
    assert!(parse(&["--max-iterations", "0"]).is_err());
}

#[test]
fn a_session_and_continue_contradict_each_other() {
    assert!(parse(&["--continue", "--session", "new"]).is_err());
}

#[test]
fn times_are_read_as_people_write_them() {
    let good =
        [("90s", 90_000), ("5m", 300_000), ("1h30m", 5_400_000), ("2", 2000), ("250ms", 250)];
    for (text, millis) in good {
        assert_eq!(duration(text), Ok(millis), "{text}");
    }
    for text in ["", "0", "-5s", "soon", "9999999999999999999", "99999h"] {
        assert!(duration(text).is_err(), "{text}");
    }
}

#[test]
fn money_is_a_plain_number() {
    assert_eq!(dollars("0.25"), Ok(0.25));
    assert_eq!(dollars("$1"), Ok(1.0));
    for text in ["", "-1", "NaN", "inf", "one"] {
        assert!(dollars(text).is_err(), "{text}");
    }
}
