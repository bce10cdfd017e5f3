use std::path::Path;

use super::fonts::Fonts;
use super::{Paper, Style, lines};

/// Paper with the fonts of this machine, or `None` where it has none that can be used.
fn paper() -> Option<Paper> {
    match Paper::new(None, None) {
        Ok(paper) => Some(paper),
        Err(problem) => {
            assert_eq!(problem.code, "font_missing");
            None
        }
    }
}

#[test]
fn a_machine_without_fonts_is_told_so() {
    let empty = tempfile::tempdir().unwrap();
    let problem = Paper::new(None, Some(empty.path())).err().unwrap();
    assert_eq!(problem.code, "font_missing");
    assert_eq!(problem.kind.exit_code(), 7);
}

#[test]
fn a_file_that_is_no_font_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.ttf");
    std::fs::write(&file, b"\0\x01\0\0nothing of the kind").unwrap();
    for file in [&*file, Path::new("/nonexistent.ttf"), folder.path()] {
        let problem = Paper::new(Some(file), None).err().unwrap();
        assert_eq!(problem.code, "font_unreadable", "{problem}");
        assert_eq!(problem.kind.exit_code(), 2);
    }
}

#[test]
fn a_line_is_never_wider_than_the_page_and_no_letter_is_lost() {
    let Ok(mut fonts) = Fonts::find(None, None) else { return };
    let text = "some words and a_very_long_word_without_any_place_to_break_it_at_all_or_so end";
    for style in [Style::Body, Style::Code, Style::Title] {
        for wide in [3.0, 40.0, 90.0, 400.0] {
            let lines = lines::broken(&mut fonts, style, text, wide);
            let drawn: usize = lines.iter().map(Vec::len).sum();
            let letters = text.chars().filter(|c| *c != ' ').count();
            assert!(drawn >= letters && drawn <= text.chars().count(), "{drawn} of {letters}");
            for line in lines.iter().filter(|line| line.len() > 1) {
                let space = fonts.glyph(style.role(), ' ').map_or(0.0, |glyph| glyph.width);
                let most = wide + space * style.size() / 1000.0;
                assert!(lines::width(line, style.size()) <= most, "wider than {wide}");
            }
        }
    }
}

#[test]
fn every_script_and_no_script_at_all_ends_in_a_document() {
    let Some(mut paper) = paper() else { return };
    paper.title("Ünïcödé 日本語 العربية עברית हिन्दी 👩‍👩‍👧‍👦 \u{202e}abc\u{7}\u{1b}[31m");
    let all: String = (0..0x3000).filter_map(char::from_u32).collect();
    for style in [Style::Body, Style::Code, Style::Small] {
        paper.write(style, &all);
        paper.write(style, "");
        paper.write(style, "\n\n\u{10ffff}\u{fffd}\u{feff}");
    }
    for n in 0..200 {
        paper.heading(&format!("heading {n}"));
        paper.write(Style::Body, "text");
    }

    let file = paper.finish();

    assert!(file.starts_with(b"%PDF-1."));
    assert!(file.trim_ascii_end().ends_with(b"%%EOF"));
    let pages = file.windows(11).filter(|part| part == b"/Type /Page").count();
    assert!(pages > 5, "{pages} pages");
}
