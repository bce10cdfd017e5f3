use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use futures_util::StreamExt as _;
use nanofolks_local::Download as _;
use nanofolks_providers::Http;

use super::download::OverHttp;

/// A server for one request: it says `head` and sends `body`, and tells what was asked.
fn serve(head: String, body: Vec<u8>) -> (SocketAddr, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = Vec::new();
        let mut byte = [0];
        while !asked.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).unwrap();
            asked.push(byte[0]);
        }
        stream.write_all(head.as_bytes()).unwrap();
        // The reader may go away before everything was sent.
        stream.write_all(&body).ok();
        String::from_utf8(asked).unwrap().to_lowercase()
    });
    (address, thread)
}

#[tokio::test]
async fn a_file_comes_whole_and_in_order() {
    let body: Vec<u8> =
        (0..3_000_000_u32).map(|n| n.to_le_bytes()[0] ^ n.to_le_bytes()[1]).collect();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    let (address, server) = serve(head, body.clone());
    let download = OverHttp::new(&Arc::new(Http::new(false)));
    let url = format!("http://{address}/file");
    let mut incoming = download.get(&url, 0).await.unwrap();
    assert_eq!((incoming.from, incoming.total), (0, Some(3_000_000)));
    let mut came = Vec::new();
    while let Some(chunk) = incoming.body.next().await {
        came.extend_from_slice(&chunk.unwrap());
    }
    assert!(came == body, "{} bytes came", came.len());
    assert!(!server.join().unwrap().contains("range:"));
}

#[tokio::test]
async fn it_goes_on_where_it_stopped() {
    let head =
        "HTTP/1.1 206 Partial Content\r\ncontent-range: bytes 4-9/10\r\ncontent-length: 6\r\n\r\n";
    let (address, server) = serve(head.to_owned(), b"456789".to_vec());
    let download = OverHttp::new(&Arc::new(Http::new(false)));
    let url = format!("http://{address}/file");
    let incoming = download.get(&url, 4).await.unwrap();
    assert_eq!((incoming.from, incoming.total), (4, Some(10)));
    let chunks: Vec<_> = incoming.body.map(Result::unwrap).collect().await;
    assert_eq!(chunks.concat(), b"456789");
    assert!(server.join().unwrap().contains("range: bytes=4-"));
}

#[tokio::test]
async fn a_cut_connection_is_an_error_after_what_came() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n";
    let (address, _server) = serve(head.to_owned(), b"0123".to_vec());
    let download = OverHttp::new(&Arc::new(Http::new(false)));
    let url = format!("http://{address}/file");
    let incoming = download.get(&url, 0).await.unwrap();
    let chunks: Vec<_> = incoming.body.collect().await;
    let (last, before) = chunks.split_last().unwrap();
    let before: Vec<u8> = before.iter().flat_map(|chunk| chunk.clone().unwrap()).collect();
    assert_eq!(before, b"0123");
    assert_eq!(last.as_ref().unwrap_err().code, "download_failed");
}

#[tokio::test]
async fn a_missing_file_and_offline_are_told_at_once() {
    let (address, _server) =
        serve("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned(), Vec::new());
    let url = format!("http://{address}/file");
    let online = OverHttp::new(&Arc::new(Http::new(false)));
    let problem = online.get(&url, 0).await.err().unwrap();
    assert!(problem.message.contains("404"), "{problem}");
    let offline = OverHttp::new(&Arc::new(Http::new(true)));
    assert_eq!(offline.get(&url, 0).await.err().unwrap().code, "offline");
}
