//! `command_status`: the result that a response carries (SMPP v3.4 §5.1.3), and its specification names.

use core::fmt;

/// The result in a PDU's header; 0 in requests (SMPP v3.4 §5.1.3). Any value is carried; [`name`](Self::name) knows the specified ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommandStatus(pub u32);

macro_rules! statuses {
    ($($name:ident = $value:literal, $meaning:literal;)*) => {
        impl CommandStatus {
            $(#[doc = $meaning] pub const $name: Self = Self($value);)*

            /// The specification's name, `None` for a reserved or vendor value.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$name => Some(stringify!($name)),)*
                    _ => None,
                }
            }
        }
    };
}

impl CommandStatus {
    /// True for `ESME_ROK`.
    #[must_use]
    pub const fn is_ok(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for CommandStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "0x{:08X}", self.0),
        }
    }
}

statuses! {
    ESME_ROK = 0x00000000, "Success.";
    ESME_RINVMSGLEN = 0x00000001, "Message length invalid (sm_length / payload).";
    ESME_RINVCMDLEN = 0x00000002, "Command_length invalid for this PDU, or out of accepted range.";
    ESME_RINVCMDID = 0x00000003, "Command_id unknown or not supported.";
    ESME_RINVBNDSTS = 0x00000004, "PDU not allowed in the current session state.";
    ESME_RALYBND = 0x00000005, "Bind on an already bound session / account bind limit reached.";
    ESME_RINVPRTFLG = 0x00000006, "Bad priority_flag.";
    ESME_RINVREGDLVFLG = 0x00000007, "Bad registered_delivery.";
    ESME_RSYSERR = 0x00000008, "SMSC internal error.";
    ESME_RINVSRCADR = 0x0000000A, "Bad source address.";
    ESME_RINVDSTADR = 0x0000000B, "Bad destination address.";
    ESME_RINVMSGID = 0x0000000C, "Unknown or malformed message_id.";
    ESME_RBINDFAIL = 0x0000000D, "Bind refused, generic (v5.0: also wrong credentials).";
    ESME_RINVPASWD = 0x0000000E, "Bad password (v5.0: bad length only).";
    ESME_RINVSYSID = 0x0000000F, "Bad system_id (v5.0: bad length only).";
    ESME_RCANCELFAIL = 0x00000011, "Cancel_sm failed.";
    ESME_RREPLACEFAIL = 0x00000013, "Replace_sm failed.";
    ESME_RMSGQFUL = 0x00000014, "Queue full at SMSC or for the destination.";
    ESME_RINVSERTYP = 0x00000015, "Bad service_type.";
    ESME_RINVNUMDESTS = 0x00000033, "Bad number_of_dests (submit_multi).";
    ESME_RINVDLNAME = 0x00000034, "Bad or unknown distribution list.";
    ESME_RINVDESTFLAG = 0x00000040, "Bad dest_flag (submit_multi).";
    ESME_RINVSUBREP = 0x00000042, "Submit with replace not possible here.";
    ESME_RINVESMCLASS = 0x00000043, "Bad or unsupported esm_class.";
    ESME_RCNTSUBDL = 0x00000044, "Distribution lists not usable.";
    ESME_RSUBMITFAIL = 0x00000045, "Submission failed, generic.";
    ESME_RINVSRCTON = 0x00000048, "Bad source TON.";
    ESME_RINVSRCNPI = 0x00000049, "Bad source NPI.";
    ESME_RINVDSTTON = 0x00000050, "Bad destination TON (0x50, not 0x4A).";
    ESME_RINVDSTNPI = 0x00000051, "Bad destination NPI (0x51, not 0x4B).";
    ESME_RINVSYSTYP = 0x00000053, "Bad system_type.";
    ESME_RINVREPFLAG = 0x00000054, "Bad replace_if_present_flag.";
    ESME_RINVNUMMSGS = 0x00000055, "Bad number of messages (left over from v3.3 query_last_msgs).";
    ESME_RTHROTTLED = 0x00000058, "Sender exceeded its allowed rate.";
    ESME_RINVSCHED = 0x00000061, "Bad schedule_delivery_time.";
    ESME_RINVEXPIRY = 0x00000062, "Bad validity_period.";
    ESME_RINVDFTMSGID = 0x00000063, "Predefined message id bad or unknown.";
    ESME_RX_T_APPN = 0x00000064, "Receiver: temporary application error, retry later.";
    ESME_RX_P_APPN = 0x00000065, "Receiver: permanent application error for this destination, stop all queued to it.";
    ESME_RX_R_APPN = 0x00000066, "Receiver: reject this message only, do not retry.";
    ESME_RQUERYFAIL = 0x00000067, "Query_sm failed.";
    ESME_RINVOPTPARSTREAM = 0x000000C0, "TLV area cannot be parsed (1-3 stray octets or a length past the end).";
    ESME_ROPTPARNOTALLWD = 0x000000C1, "TLV not allowed here.";
    ESME_RINVPARLEN = 0x000000C2, "Parameter/TLV length invalid.";
    ESME_RMISSINGOPTPARAM = 0x000000C3, "Required TLV missing.";
    ESME_RINVOPTPARAMVAL = 0x000000C4, "TLV value invalid.";
    ESME_RDELIVERYFAILURE = 0x000000FE, "Delivery failed in transaction mode.";
    ESME_RUNKNOWNERR = 0x000000FF, "Unknown error.";
    ESME_RSERTYPUNAUTH = 0x00000100, "Service_type not authorised for this ESME (v5.0).";
    ESME_RPROHIBITED = 0x00000101, "Operation denied to this ESME (v5.0).";
    ESME_RSERTYPUNAVAIL = 0x00000102, "Service_type temporarily unavailable (v5.0).";
    ESME_RSERTYPDENIED = 0x00000103, "Service_type denied for this content (v5.0).";
    ESME_RINVDCS = 0x00000104, "Data_coding invalid or unsupported (v5.0).";
    ESME_RINVSRCADDRSUBUNIT = 0x00000105, "Bad source subunit (v5.0).";
    ESME_RINVDSTADDRSUBUNIT = 0x00000106, "Bad destination subunit (v5.0).";
    ESME_RINVBCASTFREQINT = 0x00000107, "Bad broadcast frequency interval (v5.0).";
    ESME_RINVBCASTALIAS_NAME = 0x00000108, "Bad broadcast area alias (v5.0).";
    ESME_RINVBCASTAREAFMT = 0x00000109, "Bad broadcast area format (v5.0).";
    ESME_RINVNUMBCAST_AREAS = 0x0000010A, "Bad number of broadcast areas (v5.0).";
    ESME_RINVBCASTCNTTYPE = 0x0000010B, "Bad broadcast content type (v5.0).";
    ESME_RINVBCASTMSGCLASS = 0x0000010C, "Bad broadcast message class (v5.0).";
    ESME_RBCASTFAIL = 0x0000010D, "Broadcast_sm failed (v5.0).";
    ESME_RBCASTQUERYFAIL = 0x0000010E, "Query_broadcast_sm failed (v5.0).";
    ESME_RBCASTCANCELFAIL = 0x0000010F, "Cancel_broadcast_sm failed (v5.0).";
    ESME_RINVBCAST_REP = 0x00000110, "Bad broadcast repetition number (v5.0).";
    ESME_RINVBCASTSRVGRP = 0x00000111, "Bad broadcast service group (v5.0).";
    ESME_RINVBCASTCHANIND = 0x00000112, "Bad broadcast channel indicator (v5.0).";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_status_prints_its_specification_name() {
        assert_eq!(format!("{}", CommandStatus(0x58)), "ESME_RTHROTTLED");
        assert_eq!(format!("{}", CommandStatus(0x0400)), "0x00000400");
    }
}
