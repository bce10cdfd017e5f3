use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;

#[test]
fn escape_sequences_go() {
    for (text, want) in [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[38;5;196;48:2::1:2:3mx", "x"),
        ("a\x1b[2J\x1b[Hb", "ab"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;https://x.test\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]52;c;aGFjaw==\x07", ""),
        ("\x1bPq#0;2\x1b\\done", "done"),
        ("\x1b_Gf=100;AAAA\x1b\\x", "x"),
        ("\x1b^pm\x1b\\\x1bXsos\x1b\\x", "x"),
        ("\u{9b}31mred", "red"),
        ("\u{9d}0;title\u{9c}text", "text"),
        ("\x1bc\x1b7\x1b(B\x1b#8x", "x"),
        ("\x1b[?25l\x1b[?1049h", ""),
        ("\x1b", ""),
        ("\x1b[", ""),
        ("\x1b[1;2", ""),
        ("\x1b\x1b[31mx", "x"),
        ("\x1b[3\x1b[31mx", "x"),
        ("\x1bé", "é"),
    ] {
        assert_eq!(clean(text), want, "{text:?}");
    }
}

#[test]
fn a_sequence_without_an_end_hides_no_text() {
    assert_eq!(clean("\x1b]0;rm -rf\nls"), "0;rm -rf\nls");
    assert_eq!(clean("\x1bPhidden"), "hidden");
    let long = "x".repeat(5000);
    assert_eq!(clean(&format!("\x1b]0;{long}\x07")), format!("0;{long}␇"));
}

#[test]
fn control_characters_become_visible_or_line_ends() {
    for (text, want) in [
        ("a\x07b\x08c\0d\x7fe", "a␇b␈c␀d␡e"),
        ("one\r\ntwo", "one\ntwo"),
        ("sudo rm\rls    ", "sudo rm\nls    "),
        ("end\r", "end\n"),
        ("a\r\rb", "a\n\nb"),
        ("a\x0bb\x0cc\u{85}d\u{2028}e\u{2029}f", "a\nb\nc\nd\ne\nf"),
        ("a\u{80}b", "a⟨U+0080⟩b"),
        ("tab\tline\n", "tab\tline\n"),
    ] {
        assert_eq!(clean(text), want, "{text:?}");
    }
}

#[test]
fn what_reorders_or_hides_text_is_written_out() {
    for (text, want) in [
        ("file\u{202e}gpj.exe", "file⟨U+202E⟩gpj.exe"),
        ("\u{2066}x\u{2069}", "⟨U+2066⟩x⟨U+2069⟩"),
        ("pass\u{200b}word", "pass⟨U+200B⟩word"),
        ("a\u{200d}b", "a⟨U+200D⟩b"),
        ("a\u{2060}b\u{feff}c", "a⟨U+2060⟩b⟨U+FEFF⟩c"),
        ("hi\u{e0041}\u{e0042}", "hi⟨U+E0041⟩⟨U+E0042⟩"),
        ("x\u{e0100}", "x⟨U+E0100⟩"),
        ("\u{feff}start", "start"),
    ] {
        assert_eq!(clean(text), want, "{text:?}");
    }
}

/// Ordinary text with everything that looks suspicious and is needed.
const SCRIPTS: &[&str] = &[
    "Straße, naïve café, Ångström, señor, ½ © ™ “quotes” – dashes…",
    "👨‍👩‍👧‍👦 👩🏽‍💻 🏳️‍🌈 ❤️ 1️⃣ #️⃣ 🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ☺︎",
    "می‌خواهم نمی‌دانم خانه‌ها",
    "क्‍ष क्‌ष श्री न्‍",
    "ක්‍ර ශ්‍රී ලංකා",
    "മലയാളം അവന്‍ ക്‌",
    "ภาษา\u{200b}ไทย ខ្មែរ\u{200b}អក្សរ",
    "שלום עולם\u{200f}! مرحبا\u{200e} بالعالم\u{61c}",
    "中文 日本語 한국어 葛\u{e0100}城 㐂",
    "Ελληνικά кириллица հայերեն ქართული አማርኛ",
    "Z̷͠a̵l̴g̶o̸ ñ e\u{301}",
    "co\u{ad}operation   │─┐ ⠋⠙ ▁▂▃ \u{e0b0}",
    "𝒳𝓎𝓏 𐍈 🀄",
];

#[test]
fn ordinary_text_of_every_script_stays() {
    for text in SCRIPTS {
        assert_eq!(clean(text), *text);
        assert!(matches!(clean(text), Cow::Borrowed(_)), "{text}");
    }
}

#[test]
fn an_approval_shows_everything_there_is() {
    assert_eq!(
        reveal("rm\x1b[8m -rf\x1b[0m\u{202e}\u{200f}\u{200d}\r\n\tx"),
        "rm⟨U+001B⟩[8m -rf⟨U+001B⟩[0m⟨U+202E⟩⟨U+200F⟩⟨U+200D⟩⟨U+000D⟩\n\tx"
    );
    assert_eq!(reveal("plain ünïcode"), "plain ünïcode");
}

/// Nothing a terminal would act upon.
fn is_safe(text: &str) -> bool {
    !text.chars().any(|c| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~]{0,6}",
        "\\PC{0,4}",
        prop::collection::vec(any::<char>(), 0..4).prop_map(|chars| chars.into_iter().collect()),
        prop::sample::select(vec![
            "\x1b",
            "\x1b[",
            "\x1b]",
            "\x1bP",
            "\x1b_",
            "\x1b\\",
            "\x07",
            "\x08",
            "\r",
            "\r\n",
            "\n",
            "\u{9b}",
            "\u{9d}",
            "\u{9c}",
            "\u{90}",
            "31m",
            "0;t",
            "\u{202e}",
            "\u{2069}",
            "\u{200b}",
            "\u{200d}",
            "\u{feff}",
            "👩",
            "\u{1f3f4}",
            "\u{e0067}",
            "\u{e007f}",
            "م",
            "क",
            "葛",
            "\u{e0100}",
            "\u{fe0f}",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn nothing_a_terminal_acts_upon_comes_through(text in hostile()) {
        prop_assert!(is_safe(&clean(&text)));
        prop_assert!(is_safe(&reveal(&text)));
    }

    #[test]
    fn the_second_time_changes_nothing(text in hostile()) {
        let once = clean(&text).into_owned();
        prop_assert_eq!(clean(&once), once.as_str());
    }

    #[test]
    fn pieces_give_the_same_as_the_whole(text in hostile(), sizes in prop::collection::vec(1_usize..5, 1..9)) {
        let mut cleaner = Cleaner::default();
        let mut out = String::new();
        let mut chars = text.chars().peekable();
        let mut sizes = sizes.iter().cycle();
        while chars.peek().is_some() {
            let piece: String = chars.by_ref().take(*sizes.next().unwrap()).collect();
            out.push_str(&cleaner.push(&piece));
            prop_assert!(is_safe(&out));
        }
        out.push_str(&cleaner.finish());
        prop_assert_eq!(out, clean(&text).into_owned());
    }

    #[test]
    fn letters_and_marks_of_every_script_stay(text in "[\\p{L}\\p{M}\\p{N}\\p{S}\\p{P} \n\t]{0,40}") {
        // Marks that choose forms, without anything to choose from, are written out.
        prop_assume!(!text.chars().any(|c| matches!(c, '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180f}')));
        prop_assert_eq!(clean(&text), text.as_str());
    }
}
