//! Streams as they come: whatever the pieces, the answer is the same.

use nanofolks_testkit::{Dialect, FakeModelServer, Reply, TestHome};

use crate::journey::NANOFOLKS;

const TEXT: &str = "naïve – 日本語 👩‍💻 \"quoted\" and \\ escaped";

fn answers(dialect: Dialect, reply: Reply) -> String {
    let server = FakeModelServer::with([reply]);
    let home = TestHome::with_server(NANOFOLKS, &server, dialect);
    home.run(["chat", "-q", "hi"]).exits(0).out()
}

#[test]
fn the_form_of_a_stream_does_not_matter() {
    for dialect in Dialect::ALL {
        for reply in [
            Reply::text(TEXT).chunks(1),
            Reply::text(TEXT).chunks(7),
            Reply::text(TEXT).whole(),
            Reply::text(TEXT).crlf(),
            Reply::text(TEXT).crlf().chunks(1),
            Reply::text(TEXT).keep_alives(),
            Reply::text(TEXT).all_fields(),
            Reply::text(TEXT).many_data_lines(),
            Reply::text(TEXT).keep_alives().all_fields().crlf().chunks(3),
            Reply::text(TEXT).unframed(),
            Reply::text(TEXT).no_usage(),
        ] {
            assert_eq!(answers(dialect, reply), format!("{TEXT}\n"), "{dialect:?}");
        }
    }
}
