use super::*;

#[test]
fn goodbyes_of_shells_and_editors_are_understood() {
    for text in ["exit", "quit", ":q"] {
        assert!(is_farewell(text));
    }
    assert!(!is_farewell("exit the building"));
}
