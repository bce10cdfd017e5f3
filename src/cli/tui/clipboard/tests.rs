use pretty_assertions::assert_eq;

use super::*;

fn terminal(variables: &[(&str, &str)]) -> Terminal {
    let pairs = variables.iter().map(|(name, value)| (name.to_string(), value.to_string()));
    Terminal::of(&pairs.collect())
}

#[test]
fn the_terminals_that_take_a_text_are_known_by_their_names() {
    assert_eq!(terminal(&[("TERM", "xterm-kitty")]), Terminal::Known("kitty"));
    assert_eq!(terminal(&[("TERM", "xterm-ghostty")]), Terminal::Known("Ghostty"));
    let wezterm = [("TERM", "xterm-256color"), ("TERM_PROGRAM", "WezTerm")];
    assert_eq!(terminal(&wezterm), Terminal::Known("WezTerm"));
    assert_eq!(terminal(&[("TERM", "xterm-256color")]), Terminal::Unknown);
    assert_eq!(terminal(&[("TERM", "xterm-kitty"), ("TMUX", "/tmp/x,1,0")]), Terminal::Tmux);
    assert_eq!(terminal(&[("TERM", "screen.xterm"), ("STY", "1.tty")]), Terminal::Screen);
}

async fn copied(text: &str, terminal: Terminal) -> (Copied, Option<String>, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copied.txt");
    let copied = copy(text.to_owned(), terminal, file.clone()).await.unwrap();
    (copied, fs::read_to_string(&file).ok(), file)
}

#[tokio::test]
async fn only_what_is_known_to_be_taken_is_called_sent() {
    let (known, kept, _) = copied("héllo", Terminal::Known("kitty")).await;
    assert_eq!(known.bytes, b"\x1b]52;c;aMOpbGxv\x07");
    assert!(known.remark.starts_with("sent 6 B to the clipboard of kitty"), "{}", known.remark);
    assert_eq!(kept, None);

    let (unknown, kept, file) = copied("héllo", Terminal::Unknown).await;
    assert_eq!(unknown.bytes, known.bytes);
    assert_eq!(kept.as_deref(), Some("héllo"));
    assert!(unknown.remark.contains(file.to_str().unwrap()), "{}", unknown.remark);
    assert!(!unknown.remark.contains("sent"), "{}", unknown.remark);
}

#[tokio::test]
async fn a_text_that_is_too_long_for_terminals_is_in_a_file() {
    let long = "x".repeat(LIMIT + 1);
    let (copied, kept, _) = copied(&long, Terminal::Known("foot")).await;
    assert_eq!(copied.bytes, b"");
    assert_eq!(kept, Some(long));
}

#[tokio::test]
async fn screen_gets_pieces_that_it_takes() {
    let (copied, _, _) = copied(&"x".repeat(3000), Terminal::Screen).await;
    let text = String::from_utf8(copied.bytes).unwrap();
    let pieces: Vec<_> = text.split_terminator("\x1b\\").collect();
    assert!(pieces.iter().all(|piece| piece.starts_with("\x1bP") && piece.len() < 700));
    let inner: String = pieces.iter().map(|piece| &piece[2..]).collect();
    assert_eq!(inner, String::from_utf8(osc52(&"x".repeat(3000))).unwrap());
}

#[tokio::test]
async fn without_a_desktop_it_is_said_what_is_missing() {
    let problem = picture(&Environment::default()).await.unwrap_err();
    assert_eq!(problem.code, "clipboard_empty");
}
