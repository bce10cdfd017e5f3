use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;
use crate::theme::Role;

const SPEC: &str = include_str!("../../../tests/fixtures/commonmark/spec.txt");

/// The Markdown of every example of the specification.
fn examples() -> Vec<String> {
    let fence = "`".repeat(32);
    let mut found = Vec::new();
    let mut lines = SPEC.lines();
    while let Some(line) = lines.next() {
        if line == format!("{fence} example") {
            let source = lines.by_ref().take_while(|line| *line != ".");
            let source: Vec<_> = source.collect();
            found.push(source.join("\n").replace('→', "\t") + "\n");
            lines.by_ref().take_while(|line| *line != fence).for_each(drop);
        }
    }
    found
}

struct Desk {
    theme: Theme,
    languages: Languages,
}

impl Desk {
    fn new() -> Self {
        Self { theme: Theme::named("dark").unwrap(), languages: Languages::default() }
    }

    fn look(&self, width: u16) -> Look<'_> {
        Look { theme: &self.theme, width, links: false, languages: &self.languages }
    }

    /// The rows of a text that comes at once.
    fn whole(&self, text: &str, width: u16) -> Vec<String> {
        let mut markdown = Markdown::default();
        markdown.push(text);
        plain(&markdown.finish(self.look(width)))
    }

    /// The rows of a text that comes in pieces of this many characters.
    fn pieces(&self, text: &str, size: usize) -> Vec<String> {
        let mut markdown = Markdown::default();
        let mut rows = Vec::new();
        let chars: Vec<_> = text.chars().collect();
        for piece in chars.chunks(size) {
            markdown.push(&piece.iter().collect::<String>());
            rows.extend(markdown.take(self.look(80)));
            let _shown = markdown.tail(self.look(80));
        }
        rows.extend(markdown.finish(self.look(80)));
        plain(&rows)
    }
}

fn plain(rows: &[Row]) -> Vec<String> {
    rows.iter().map(Row::plain).collect()
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Everything that is text, as the parser has it.
fn words(source: &str) -> Vec<String> {
    Parser::new_ext(source, Options::ENABLE_TABLES)
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                let clean = nanofolks_security::terminal::clean(&text).into_owned();
                Some(squeezed(&clean))
            }
            _ => None,
        })
        .filter(|text| !text.is_empty())
        .collect()
}

#[test]
fn no_text_of_the_specification_is_lost() {
    let desk = Desk::new();
    let examples = examples();
    assert_eq!(examples.len(), 652);
    for source in &examples {
        for width in [80, 5] {
            let shown = squeezed(&desk.whole(source, width).join("\n"));
            let mut rest = shown.as_str();
            for word in words(source) {
                let at = rest.find(&word);
                assert!(at.is_some(), "{word:?} of {source:?} is not in {shown:?}");
                rest = &rest[at.unwrap() + word.len()..];
            }
        }
    }
}

#[test]
fn the_specification_arrives_the_same_in_pieces() {
    let desk = Desk::new();
    for source in examples() {
        // A definition that comes late cannot change what is in the scrollback.
        let parser = Parser::new(&source);
        if parser.reference_definitions().iter().next().is_some() {
            continue;
        }
        let whole = squeezed(&desk.whole(&source, 80).join("\n"));
        for size in [1, 7] {
            let pieces = squeezed(&desk.pieces(&source, size).join("\n"));
            assert_eq!(pieces, whole, "{source:?} in pieces of {size}");
        }
    }
}

#[test]
fn a_paragraph_is_one_row_however_long() {
    let desk = Desk::new();
    let text = "one two\nthree ".repeat(40);
    assert_eq!(desk.whole(&text, 20).len(), 1);
}

#[test]
fn blocks_lists_and_quotes_have_their_marks() {
    let desk = Desk::new();
    let text = "# Title\n\nSome *text* with `code`.\n\n- one\n- two\n  - deep\n\n3. three\n4. four\n\n> said\n> so\n\n---\n";
    assert_eq!(
        desk.whole(text, 80),
        [
            "# Title",
            "",
            "Some text with code.",
            "",
            "• one",
            "• two",
            "  • deep",
            "",
            "3. three",
            "4. four",
            "",
            "▎ said so",
            "",
            "───",
        ]
    );
    assert_eq!(desk.pieces(text, 1), desk.whole(text, 80));
}

#[test]
fn a_table_that_arrives_in_pieces_stays_one_table() {
    let desk = Desk::new();
    let text = "Before.\n\n| Name | About | Right |\n|:--|:--:|--:|\n| a | long words | 1 |\n\
                | b | `code` | 22 |\n\nAfter.\n";
    for size in 1..9 {
        assert_eq!(desk.pieces(text, size), desk.whole(text, 80), "{size}");
    }
}

#[test]
fn tables_fit_the_width() {
    let desk = Desk::new();
    let text = "| name | what it does |\n|---|--:|\n| alpha | a long explanation of alpha |\n| b | short |\n";
    for row in desk.whole(text, 30) {
        assert!(unicode_width::UnicodeWidthStr::width(row.as_str()) <= 30, "{row:?}");
    }
    assert_eq!(desk.whole("|a|b|\n|-|-|\n|1|2|\n", 80), ["a │ b", "──┼──", "1 │ 2"]);
    assert_eq!(desk.whole("|a|b|\n|-|-|\n|1|2|\n", 5), ["a: 1", "b: 2"]);
}

#[test]
fn a_cell_breaks_between_words() {
    let desk = Desk::new();
    let text = "| name | what it does |\n|---|---|\n| alpha | a long explanation of alpha |\n";
    assert_eq!(
        desk.whole(text, 24),
        [
            "name  │ what it does",
            "──────┼─────────────────",
            "alpha │ a long",
            "      │ explanation of",
            "      │ alpha",
        ]
    );
}

#[test]
fn tight_lists_stay_tight_and_loose_ones_loose() {
    let desk = Desk::new();
    for (text, rows) in [
        ("- one\n  - deep\n- two\n", &["• one", "  • deep", "• two"][..]),
        (
            "- one\n  - deep\n    - deeper\n  - up\n- two\n",
            &["• one", "  • deep", "    • deeper", "  • up", "• two"],
        ),
        ("- one\n\n- two\n\n- three\n", &["• one", "", "• two", "", "• three"]),
        ("- one\n\n  - deep\n\n- two\n", &["• one", "", "  • deep", "", "• two"]),
    ] {
        assert_eq!(desk.whole(text, 80), rows, "{text:?}");
        assert_eq!(desk.pieces(text, 1), rows, "{text:?} in pieces");
    }
}

#[test]
fn code_is_coloured_and_given_line_by_line() {
    let desk = Desk::new();
    let mut markdown = Markdown::default();
    markdown.push("Look:\n\n```rust\nfn main() {\n    // hi\n");
    assert_eq!(plain(&markdown.take(desk.look(80))), ["Look:", ""]);
    // A busy machine takes longer than a person would wait.
    for _ in 0..200 {
        if !desk.languages.is_ready() {
            desk.languages.wait();
        }
    }
    let rows = markdown.take(desk.look(80));

    assert_eq!(plain(&rows), ["fn main() {", "    // hi"]);
    let role = |row: usize, text: &str| {
        let found = rows[row].pieces().iter().find(|piece| piece.text().contains(text));
        found.unwrap_or_else(|| panic!("{text} in {:?}", rows[row])).style()
    };
    assert_eq!(role(0, "fn"), desk.theme.style(Role::Keyword));
    assert_eq!(role(0, "main"), desk.theme.style(Role::Function));
    assert_eq!(role(1, "hi"), desk.theme.style(Role::Comment));
    markdown.push("}\n```\nDone.");
    assert_eq!(plain(&markdown.finish(desk.look(80))), ["}", "", "Done."]);
}

#[test]
fn differences_are_coloured() {
    let desk = Desk::new();
    let mut markdown = Markdown::default();
    markdown.push("```diff\n@@ -1 +1 @@\n-old\n+new\n```\n");
    let rows = markdown.finish(desk.look(80));
    let styles: Vec<_> = rows.iter().map(|row| row.pieces()[0].style()).collect();
    let roles = [Role::Hunk, Role::Removed, Role::Added];
    assert_eq!(styles, roles.map(|role| desk.theme.style(role)));
}

#[test]
fn links_carry_their_address_or_write_it_out() {
    let desk = Desk::new();
    let text = "[here](https://example.org/a?b) and <https://example.org>";
    assert_eq!(desk.whole(text, 80), ["here (https://example.org/a?b) and https://example.org"]);
    let mut markdown = Markdown::default();
    markdown.push(text);
    let rows = markdown.finish(Look { links: true, ..desk.look(80) });
    assert_eq!(rows[0].plain(), "here and https://example.org");
    assert_eq!(rows[0].pieces()[0].link(), Some("https://example.org/a?b"));
}

#[test]
fn links_defined_earlier_are_known_later() {
    let desk = Desk::new();
    let text = "[x]: https://example.org\n\nfirst\n\nsee [x]\n";
    assert_eq!(desk.pieces(text, 3), ["first", "", "see x (https://example.org)"]);
}

#[test]
fn control_sequences_do_not_come_through() {
    let desk = Desk::new();
    for size in [1, 100] {
        let rows = desk
            .pieces("a \u{1b}[2J b\n\n```\n\u{1b}]0;x\u{7}c\n```\n[l](<http://e/\u{1b}]>)", size);
        assert!(!rows.concat().contains('\u{1b}'), "{rows:?}");
    }
}

#[test]
fn what_an_entity_names_does_not_come_through_either() {
    let desk = Desk::new();
    let hostile = "&#27;[2J &#x1b;]0;x&#7; &#155;31m &#8; a&#13;b &#x202e;c &#127;";
    for text in [
        hostile.to_owned(),
        format!("# {hostile}"),
        format!("- {hostile}\n- *{hostile}*"),
        format!("> {hostile}"),
        format!("|a|{hostile}|\n|-|-|\n|{hostile}|b|\n"),
        format!("[{hostile}](http://e/{hostile})"),
        format!("![{hostile}](http://e/ \"{hostile}\")"),
        format!("```{hostile}\ncode\n```"),
        format!("a[^1]\n\n[^1]: {hostile}"),
    ] {
        for size in [1, 100] {
            let shown = desk.pieces(&text, size).concat();
            let hidden = |c: char| c.is_control() || c == '\u{202e}';
            assert!(!shown.contains(hidden), "{text:?}: {shown:?}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_in_any_pieces_shows_all_its_letters(
        text in "([a-z]{1,4}|[ \n*_`#>|~-]{1,4}|\n\n|\n```\n|\n- |\n1\\. |    ){0,40}",
        size in 1..20usize,
    ) {
        let desk = Desk::new();
        let letters = |text: &str| text.chars().filter(char::is_ascii_lowercase).collect::<String>();
        let shown = letters(&desk.pieces(&text, size).concat());
        let source: String = words(&text).concat();
        prop_assert_eq!(shown, letters(&source));
    }
}
