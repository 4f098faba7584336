//! The PDUs: one file a family, and here the table of all, from which everything comes that they have in common.

mod bare_response;
mod bind;
mod broadcast;
mod data;
mod debug;
mod declare;
mod destination;
mod field;
mod header_only;
mod list;
mod manage;
mod message;
mod multi;
mod outbind;
mod part;
mod replace;
mod response;
mod table;
mod unknown;

pub use bare_response::{CancelBroadcastSmResp, CancelSmResp, ReplaceSmResp};
pub use bind::Bind;
pub use broadcast::{BroadcastSm, CancelBroadcastSm, QueryBroadcastSm};
pub use data::{AlertNotification, DataSm};
pub use destination::{
    DestAddress, DestAddressIter, DestAddresses, UnsuccessSme, UnsuccessSmeIter, UnsuccessSmes,
};
pub use field::{FieldValue, Visit};
pub use header_only::{EnquireLink, EnquireLinkResp, GenericNack, Unbind, UnbindResp};
pub use manage::{CancelSm, QuerySm};
pub use message::{DeliverSm, SubmitSm};
pub use multi::SubmitMulti;
pub use outbind::Outbind;
pub use replace::ReplaceSm;
pub use response::{
    BindResp, BroadcastSmResp, DataSmResp, DeliverSmResp, QueryBroadcastSmResp, QuerySmResp, SubmitMultiResp,
    SubmitSmResp,
};
pub use unknown::Unknown;

use crate::{CommandId, Header, PduError, Tlvs, Version};

table::pdus! {
    often {
        SUBMIT_SM = 0x0000_0004, "submit_sm", V34 => SubmitSm(SubmitSm);
        SUBMIT_SM_RESP = 0x8000_0004, "submit_sm_resp", V34 => SubmitSmResp(SubmitSmResp);
        DELIVER_SM = 0x0000_0005, "deliver_sm", V34 => DeliverSm(DeliverSm);
        DELIVER_SM_RESP = 0x8000_0005, "deliver_sm_resp", V34 => DeliverSmResp(DeliverSmResp);
        ENQUIRE_LINK = 0x0000_0015, "enquire_link", V34 => EnquireLink(EnquireLink);
        ENQUIRE_LINK_RESP = 0x8000_0015, "enquire_link_resp", V34 => EnquireLinkResp(EnquireLinkResp);
        BIND_RECEIVER = 0x0000_0001, "bind_receiver", V34 => BindReceiver(Bind);
        BIND_TRANSMITTER = 0x0000_0002, "bind_transmitter", V34 => BindTransmitter(Bind);
        BIND_TRANSCEIVER = 0x0000_0009, "bind_transceiver", V34 => BindTransceiver(Bind);
        BIND_RECEIVER_RESP = 0x8000_0001, "bind_receiver_resp", V34 => BindReceiverResp(BindResp);
        BIND_TRANSMITTER_RESP = 0x8000_0002, "bind_transmitter_resp", V34 => BindTransmitterResp(BindResp);
        BIND_TRANSCEIVER_RESP = 0x8000_0009, "bind_transceiver_resp", V34 => BindTransceiverResp(BindResp);
        UNBIND = 0x0000_0006, "unbind", V34 => Unbind(Unbind);
        UNBIND_RESP = 0x8000_0006, "unbind_resp", V34 => UnbindResp(UnbindResp);
        GENERIC_NACK = 0x8000_0000, "generic_nack", V34 => GenericNack(GenericNack);
    }
    seldom {
        OUTBIND = 0x0000_000B, "outbind", V34 => Outbind(Outbind);
        SUBMIT_MULTI = 0x0000_0021, "submit_multi", V34 => SubmitMulti(SubmitMulti);
        SUBMIT_MULTI_RESP = 0x8000_0021, "submit_multi_resp", V34 => SubmitMultiResp(SubmitMultiResp);
        DATA_SM = 0x0000_0103, "data_sm", V34 => DataSm(DataSm);
        DATA_SM_RESP = 0x8000_0103, "data_sm_resp", V34 => DataSmResp(DataSmResp);
        QUERY_SM = 0x0000_0003, "query_sm", V34 => QuerySm(QuerySm);
        QUERY_SM_RESP = 0x8000_0003, "query_sm_resp", V34 => QuerySmResp(QuerySmResp);
        CANCEL_SM = 0x0000_0008, "cancel_sm", V34 => CancelSm(CancelSm);
        CANCEL_SM_RESP = 0x8000_0008, "cancel_sm_resp", V34 => CancelSmResp(CancelSmResp);
        REPLACE_SM = 0x0000_0007, "replace_sm", V34 => ReplaceSm(ReplaceSm);
        REPLACE_SM_RESP = 0x8000_0007, "replace_sm_resp", V34 => ReplaceSmResp(ReplaceSmResp);
        ALERT_NOTIFICATION = 0x0000_0102, "alert_notification", V34 => AlertNotification(AlertNotification);
        BROADCAST_SM = 0x0000_0111, "broadcast_sm", V50 => BroadcastSm(BroadcastSm);
        BROADCAST_SM_RESP = 0x8000_0111, "broadcast_sm_resp", V50 => BroadcastSmResp(BroadcastSmResp);
        QUERY_BROADCAST_SM = 0x0000_0112, "query_broadcast_sm", V50 => QueryBroadcastSm(QueryBroadcastSm);
        QUERY_BROADCAST_SM_RESP = 0x8000_0112, "query_broadcast_sm_resp", V50 => QueryBroadcastSmResp(QueryBroadcastSmResp);
        CANCEL_BROADCAST_SM = 0x0000_0113, "cancel_broadcast_sm", V50 => CancelBroadcastSm(CancelBroadcastSm);
        CANCEL_BROADCAST_SM_RESP = 0x8000_0113, "cancel_broadcast_sm_resp", V50 => CancelBroadcastSmResp(CancelBroadcastSmResp);
    }
}

field::names! {
    CommandLength = "command_length" or ESME_RINVCMDLEN,
    CommandId = "command_id" or ESME_RINVCMDID,
    CommandStatus = "command_status",
    SequenceNumber = "sequence_number",
    Body = "body" or ESME_RINVCMDLEN,
    Tlvs = "tlvs",
    SystemId = "system_id" or ESME_RINVSYSID,
    Password = "password" or ESME_RINVPASWD,
    SystemType = "system_type" or ESME_RINVSYSTYP,
    InterfaceVersion = "interface_version" or ESME_RBINDFAIL,
    AddrTon = "addr_ton" or ESME_RINVSRCTON,
    AddrNpi = "addr_npi" or ESME_RINVSRCNPI,
    AddressRange = "address_range" or ESME_RINVSRCADR,
    ServiceType = "service_type" or ESME_RINVSERTYP,
    SourceAddrTon = "source_addr_ton" or ESME_RINVSRCTON,
    SourceAddrNpi = "source_addr_npi" or ESME_RINVSRCNPI,
    SourceAddr = "source_addr" or ESME_RINVSRCADR,
    DestAddrTon = "dest_addr_ton" or ESME_RINVDSTTON,
    DestAddrNpi = "dest_addr_npi" or ESME_RINVDSTNPI,
    DestinationAddr = "destination_addr" or ESME_RINVDSTADR,
    EsmClass = "esm_class" or ESME_RINVESMCLASS,
    ProtocolId = "protocol_id",
    PriorityFlag = "priority_flag" or ESME_RINVPRTFLG,
    ScheduleDeliveryTime = "schedule_delivery_time" or ESME_RINVSCHED,
    ValidityPeriod = "validity_period" or ESME_RINVEXPIRY,
    RegisteredDelivery = "registered_delivery" or ESME_RINVREGDLVFLG,
    ReplaceIfPresentFlag = "replace_if_present_flag" or ESME_RINVREPFLAG,
    DataCoding = "data_coding" or ESME_RINVDCS,
    SmDefaultMsgId = "sm_default_msg_id" or ESME_RINVDFTMSGID,
    SmLength = "sm_length" or ESME_RINVMSGLEN,
    ShortMessage = "short_message" or ESME_RINVMSGLEN,
    MessageId = "message_id" or ESME_RINVMSGID,
    NumberOfDests = "number_of_dests" or ESME_RINVNUMDESTS,
    DestAddress = "dest_address",
    DestFlag = "dest_flag" or ESME_RINVDESTFLAG,
    DlName = "dl_name" or ESME_RINVDLNAME,
    NoUnsuccess = "no_unsuccess" or ESME_RINVNUMDESTS,
    UnsuccessSme = "unsuccess_sme",
    ErrorStatusCode = "error_status_code",
    FinalDate = "final_date",
    MessageState = "message_state",
    ErrorCode = "error_code",
    EsmeAddrTon = "esme_addr_ton" or ESME_RINVDSTTON,
    EsmeAddrNpi = "esme_addr_npi" or ESME_RINVDSTNPI,
    EsmeAddr = "esme_addr" or ESME_RINVDSTADR,
}
