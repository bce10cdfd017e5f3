//! Conversations on paper, as text, and as one object that comes in again.

use std::fs;

use nanofolks_testkit::{Call, FakeModelServer, Key, Reply, Terminal, TestHome};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::journey::{empty_home, home_of, says_clearly};

/// A home in which everything was said that a page can hold.
fn talked() -> (FakeModelServer, TestHome) {
    let server = FakeModelServer::with([
        Reply::tool_calls([Call::new("call_1", "read_file", &json!({ "path": "notes.txt" }))]),
        Reply::text(
            "It says:\n\n```rust\nfn main() {\n    let x = \"<b>\"; // `tick`\n}\n```\n\nThat is **all**.",
        ),
    ]);
    server.otherwise(Reply::text("日本語 العربية 👩‍👩‍👧 \u{202e}\u{1b}[31mdone"));
    let home = home_of(&server);
    home.write_work("notes.txt", "one ``` two <script>\n");
    home.run(["chat", "-q", "read the notes", "--room", "general"]).exits(0);
    home.run(["chat", "-q", "and in other scripts?", "--room", "general"]).exits(0);
    home.run(["chat", "-q", "elsewhere", "--room", "other"]).exits(0);
    (server, home)
}

/// A page with everything that is different each time taken out.
fn steady(page: &str) -> String {
    let steady = |line: &str| {
        let fact = ["- Begun: ", "- Last message: ", "- Session: "];
        if let Some(fact) = fact.iter().find(|fact| line.starts_with(*fact)) {
            return format!("{fact}…");
        }
        match (line.strip_prefix("## "), line.rsplit_once(", ")) {
            (Some(_), Some((speaker, _))) => format!("{speaker}, …"),
            _ => match line.strip_suffix(" ms</summary>").and_then(|it| it.rsplit_once(' ')) {
                Some((before, _)) => format!("{before} … ms</summary>"),
                None => line.to_owned(),
            },
        }
    };
    page.lines().map(steady).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_room_reads_as_agreed() {
    let (_server, home) = talked();

    let page = home.run(["export", "--room", "general"]).exits(0).out();

    let wanted = r#"# read the notes

- Room: general
- Participants: You, Leader, Researcher, Coder, Social, Creative, Auditor
- Begun: …
- Last message: …
- Messages: 6
- Session: …

## You, …

read the notes

## Leader, …

<details>
<summary>calls read_file</summary>

```json
{
  "path": "notes.txt"
}
```

</details>

## Tools, …

<details>
<summary>read_file did, … ms</summary>

````
one ``` two <script>
````

</details>

## Leader, …

It says:

```rust
fn main() {
    let x = "<b>"; // `tick`
}
```

That is **all**.

## You, …

and in other scripts?

## Leader, …

日本語 العربية 👩‍👩‍👧 ⟨U+202E⟩done
"#;
    assert_eq!(steady(&page).trim_end(), wanted.trim_end());
}

#[test]
fn what_is_one_object_comes_in_again_equal() {
    let (_server, home) = talked();
    for room in ["general", "other"] {
        let before = home.run(["export", "--room", room, "--format", "json"]).exits(0).out();
        let again = empty_home();
        let file = again.write_work("all.json", &before);

        again.run(["session", "import", file.to_str().unwrap()]).exits(0);

        let after = again.run(["export", "--room", room, "--format", "json"]).exits(0).out();
        assert_eq!(after, before);
        // As a person would look at it, too.
        let pretty: Value = serde_json::from_str(&before).unwrap();
        let pretty = serde_json::to_string_pretty(&pretty).unwrap();
        let third = empty_home();
        third.call(["session", "import", "-"]).input(pretty).run().exits(0);
        let last = third.run(["export", "--room", room, "--json"]).exits(0);
        assert_eq!(last.json(), serde_json::from_str::<Value>(&before).unwrap());
    }
}

#[test]
fn half_an_object_is_not_imported() {
    let (_server, home) = talked();
    let whole = home.run(["export", "--room", "general", "--format", "json"]).exits(0).out();
    let other = empty_home();
    for end in [whole.len() / 2, whole.len() - 3, 60] {
        let half = whole.get(..end).unwrap_or(&whole[..60]).to_owned();
        let done = other.call(["session", "import", "-"]).input(half).run().exits(2);
        says_clearly(&done, &["import"]);
    }
    let rooms = other.run(["session", "list", "--json", "--all"]).exits(0).json();
    assert_eq!(rooms["sessions"], json!([]));
}

#[test]
fn a_file_that_is_there_is_not_replaced_unasked() {
    let (_server, home) = talked();
    let file = home.write_work("talk.md", "mine");

    says_clearly(&home.run(["export", "-o", "talk.md"]).exits(2), &["output_exists", "--force"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    home.run(["export", "-o", "talk.md", "--force"]).exits(0);

    assert!(fs::read_to_string(&file).unwrap().starts_with("# elsewhere\n"));
    let left: Vec<_> = fs::read_dir(home.work()).unwrap().collect();
    assert_eq!(left.len(), 2, "something was left beside the file");
    let told = home.run(["export", "-o", "b.json", "--json"]).exits(0).json();
    assert_eq!(told["format"], "json");
    assert_eq!(told["messages"], 2);
    let to_stdout = home.run(["export", "-o", "-", "--format", "md"]).exits(0).out();
    assert!(to_stdout.starts_with("# elsewhere\n"));
}

#[test]
fn a_pdf_is_a_pdf_or_says_why_there_is_none() {
    let (_server, home) = talked();
    let empty = home.path().join("no-fonts");
    fs::create_dir(&empty).unwrap();
    let none = home.call(["export", "--room", "general", "-o", "a.pdf"]);
    let none = none.env("NANOFOLKS_FONTS", &empty).run().exits(7);
    says_clearly(&none, &["font_missing", "--font"]);
    assert!(!home.work().join("a.pdf").exists());
    let wrong = home.run(["export", "-o", "a.pdf", "--font", "notes.txt"]).exits(2);
    says_clearly(&wrong, &["font_unreadable"]);

    let done = home.run(["export", "--room", "general", "--format", "pdf"]);
    // A machine need not have fonts.
    if done.code() == 7 {
        return;
    }
    let done = done.exits(0);
    assert!(done.stdout.starts_with(b"%PDF-1."), "no header");
    assert!(done.stdout.trim_ascii_end().ends_with(b"%%EOF"), "no end");
    assert!(done.stdout.windows(9).any(|part| part == b"/FontFile"), "no font in it");
    home.run(["export", "--room", "general", "-o", "b.pdf"]).exits(0);
    assert_eq!(fs::read(home.work().join("b.pdf")).unwrap(), done.stdout);
}

#[test]
fn secrets_that_came_in_some_other_way_do_not_go_out() {
    let (_server, home) = talked();
    let secret = "sk-ant-api03-Zq8vN3xT7bLwR2mK9pYdZq8vN3xT7bLwR2mK9pYdAA";
    let whole = home.run(["session", "export", "--room", "other"]).exits(0).out();
    let file = home.write_work("in.jsonl", whole.replace("elsewhere", secret));
    let into = empty_home();
    into.run(["session", "import", file.to_str().unwrap()]).exits(0);

    for format in ["md", "json", "pdf"] {
        let done = into.run(["export", "--format", format]);
        assert!(
            !done.stdout.windows(20).any(|part| part == &secret.as_bytes()[13..33]),
            "{format}"
        );
    }
}

#[test]
fn nothing_to_write_is_said() {
    let home = empty_home();
    says_clearly(&home.run(["export"]).exits(2), &["session_unknown"]);
    says_clearly(&home.run(["export", "--room", "nowhere"]).exits(2), &["session_unknown"]);
    says_clearly(&home.run(["export", "--session", "ffff"]).exits(2), &["session_unknown"]);
    assert!(!home.root().exists());
}

#[test]
fn the_conversation_writes_itself_out() {
    let (_server, home) = talked();
    home.write_work("there.md", "mine");
    let mut terminal = Terminal::start(&home, (40, 120), ["chat", "--plain", "--room", "general"]);

    terminal.wait_text("/help shows the commands");
    terminal.send("/export talk.json").press(Key::Enter);
    terminal.wait_text("talk.json: conversations 1, messages 6");
    terminal.send("/export there.md").press(Key::Enter);
    terminal.wait_text("output_exists");
    terminal.send("/room other").press(Key::Enter);
    terminal.send("/export other.md").press(Key::Enter);
    terminal.wait_text("other.md: conversations 1, messages 2");
    terminal.press(Key::Ctrl('d'));
    assert_eq!(terminal.wait_exit(), 0);

    let text = fs::read_to_string(home.work().join("talk.json")).unwrap();
    let object: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(object["sessions"][0]["session"]["room"], "general");
    assert_eq!(fs::read_to_string(home.work().join("there.md")).unwrap(), "mine");
    assert!(fs::read_to_string(home.work().join("other.md")).unwrap().starts_with("# elsewhere"));
}

#[test]
fn the_terminal_front_end_writes_and_checks_and_stays() {
    let (_server, home) = talked();
    let mut terminal = Terminal::start(&home, (40, 120), ["--room", "other"]);

    terminal.wait_text("#other");
    terminal.send("/export talk.md").press(Key::Enter);
    terminal.wait_text("talk.md: conversations 1, messages 2");
    // What comes with Enter at once is taken for a paste.
    terminal.send("/doctor");
    terminal.wait_text("› /doctor");
    terminal.press(Key::Enter);
    terminal.wait_text("to look at");
    terminal.wait_text("#other");
    terminal.press(Key::Ctrl('d'));

    assert_eq!(terminal.wait_exit(), 0);
    let text = fs::read_to_string(home.work().join("talk.md")).unwrap();
    assert!(text.starts_with("# elsewhere\n"), "{text}");
}
