//! Why no answer came. The HTTP client says little itself; the cause hides in the errors below it.

use std::{error::Error, io};

/// No answer came.
pub struct Trouble {
    pub why: String,
    /// Whether another try could help.
    pub passing: bool,
}

/// Every error below one of the HTTP client's, which tells nothing itself. An I/O error that wraps another one passes it
/// over in its own `source`.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |&cause| {
        match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => cause.source(),
        }
    })
}

impl From<reqwest::Error> for Trouble {
    fn from(error: reqwest::Error) -> Self {
        if let Some(tls) = causes(&error).find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
            return Trouble { why: tls_trouble(tls), passing: false };
        }
        let why = match below(&error) {
            Some(why) => why,
            None if error.is_timeout() => "timed out",
            None if error.is_connect() => "cannot connect",
            None => "the connection ended without a proper answer",
        };
        Trouble { why: why.to_owned(), passing: true }
    }
}

fn tls_trouble(error: &rustls::Error) -> String {
    use rustls::CertificateError as Fault;
    match error {
        rustls::Error::InvalidCertificate(fault) => match fault {
            Fault::Expired | Fault::ExpiredContext { .. } => "TLS: the certificate has expired".to_owned(),
            Fault::NotValidForName | Fault::NotValidForNameContext { .. } => {
                "TLS: the certificate is for another host".to_owned()
            }
            _ => "TLS: the certificate is not trusted".to_owned(),
        },
        other => format!("TLS: {other}"),
    }
}

/// What the network itself says.
pub fn below(error: &reqwest::Error) -> Option<&'static str> {
    causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>()).find_map(|io| match io.kind() {
        io::ErrorKind::ConnectionRefused => Some("connection refused"),
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => Some("connection reset"),
        io::ErrorKind::NetworkUnreachable => Some("the network is unreachable"),
        io::ErrorKind::HostUnreachable => Some("the host is unreachable"),
        _ => None,
    })
}
