use std::sync::Arc;

use bytes::Bytes;
use nanofolks_protocol::{BlobId, Content, Message, ModelRequest, Origin, Part, Role};
use nanofolks_testkit::Dialect as Spoken;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::testing::{answered, body, call, dialect, longer, message, request, said};

fn asked(text: &str) -> Arc<Message> {
    message(Role::User, vec![Part::text(Origin::User, text)])
}

/// What a format writes that has never written anything.
fn fresh(request: &ModelRequest) -> Value {
    body(&*dialect(Spoken::OpenAiChat), request)
}

#[test]
fn a_conversation_that_goes_on_is_written_like_one_that_is_new() {
    let chat = dialect(Spoken::OpenAiChat);
    let look = call("call_1", json!({ "path": "a.txt" }));
    let steps = [
        said("I will look.", vec![look.clone()]),
        answered(&look, "roses"),
        said("Roses.", vec![]),
        asked("and then?"),
    ];
    let mut more = Vec::new();
    for step in steps {
        more.push(step);
        let request = longer("m", more.clone());
        assert_eq!(body(&*chat, &request), fresh(&request));
    }
    let other = request("m");
    assert_eq!(body(&*chat, &other), fresh(&other), "another conversation, without tools");
}

#[test]
fn a_picture_that_has_come_is_not_left_out_for_having_been_missing() {
    let chat = dialect(Spoken::OpenAiChat);
    let blob = BlobId::from_digest(&[7; 32]);
    let content = Content::Image { mime: "image/png".to_owned(), blob: blob.clone() };
    let picture = Part { origin: Origin::User, content };
    let mut request = longer("m", vec![message(Role::User, vec![picture])]);
    let without = body(&*chat, &request);

    request.blobs = Arc::new([(blob, Bytes::from_static(b"pixels"))].into());
    let with = body(&*chat, &request);
    assert_ne!(with, without);
    assert_eq!(with, fresh(&request));
}

proptest! {
    /// Conversations in any order, with beginnings in common or not.
    #[test]
    fn whatever_was_written_before_changes_nothing(
        turns in prop::collection::vec(prop::collection::vec(0..6_usize, 0..6), 1..8),
    ) {
        let pool: Vec<_> = (0..6)
            .map(|n| match n {
                // Becomes nothing at all.
                0 => message(Role::User, vec![]),
                n if n % 2 == 0 => asked(&format!("question {n}")),
                n => said(&format!("answer {n}"), vec![]),
            })
            .collect();
        let chat = dialect(Spoken::OpenAiChat);
        for turn in turns {
            let messages = turn.into_iter().map(|at| Arc::clone(&pool[at])).collect();
            let request = longer("m", messages);
            prop_assert_eq!(body(&*chat, &request), fresh(&request));
        }
    }
}
