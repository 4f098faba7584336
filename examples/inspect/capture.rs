//! A capture (pcap or pcapng): the TCP connections of one port, each direction a stream of its own.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Read, Write};
use std::net::SocketAddr;

use pcap_parser::traits::PcapNGPacketBlock;
use pcap_parser::{Block, Linktype, PcapBlockOwned, PcapError, create_reader};
use smpp_engine::wire::Profile;

use self::direction::Direction;
use self::packet::Segment;

mod direction;
mod packet;

/// Prints the PDUs of the connections from and to `port`, in the order of the capture.
pub(super) fn inspect(
    file: impl Read + Send + 'static,
    port: u16,
    profile: &'static Profile,
    output: &mut impl Write,
) -> Result<(), Box<dyn Error>> {
    let mut reader = create_reader(BUFFER, file).map_err(|error| format!("no capture: {error}"))?;
    let mut connections = Connections { port, profile, directions: BTreeMap::new() };
    let mut links = Vec::new();
    loop {
        match reader.next() {
            Ok((len, block)) => {
                if let Some(segment) = segment(&block, &mut links) {
                    connections.read(&segment, output)?;
                }
                reader.consume(len);
            }
            Err(PcapError::Eof) => return Ok(connections.end(output)?),
            Err(PcapError::Incomplete(_)) => {
                reader.refill().map_err(|error| format!("the capture can't be read: {error}"))?;
            }
            Err(error) => {
                // A capture that was cut is worth what is before the cut.
                connections.end(output)?;
                return Err(format!("the capture can't be read: {error}").into());
            }
        }
    }
}

/// The TCP segment of a block, if it is one. `links` are the kinds of the interfaces so far.
fn segment<'b>(block: &'b PcapBlockOwned<'_>, links: &mut Vec<Linktype>) -> Option<Segment<'b>> {
    match block {
        PcapBlockOwned::LegacyHeader(header) => *links = vec![header.network],
        PcapBlockOwned::Legacy(packet) => return Segment::of(*links.first()?, packet.data),
        PcapBlockOwned::NG(Block::SectionHeader(_)) => links.clear(),
        PcapBlockOwned::NG(Block::InterfaceDescription(interface)) => links.push(interface.linktype),
        PcapBlockOwned::NG(Block::EnhancedPacket(packet)) => {
            let link = links.get(usize::try_from(packet.if_id).ok()?)?;
            return Segment::of(*link, packet.packet_data());
        }
        PcapBlockOwned::NG(Block::SimplePacket(packet)) => {
            return Segment::of(*links.first()?, packet.packet_data());
        }
        PcapBlockOwned::NG(_) => {}
    }
    None
}

struct Connections {
    port: u16,
    profile: &'static Profile,
    directions: BTreeMap<(SocketAddr, SocketAddr), Direction>,
}

impl Connections {
    fn read(&mut self, segment: &Segment<'_>, output: &mut impl Write) -> io::Result<()> {
        if segment.from.port() != self.port && segment.to.port() != self.port {
            return Ok(());
        }
        let direction = self
            .directions
            .entry((segment.from, segment.to))
            .or_insert_with(|| Direction::new(self.profile, segment));
        direction.read(segment, output)
    }

    fn end(self, output: &mut impl Write) -> io::Result<()> {
        self.directions.into_values().try_for_each(|direction| direction.end(output))
    }
}

/// Larger than any packet.
const BUFFER: usize = 1 << 20;
