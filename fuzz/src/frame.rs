//! Framing: it does not matter how a stream is cut.

use smpp_wire::{FrameError, split_frame};

/// Cuts the octets at every place, and everywhere at once: always the same PDUs come out, and the same end.
pub fn frame(octets: &[u8]) {
    for limit in [100, 70_000] {
        let at_once = read([octets], limit);
        for place in 0..octets.len() {
            assert_eq!(read([&octets[..place], &octets[place..]], limit), at_once, "cut at {place}");
        }
        assert_eq!(read(octets.chunks(1), limit), at_once, "octet by octet");
    }
}

/// What a receiver has read: the lengths of the PDUs, and what is left or why it stopped.
#[derive(Debug, PartialEq, Eq)]
struct Stream {
    pdus: Vec<usize>,
    end: Result<usize, FrameError>,
}

fn read<'o>(chunks: impl IntoIterator<Item = &'o [u8]>, limit: u32) -> Stream {
    let mut buffer = Vec::new();
    let mut pdus = Vec::new();
    for chunk in chunks {
        buffer.extend_from_slice(chunk);
        loop {
            let len = match split_frame(&buffer, limit) {
                Ok(Some(pdu)) => pdu.octets().len(),
                Ok(None) => break,
                Err(error) => return Stream { pdus, end: Err(error) },
            };
            pdus.push(len);
            buffer.drain(..len);
        }
    }
    Stream { pdus, end: Ok(buffer.len()) }
}
