//! The PROXY protocol, version 2: how a load balancer says for whom it speaks.
//!
//! ```text
//! 12 octets  0D 0A 0D 0A 00 0D 0A 51 55 49 54 0A
//!  1         version 2 and command: 20 LOCAL (the proxy itself), 21 PROXY
//!  1         address family and protocol: 11 TCP over IPv4, 21 TCP over IPv6
//!  2         octets that follow
//!  n         source address, destination address, source port, destination port; then TLVs
//! ```

use std::{
    fmt, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use tokio::io::{AsyncRead, AsyncReadExt};

const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";
/// Octets up to and with the length.
const HEAD: usize = 16;
/// Octets that may follow: the addresses take 36 at most, the rest is for TLVs (a certificate's name is the largest in use).
const MAX_BODY: usize = 1_024;

/// Reads a header, and nothing behind it; gives the address of the client, `None` when the proxy speaks for itself.
///
/// # Errors
/// What is wrong with the header.
pub(super) async fn read_header(
    stream: &mut (impl AsyncRead + Unpin),
) -> Result<Option<SocketAddr>, ProxyError> {
    let mut head = [0; HEAD];
    stream.read_exact(&mut head).await.map_err(ProxyError::Io)?;
    let Some(&[command, family, high, low]) = head.strip_prefix(&SIGNATURE) else {
        return Err(ProxyError::Absent);
    };
    let len = usize::from(u16::from_be_bytes([high, low]));
    if len > MAX_BODY {
        return Err(ProxyError::TooLong(len));
    }
    let mut body = vec![0; len];
    stream.read_exact(&mut body).await.map_err(ProxyError::Io)?;
    match command {
        LOCAL => Ok(None),
        PROXY => source(family, &body).map(Some),
        other => Err(ProxyError::Command(other)),
    }
}

/// Where the client connects from.
fn source(family: u8, body: &[u8]) -> Result<SocketAddr, ProxyError> {
    let (address, ports): (IpAddr, _) = match family {
        TCP4 => {
            let (addresses, ports) = body.split_first_chunk::<8>().ok_or(ProxyError::Cut(body.len()))?;
            let &[a, b, c, d, ..] = addresses;
            (Ipv4Addr::new(a, b, c, d).into(), ports)
        }
        TCP6 => {
            let (address, rest) = body.split_first_chunk::<16>().ok_or(ProxyError::Cut(body.len()))?;
            let (_, ports) = rest.split_first_chunk::<16>().ok_or(ProxyError::Cut(body.len()))?;
            (Ipv6Addr::from(*address).to_canonical(), ports)
        }
        other => return Err(ProxyError::Family(other)),
    };
    let (&[high, low, _, _], _tlvs) = ports.split_first_chunk::<4>().ok_or(ProxyError::Cut(body.len()))?;
    Ok((address, u16::from_be_bytes([high, low])).into())
}

const LOCAL: u8 = 0x20;
const PROXY: u8 = 0x21;
const TCP4: u8 = 0x11;
const TCP6: u8 = 0x21;

/// Why a header was refused.
#[derive(Debug)]
pub(super) enum ProxyError {
    Io(io::Error),
    Absent,
    TooLong(usize),
    Command(u8),
    Family(u8),
    Cut(usize),
}

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                f.write_str("the connection ended inside the PROXY header")
            }
            Self::Io(error) => write!(f, "the PROXY header could not be read: {error}"),
            Self::Absent => f.write_str("the connection does not start with a PROXY header of version 2"),
            Self::TooLong(len) => {
                write!(f, "the PROXY header announces {len} octets, {MAX_BODY} are allowed")
            }
            Self::Command(octet) => write!(f, "the PROXY header has version and command 0x{octet:02X}"),
            Self::Family(octet) => {
                write!(
                    f,
                    "the PROXY header has address family 0x{octet:02X}, allowed is TCP over IPv4 or IPv6"
                )
            }
            Self::Cut(len) => write!(f, "the PROXY header has no room for addresses in its {len} octets"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header with this command, family and body.
    fn header(command: u8, family: u8, body: &[u8]) -> Vec<u8> {
        let len = u16::try_from(body.len()).unwrap().to_be_bytes();
        [&SIGNATURE[..], &[command, family], &len, body].concat()
    }

    async fn read(mut octets: &[u8]) -> (Result<Option<SocketAddr>, String>, &[u8]) {
        let result = read_header(&mut octets).await.map_err(|error| error.to_string());
        (result, octets)
    }

    const IPV4: [u8; 12] = [192, 0, 2, 1, 198, 51, 100, 2, 0xC3, 0x50, 0x0A, 0xD7];

    #[tokio::test]
    async fn an_ipv4_client_is_named_and_nothing_behind_the_header_is_taken() {
        let octets = [header(PROXY, TCP4, &IPV4), b"\x16\x03\x01".to_vec()].concat();
        let (client, behind) = read(&octets).await;
        assert_eq!(client.unwrap(), Some("192.0.2.1:50000".parse().unwrap()));
        assert_eq!(behind, b"\x16\x03\x01");
    }

    #[tokio::test]
    async fn an_ipv6_client_is_named() {
        let mut body = [0; 36];
        body[..4].copy_from_slice(&[0x20, 0x01, 0x0D, 0xB8]);
        body[15] = 9;
        body[32..34].copy_from_slice(&[0xC3, 0x50]);
        let octets = header(PROXY, TCP6, &body);
        assert_eq!(read(&octets).await.0.unwrap(), Some("[2001:db8::9]:50000".parse().unwrap()));
    }

    #[tokio::test]
    async fn tlvs_are_skipped() {
        let body = [&IPV4[..], &[0x03, 0, 4, 1, 2, 3, 4, 0xEE, 0, 0]].concat();
        let octets = header(PROXY, TCP4, &body);
        let (client, behind) = read(&octets).await;
        assert_eq!(client.unwrap(), Some("192.0.2.1:50000".parse().unwrap()));
        assert!(behind.is_empty());
    }

    #[tokio::test]
    async fn the_proxy_speaks_for_itself_whatever_follows() {
        assert_eq!(read(&header(LOCAL, 0, &[])).await.0, Ok(None));
        assert_eq!(read(&header(LOCAL, TCP4, &IPV4)).await.0, Ok(None));
    }

    #[tokio::test]
    async fn what_is_wrong_is_said() {
        let refused = [
            (
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03\x00\x00\x00\x00\x00".to_vec(),
                "does not start with",
            ),
            (b"PROXY TCP4 192.0.2.1 198.51.100.2 50000 2775\r\n".to_vec(), "does not start with"),
            (header(PROXY, TCP4, &[0; 1_025]), "announces 1025 octets, 1024 are allowed"),
            (header(0x11, TCP4, &IPV4), "version and command 0x11"),
            (header(0x22, TCP4, &IPV4), "version and command 0x22"),
            (header(PROXY, 0x00, &[]), "address family 0x00"),
            (header(PROXY, 0x12, &IPV4), "address family 0x12"),
            (header(PROXY, 0x31, &[0; 216]), "address family 0x31"),
            (header(PROXY, TCP4, &IPV4[..11]), "no room for addresses in its 11 octets"),
            (header(PROXY, TCP6, &[0; 35]), "no room for addresses in its 35 octets"),
        ];
        for (octets, why) in refused {
            let error = read(&octets).await.0.unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }

    #[tokio::test]
    async fn a_header_cut_anywhere_is_refused() {
        let whole = header(PROXY, TCP4, &IPV4);
        for len in 0..whole.len() {
            let error = read(&whole[..len]).await.0.unwrap_err();
            assert_eq!(error, "the connection ended inside the PROXY header", "{len} octets");
        }
    }
}
