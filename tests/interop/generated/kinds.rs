//! How each type of PDU is made of its parts.

use fastrand::Rng;
use smpp_engine::wire::{
    AlertNotification, Bind, BindResp, BroadcastSm, BroadcastSmResp, CancelBroadcastSm,
    CancelBroadcastSmResp, CancelSm, CancelSmResp, CommandId, DataSm, DataSmResp, DeliverSm, DeliverSmResp,
    EnquireLink, EnquireLinkResp, GenericNack, Outbind, Pdu, QueryBroadcastSm, QueryBroadcastSmResp, QuerySm,
    QuerySmResp, ReplaceSm, ReplaceSmResp, SubmitMulti, SubmitMultiResp, SubmitSm, SubmitSmResp, Unbind,
    UnbindResp,
};

use super::{Parts, any};

pub(super) type Kind = fn(&Parts, &mut Rng) -> Pdu<'static>;

/// Every PDU that the engine has a view for.
pub(super) const KINDS: [Kind; 33] = [
    |parts, rng| Pdu::BindReceiver(bind(CommandId::BIND_RECEIVER, parts, rng)),
    |parts, rng| Pdu::BindTransmitter(bind(CommandId::BIND_TRANSMITTER, parts, rng)),
    |parts, rng| Pdu::BindTransceiver(bind(CommandId::BIND_TRANSCEIVER, parts, rng)),
    |parts, _| Pdu::BindReceiverResp(bind_resp(CommandId::BIND_RECEIVER_RESP, parts)),
    |parts, _| Pdu::BindTransmitterResp(bind_resp(CommandId::BIND_TRANSMITTER_RESP, parts)),
    |parts, _| Pdu::BindTransceiverResp(bind_resp(CommandId::BIND_TRANSCEIVER_RESP, parts)),
    |parts, _| {
        let Parts { system_id, password, tlvs, .. } = *parts;
        Pdu::Outbind(Outbind { system_id, password, tlvs })
    },
    |parts, _| Pdu::Unbind(Unbind { tlvs: parts.tlvs }),
    |parts, _| Pdu::UnbindResp(UnbindResp { tlvs: parts.tlvs }),
    |parts, _| Pdu::EnquireLink(EnquireLink { tlvs: parts.tlvs }),
    |parts, _| Pdu::EnquireLinkResp(EnquireLinkResp { tlvs: parts.tlvs }),
    |parts, _| Pdu::GenericNack(GenericNack { tlvs: parts.tlvs }),
    |parts, rng| Pdu::SubmitSm(submit_sm(parts, rng)),
    |parts, rng| Pdu::DeliverSm(deliver_sm(parts, rng)),
    submit_multi,
    data_sm,
    query_sm,
    cancel_sm,
    replace_sm,
    alert_notification,
    broadcast_sm,
    query_broadcast_sm,
    cancel_broadcast_sm,
    |parts, _| Pdu::SubmitSmResp(SubmitSmResp { message_id: Some(parts.message_id), tlvs: parts.tlvs }),
    |parts, _| Pdu::DeliverSmResp(DeliverSmResp { message_id: Some(parts.message_id), tlvs: parts.tlvs }),
    |parts, _| Pdu::DataSmResp(DataSmResp { message_id: Some(parts.message_id), tlvs: parts.tlvs }),
    |parts, _| Pdu::BroadcastSmResp(BroadcastSmResp { message_id: Some(parts.message_id), tlvs: parts.tlvs }),
    |parts, _| {
        let Parts { message_id, tlvs, .. } = *parts;
        Pdu::QueryBroadcastSmResp(QueryBroadcastSmResp { message_id: Some(message_id), tlvs })
    },
    |parts, _| {
        let Parts { message_id, unsuccess_smes, tlvs, .. } = *parts;
        Pdu::SubmitMultiResp(SubmitMultiResp { message_id: Some(message_id), unsuccess_smes, tlvs })
    },
    query_sm_resp,
    |parts, _| Pdu::CancelSmResp(CancelSmResp { body: b"", tlvs: parts.tlvs }),
    |parts, _| Pdu::ReplaceSmResp(ReplaceSmResp { body: b"", tlvs: parts.tlvs }),
    |parts, _| Pdu::CancelBroadcastSmResp(CancelBroadcastSmResp { body: b"", tlvs: parts.tlvs }),
];

fn bind(command_id: CommandId, parts: &Parts, rng: &mut Rng) -> Bind<'static> {
    let Parts { system_id, password, system_type, address_range, tlvs, .. } = *parts;
    Bind {
        command_id,
        system_id,
        password,
        system_type,
        interface_version: any(rng),
        addr_ton: any(rng),
        addr_npi: any(rng),
        address_range,
        tlvs,
    }
}

fn bind_resp(command_id: CommandId, parts: &Parts) -> BindResp<'static> {
    BindResp { command_id, system_id: Some(parts.system_id), tlvs: parts.tlvs }
}

macro_rules! message {
    ($name:ident, $type:ident) => {
        fn $name(parts: &Parts, rng: &mut Rng) -> $type<'static> {
            $type {
                service_type: parts.service_type,
                source_addr_ton: any(rng),
                source_addr_npi: any(rng),
                source_addr: parts.source_addr,
                dest_addr_ton: any(rng),
                dest_addr_npi: any(rng),
                destination_addr: parts.destination_addr,
                esm_class: any(rng),
                protocol_id: any(rng),
                priority_flag: any(rng),
                schedule_delivery_time: parts.schedule_delivery_time,
                validity_period: parts.validity_period,
                registered_delivery: any(rng),
                replace_if_present_flag: any(rng),
                data_coding: any(rng),
                sm_default_msg_id: any(rng),
                short_message: parts.short_message,
                tlvs: parts.tlvs,
            }
        }
    };
}

message!(submit_sm, SubmitSm);
message!(deliver_sm, DeliverSm);

fn submit_multi(parts: &Parts, rng: &mut Rng) -> Pdu<'static> {
    Pdu::SubmitMulti(SubmitMulti {
        service_type: parts.service_type,
        source_addr_ton: any(rng),
        source_addr_npi: any(rng),
        source_addr: parts.source_addr,
        dest_addresses: parts.dest_addresses,
        esm_class: any(rng),
        protocol_id: any(rng),
        priority_flag: any(rng),
        schedule_delivery_time: parts.schedule_delivery_time,
        validity_period: parts.validity_period,
        registered_delivery: any(rng),
        replace_if_present_flag: any(rng),
        data_coding: any(rng),
        sm_default_msg_id: any(rng),
        short_message: parts.short_message,
        tlvs: parts.tlvs,
    })
}

fn data_sm(parts: &Parts, rng: &mut Rng) -> Pdu<'static> {
    Pdu::DataSm(DataSm {
        service_type: parts.service_type,
        source_addr_ton: any(rng),
        source_addr_npi: any(rng),
        source_addr: parts.source_addr,
        dest_addr_ton: any(rng),
        dest_addr_npi: any(rng),
        destination_addr: parts.destination_addr,
        esm_class: any(rng),
        registered_delivery: any(rng),
        data_coding: any(rng),
        tlvs: parts.tlvs,
    })
}

fn query_sm(parts: &Parts, rng: &mut Rng) -> Pdu<'static> {
    let Parts { message_id, source_addr, tlvs, .. } = *parts;
    Pdu::QuerySm(QuerySm {
        message_id,
        source_addr_ton: any(rng),
        source_addr_npi: any(rng),
        source_addr,
        tlvs,
    })
}

fn query_sm_resp(parts: &Parts, rng: &mut Rng) -> Pdu<'static> {
    Pdu::QuerySmResp(QuerySmResp {
        message_id: Some(parts.message_id),
        final_date: parts.validity_period,
        message_state: any(rng),
        error_code: any(rng),
        tlvs: parts.tlvs,
    })
}

fn cancel_sm(parts: &Parts, rng: &mut Rng) -> Pdu<'static> {
    let Parts { service_type, message_id, source_addr, destination_addr, tlvs, .. } = *parts;
    Pdu::CancelSm(CancelSm {
        service_type,
        message_id,
        source_addr_ton: any(rng),
        source_addr_npi: any(rng),
        source_addr,
        dest_addr_ton: any(rng),
        dest_addr_npi: any(rng),
        destination_addr,
        tlvs,
    })
}

fn replace_sm(parts: &Parts, rng: &mut Rng) -> Pdu<'static> {
    let Parts {
        message_id, source_addr, schedule_delivery_time, validity_period, short_message, tlvs, ..
    } = *parts;
    Pdu::ReplaceSm(ReplaceSm {
        message_id,
        source_addr_ton: any(rng),
        source_addr_npi: any(rng),
        source_addr,
        schedule_delivery_time,
        validity_period,
        registered_delivery: any(rng),
        sm_default_msg_id: any(rng),
        short_message,
        tlvs,
    })
}

fn alert_notification(parts: &Parts, rng: &mut Rng) -> Pdu<'static> {
    let Parts { source_addr, destination_addr, tlvs, .. } = *parts;
    Pdu::AlertNotification(AlertNotification {
        source_addr_ton: any(rng),
        source_addr_npi: any(rng),
        source_addr,
        esme_addr_ton: any(rng),
        esme_addr_npi: any(rng),
        esme_addr: destination_addr,
        tlvs,
    })
}

fn broadcast_sm(parts: &Parts, rng: &mut Rng) -> Pdu<'static> {
    let Parts {
        service_type, source_addr, message_id, schedule_delivery_time, validity_period, tlvs, ..
    } = *parts;
    Pdu::BroadcastSm(BroadcastSm {
        service_type,
        source_addr_ton: any(rng),
        source_addr_npi: any(rng),
        source_addr,
        message_id,
        priority_flag: any(rng),
        schedule_delivery_time,
        validity_period,
        replace_if_present_flag: any(rng),
        data_coding: any(rng),
        sm_default_msg_id: any(rng),
        tlvs,
    })
}

fn query_broadcast_sm(parts: &Parts, rng: &mut Rng) -> Pdu<'static> {
    let Parts { message_id, source_addr, tlvs, .. } = *parts;
    Pdu::QueryBroadcastSm(QueryBroadcastSm {
        message_id,
        source_addr_ton: any(rng),
        source_addr_npi: any(rng),
        source_addr,
        tlvs,
    })
}

fn cancel_broadcast_sm(parts: &Parts, rng: &mut Rng) -> Pdu<'static> {
    let Parts { service_type, message_id, source_addr, tlvs, .. } = *parts;
    Pdu::CancelBroadcastSm(CancelBroadcastSm {
        service_type,
        message_id,
        source_addr_ton: any(rng),
        source_addr_npi: any(rng),
        source_addr,
        tlvs,
    })
}
