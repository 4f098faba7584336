//! Octets in, PDUs out: each one is parsed, judged and printed.

use std::io::{self, Write};

use smpp_engine::wire::{Header, Profile, RawPdu, split_frame};

use super::object::{self, Fault, Flow, Right, Wrong};
use super::text;

/// One direction of a connection. Only an unfinished PDU is kept.
pub(super) struct Stream {
    profile: &'static Profile,
    flow: Option<Flow>,
    unfinished: Vec<u8>,
    /// A length was impossible: nobody knows where the next PDU starts.
    lost: bool,
}

impl Stream {
    pub(super) const fn new(profile: &'static Profile) -> Self {
        Self { profile, flow: None, unfinished: Vec::new(), lost: false }
    }

    /// The PDUs will say which way they went.
    pub(super) fn between(profile: &'static Profile, flow: Flow) -> Self {
        Self { profile, flow: Some(flow), unfinished: Vec::new(), lost: false }
    }

    /// Prints all PDUs of these octets, and what is missing of the last one.
    pub(super) fn read_all(mut self, octets: &[u8], output: &mut impl Write) -> io::Result<()> {
        self.read(octets, output)?;
        self.end(output)
    }

    /// Prints the PDUs that these octets finish.
    pub(super) fn read(&mut self, octets: &[u8], output: &mut impl Write) -> io::Result<()> {
        if self.lost {
            return Ok(());
        }
        self.unfinished.extend_from_slice(octets);
        let mut rest = &self.unfinished[..];
        loop {
            match split_frame(rest, LIMIT) {
                Ok(Some(pdu)) => {
                    self.print(&pdu, output)?;
                    rest = rest.split_at(pdu.octets().len()).1;
                }
                Ok(None) => break,
                Err(error) => {
                    self.print_wrong(Header::read(rest), error.into(), output)?;
                    self.lost = true;
                    break;
                }
            }
        }
        let read = self.unfinished.len() - rest.len();
        self.unfinished.drain(..read);
        Ok(())
    }

    /// Says what is missing of the last PDU.
    pub(super) fn end(self, output: &mut impl Write) -> io::Result<()> {
        if self.lost || self.unfinished.is_empty() {
            return Ok(());
        }
        let header = Header::read(&self.unfinished);
        self.print_wrong(header, Fault::incomplete(&self.unfinished), output)
    }

    fn print(&self, raw: &RawPdu<'_>, output: &mut impl Write) -> io::Result<()> {
        let header = raw.header();
        match raw.validated(self.profile) {
            Ok(pdu) => {
                let right = Right { flow: self.flow.as_ref(), pdu: *raw, text: text::of(&pdu) };
                object::print(&right, output)
            }
            Err(error) => self.print_wrong(Some(header), Fault::of(&error, raw, self.profile), output),
        }
    }

    fn print_wrong(&self, header: Option<Header>, error: Fault, output: &mut impl Write) -> io::Result<()> {
        object::print(&Wrong { flow: self.flow.as_ref(), header, error }, output)
    }
}

/// Any PDU with one message_payload of the greatest length, and TLVs beside it.
const LIMIT: u32 = 81_920;
