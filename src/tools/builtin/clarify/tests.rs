use super::*;

fn told(question: &str, choices: &[&str]) -> Result<(), String> {
    let choices: Vec<String> = choices.iter().map(|it| (*it).to_owned()).collect();
    check(question, &choices).map_err(|error| error.message)
}

#[test]
fn a_question_is_short_and_has_few_choices() {
    assert_eq!(told("Which colour?", &["red", "teal"]), Ok(()));
    assert_eq!(told("Which colour?", &[]), Ok(()));
    assert_eq!(told("  ", &[]), Err("the question is empty".to_owned()));
    assert_eq!(
        told("Which?", &["a", "b", "c", "d", "e"]),
        Err("there are 5 choices, at most 4 fit".to_owned())
    );
    assert!(told("Which?", &["a", " "]).is_err());
    assert!(told(&"x".repeat(2001), &[]).is_err());
}

#[test]
fn it_changes_nothing_and_whoever_is_no_person_does_not_get_it() {
    assert!(DESCRIPTOR.is_read_only() && DESCRIPTOR.asks);
    for trust in [Trust::Webhook, Trust::Child, Trust::System, Trust::Gateway] {
        assert!(!DESCRIPTOR.trust.contains(&trust), "{trust:?}");
    }
}
