//! The PDUs: one file a family, each with its struct, `parse` and `Encode`.

mod bind;
mod header_only;
mod message;
mod response;

pub use bind::Bind;
pub use header_only::{EnquireLink, EnquireLinkResp, GenericNack, Unbind, UnbindResp};
pub use message::{DeliverSm, SubmitSm};
pub use response::{BindResp, DeliverSmResp, SubmitSmResp};

use crate::{CommandId, Header, PduError};

/// A view of one PDU; it borrows from the receive buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant is the PDU of its name, documented on its type")]
pub enum Pdu<'a> {
    BindReceiver(Bind<'a>),
    BindReceiverResp(BindResp<'a>),
    BindTransmitter(Bind<'a>),
    BindTransmitterResp(BindResp<'a>),
    BindTransceiver(Bind<'a>),
    BindTransceiverResp(BindResp<'a>),
    Unbind(Unbind<'a>),
    UnbindResp(UnbindResp<'a>),
    SubmitSm(SubmitSm<'a>),
    SubmitSmResp(SubmitSmResp<'a>),
    DeliverSm(DeliverSm<'a>),
    DeliverSmResp(DeliverSmResp<'a>),
    EnquireLink(EnquireLink<'a>),
    EnquireLinkResp(EnquireLinkResp<'a>),
    GenericNack(GenericNack<'a>),
    /// A command that this crate has no view for, with its body.
    Unknown(Unknown<'a>),
}

/// A PDU that is carried without being understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unknown<'a> {
    /// Its id.
    pub command_id: CommandId,
    /// All octets after the header.
    pub body: &'a [u8],
}

impl<'a> Pdu<'a> {
    /// Checks the shape of a body and gives a view of it.
    ///
    /// # Errors
    /// What is wrong, in which field, at which octet of the PDU.
    pub fn parse_body(header: &Header, body: &'a [u8]) -> Result<Self, PduError> {
        let (id, status) = (header.command_id, header.command_status);
        Ok(match id {
            CommandId::SUBMIT_SM => Self::SubmitSm(SubmitSm::parse(body)?),
            CommandId::SUBMIT_SM_RESP => Self::SubmitSmResp(SubmitSmResp::parse(status, body)?),
            CommandId::DELIVER_SM => Self::DeliverSm(DeliverSm::parse(body)?),
            CommandId::DELIVER_SM_RESP => Self::DeliverSmResp(DeliverSmResp::parse(status, body)?),
            CommandId::ENQUIRE_LINK => Self::EnquireLink(EnquireLink::parse(body)?),
            CommandId::ENQUIRE_LINK_RESP => Self::EnquireLinkResp(EnquireLinkResp::parse(body)?),
            CommandId::BIND_RECEIVER => Self::BindReceiver(Bind::parse(id, body)?),
            CommandId::BIND_TRANSMITTER => Self::BindTransmitter(Bind::parse(id, body)?),
            CommandId::BIND_TRANSCEIVER => Self::BindTransceiver(Bind::parse(id, body)?),
            CommandId::BIND_RECEIVER_RESP => Self::BindReceiverResp(BindResp::parse(header, body)?),
            CommandId::BIND_TRANSMITTER_RESP => Self::BindTransmitterResp(BindResp::parse(header, body)?),
            CommandId::BIND_TRANSCEIVER_RESP => Self::BindTransceiverResp(BindResp::parse(header, body)?),
            CommandId::UNBIND => Self::Unbind(Unbind::parse(body)?),
            CommandId::UNBIND_RESP => Self::UnbindResp(UnbindResp::parse(body)?),
            CommandId::GENERIC_NACK => Self::GenericNack(GenericNack::parse(body)?),
            command_id => Self::Unknown(Unknown { command_id, body }),
        })
    }

    /// The PDU as something that can be encoded.
    #[must_use]
    pub const fn as_encode(&self) -> &(dyn crate::Encode + 'a) {
        match self {
            Self::BindReceiver(pdu) | Self::BindTransmitter(pdu) | Self::BindTransceiver(pdu) => pdu,
            Self::BindReceiverResp(pdu) | Self::BindTransmitterResp(pdu) | Self::BindTransceiverResp(pdu) => {
                pdu
            }
            Self::Unbind(pdu) => pdu,
            Self::UnbindResp(pdu) => pdu,
            Self::SubmitSm(pdu) => pdu,
            Self::SubmitSmResp(pdu) => pdu,
            Self::DeliverSm(pdu) => pdu,
            Self::DeliverSmResp(pdu) => pdu,
            Self::EnquireLink(pdu) => pdu,
            Self::EnquireLinkResp(pdu) => pdu,
            Self::GenericNack(pdu) => pdu,
            Self::Unknown(pdu) => pdu,
        }
    }
}

impl crate::Encode for Unknown<'_> {
    fn command_id(&self) -> CommandId {
        self.command_id
    }

    fn body_len(&self) -> Result<usize, crate::EncodeError> {
        Ok(self.body.len())
    }

    fn encode_body(&self, out: &mut crate::Writer<'_>) {
        out.put(self.body);
    }
}
