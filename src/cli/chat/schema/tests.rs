use serde_json::json;

use super::*;

fn schema() -> OutputSchema {
    let schema = json!({
        "type": "object",
        "required": ["n"],
        "properties": { "n": { "type": "integer" } }
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("schema.json");
    std::fs::write(&file, schema.to_string()).unwrap();
    OutputSchema::read(&file).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn an_answer_that_follows_the_schema_passes_with_or_without_a_fence() {
    let schema = schema();
    assert_eq!(schema.check("{\"n\": 1}").unwrap(), "{\"n\": 1}");
    assert_eq!(schema.check("```json\n{\"n\": 1}\n```\n").unwrap(), "{\"n\": 1}");
}

#[test]
fn says_what_is_wrong_and_where() {
    let problem = schema().check("{\"n\": \"one\"}").unwrap_err();
    assert_eq!(problem.code, "schema_violation");
    assert!(problem.message.contains("/n"), "{}", problem.message);
    assert!(schema().check("Sure! {\"n\": 1}").unwrap_err().message.contains("not JSON"));
}

#[test]
fn a_file_that_is_no_schema_is_refused_before_anything_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("schema.json");
    for (text, word) in [("{", "EOF"), ("{\"type\": 5}", "schema.json")] {
        std::fs::write(&file, text).unwrap();
        let error = OutputSchema::read(&file).err().unwrap().to_string();
        assert!(error.contains(word), "{error}");
    }
    assert!(OutputSchema::read(&folder.path().join("none")).is_err());
}
