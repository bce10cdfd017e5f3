use super::*;

fn chosen(value: Option<&str>, depth: ColorDepth) -> &'static str {
    let pairs = value.map(|value| ("COLORFGBG".to_owned(), value.to_owned()));
    by_itself(&pairs.into_iter().collect(), depth)
}

#[test]
fn keys_are_told_apart_only_where_the_terminal_is_known_to_do_so() {
    let tells = |pairs: &[(&str, &str)]| {
        let pairs = pairs.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        tells_keys_apart(&pairs.collect())
    };
    assert!(tells(&[("TERM", "xterm-kitty")]));
    assert!(tells(&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")]));
    assert!(!tells(&[("TERM", "xterm-256color")]));
    assert!(!tells(&[("TERM", "tmux-256color"), ("TERM_PROGRAM", "tmux")]));
    assert!(!tells(&[("TERM", "xterm-kitty"), ("TMUX", "/tmp/tmux")]));
}

#[test]
fn the_theme_fits_the_background_the_terminal_names() {
    assert_eq!(chosen(Some("0;15"), ColorDepth::True), "light");
    assert_eq!(chosen(Some("15;default;0"), ColorDepth::True), "dark");
    assert_eq!(chosen(None, ColorDepth::Ansi), "dark");
    assert_eq!(chosen(Some("0;15"), ColorDepth::None), "mono");
}

fn environment(pairs: &[(&str, &str)]) -> Environment {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_terminal_is_called_in_its_own_way() {
    for (pairs, expected) in [
        (&[("TERM_PROGRAM", "iTerm.app")][..], Call::Osc9),
        (&[("TERM", "foot")], Call::Osc777),
        (&[("TERM_PROGRAM", "iTerm.app"), ("TMUX", "x")], Call::Bell),
        (&[("TERM", "xterm-256color")], Call::Bell),
    ] {
        assert_eq!(call(&environment(pairs)), expected, "{pairs:?}");
    }
}

#[test]
fn it_is_known_of_some_terminals_whether_they_wrap_rows_anew() {
    for (pairs, expected) in [
        (&[("TERM", "tmux-256color")][..], Some(true)),
        (&[("VTE_VERSION", "7600")], Some(true)),
        (&[("XTERM_VERSION", "XTerm(390)")], Some(false)),
        (&[("STY", "1.tty"), ("TERM", "screen")], Some(false)),
        (&[("TERM", "xterm-256color")], None),
    ] {
        assert_eq!(reflows(&environment(pairs)), expected, "{pairs:?}");
    }
}

#[test]
fn only_terminals_that_answer_at_once_are_asked_where_their_cursor_is() {
    for (pairs, expected) in [
        (&[("TERM", "tmux-256color"), ("SSH_TTY", "/dev/pts/1")][..], true),
        (&[("TERM", "xterm-kitty")], true),
        (&[("TERM", "xterm-kitty"), ("SSH_CONNECTION", "10.0.0.1 5 10.0.0.2 22")], false),
        (&[("TERM", "xterm-256color")], false),
    ] {
        assert_eq!(answers(&environment(pairs)), expected, "{pairs:?}");
    }
}
