use super::*;

fn chosen(value: Option<&str>, depth: ColorDepth) -> &'static str {
    let pairs = value.map(|value| ("COLORFGBG".to_owned(), value.to_owned()));
    by_itself(&pairs.into_iter().collect(), depth)
}

#[test]
fn the_theme_fits_the_background_the_terminal_names() {
    assert_eq!(chosen(Some("0;15"), ColorDepth::True), "light");
    assert_eq!(chosen(Some("15;default;0"), ColorDepth::True), "dark");
    assert_eq!(chosen(None, ColorDepth::Ansi), "dark");
    assert_eq!(chosen(Some("0;15"), ColorDepth::None), "mono");
}
