//! A packet of a capture: what of it is TCP.

use std::net::{IpAddr, SocketAddr};

use etherparse::{LaxNetSlice, LaxSlicedPacket, TransportSlice};
use pcap_parser::Linktype;

/// A TCP segment.
pub(super) struct Segment<'p> {
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    /// Of its first octet.
    pub(super) sequence_number: u32,
    /// A connection starts.
    pub(super) syn: bool,
    pub(super) octets: &'p [u8],
}

impl<'p> Segment<'p> {
    /// `None` for a packet that is not TCP over IP.
    pub(super) fn of(link: Linktype, packet: &'p [u8]) -> Option<Self> {
        let packet = match link {
            Linktype::ETHERNET => LaxSlicedPacket::from_ethernet(packet).ok()?,
            _ => LaxSlicedPacket::from_ip(packet.get(link_header_len(link)?..)?).ok()?,
        };
        let (source, destination): (IpAddr, IpAddr) = match packet.net? {
            LaxNetSlice::Ipv4(ip) => {
                (ip.header().source_addr().into(), ip.header().destination_addr().into())
            }
            LaxNetSlice::Ipv6(ip) => {
                (ip.header().source_addr().into(), ip.header().destination_addr().into())
            }
            LaxNetSlice::Arp(_) => return None,
        };
        let TransportSlice::Tcp(tcp) = packet.transport? else { return None };
        Some(Self {
            from: SocketAddr::new(source, tcp.source_port()),
            to: SocketAddr::new(destination, tcp.destination_port()),
            sequence_number: tcp.sequence_number(),
            syn: tcp.syn(),
            octets: tcp.payload(),
        })
    }
}

/// Octets before the IP header, where every packet has an IP header.
const fn link_header_len(link: Linktype) -> Option<usize> {
    match link {
        Linktype::RAW | Linktype::IPV4 | Linktype::IPV6 => Some(0),
        Linktype::NULL | Linktype::LOOP => Some(4),
        Linktype::LINUX_SLL => Some(16),
        Linktype::LINUX_SLL2 => Some(20),
        _ => None,
    }
}
