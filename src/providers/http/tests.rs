//! Files over real sockets, and clients that are made once.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

/// Answers one request after another with these bytes; gives back what was asked.
async fn serve(answers: Vec<Vec<u8>>) -> (String, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let work = tokio::spawn(async move {
        let mut asked = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
            asked.push(String::from_utf8(head).unwrap());
            stream.write_all(&answer).await.unwrap();
        }
        asked
    });
    (address, work)
}

/// Keeps bytes as a file would.
#[derive(Default)]
struct Kept {
    bytes: Vec<u8>,
    total: Option<u64>,
    full: bool,
}

impl Sink for Kept {
    fn begin(&mut self, offset: u64, total: Option<u64>) -> io::Result<()> {
        self.bytes.truncate(usize::try_from(offset).unwrap());
        self.total = total;
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }
}

fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

#[tokio::test]
async fn a_file_comes_whole_and_goes_on_where_it_stopped() {
    let range = "content-range: bytes 3-5/6\r\n";
    let (address, server) =
        serve(vec![answer("200 OK", "", "abcdef"), answer("206 Partial Content", range, "def")])
            .await;
    let http = Http::new(false);
    let mut file = Kept::default();
    let fetched = http.fetch(&address, 0, &mut file).await.unwrap();
    assert_eq!(
        (fetched, &file.bytes[..], file.total),
        (Fetched { offset: 0, bytes: 6 }, &b"abcdef"[..], Some(6))
    );

    file.bytes.truncate(3);
    let fetched = http.fetch(&address, 3, &mut file).await.unwrap();
    assert_eq!((fetched, &file.bytes[..]), (Fetched { offset: 3, bytes: 3 }, &b"abcdef"[..]));
    let asked = server.await.unwrap();
    assert!(!asked[0].to_lowercase().contains("range:"));
    assert!(asked[1].to_lowercase().contains("range: bytes=3-"));
}

#[tokio::test]
async fn a_server_that_cannot_resume_starts_again() {
    let (address, server) = serve(vec![answer("200 OK", "", "abcdef")]).await;
    let mut file = Kept { bytes: b"abc".to_vec(), ..Kept::default() };
    let fetched = Http::new(false).fetch(&address, 3, &mut file).await.unwrap();
    assert_eq!((fetched.offset, &file.bytes[..]), (0, &b"abcdef"[..]));
    server.await.unwrap();
}

#[tokio::test]
async fn what_goes_wrong_is_told_and_nothing_wrong_is_kept() {
    let short = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc".to_vec();
    let other = answer("206 Partial Content", "content-range: bytes 0-2/6\r\n", "abc");
    let (address, server) = serve(vec![
        answer("404 Not Found", "", "<html>"),
        short,
        other,
        answer("200 OK", "", "abc"),
    ])
    .await;
    let http = Http::new(false);
    let mut file = Kept::default();
    let told = http.fetch(&address, 0, &mut file).await.unwrap_err().to_problem();
    assert!(told.message.ends_with("answered HTTP 404"), "{told}");
    assert!(file.bytes.is_empty());
    let told = http.fetch(&address, 0, &mut file).await.unwrap_err().to_problem();
    assert!(told.retryable && told.message.contains("too early"), "{told}");
    let told = http.fetch(&address, 3, &mut file).await.unwrap_err().to_problem();
    assert!(told.message.contains("another part"), "{told}");
    file.full = true;
    let told = http.fetch(&address, 0, &mut file).await.unwrap_err().to_problem();
    assert_eq!(told.code, "download_not_kept");
    server.await.unwrap();
}

#[tokio::test]
async fn only_safe_addresses_are_gone_to_also_after_a_redirect() {
    let http = Http::new(false);
    for address in
        ["http://example.com/model", "ftp://127.0.0.1/x", "file:///etc/passwd", "nonsense"]
    {
        let told = http.fetch(address, 0, &mut Kept::default()).await.unwrap_err().to_problem();
        assert_eq!(told.code, "download_address", "{address}");
    }
    let away = answer("302 Found", "location: http://192.0.2.1/model\r\n", "");
    let (address, server) = serve(vec![away]).await;
    let told = http.fetch(&address, 0, &mut Kept::default()).await.unwrap_err().to_problem();
    assert_eq!(told.code, "download_failed");
    server.await.unwrap();

    let (address, server) = serve(vec![answer("200 OK", "", "abc")]).await;
    let here = answer("302 Found", &format!("location: {address}/model\r\n"), "");
    let (first, _) = serve(vec![here]).await;
    let mut file = Kept::default();
    http.fetch(&first, 0, &mut file).await.unwrap();
    assert_eq!(file.bytes, b"abc");
    server.await.unwrap();
}

#[tokio::test]
async fn offline_fetches_nothing() {
    let told = Http::new(true).fetch("https://example.com/", 0, &mut Kept::default()).await;
    assert_eq!(told.unwrap_err().to_problem().code, "offline");
}

#[test]
fn clients_are_made_once_for_each_use() {
    let http = Http::new(false);
    let here = Url::parse("http://127.0.0.1:1/").unwrap();
    let there = Url::parse("http://192.0.2.1/").unwrap();
    for _ in 0..3 {
        http.client(&here, None).unwrap();
        http.client(&there, None).unwrap();
    }
    assert_eq!(http.clients.lock().unwrap().len(), 2);
    http.client(&here, Some(Duration::from_secs(3))).unwrap();
    assert_eq!(http.clients.lock().unwrap().len(), 3);
}
