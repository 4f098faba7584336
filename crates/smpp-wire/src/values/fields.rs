//! The value sets of PDU fields that are one value each (SMPP v3.4 §5.2).

values! {
    /// Type of number (§5.2.5).
    Ton {
        UNKNOWN = 0, "unknown";
        INTERNATIONAL = 1, "international";
        NATIONAL = 2, "national";
        NETWORK_SPECIFIC = 3, "network specific";
        SUBSCRIBER_NUMBER = 4, "subscriber number";
        ALPHANUMERIC = 5, "alphanumeric";
        ABBREVIATED = 6, "abbreviated";
    }

    /// Numbering plan indicator (§5.2.6).
    Npi {
        UNKNOWN = 0, "unknown";
        ISDN = 1, "ISDN E.163/E.164";
        DATA = 3, "data X.121";
        TELEX = 4, "telex F.69";
        LAND_MOBILE = 6, "land mobile E.212";
        NATIONAL = 8, "national";
        PRIVATE = 9, "private";
        ERMES = 10, "ERMES";
        INTERNET = 14, "internet (IP)";
        WAP_CLIENT_ID = 18, "WAP client id";
    }

    /// The version a peer speaks (§5.2.4); 0x00 to 0x33 are v3.3 or earlier.
    InterfaceVersion {
        V33 = 0x33, "v3.3";
        V34 = 0x34, "v3.4";
        V50 = 0x50, "v5.0";
    }

    /// How urgent a message is, by GSM's words (§5.2.14).
    PriorityFlag {
        NONE = 0, "GSM non-priority";
        PRIORITY = 1, "GSM priority";
        URGENT = 2, "GSM priority, ANSI-136 urgent";
        VERY_URGENT = 3, "GSM priority, ANSI-136 very urgent";
        BACKGROUND = 4, "GSM cell broadcast background (v5.0)";
    }

    /// Whether a message takes the place of one that is pending (§5.2.18).
    ReplaceIfPresent {
        DONT_REPLACE = 0, "don't replace";
        REPLACE = 1, "replace";
    }

    /// How user data is coded (§5.2.19); what GSM's groups mean is told by [`Meaning`](crate::text::Meaning).
    DataCoding {
        DEFAULT = 0x00, "SMSC default alphabet";
        ASCII = 0x01, "IA5 / ASCII";
        BINARY = 0x02, "8-bit binary";
        LATIN1 = 0x03, "Latin-1 (ISO-8859-1)";
        BINARY_TOO = 0x04, "8-bit binary, again";
        JIS = 0x05, "JIS X 0208-1990";
        CYRILLIC = 0x06, "Cyrillic ISO-8859-5";
        HEBREW = 0x07, "Latin/Hebrew ISO-8859-8";
        UCS2 = 0x08, "UCS2 big endian";
        PICTOGRAM = 0x09, "pictogram encoding";
        ISO_2022_JP = 0x0A, "ISO-2022-JP (music codes)";
        JIS_EXTENDED = 0x0D, "extended Kanji JIS X 0212-1990";
        KS_C_5601 = 0x0E, "KS C 5601";
        FLASH = 0x10, "GSM7, class 0 (flash)";
        CLASS_1 = 0x11, "GSM7, class 1 (ME)";
        CLASS_2 = 0x12, "GSM7, class 2 (SIM)";
        CLASS_3 = 0x13, "GSM7, class 3 (TE)";
        BINARY_CLASS_0 = 0x14, "8-bit, class 0";
        BINARY_CLASS_1 = 0x15, "8-bit, class 1";
        BINARY_CLASS_2 = 0x16, "8-bit, class 2";
        FLASH_UCS2 = 0x18, "UCS2, class 0 (flash)";
        UCS2_CLASS_1 = 0x19, "UCS2, class 1";
        VOICEMAIL_OFF_DISCARD = 0xC0, "MWI discard, voicemail off";
        VOICEMAIL_ON_DISCARD = 0xC8, "MWI discard, voicemail on";
        VOICEMAIL_ON_STORE = 0xD8, "MWI store, voicemail on";
        VOICEMAIL_ON_STORE_UCS2 = 0xE8, "MWI store UCS2, voicemail on";
        GSM_CLASS_0 = 0xF0, "GSM7, class 0 (flash), message class group";
        GSM_CLASS_1 = 0xF1, "GSM7, class 1, message class group";
        GSM_CLASS_2 = 0xF2, "GSM7, class 2, message class group";
        GSM_CLASS_3 = 0xF3, "GSM7, class 3, message class group";
        DATA_CLASS_0 = 0xF4, "8-bit, class 0, message class group";
        DATA_CLASS_1 = 0xF5, "8-bit, class 1 (WAP push), message class group";
        DATA_CLASS_2 = 0xF6, "8-bit, class 2 (SIM OTA), message class group";
        DATA_CLASS_3 = 0xF7, "8-bit, class 3, message class group";
    }

    /// What became of a message (§5.2.28).
    MessageState {
        SCHEDULED = 0, "SCHEDULED";
        ENROUTE = 1, "ENROUTE";
        DELIVERED = 2, "DELIVERED";
        EXPIRED = 3, "EXPIRED";
        DELETED = 4, "DELETED";
        UNDELIVERABLE = 5, "UNDELIVERABLE";
        ACCEPTED = 6, "ACCEPTED";
        UNKNOWN = 7, "UNKNOWN";
        REJECTED = 8, "REJECTED";
        SKIPPED = 9, "SKIPPED";
    }

    /// What a destination of a submit_multi is (§5.2.25).
    DestFlag {
        SME_ADDRESS = 1, "SME address";
        DISTRIBUTION_LIST = 2, "distribution list";
    }
}

impl MessageState {
    /// True when the state never changes again; reserved values count as not final.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self.0, 2..=9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserved_value_is_carried_without_a_name() {
        assert_eq!(Ton::from(5), Ton::ALPHANUMERIC);
        assert_eq!((Npi(2).name(), u8::from(Npi(2))), (None, 2));
        assert_eq!(MessageState(2).name(), Some("DELIVERED"));
    }
}
