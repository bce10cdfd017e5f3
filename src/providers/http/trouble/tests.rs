use rustls::{AlertDescription, CertificateError, Error, OtherError};

use super::*;

#[test]
fn a_handshake_that_failed_is_told_without_names_of_code() {
    let other = OtherError(std::sync::Arc::new(io::Error::other("CaUsedAsEndEntity")));
    for (error, want) in [
        (Error::InvalidCertificate(CertificateError::UnknownIssuer), "nobody this machine trusts"),
        (Error::InvalidCertificate(CertificateError::Expired), "has expired"),
        (Error::InvalidCertificate(CertificateError::NotValidForName), "another name"),
        (Error::InvalidCertificate(CertificateError::Other(other)), "cannot be verified"),
        (Error::AlertReceived(AlertDescription::HandshakeFailure), "refused the handshake"),
        (Error::General("Xyz(1)".to_owned()), "the handshake failed"),
    ] {
        let message = of_tls(&error, "https://x.test").message;
        assert!(message.contains(want), "{message}");
        for code in ["Other", "Error", "UnknownIssuer", "HandshakeFailure", "Xyz", "(("] {
            assert!(!message.contains(code), "{message}");
        }
    }
}
