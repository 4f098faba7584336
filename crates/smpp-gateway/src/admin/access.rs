//! Who may look: whoever is on this machine, or has the token.

use std::{io, net::IpAddr, path::Path, sync::Arc};

use aws_lc_rs::{constant_time, rand};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{config::AdminConfig, secret_file};

/// What a request must show.
#[derive(Debug)]
pub(super) enum Access {
    /// That it was meant for this machine: a page from elsewhere could have its browser ask by another name that leads here.
    ThisMachine,
    /// The token.
    Token(Box<[u8]>),
}

impl Access {
    /// The token of the file, which is made with mode 0600 if there is none; a path that is not absolute starts at `state_dir`.
    pub(super) fn new(config: &AdminConfig, state_dir: &Path) -> io::Result<Self> {
        let Some(file) = &config.token_file else { return Ok(Self::ThisMachine) };
        let token = secret_file::read_or_create(&state_dir.join(file), new_token)?;
        let token = token.trim_ascii();
        if token.len() < SHORTEST {
            let what = format!("a token of {} characters, {SHORTEST} are needed", token.len());
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
        Ok(Self::Token(token.into()))
    }

    fn allows(&self, headers: &HeaderMap) -> bool {
        let value = |name| headers.get(name).map_or(&b""[..], |value: &header::HeaderValue| value.as_bytes());
        match self {
            Self::ThisMachine => is_this_machine(value(header::HOST)),
            Self::Token(token) => value(header::AUTHORIZATION)
                .strip_prefix(b"Bearer ")
                .is_some_and(|given| constant_time::verify_slices_are_equal(given, token).is_ok()),
        }
    }
}

pub(super) async fn judge(State(access): State<Arc<Access>>, request: Request, next: Next) -> Response {
    match &*access {
        access if access.allows(request.headers()) => next.run(request).await,
        Access::ThisMachine => (StatusCode::MISDIRECTED_REQUEST, "ask for localhost\n").into_response(),
        Access::Token(_) => {
            let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
            (StatusCode::UNAUTHORIZED, challenge, "a bearer token is needed\n").into_response()
        }
    }
}

fn is_this_machine(host: &[u8]) -> bool {
    let Ok(host) = str::from_utf8(host) else { return false };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|octet| octet.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    name == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// 256 bits in hexadecimal.
fn new_token() -> io::Result<Vec<u8>> {
    let mut octets = [0_u8; 32];
    rand::fill(&mut octets).map_err(|_| io::Error::other("the system has no random octets to give"))?;
    Ok(octets.iter().map(|octet| format!("{octet:02x}")).collect::<String>().into_bytes())
}

/// A shorter token could be guessed.
const SHORTEST: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_this_machine() {
        for host in ["localhost", "localhost:2776", "127.0.0.1:2776", "127.1.2.3", "[::1]:2776", "[::1]"] {
            assert!(is_this_machine(host.as_bytes()), "{host}");
        }
        for host in ["", "gateway.example:2776", "localhost.example", "192.0.2.1", "[2001:db8::1]:1"] {
            assert!(!is_this_machine(host.as_bytes()), "{host}");
        }
    }
}
