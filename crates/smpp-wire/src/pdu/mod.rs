//! The PDUs: one file a family, each with its struct, `parse` and `Encode`.

mod bind;
mod broadcast;
mod data;
mod destination;
mod fields;
mod header_only;
mod list;
mod manage;
mod message;
mod multi;
mod outbind;
mod replace;
mod response;

pub use bind::Bind;
pub use broadcast::{BroadcastSm, CancelBroadcastSm, QueryBroadcastSm};
pub use data::{AlertNotification, DataSm};
pub use destination::{
    DestAddress, DestAddressIter, DestAddresses, UnsuccessSme, UnsuccessSmeIter, UnsuccessSmes,
};
pub use header_only::{
    CancelBroadcastSmResp, CancelSmResp, EnquireLink, EnquireLinkResp, GenericNack, ReplaceSmResp, Unbind,
    UnbindResp,
};
pub use manage::{CancelSm, QuerySm, QuerySmResp};
pub use message::{DeliverSm, SubmitSm};
pub use multi::{SubmitMulti, SubmitMultiResp};
pub use outbind::Outbind;
pub use replace::ReplaceSm;
pub use response::{
    BindResp, BroadcastSmResp, DataSmResp, DeliverSmResp, QueryBroadcastSmResp, SubmitSmResp,
};

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
    Outbind(Outbind<'a>),
    SubmitMulti(SubmitMulti<'a>),
    SubmitMultiResp(SubmitMultiResp<'a>),
    DataSm(DataSm<'a>),
    DataSmResp(DataSmResp<'a>),
    QuerySm(QuerySm<'a>),
    QuerySmResp(QuerySmResp<'a>),
    CancelSm(CancelSm<'a>),
    CancelSmResp(CancelSmResp<'a>),
    ReplaceSm(ReplaceSm<'a>),
    ReplaceSmResp(ReplaceSmResp<'a>),
    AlertNotification(AlertNotification<'a>),
    BroadcastSm(BroadcastSm<'a>),
    BroadcastSmResp(BroadcastSmResp<'a>),
    QueryBroadcastSm(QueryBroadcastSm<'a>),
    QueryBroadcastSmResp(QueryBroadcastSmResp<'a>),
    CancelBroadcastSm(CancelBroadcastSm<'a>),
    CancelBroadcastSmResp(CancelBroadcastSmResp<'a>),
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
            _ => return Self::parse_other(header, body),
        })
    }

    /// The PDUs that no bulk traffic is made of: apart, so that those above stay close together.
    #[inline(never)]
    fn parse_other(header: &Header, body: &'a [u8]) -> Result<Self, PduError> {
        let status = header.command_status;
        Ok(match header.command_id {
            CommandId::OUTBIND => Self::Outbind(Outbind::parse(body)?),
            CommandId::SUBMIT_MULTI => Self::SubmitMulti(SubmitMulti::parse(body)?),
            CommandId::SUBMIT_MULTI_RESP => Self::SubmitMultiResp(SubmitMultiResp::parse(status, body)?),
            CommandId::DATA_SM => Self::DataSm(DataSm::parse(body)?),
            CommandId::DATA_SM_RESP => Self::DataSmResp(DataSmResp::parse(status, body)?),
            CommandId::QUERY_SM => Self::QuerySm(QuerySm::parse(body)?),
            CommandId::QUERY_SM_RESP => Self::QuerySmResp(QuerySmResp::parse(status, body)?),
            CommandId::CANCEL_SM => Self::CancelSm(CancelSm::parse(body)?),
            CommandId::CANCEL_SM_RESP => Self::CancelSmResp(CancelSmResp::parse(body)?),
            CommandId::REPLACE_SM => Self::ReplaceSm(ReplaceSm::parse(body)?),
            CommandId::REPLACE_SM_RESP => Self::ReplaceSmResp(ReplaceSmResp::parse(body)?),
            CommandId::ALERT_NOTIFICATION => Self::AlertNotification(AlertNotification::parse(body)?),
            CommandId::BROADCAST_SM => Self::BroadcastSm(BroadcastSm::parse(body)?),
            CommandId::BROADCAST_SM_RESP => Self::BroadcastSmResp(BroadcastSmResp::parse(status, body)?),
            CommandId::QUERY_BROADCAST_SM => Self::QueryBroadcastSm(QueryBroadcastSm::parse(body)?),
            CommandId::QUERY_BROADCAST_SM_RESP => {
                Self::QueryBroadcastSmResp(QueryBroadcastSmResp::parse(status, body)?)
            }
            CommandId::CANCEL_BROADCAST_SM => Self::CancelBroadcastSm(CancelBroadcastSm::parse(body)?),
            CommandId::CANCEL_BROADCAST_SM_RESP => {
                Self::CancelBroadcastSmResp(CancelBroadcastSmResp::parse(body)?)
            }
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
            Self::Outbind(pdu) => pdu,
            Self::SubmitMulti(pdu) => pdu,
            Self::SubmitMultiResp(pdu) => pdu,
            Self::DataSm(pdu) => pdu,
            Self::DataSmResp(pdu) => pdu,
            Self::QuerySm(pdu) => pdu,
            Self::QuerySmResp(pdu) => pdu,
            Self::CancelSm(pdu) => pdu,
            Self::CancelSmResp(pdu) => pdu,
            Self::ReplaceSm(pdu) => pdu,
            Self::ReplaceSmResp(pdu) => pdu,
            Self::AlertNotification(pdu) => pdu,
            Self::BroadcastSm(pdu) => pdu,
            Self::BroadcastSmResp(pdu) => pdu,
            Self::QueryBroadcastSm(pdu) => pdu,
            Self::QueryBroadcastSmResp(pdu) => pdu,
            Self::CancelBroadcastSm(pdu) => pdu,
            Self::CancelBroadcastSmResp(pdu) => pdu,
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
