//! For those who bring their own connection: SMPP as a `tokio_util::codec`. Framing only: no states, no window, no timers.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! use futures::{SinkExt, StreamExt};
//! use smpp_session::{CommandId, CommandStatus, SmppCodec, SubmitSm};
//! use tokio_util::codec::Framed;
//!
//! let (esme, smsc) = tokio::io::duplex(1_024);
//! let (mut esme, mut smsc) = (Framed::new(esme, SmppCodec::default()), Framed::new(smsc, SmppCodec::default()));
//! let message = SubmitSm { short_message: b"Hello", ..SubmitSm::default() };
//! esme.send((&message, CommandStatus::ESME_ROK, 7)).await?;
//! let Some(frame) = smsc.next().await.transpose()? else { panic!("one PDU was sent") };
//! assert_eq!((frame.header().command_id, frame.header().sequence_number), (CommandId::SUBMIT_SM, 7));
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::{fmt, io};

use bytes::{Buf, BytesMut};
use smpp_wire::{CommandStatus, Encode, EncodeError, Frame, FrameError, encode, split_frame};
use tokio_util::codec::{Decoder, Encoder};

/// Cuts a stream into [`Frame`]s, and writes PDUs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmppCodec {
    max_pdu: u32,
}

impl SmppCodec {
    /// A codec that refuses PDUs above `max_pdu` octets, header included.
    #[must_use]
    pub const fn new(max_pdu: u32) -> Self {
        Self { max_pdu }
    }
}

/// PDUs of up to 65,536 octets.
impl Default for SmppCodec {
    fn default() -> Self {
        Self::new(65_536)
    }
}

/// Each PDU is copied out, so that no frame keeps a whole receive buffer alive.
impl Decoder for SmppCodec {
    type Item = Frame;
    type Error = CodecError;

    fn decode(&mut self, octets: &mut BytesMut) -> Result<Option<Frame>, CodecError> {
        let Some(pdu) = split_frame(octets, self.max_pdu).map_err(CodecError::Frame)? else {
            return Ok(None);
        };
        let frame = pdu.to_frame();
        let len = pdu.octets().len();
        octets.advance(len);
        Ok(Some(frame))
    }

    fn decode_eof(&mut self, octets: &mut BytesMut) -> Result<Option<Frame>, CodecError> {
        match self.decode(octets)? {
            None if !octets.is_empty() => Err(CodecError::Io(io::ErrorKind::UnexpectedEof.into())),
            frame => Ok(frame),
        }
    }
}

/// Writes a frame as it stands.
impl Encoder<Frame> for SmppCodec {
    type Error = CodecError;

    fn encode(&mut self, frame: Frame, out: &mut BytesMut) -> Result<(), CodecError> {
        self.encode(&frame, out)
    }
}

/// Writes a frame as it stands.
impl Encoder<&Frame> for SmppCodec {
    type Error = CodecError;

    fn encode(&mut self, frame: &Frame, out: &mut BytesMut) -> Result<(), CodecError> {
        out.extend_from_slice(frame.raw().octets());
        Ok(())
    }
}

/// Writes a PDU under a status and a sequence number; nothing, when it does not fit.
impl<E: Encode> Encoder<(&E, CommandStatus, u32)> for SmppCodec {
    type Error = CodecError;

    fn encode(
        &mut self,
        (pdu, status, sequence_number): (&E, CommandStatus, u32),
        out: &mut BytesMut,
    ) -> Result<(), CodecError> {
        encode(pdu, status, sequence_number, out).map(drop).map_err(CodecError::Encode)
    }
}

/// Why a PDU was not read or not written.
#[derive(Debug)]
#[non_exhaustive]
pub enum CodecError {
    /// The connection failed, or ended inside a PDU.
    Io(io::Error),
    /// The octets can't be followed as PDUs.
    Frame(FrameError),
    /// The value does not fit in a PDU; the connection is as good as before.
    Encode(EncodeError),
}

impl From<io::Error> for CodecError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "the connection failed: {error}"),
            Self::Frame(error) => write!(f, "the peer does not speak SMPP: {error}"),
            Self::Encode(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for CodecError {}

#[cfg(test)]
mod tests {
    use std::{
        pin::Pin,
        task::{Context, Poll},
    };

    use futures::{SinkExt, StreamExt};
    use smpp_wire::{DeliverSmResp, EnquireLink, SubmitSm};
    use tokio::io::{AsyncRead, ReadBuf};
    use tokio_util::codec::{Framed, FramedRead};

    use super::*;

    /// A stream that comes in two reads, and ends.
    struct TwoReads<'o>(&'o [u8], &'o [u8]);

    impl AsyncRead for TwoReads<'_> {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            let next = std::mem::take(&mut self.1);
            buffer.put_slice(std::mem::replace(&mut self.0, next));
            Poll::Ready(Ok(()))
        }
    }

    fn frames() -> Vec<Frame> {
        let text =
            SubmitSm { destination_addr: b"4512345678", short_message: b"Hello", ..Default::default() };
        vec![
            Frame::new(&text, CommandStatus::ESME_ROK, 1).unwrap(),
            Frame::new(&EnquireLink::default(), CommandStatus::ESME_ROK, 0x7FFF_FFFF).unwrap(),
            Frame::new(&DeliverSmResp::default(), CommandStatus::ESME_RTHROTTLED, 3).unwrap(),
        ]
    }

    fn octets() -> Vec<u8> {
        frames().into_iter().flat_map(Frame::into_bytes).collect()
    }

    #[tokio::test]
    async fn every_split_of_a_stream_gives_the_same_frames() {
        let octets = octets();
        for at in 1..octets.len() {
            let reads = TwoReads(&octets[..at], &octets[at..]);
            let read: Vec<_> =
                FramedRead::new(reads, SmppCodec::default()).map(Result::unwrap).collect().await;
            assert_eq!(read, frames(), "split at {at}");
        }
    }

    #[tokio::test]
    async fn a_stream_that_ends_inside_a_pdu_is_an_error_behind_the_whole_ones() {
        let octets = octets();
        let cut = &octets[..octets.len() - 1];
        let mut reads = FramedRead::new(TwoReads(cut, &[]), SmppCodec::default());
        assert_eq!(reads.next().await.unwrap().unwrap(), frames()[0]);
        assert_eq!(reads.next().await.unwrap().unwrap(), frames()[1]);
        let end = reads.next().await.unwrap();
        assert!(matches!(end, Err(CodecError::Io(error)) if error.kind() == io::ErrorKind::UnexpectedEof));
        assert!(reads.next().await.is_none());
    }

    #[tokio::test]
    async fn a_length_above_the_limit_ends_the_stream_before_it_is_buffered() {
        let reads = TwoReads(&[0, 0, 1, 1], &[]);
        let mut reads = FramedRead::new(reads, SmppCodec::new(256));
        let end = reads.next().await.unwrap();
        assert!(matches!(end, Err(CodecError::Frame(error)) if error.command_length == 257));
        assert!(reads.next().await.is_none());
    }

    #[tokio::test]
    async fn frames_and_pdus_of_both_ends_meet() {
        let (one, other) = tokio::io::duplex(7);
        let mut sender = Framed::new(one, SmppCodec::default());
        let receiver = Framed::new(other, SmppCodec::default());
        let send = async {
            for frame in frames() {
                let Ok(pdu) = frame.parse() else { panic!("it is whole") };
                let header = frame.header();
                sender.send((&pdu, header.command_status, header.sequence_number)).await.unwrap();
                sender.send(&frame).await.unwrap();
                sender.send(frame.clone()).await.unwrap();
            }
            drop(sender);
        };
        let receive = receiver.map(Result::unwrap).collect::<Vec<_>>();
        let ((), received) = tokio::join!(send, receive);
        assert_eq!(
            received,
            frames().into_iter().flat_map(|frame| [frame.clone(), frame.clone(), frame]).collect::<Vec<_>>()
        );
    }

    #[tokio::test]
    async fn a_value_that_does_not_fit_writes_nothing_and_the_stream_goes_on() {
        let (one, other) = tokio::io::duplex(1_024);
        let mut sender = Framed::new(one, SmppCodec::default());
        let mut receiver = Framed::new(other, SmppCodec::default());
        let wrong = SubmitSm { destination_addr: b"45\0", ..Default::default() };
        let error = sender.send((&wrong, CommandStatus::ESME_ROK, 1)).await;
        assert!(matches!(error, Err(CodecError::Encode(_))));
        sender.send(&frames()[0]).await.unwrap();
        assert_eq!(receiver.next().await.unwrap().unwrap(), frames()[0]);
    }
}
