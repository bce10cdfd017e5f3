//! A server with a certificate that nobody should trust.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection};

/// Made for 127.0.0.1 and localhost, signed by itself, good for a hundred years.
const CERTIFICATE: &[u8] = include_bytes!("self-signed.der");
/// Its key, which protects nothing.
const KEY: &[u8] = include_bytes!("self-signed.key.der");

/// Starts a TLS server that nobody has a reason to trust, and gives its address. It lives as
/// long as the test program.
///
/// # Panics
/// When loopback cannot be used.
#[must_use]
pub fn untrusted_tls() -> SocketAddr {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(KEY));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(CERTIFICATE)], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().filter_map(Result::ok) {
            let config = Arc::clone(&config);
            std::thread::spawn(move || shake_hands(stream, config));
        }
    });
    address
}

fn shake_hands(mut stream: TcpStream, config: Arc<ServerConfig>) {
    let Ok(mut connection) = ServerConnection::new(config) else { return };
    while connection.is_handshaking() {
        if connection.complete_io(&mut stream).is_err() {
            return;
        }
    }
    // Whoever comes this far has trusted us; a panic here would only end this thread, so
    // the trust shows as a connection that closes without an answer.
}
