//! Responses that have a body only when they say something: bind_*_resp (SMPP v3.4 §4.1.2), submit_sm_resp (§4.4.2),
//! submit_multi_resp (§4.5.2), deliver_sm_resp (§4.6.2), data_sm_resp (§4.7.2), query_sm_resp (§4.8.2), and those of v5.0's broadcasts.
//!
//! With an error status peers send the body, a lone NUL, TLVs only, or nothing; all are read, and written back alike.

use super::{UnsuccessSmes, declare::response};
use crate::values::MessageState;

response! {
    /// A response to one of the three binds: 16 to 32 octets without TLVs. `command_id` says which.
    BindResp by command_id = BIND_TRANSCEIVER_RESP {
        /// Who answers, up to 15 octets; `None` when there is no body.
        system_id = SystemId;
    }
}

response! {
    /// submit_sm_resp: the message's id, or why it was refused (SMPP v3.4 §4.4.2); 16 to 81 octets without TLVs.
    SubmitSmResp = SUBMIT_SM_RESP {
        /// Up to 64 octets; `None` when there is no body.
        message_id = MessageId;
    }
}

response! {
    /// submit_multi_resp: one id for all, and the destinations that failed (SMPP v3.4 §4.5.2).
    SubmitMultiResp = SUBMIT_MULTI_RESP {
        /// Up to 64 octets; `None` when there is no body, and then the list is not written either.
        message_id = MessageId;
        /// The destinations that failed; their count is no_unsuccess (§5.2.26).
        unsuccess_smes: UnsuccessSmes<'a> = UnsuccessSme;
    }
}

response! {
    /// deliver_sm_resp: the message_id is unused and empty (SMPP v3.4 §4.6.2); some peers fill it all the same.
    DeliverSmResp = DELIVER_SM_RESP {
        /// Empty; up to 64 octets in v5.0. `None` when there is no body.
        message_id = MessageId;
    }
}

response! {
    /// data_sm_resp: the message's id, or why it was refused (SMPP v3.4 §4.7.2); TLVs tell of a failed delivery.
    DataSmResp = DATA_SM_RESP {
        /// Up to 64 octets; `None` when there is no body.
        message_id = MessageId;
    }
}

response! {
    /// query_sm_resp: the state of a message, or why there is none to tell (SMPP v3.4 §4.8.2).
    QuerySmResp = QUERY_SM_RESP {
        /// Up to 64 octets; `None` when there is no body, and then the other fields are not written either.
        message_id = MessageId;
        /// When the message reached its final state; empty before. 16 octets, some peers send 12.
        final_date: &'a [u8] = FinalDate;
        /// The state (§5.2.28).
        message_state: MessageState = MessageState,
        /// The network's reason for a failed delivery, 0 for none.
        error_code: u8 = ErrorCode;
    }
}

response! {
    /// broadcast_sm_resp: the broadcast's id; TLVs name the areas that failed (SMPP v5.0 §4.4).
    BroadcastSmResp = BROADCAST_SM_RESP {
        /// Up to 64 octets; `None` when there is no body.
        message_id = MessageId;
    }
}

response! {
    /// query_broadcast_sm_resp: the broadcast's id; its state and areas are TLVs (SMPP v5.0 §4.6).
    QueryBroadcastSmResp = QUERY_BROADCAST_SM_RESP judged by broadcast_state(message_id) {
        /// Up to 64 octets; `None` when there is no body.
        message_id = MessageId;
    }
}
