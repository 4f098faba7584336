//! The value sets of v5.0's broadcast TLVs (SMPP v5.0 §4.8.4.3 to §4.8.4.17).

values! {
    /// Which channel a broadcast is sent on.
    BroadcastChannelIndicator {
        BASIC = 0, "basic";
        EXTENDED = 1, "extended";
    }

    /// The message class of a broadcast.
    BroadcastMessageClass {
        NONE = 0, "none";
        CLASS_1 = 1, "class 1";
        CLASS_2 = 2, "class 2";
        CLASS_3 = 3, "class 3 (TE)";
    }

    /// The network whose content types broadcast_content_type uses.
    BroadcastNetworkTag {
        GENERIC = 0, "generic";
        GSM = 1, "GSM";
        TDMA = 2, "TDMA";
        CDMA = 3, "CDMA";
    }

    /// The unit of broadcast_frequency_interval.
    BroadcastFrequencyUnit {
        AS_OFTEN_AS_POSSIBLE = 0, "as often as possible";
        SECONDS = 8, "seconds";
        MINUTES = 9, "minutes";
        HOURS = 10, "hours";
        DAYS = 11, "days";
        WEEKS = 12, "weeks";
        MONTHS = 13, "months";
        YEARS = 14, "years";
    }

    /// How broadcast_area_identifier names an area.
    BroadcastAreaFormat {
        ALIAS = 0, "alias or name";
        ELLIPSOID_ARC = 1, "ellipsoid arc";
        POLYGON = 2, "polygon";
    }

    /// How much of an area a broadcast reached: 0 to 100 per cent.
    BroadcastAreaSuccess {
        UNKNOWN = 255, "unknown";
    }
}
