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
