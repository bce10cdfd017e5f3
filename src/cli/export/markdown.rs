//! A page as Markdown, for people.

use super::page::{Block, Page};

/// The text of a page.
pub(super) fn text(page: &Page) -> String {
    let mut text = String::new();
    for block in &page.0 {
        let block = self::block(block);
        text.push_str(block.trim_end());
        text.push_str("\n\n");
    }
    text
}

fn block(block: &Block) -> String {
    match block {
        Block::Title(title) => format!("# {}", escaped(title)),
        Block::Facts(facts) => {
            let row = |(name, text): &(&str, String)| format!("- {name}: {}\n", escaped(text));
            facts.iter().map(row).collect()
        }
        Block::Speaker { name, when } => format!("## {}, {when}", escaped(name)),
        Block::Said(text) => text.clone(),
        Block::Remark(text) => format!("*{}*", escaped(text)),
        // What stands between the two is Markdown only behind an empty line.
        Block::Folded { name, language, text } => format!(
            "<details>\n<summary>{}</summary>\n\n{}\n\n</details>",
            harmless(name),
            fenced(language, text)
        ),
    }
}

/// Text that stands as it is.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '*' | '`' | '\\' | '[' | ']' => safe.extend(['\\', c]),
            c => safe.push(c),
        }
    }
    safe
}

/// Text between tags, where no Markdown is read.
fn harmless(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A block of code whose fence is longer than any in it.
fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", text.trim_end())
}
