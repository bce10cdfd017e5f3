use super::*;

fn code(error: CliError) -> String {
    match error {
        CliError::Problem(problem) => problem.code.into_owned(),
        other => other.to_string(),
    }
}

#[test]
fn what_is_piped_beside_a_question_is_sent_along() {
    let input = Input::joined(Some("Review this"), Some("diff\n".into()));
    assert_eq!(input.text, "Review this");
    assert_eq!(input.sent_along[0].name, "stdin");
    assert_eq!(input.sent_along[0].bytes, b"diff\n");
}

#[test]
fn what_is_piped_alone_is_the_question() {
    let input = Input::joined(None, Some("hello\n".into()));
    assert_eq!(input, Input { text: "hello".into(), sent_along: vec![] });
    assert_eq!(Input::joined(Some(" "), Some("hello".into())).text, "hello");
    assert_eq!(Input::joined(Some("q"), Some("\n".into())).sent_along, []);
}

#[test]
fn bytes_that_are_not_text_are_refused() {
    for bytes in [&b"a\0b"[..], b"\xff\xfe", b"\xed\xa0\x80"] {
        assert_eq!(code(text(bytes, "x").unwrap_err()), "input_not_text");
    }
    assert_eq!(text(&b"\xef\xbb\xbfhi"[..], "x").unwrap_or_default(), "hi");
}

#[test]
fn an_endless_source_is_not_read_to_its_end() {
    let error = text(io::repeat(b'a'), "standard input").unwrap_err();
    assert_eq!(code(error), "input_too_large");
}

#[test]
fn a_picture_is_known_by_its_bytes_and_not_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    std::fs::write(&path, b"\x89PNG\r\n\x1a\nrest").unwrap();
    assert_eq!(image(&path).unwrap_or_else(|error| panic!("{error}")).mime, "image/png");
    assert_eq!(file(&path).unwrap_or_else(|error| panic!("{error}")).mime, "image/png");

    std::fs::write(&path, b"just words").unwrap();
    assert_eq!(code(image(&path).unwrap_err()), "image_unsupported");
    assert_eq!(file(&path).unwrap_or_else(|error| panic!("{error}")).bytes, b"just words");
}

#[test]
fn what_is_not_there_or_is_a_folder_is_said() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(code(file(folder.path()).unwrap_err()), "file_unreadable");
    assert_eq!(code(image(&folder.path().join("none.png")).unwrap_err()), "file_unreadable");
}

#[test]
fn a_device_is_refused_before_it_is_opened() {
    assert_eq!(code(file(Path::new("/dev/null")).unwrap_err()), "file_unreadable");
    assert_eq!(code(image(Path::new("/dev/null")).unwrap_err()), "file_unreadable");
}
