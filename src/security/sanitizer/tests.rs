use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;

mod corpus;

/// Made up, put together here so that no scanner of this repository mistakes them.
fn tokens() -> Vec<(&'static str, String)> {
    let a36 = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3gH6";
    vec![
        ("github", format!("{}{a36}", "ghp_")),
        ("github oauth", format!("{}{a36}", "gho_")),
        ("github fine", format!("{}11ABCDEFG0{a36}_{a36}", "github_pat_")),
        ("aws", format!("{}{}", "AKIA", "IOSFODNN7EXAMPLE")),
        ("openai", format!("{}{}", "sk-", &a36[..32])),
        ("openai project", format!("{}{a36}-x_Y", "sk-proj-")),
        ("anthropic", format!("{}api03-{a36}-AA", "sk-ant-")),
        ("openrouter", format!("{}{}", "sk-or-v1-", "0123456789abcdef".repeat(4))),
        ("deepseek", format!("{}{}", "sk-", "0a1b2c3d4e5f60718293a4b5c6d7e8f9")),
        ("google", format!("{}{}", "AIza", &format!("Sy{a36}")[..35])),
        ("groq", format!("{}{a36}", "gsk_")),
        ("slack bot", format!("{}123456789012-1234567890123-abcDEF", "xoxb-")),
        ("slack app", format!("{}1-A012-345-abcdef", "xapp-")),
        ("stripe", format!("{}{}", "sk_live_", &a36[..24])),
        ("stripe test", format!("{}{}", "sk_test_", &a36[..24])),
        ("telegram", format!("123456789:{}", &a36[..35])),
        (
            "discord",
            format!("{}NzkyNzE1NDU0MTk2MDg4ODQy.X-hvzA.Ovy4MCQywSkoMRRclStW4xAYK7I", "")
                .replace("Nzky", "MTky"),
        ),
        ("jwt", format!("{}hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.{}", "eyJ", &a36[..30])),
    ]
}

fn short(secret: &str) -> String {
    let head: String = secret.chars().take(4).collect();
    format!("{head}…{}", &secret[secret.len() - 4..])
}

#[test]
fn every_kind_of_token_is_cut_to_its_ends() {
    for (kind, token) in tokens() {
        for (before, after) in [
            ("", ""),
            ("the key is ", " ok"),
            ("\"", "\","),
            ("(", ")."),
            ("x=", "&y=1"),
            ("täglich ", "ü"),
        ] {
            let text = format!("{before}{token}{after}");
            assert_eq!(
                sanitize(&text),
                format!("{before}{}{after}", short(&token)),
                "{kind}: {text}"
            );
        }
    }
}

#[test]
fn every_kind_of_token_is_found_behind_one_encoding() {
    for (kind, token) in tokens() {
        let hex: String = token.bytes().map(|b| format!("{b:02x}")).collect();
        let percent: String = token.bytes().map(|b| format!("%{b:02X}")).collect();
        let json = format!("{{\"auth\":{{\"value\":\"{token}\"}},\"n\":1}}");
        for encoded in [
            STANDARD.encode(&token),
            STANDARD.encode(&json),
            URL_SAFE_NO_PAD.encode(&json),
            hex.to_uppercase(),
            hex,
            percent,
        ] {
            let text = format!("got {encoded} back");
            let out = sanitize(&text);
            assert!(!out.contains(&encoded), "{kind} in {encoded}");
            assert!(out.starts_with("got ") && out.ends_with(" back"), "{out}");
        }
    }
}

#[test]
fn values_with_telling_names_are_masked() {
    for (text, want) in [
        ("password=hunter2", "password=****"),
        ("PASSWORD: s3cr3t!", "PASSWORD: ****"),
        ("db_password = \"Tr0ub4dor&3\"", "db_password = \"****\""),
        ("{\"password\":\"hunter2secret\"}", "{\"password\":\"****\"}"),
        ("{\\\"api_key\\\": \\\"abcdef123456\\\"}", "{\\\"api_key\\\": \\\"****\\\"}"),
        ("apiKey: 'abcdef123456'", "apiKey: '****'"),
        ("X-Api-Key: abcdef123456", "X-Api-Key: ****"),
        ("export MY_TOKEN=abcdef123456", "export MY_TOKEN=****"),
        (
            "https://x.test/?access_token=abcdef123456&page=2",
            "https://x.test/?access_token=****&page=2",
        ),
        ("client_secret = topsecretvalue99", "client_secret = ****"),
        ("passwd=swordfish", "passwd=****"),
        ("password = \"correcthorse\"", "password = \"****\""),
        (
            "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "aws_secret_access_key = wJal…EKEY",
        ),
        ("ENCRYPTION_KEY=0a1b2c3d4e5f60718293a4b5c6d7e8f9", "ENCRYPTION_KEY=0a1b…e8f9"),
        ("Authorization: Bearer abcDEF123456789", "Authorization: Bearer ****"),
        ("authorization: Basic dXNlcjpwYXNzd29yZA==", "authorization: Basic dXNl…ZA=="),
        ("postgres://app:s3cr3tpass@db:5432/x", "postgres://app:****@db:5432/x"),
        ("redis://:longpassword@cache:6379", "redis://:****@cache:6379"),
        ("mongodb+srv://u:p@ss@h/d", "mongodb+srv://u:****@h/d"),
    ] {
        assert_eq!(sanitize(text), want, "{text}");
    }
}

#[test]
fn short_secrets_show_nothing_and_long_ones_their_ends() {
    let letters = "q7Rt2Yp9Lk4Wd8Xc3Vb6Nm1Zs5Fg0Hj";
    for length in 8..letters.len() {
        let secret = &letters[..length];
        let want = if length < 20 { "****".to_owned() } else { short(secret) };
        assert_eq!(sanitize(&format!("password={secret}")), format!("password={want}"));
        let known = Sanitizer::new([&Secret::new(secret.to_owned())]);
        let out = known.clean(secret).into_owned();
        assert_eq!(out, want, "{secret}");
    }
}

#[test]
fn the_body_of_a_private_key_goes() {
    let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\nabcdEFGH0123\n";
    for kind in ["", "RSA ", "OPENSSH ", "EC "] {
        let text = format!(
            "a\n-----BEGIN {kind}PRIVATE KEY-----\n{body}-----END {kind}PRIVATE KEY-----\nb"
        );
        assert_eq!(
            sanitize(&text),
            format!("a\n-----BEGIN {kind}PRIVATE KEY-----\n…\n-----END {kind}PRIVATE KEY-----\nb")
        );
    }
    let cut = format!("-----BEGIN PRIVATE KEY-----\n{body}");
    assert_eq!(sanitize(&cut), "-----BEGIN PRIVATE KEY-----\n…\n");
    let public = format!("-----BEGIN PUBLIC KEY-----\n{body}-----END PUBLIC KEY-----");
    assert_eq!(sanitize(&public), public);
}

#[test]
fn ordinary_text_is_given_back_untouched() {
    for text in corpus::ORDINARY {
        assert!(
            matches!(sanitize(text), Cow::Borrowed(_)),
            "changed: {}\nto: {}",
            text,
            sanitize(text)
        );
    }
}

#[test]
fn this_source_code_is_ordinary_text() {
    for text in [
        include_str!("../sanitizer.rs"),
        include_str!("assignment.rs"),
        include_str!("token.rs"),
        include_str!("encoded.rs"),
        include_str!("known.rs"),
        include_str!("../policy.rs"),
        include_str!("../../../Cargo.toml"),
        include_str!("../../../Cargo.lock"),
        include_str!("../../protocol/model.rs"),
        include_str!("../../protocol/secret.rs"),
    ] {
        let out = sanitize(text);
        let changed: Vec<_> =
            text.lines().zip(out.lines()).filter(|(before, after)| before != after).collect();
        assert_eq!(changed, []);
    }
}

#[test]
fn a_base64_image_is_ordinary_text() {
    let noise: Vec<u8> =
        (0..60_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let text = format!("![x](data:image/png;base64,{})", STANDARD.encode(noise));

    assert!(matches!(sanitize(&text), Cow::Borrowed(_)));
}

#[test]
fn known_secrets_are_found_in_any_encoding() {
    let secret = Secret::new("Zebra/horse+42?".to_owned());
    let sanitizer = Sanitizer::new([&secret, &Secret::new("short".to_owned())]);
    let plain = secret.expose();
    let hex: String = plain.bytes().map(|b| format!("{b:02x}")).collect();

    for encoded in [
        plain.to_owned(),
        hex.to_uppercase(),
        hex,
        "Zebra%2Fhorse%2B42%3F".to_owned(),
        "Zebra%2fhorse%2b42%3f".to_owned(),
    ] {
        let text = format!("<{encoded}>");
        let out = sanitizer.clean(&text);
        assert!(!out.contains(&encoded), "{out}");
    }
    for before in ["", "a", "ab", "abc", "user:"] {
        for after in ["", "1", "12", "123"] {
            let text = STANDARD.encode(format!("{before}{plain}{after}"));
            let out = sanitizer.clean(&text).into_owned();
            let left = STANDARD.decode(out.replace('…', "")).unwrap_or_default();
            assert!(!String::from_utf8_lossy(&left).contains("horse"), "{text} -> {out}");
            assert_ne!(out, text);
        }
    }
    assert_eq!(sanitizer.clean("a short word"), "a short word");
    assert_eq!(format!("{sanitizer:?}"), "Sanitizer(1 known)");
}

#[test]
fn a_secret_split_over_pieces_does_not_leak() {
    let sanitizer = Sanitizer::new([&Secret::new("Zebra-horse-42".to_owned())]);
    let token = tokens().remove(0).1;
    let text = format!("a {token} b, Zebra-horse-42; password = hunter2 and ünïcode ok");
    let whole = sanitizer.clean(&text).into_owned();

    for size in 1..text.len() {
        let mut stream = sanitizer.stream();
        let mut out = String::new();
        let mut piece = String::new();
        for c in text.chars() {
            piece.push(c);
            if piece.len() >= size {
                out.push_str(&stream.push(&std::mem::take(&mut piece)));
                assert!(!out.contains(&token[..8]), "{out}");
            }
        }
        out.push_str(&stream.push(&piece));
        out.push_str(&stream.finish());
        assert_eq!(out, whole, "pieces of {size}");
    }
}

#[test]
fn words_appear_as_soon_as_the_next_one_begins() {
    let mut stream = Sanitizer::default().stream();

    let shown: Vec<_> =
        ["Hel", "lo", " wor", "ld.", "\n", "中文字"].map(|piece| stream.push(piece)).into();

    assert_eq!(shown, ["", "", "Hello ", "", "world.\n", "中文字"]);
    assert_eq!(stream.finish(), "");
}

#[test]
fn what_a_stream_holds_back_is_bounded() {
    let mut stream = Sanitizer::default().stream();
    let mut out = 0;

    for _ in 0..300 {
        out += stream.push(&"Ab3/".repeat(100)).len();
    }

    assert!(out > 300 * 400 - LONGEST_HELD, "{out}");
    assert_eq!(out + stream.finish().len(), 300 * 400);
}

const LONGEST_HELD: usize = 9 * 1024;

/// Text with a good chance of something to hide.
fn texts() -> impl Strategy<Value = String> {
    let tokens: Vec<_> = tokens().into_iter().map(|(_, token)| token).collect();
    let piece = prop_oneof![
        3 => "[ -~]{0,20}",
        1 => "\\PC{0,8}",
        2 => prop::sample::select(tokens),
        2 => prop::sample::select(vec![
            "password", "api_key", "\"secret\"", "token", "=", ":", " = ", ": \"", "\"", "'", "Bearer ",
            "sk-", "ghp_", "://u:", "@", "…", "****", "hunter2", "-----BEGIN PRIVATE KEY-----",
            "-----END PRIVATE KEY-----", "\n", "abcDEF0123456789", "eyJ", ".", "&", "\\",
        ]).prop_map(str::to_owned),
        1 => "[A-Za-z0-9+/_-]{12,60}={0,2}",
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn the_second_time_changes_nothing(text in texts()) {
        let once = sanitize(&text).into_owned();
        prop_assert_eq!(sanitize(&once), once.as_str());
    }

    #[test]
    fn text_without_anything_long_is_untouched(text in "([a-zA-Zäöüß中文кириллица]{1,12}[ .,!?\n]){0,30}") {
        prop_assert!(matches!(sanitize(&text), Cow::Borrowed(_)));
    }

    #[test]
    fn pieces_give_the_same_as_the_whole(text in texts(), sizes in prop::collection::vec(1_usize..9, 1..20)) {
        let sanitizer = Sanitizer::default();
        let mut stream = sanitizer.stream();
        let mut out = String::new();
        let mut chars = text.chars().peekable();
        let mut sizes = sizes.iter().cycle();
        while chars.peek().is_some() {
            let piece: String = chars.by_ref().take(*sizes.next().unwrap()).collect();
            out.push_str(&stream.push(&piece));
        }
        out.push_str(&stream.finish());
        prop_assert_eq!(out, sanitizer.clean(&text).into_owned());
    }
}

#[test]
fn words_are_found_wherever_they_stand() {
    for before in 0..40 {
        for length in 1..40 {
            for gap in [" ", "\n\n", "\"", "ü"] {
                let text = format!("{}{gap}{}{gap}ab", "x ".repeat(before), "w".repeat(length));
                let found: Vec<_> = words(&text).map(|word| text[word].to_owned()).collect();
                let want = if length >= SHORTEST_WORD { vec!["w".repeat(length)] } else { vec![] };
                assert_eq!(found, want, "{before} {length} {gap:?}");
            }
        }
    }
}

#[test]
fn every_start_of_a_token_is_looked_at() {
    for (kind, token) in tokens() {
        let hits = find_plain(&token);
        assert_eq!(hits.len(), 1, "{kind}");
    }
}

#[test]
fn what_one_clone_learns_all_know() {
    let sanitizer = Sanitizer::default();
    let other = sanitizer.clone();
    let mut stream = sanitizer.stream();
    assert_eq!(sanitizer.clean("the key is plainwords99").as_ref(), "the key is plainwords99");
    other.learn(&Secret::new("plainwords99".to_owned()));
    assert!(!sanitizer.clean("the key is plainwords99").contains("plainwords99"));
    let said = stream.push("say plainwords99 ") + &stream.finish();
    assert!(!said.contains("plainwords99"), "{said}");
}
