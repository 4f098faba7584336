//! One direction of a TCP connection: segments in any order in, a stream out.

use std::collections::VecDeque;
use std::io::{self, Write};

use smpp_engine::wire::Profile;

use super::packet::Segment;
use crate::run::object::Flow;
use crate::run::stream::Stream;

pub(super) struct Direction {
    profile: &'static Profile,
    flow: Flow,
    stream: Stream,
    /// The sequence number of the next octet; `None` before the first one.
    next: Option<u32>,
    /// Segments that came early.
    early: VecDeque<(u32, Vec<u8>)>,
}

impl Direction {
    pub(super) fn new(profile: &'static Profile, first: &Segment<'_>) -> Self {
        let flow = Flow { from: first.from.to_string(), to: first.to.to_string() };
        Self {
            profile,
            stream: Stream::between(profile, flow.clone()),
            flow,
            next: None,
            early: VecDeque::new(),
        }
    }

    /// Takes a segment. One that starts a connection ends the one before; a capture that starts later is read from the first
    /// segment with octets, where a PDU mostly starts.
    pub(super) fn read(&mut self, segment: &Segment<'_>, output: &mut impl Write) -> io::Result<()> {
        if segment.syn {
            self.restart(segment.sequence_number.wrapping_add(1), output)?;
        }
        if segment.octets.is_empty() {
            return Ok(());
        }
        self.early.push_back((segment.sequence_number, segment.octets.to_vec()));
        if self.early.len() > EARLY_MAX {
            // What is missing was not captured.
            let first = self.early.front().map_or(segment.sequence_number, |&(number, _)| number);
            let early = std::mem::take(&mut self.early);
            self.restart(first, output)?;
            self.early = early;
        }
        self.read_early(output)
    }

    pub(super) fn end(self, output: &mut impl Write) -> io::Result<()> {
        self.stream.end(output)
    }

    /// Hands on what continues the stream, and drops what was sent again.
    fn read_early(&mut self, output: &mut impl Write) -> io::Result<()> {
        let mut waiting = self.early.len();
        while waiting > 0 {
            let Some((number, octets)) = self.early.pop_front() else { break };
            let next = *self.next.get_or_insert(number);
            // How far the stream is behind the segment's start, or into it.
            let known = next.wrapping_sub(number);
            if known > u32::MAX / 2 {
                self.early.push_back((number, octets));
                waiting -= 1;
                continue;
            }
            if let Some(new) = octets.get(known as usize..) {
                self.stream.read(new, output)?;
                self.next = Some(next.wrapping_add(u32::try_from(new.len()).unwrap_or_default()));
            }
            waiting = self.early.len();
        }
        Ok(())
    }

    fn restart(&mut self, next: u32, output: &mut impl Write) -> io::Result<()> {
        let stream = Stream::between(self.profile, self.flow.clone());
        std::mem::replace(&mut self.stream, stream).end(output)?;
        self.next = Some(next);
        self.early.clear();
        Ok(())
    }
}

/// More than a sender may have out of order at a time.
const EARLY_MAX: usize = 64;
