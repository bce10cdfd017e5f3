use super::*;

#[test]
fn globs_are_about_the_name_unless_they_have_a_slash() {
    let matches = |pattern: &str, path: &str| glob(pattern).unwrap().is_match(path);
    assert!(matches("*.rs", "main.rs") && matches("*.rs", "a/b/main.rs"));
    assert!(!matches("*.rs", "main.rs/other"));
    assert!(matches("src/*.rs", "src/a.rs") && !matches("src/*.rs", "src/b/a.rs"));
    assert!(matches("./src/**", "src/b/a.rs") && matches("/src/**/a.rs", "src/b/a.rs"));
    assert!(matches("Main", "src/domain.rs") && !matches("a b", "ab"));
    assert!(matches("b/main", "a/b/main.rs"));
}

#[test]
fn a_monstrous_pattern_is_refused_or_searched_as_text() {
    let monster = "a{1000}".repeat(3) + "{1000}{1000}";
    let (_, note) = compile(&monster).unwrap();
    assert!(note.is_some());
}
