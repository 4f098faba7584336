//! The value sets of TLVs (SMPP v3.4 §5.3.2).

values! {
    /// The part of a handset that a message comes from or is for (§5.3.2.1, §5.3.2.2).
    AddrSubunit {
        UNKNOWN = 0, "unknown";
        MS_DISPLAY = 1, "MS display";
        MOBILE_EQUIPMENT = 2, "mobile equipment";
        SMART_CARD = 3, "smart card 1 (SIM)";
        EXTERNAL_UNIT = 4, "external unit 1";
    }

    /// The network of a source or destination (§5.3.2.3, §5.3.2.4).
    NetworkType {
        UNKNOWN = 0, "unknown";
        GSM = 1, "GSM";
        ANSI_136 = 2, "ANSI-136/TDMA";
        IS_95 = 3, "IS-95/CDMA";
        PDC = 4, "PDC";
        PHS = 5, "PHS";
        IDEN = 6, "iDEN";
        AMPS = 7, "AMPS";
        PAGING = 8, "paging network";
    }

    /// What carries a message to or from a handset (§5.3.2.5, §5.3.2.6).
    BearerType {
        UNKNOWN = 0, "unknown";
        SMS = 1, "SMS";
        CSD = 2, "CSD";
        PACKET_DATA = 3, "packet data";
        USSD = 4, "USSD";
        CDPD = 5, "CDPD";
        DATA_TAC = 6, "DataTAC";
        FLEX = 7, "FLEX/ReFLEX";
        CELL_BROADCAST = 8, "cell broadcast";
    }

    /// What a payload holds (§5.3.2.10).
    PayloadType {
        DEFAULT = 0, "default (WDP for WAP)";
        WCMP = 1, "WCMP";
    }

    /// How private a message is (§5.3.2.14).
    PrivacyIndicator {
        NOT_RESTRICTED = 0, "not restricted";
        RESTRICTED = 1, "restricted";
        CONFIDENTIAL = 2, "confidential";
        SECRET = 3, "secret";
    }

    /// The language of a message (§5.3.2.19).
    LanguageIndicator {
        UNSPECIFIED = 0, "unspecified";
        ENGLISH = 1, "English";
        FRENCH = 2, "French";
        SPANISH = 3, "Spanish";
        GERMAN = 4, "German";
        PORTUGUESE = 5, "Portuguese";
    }

    /// Whether a delivery pending flag was set (§5.3.2.28).
    DpfResult {
        NOT_SET = 0, "DPF not set";
        SET = 1, "DPF set";
    }

    /// Whether a delivery pending flag is asked for when the handset can't be reached (§5.3.2.29).
    SetDpf {
        NOT_REQUESTED = 0, "not requested";
        REQUESTED = 1, "requested";
    }

    /// Whether a handset can be reached (§5.3.2.30).
    MsAvailabilityStatus {
        AVAILABLE = 0, "available";
        DENIED = 1, "denied";
        UNAVAILABLE = 2, "unavailable";
    }

    /// Whose codes network_error_code uses (§5.3.2.31, v5.0 §4.8.4.42).
    ErrorNetworkType {
        ANSI_136_ACCESS_DENIED = 1, "ANSI-136 access denied reason";
        IS_95_ACCESS_DENIED = 2, "IS-95 access denied reason";
        GSM = 3, "GSM";
        ANSI_136_CAUSE = 4, "ANSI-136 cause";
        IS_95_CAUSE = 5, "IS-95 cause";
        ANSI_41_ERROR = 6, "ANSI-41 error";
        SMPP_ERROR = 7, "SMPP error";
        MESSAGE_CENTRE = 8, "message-centre specific";
    }

    /// Why a delivery failed (§5.3.2.33).
    DeliveryFailureReason {
        DESTINATION_UNAVAILABLE = 0, "destination unavailable";
        DESTINATION_INVALID = 1, "destination address invalid";
        PERMANENT_NETWORK_ERROR = 2, "permanent network error";
        TEMPORARY_NETWORK_ERROR = 3, "temporary network error";
    }

    /// Whether more messages follow for the same handset (§5.3.2.34).
    MoreMessagesToSend {
        NO_MORE = 0, "no more";
        MORE = 1, "more to follow";
    }

    /// The step of a USSD dialogue (§5.3.2.44); 32 to 255 are a vendor's own.
    UssdServiceOp {
        PSSD_INDICATION = 0, "PSSD indication";
        PSSR_INDICATION = 1, "PSSR indication";
        USSR_REQUEST = 2, "USSR request";
        USSN_REQUEST = 3, "USSN request";
        PSSD_RESPONSE = 16, "PSSD response";
        PSSR_RESPONSE = 17, "PSSR response";
        USSR_CONFIRM = 18, "USSR confirm";
        USSN_CONFIRM = 19, "USSN confirm";
    }

    /// What is known of a number's portability (v5.0 §4.8.4.22).
    DestAddrNpResolution {
        NOT_QUERIED = 0, "no query done";
        NOT_PORTED = 1, "queried, not ported";
        PORTED = 2, "queried, ported";
    }

    /// How long a message is shown (§5.3.2.26).
    DisplayTime {
        TEMPORARY = 0, "temporary";
        DEFAULT = 1, "default";
        INVOKE = 2, "invoke";
    }

    /// How long a handset keeps a message (§5.3.2.27).
    MsValidityBehaviour {
        STORE_INDEFINITELY = 0, "store indefinitely";
        POWER_DOWN = 1, "power down";
        REGISTRATION_AREA = 2, "registration area";
        DISPLAY_ONLY = 3, "display only";
        RELATIVE_PERIOD = 4, "relative period (v5.0)";
    }

    /// The unit of ms_validity's period (v5.0 §4.8.4.41).
    MsValidityUnit {
        SECONDS = 0, "seconds";
        MINUTES = 1, "minutes";
        HOURS = 2, "hours";
        DAYS = 3, "days";
        WEEKS = 4, "weeks";
        MONTHS = 5, "months";
        YEARS = 6, "years";
    }

    /// How loud a handset tells of a message (§5.3.2.41); an empty TLV is the default.
    AlertOnMessageDelivery {
        DEFAULT = 0, "default alert";
        LOW = 1, "low";
        MEDIUM = 2, "medium";
        HIGH = 3, "high";
    }

    /// What kind of answer is asked for (§5.3.2.42).
    ItsReplyType {
        DIGIT = 0, "digit";
        NUMBER = 1, "number";
        TELEPHONE_NUMBER = 2, "telephone number";
        PASSWORD = 3, "password";
        CHARACTER_LINE = 4, "character line";
        MENU = 5, "menu";
        DATE = 6, "date";
        TIME = 7, "time";
        CONTINUE = 8, "continue";
    }

    /// How a subaddress is written (§5.3.2.15).
    SubaddressType {
        NSAP_EVEN = 0x80, "NSAP even";
        NSAP_ODD = 0x88, "NSAP odd";
        USER_SPECIFIED = 0xA0, "user specified";
    }

    /// How callback_num writes its digits (§5.3.2.36).
    DigitMode {
        TBCD = 0, "TBCD";
        ASCII = 1, "ASCII";
    }

    /// Bits 3 and 2 of callback_num_pres_ind: may the number be shown? (§5.3.2.37)
    Presentation {
        ALLOWED = 0, "allowed";
        RESTRICTED = 1, "restricted";
        NOT_AVAILABLE = 2, "not available";
    }

    /// Bits 1 and 0 of callback_num_pres_ind: who vouches for the number? (§5.3.2.37)
    Screening {
        NOT_SCREENED = 0, "not screened";
        PASSED = 1, "passed";
        FAILED = 2, "failed";
        NETWORK_PROVIDED = 3, "network provided";
    }

    /// Bits 1 and 0 of ms_msg_wait_facilities: what waits? (§5.3.2.13)
    WaitingMessages {
        VOICEMAIL = 0, "voicemail";
        FAX = 1, "fax";
        EMAIL = 2, "e-mail";
        OTHER = 3, "other";
    }
}

/// `callback_num_pres_ind`: presentation in bits 3 and 2, screening in bits 1 and 0 (§5.3.2.37).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallbackNumPresInd(pub u8);

/// `ms_msg_wait_facilities`: the indication in bit 7, what waits in bits 1 and 0 (§5.3.2.13).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MsMsgWaitFacilities(pub u8);

/// `congestion_state`: how busy a message centre is, 0 idle to 100 congested (v5.0 §4.8.4.18).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CongestionState(pub u8);

impl CallbackNumPresInd {
    /// May the number be shown?
    #[must_use]
    pub const fn presentation(self) -> Presentation {
        Presentation(self.0 >> 2 & 0x03)
    }

    /// Who vouches for the number?
    #[must_use]
    pub const fn screening(self) -> Screening {
        Screening(self.0 & 0x03)
    }

    /// The presentation's name, which is what a handset acts on.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        self.presentation().name()
    }
}

impl MsMsgWaitFacilities {
    /// True when the indication is to be set, false when it is to be cleared.
    #[must_use]
    pub const fn is_active(self) -> bool {
        self.0 & 0x80 != 0
    }

    /// What waits.
    #[must_use]
    pub const fn waiting(self) -> WaitingMessages {
        WaitingMessages(self.0 & 0x03)
    }

    /// The name of what waits.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        self.waiting().name()
    }
}

impl CongestionState {
    /// The specification's word for this load; at 90, where two overlap, "optimum".
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self.0 {
            0 => Some("idle"),
            1..=29 => Some("low"),
            30..=49 => Some("medium"),
            50..=79 => Some("high"),
            80..=90 => Some("optimum"),
            91..=99 => Some("near congestion"),
            100 => Some("congested"),
            _ => None,
        }
    }
}

octet!(CallbackNumPresInd);
octet!(MsMsgWaitFacilities);
octet!(CongestionState);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_of_several_values_are_taken_apart() {
        let callback = CallbackNumPresInd(0b0110);
        assert_eq!(
            (callback.presentation(), callback.screening()),
            (Presentation::RESTRICTED, Screening::FAILED)
        );
        let waiting = MsMsgWaitFacilities(0x82);
        assert_eq!((waiting.is_active(), waiting.waiting()), (true, WaitingMessages::EMAIL));
    }
}
