//! Servers whose bytes are not what they should be: too many, packed, of another shape.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use nanofolks_testkit::{Dialect, Finished, TestHome};

use crate::journey::{NANOFOLKS, says_clearly};

/// More than anybody should read.
pub(super) const FLOOD: u64 = 100 << 20;

/// A server that answers every request with the same bytes, and counts those it got rid of.
pub(super) struct Bare {
    address: SocketAddr,
    pub(super) sent: Arc<AtomicU64>,
}

/// What a server says: some bytes, and then others again and again, up to so many in all.
pub(super) struct Speech {
    pub(super) head: &'static str,
    pub(super) first: Vec<u8>,
    pub(super) again: Vec<u8>,
    pub(super) most: u64,
}

impl Speech {
    pub(super) fn once(head: &'static str, first: impl Into<Vec<u8>>) -> Self {
        Self { head, first: first.into(), again: Vec::new(), most: 0 }
    }
}

impl Bare {
    pub(super) fn saying(speech: Speech) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let sent = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&sent);
        // It ends with the process of the tests.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Whoever asked may hang up at any moment; that is its right.
                drop(answer(stream, &speech, &count));
            }
        });
        Self { address, sent }
    }

    /// One that keeps every connection open and says nothing more.
    fn silent_after(speech: Speech) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let sent = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&sent);
        std::thread::spawn(move || {
            let mut open = Vec::new();
            for stream in listener.incoming().flatten() {
                open.extend(stream.try_clone());
                drop(answer(stream, &speech, &count));
            }
        });
        Self { address, sent }
    }

    fn home(&self, more: &str) -> TestHome {
        self.home_in(Dialect::OpenAiChat, more)
    }

    /// A home whose provider `lab` is this server, spoken to in a format.
    pub(super) fn home_in(&self, dialect: Dialect, more: &str) -> TestHome {
        let version = match dialect {
            Dialect::OpenAiChat | Dialect::OpenAiResponses => "/v1",
            Dialect::Anthropic | Dialect::Gemini | Dialect::Ollama => "",
        };
        let home = TestHome::new(NANOFOLKS);
        home.config(&format!(
            "model = \"lab/m\"\n[providers.lab]\nkind = \"{}\"\n\
             base_url = \"http://{}{version}\"\napi_key = \"k\"\nretries = 0\n{more}",
            dialect.kind(),
            self.address
        ));
        home
    }
}

fn answer(stream: TcpStream, speech: &Speech, sent: &AtomicU64) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    reader.take(length).read_to_end(&mut Vec::new())?;
    let mut stream = stream;
    stream.write_all(speech.head.as_bytes())?;
    stream.write_all(&speech.first)?;
    let mut gone = 0;
    while gone < speech.most {
        stream.write_all(&speech.again)?;
        gone += speech.again.len() as u64;
        sent.fetch_add(speech.again.len() as u64, Ordering::Relaxed);
    }
    Ok(())
}

pub(super) const STREAM: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";

/// The end of a run, and the most memory it had at once.
pub(super) fn watched(home: &TestHome) -> (Finished, u64) {
    let running = home.call(["chat", "-q", "hi"]).start();
    let status = format!("/proc/{}/status", running.id());
    let watcher = std::thread::spawn(move || {
        let mut most = 0;
        // Gone, or a process that has ended: nothing more to see.
        while let Some(now) = std::fs::read_to_string(&status).ok().and_then(|text| peak(&text)) {
            most = now;
            std::thread::park_timeout(std::time::Duration::from_millis(1));
        }
        most
    });
    let finished = running.wait();
    (finished, watcher.join().unwrap())
}

fn peak(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}

#[test]
fn a_hundred_megabytes_in_one_event_or_line_are_an_error_and_not_kept() {
    for first in [
        // The text of an answer that does not end.
        &b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\""[..],
        // A line that is no event at all.
        b"x",
        // A comment, as keep-alives are.
        b": ",
    ] {
        let again = vec![b'a'; 1 << 20];
        let server =
            Bare::saying(Speech { head: STREAM, first: first.to_vec(), again, most: FLOOD });

        let (finished, memory) = watched(&server.home(""));

        let name = String::from_utf8_lossy(first);
        says_clearly(&finished.exits(6), &["lab"]);
        let sent = server.sent.load(Ordering::Relaxed);
        assert!(sent < FLOOD / 2, "{name:?}: {sent} bytes were taken");
        if cfg!(target_os = "linux") {
            assert!(memory > 0 && memory < 128 << 20, "{name:?}: {memory} bytes of memory");
        }
    }
}

#[test]
fn a_document_that_never_ends_is_an_error_and_not_kept() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n";
    let (first, again) = (b"{\"choices\":\"".to_vec(), vec![b'a'; 1 << 20]);
    let server = Bare::saying(Speech { head, first, again, most: FLOOD });

    says_clearly(&server.home("").run(["chat", "-q", "hi"]).exits(6), &["lab"]);

    let sent = server.sent.load(Ordering::Relaxed);
    assert!(sent < FLOOD / 2, "{sent} bytes were taken");
}

/// Twenty megabytes of nothing as gzip packs them: which byte how many times.
#[rustfmt::skip]
const PACKED: &[(u8, usize)] = &[
    (31, 1), (139, 1), (8, 1), (0, 5), (2, 1), (3, 1), (236, 1), (193, 1), (1, 2), (0, 3),
    (128, 1), (144, 1), (254, 1), (175, 1), (238, 1), (8, 1), (10, 1), (0, 4094), (128, 1),
    (217, 1), (131, 1), (3, 1), (1, 1), (0, 4), (32, 1), (255, 1), (215, 1), (70, 1), (80, 1),
    (85, 4095), (97, 1), (15, 1), (14, 1), (4, 1), (0, 4), (128, 1), (252, 1), (95, 1), (27, 1),
    (65, 1), (85, 4095), (133, 1), (61, 1), (56, 1), (16, 1), (0, 5), (242, 1), (127, 1),
    (109, 1), (4, 1), (85, 4095), (149, 1), (246, 1), (224, 1), (128, 1), (0, 4), (64, 1),
    (200, 1), (255, 1), (215, 1), (13, 1), (9, 1), (0, 3938), (240, 1), (20, 1), (23, 1),
    (52, 1), (119, 1), (56, 1), (0, 2), (64, 1), (1, 1),
];

#[test]
fn packed_bytes_are_never_unpacked() {
    // Nobody asked for gzip.
    let bomb: Vec<u8> =
        PACKED.iter().flat_map(|(byte, times)| std::iter::repeat_n(*byte, *times)).collect();
    assert_eq!(bomb.len(), 20_405);
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                content-encoding: gzip\r\nconnection: close\r\n\r\n";
    let server = Bare::saying(Speech::once(head, bomb));

    let (finished, memory) = watched(&server.home(""));

    says_clearly(&finished.exits(6), &["lab"]);
    if cfg!(target_os = "linux") {
        assert!(memory > 0 && memory < 128 << 20, "{memory} bytes of memory");
    }
}

#[test]
fn an_error_with_status_200_is_an_error() {
    for head in [
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n",
    ] {
        let body = r#"{"error":{"message":"the queue is on fire","type":"server_error"}}"#;
        let server = Bare::saying(Speech::once(head, body));

        says_clearly(&server.home("").run(["chat", "-q", "hi"]).exits(6), &["lab"]);
    }
}

#[test]
fn usage_that_cannot_be_spoils_neither_the_answer_nor_the_sums() {
    for usage in [
        r#"{"prompt_tokens":-5,"completion_tokens":-1,"total_tokens":-6}"#,
        r#"{"prompt_tokens":1e18,"completion_tokens":1e18}"#,
        r#"{"prompt_tokens":1e300,"completion_tokens":0.5}"#,
        r#"{"prompt_tokens":"many","completion_tokens":null}"#,
        r#"{"prompt_tokens":[],"completion_tokens":{}}"#,
        r#""none of your business""#,
        "18446744073709551616",
    ] {
        let body = format!(
            "data: {{\"id\":\"1\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"well\"}},\
             \"finish_reason\":\"stop\"}}],\"usage\":{usage}}}\n\ndata: [DONE]\n\n"
        );
        let server = Bare::saying(Speech::once(STREAM, body));
        let home = server.home("");

        let done = home.run(["chat", "-q", "hi"]).exits(0);

        assert_eq!(done.out(), "well\n", "{usage}");
        let sums = home.run(["usage", "--json"]).exits(0).json();
        assert_eq!(sums["total"]["requests"], 1, "{usage}: {sums}");
        assert!(sums["total"]["input_tokens"].as_u64().is_some(), "{usage}: {sums}");
        home.run(["chat", "-q", "again"]).exits(0);
    }
}

#[test]
fn every_kind_of_patience_is_a_setting_of_its_own() {
    let quick = |home: &TestHome, more: &str, words: &[&str]| {
        let before = std::time::Instant::now();
        says_clearly(&home.run(["chat", "-q", "hi"]).exits(6), words);
        assert!(before.elapsed().as_secs() < 30, "{more} did not count");
    };
    // Nobody shakes hands.
    let (_port, number) = nanofolks_testkit::deaf_port();
    let home = TestHome::new(NANOFOLKS);
    home.config(&format!(
        "model = \"lab/m\"\n[providers.lab]\nkind = \"openai-chat\"\n\
         base_url = \"https://127.0.0.1:{number}/v1\"\napi_key = \"k\"\nretries = 0\n\
         connect_timeout = 1\n"
    ));
    quick(&home, "connect_timeout", &["lab"]);
    // A connection, and not one byte.
    home.config(&format!(
        "model = \"lab/m\"\n[providers.lab]\nkind = \"openai-chat\"\n\
         base_url = \"http://127.0.0.1:{number}/v1\"\napi_key = \"k\"\nretries = 0\n\
         first_byte_timeout = 1\nidle_timeout = 600\n"
    ));
    quick(&home, "first_byte_timeout", &["provider_timeout", "within 1 s"]);
    // A beginning, and silence.
    let first = b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"one\"}}]}\n\n";
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                content-length: 1000000\r\n\r\n";
    let server = Bare::silent_after(Speech::once(head, *first));
    let home = server.home("idle_timeout = 1\nfirst_byte_timeout = 600\n");
    let before = std::time::Instant::now();
    let done = home.run(["chat", "-q", "hi", "--json"]).exits(6);
    assert!(done.out().contains("for 1 s in the middle"), "{}", done.out());
    // Longer than the whole answer may take.
    let home = server.home("timeout = 1\nidle_timeout = 600\n");
    let done = home.run(["chat", "-q", "hi", "--json"]).exits(6);
    assert!(done.out().contains("took too long"), "{}", done.out());
    assert!(before.elapsed().as_secs() < 60);
}
