use super::*;

#[test]
fn a_line_end_behind_a_paste_is_text_and_what_is_no_text_is_nothing() {
    let plain = |code| text(KeyEvent::new(code, KeyModifiers::NONE));
    let ctrl = |c| text(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL));
    assert_eq!(plain(KeyCode::Char('x')), Some('x'));
    assert_eq!(plain(KeyCode::Enter), Some('\n'));
    assert_eq!(ctrl('j'), Some('\n'));
    assert_eq!(plain(KeyCode::Tab), Some('\t'));
    for nothing in [plain(KeyCode::Esc), plain(KeyCode::F(1)), ctrl('d'), ctrl('c')] {
        assert_eq!(nothing, None);
    }
}
