use serde::Deserialize;
use serde_json::json;

use super::*;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Colour {
    Red,
    Green,
}

/// Arguments of a tool that exists only here.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is looked at")]
struct Args {
    /// where
    path: String,
    /// how many
    limit: Option<u32>,
    /// which
    colour: Option<Colour>,
    #[serde(default)]
    names: Vec<String>,
}

#[test]
fn keeps_what_a_model_needs_and_nothing_else() {
    assert_eq!(
        of::<Args>(),
        json!({
            "type": "object",
            "properties": {
                "path": { "type": "string", "description": "where" },
                "limit": { "type": "integer", "minimum": 0, "description": "how many" },
                "colour": { "type": "string", "enum": ["red", "green"], "description": "which" },
                "names": { "type": "array", "items": { "type": "string" }, "default": [] },
            },
            "required": ["path"],
            "additionalProperties": false,
        })
    );
}
