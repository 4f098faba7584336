//! What each `data_coding` means (SMPP v3.4 §5.2.19; 3GPP TS 23.038 §4 for what SMPP reserves).

use crate::values::DataCoding;

/// How the octets of a text are to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Alphabet {
    /// The message centre's default; GSM 03.38 on GSM networks.
    #[default]
    Gsm,
    /// IA5.
    Ascii,
    /// 8-bit data.
    Binary,
    /// ISO 8859-1.
    Latin1,
    /// JIS X 0208-1990.
    Jis,
    /// Cyrillic, ISO 8859-5.
    Cyrillic,
    /// Latin and Hebrew, ISO 8859-8.
    Hebrew,
    /// UTF-16 big endian.
    Ucs2,
    /// Pictogram encoding.
    Pictogram,
    /// ISO 2022-JP, music codes.
    Iso2022Jp,
    /// JIS X 0212-1990.
    ExtendedKanji,
    /// KS C 5601.
    KsC5601,
    /// Reserved: carried, not read.
    Reserved,
}

/// Where a message is meant to go on the handset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Class 0: shown at once, not stored ("flash").
    Flash,
    /// Class 1: the handset.
    Handset,
    /// Class 2: the SIM.
    Sim,
    /// Class 3: other equipment.
    Terminal,
}

/// What is waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WaitingKind {
    /// Voice mail.
    Voicemail,
    /// Fax.
    Fax,
    /// E-mail.
    Email,
    /// Something else.
    Other,
}

/// A message-waiting indication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Waiting {
    /// What is waiting.
    pub kind: WaitingKind,
    /// Set the indication (or clear it).
    pub active: bool,
    /// Keep the text (or discard it).
    pub store: bool,
}

/// Everything that one `data_coding` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Meaning {
    /// How to read the octets, behind any user data header.
    pub alphabet: Alphabet,
    /// The message class, if it has one.
    pub class: Option<Class>,
    /// The message-waiting indication, if it is one.
    pub waiting: Option<Waiting>,
    /// The text is compressed (3GPP TS 23.042), so the octets can't be read as they are.
    pub compressed: bool,
    /// The handset may delete it once it was read.
    pub auto_delete: bool,
}

impl Meaning {
    /// What `data_coding` means. SMPP's own values 0x00 to 0x0E come first; the rest is read as GSM networks do.
    #[must_use]
    pub const fn of(data_coding: DataCoding) -> Self {
        let data_coding = data_coding.0;
        match data_coding {
            0x00..=0x0F => Self::plain(smpp(data_coding)),
            0x10..=0x7F => Self::general(data_coding),
            0x80..=0xBF => Self::plain(Alphabet::Reserved),
            0xC0..=0xDF => Self::message_waiting(Alphabet::Gsm, data_coding),
            0xE0..=0xEF => Self::message_waiting(Alphabet::Ucs2, data_coding),
            0xF0..=0xFF => {
                let alphabet = if data_coding & 0x04 == 0 { Alphabet::Gsm } else { Alphabet::Binary };
                Self { class: Some(class(data_coding)), ..Self::plain(alphabet) }
            }
        }
    }

    const fn plain(alphabet: Alphabet) -> Self {
        Self { alphabet, class: None, waiting: None, compressed: false, auto_delete: false }
    }

    /// 3GPP TS 23.038 §4, general data coding: 0, delete, compressed, class, two bits of alphabet, two of class.
    const fn general(data_coding: u8) -> Self {
        let alphabet = match data_coding & 0x0C {
            0x00 => Alphabet::Gsm,
            0x04 => Alphabet::Binary,
            0x08 => Alphabet::Ucs2,
            _ => Alphabet::Reserved,
        };
        Self {
            alphabet,
            class: if data_coding & 0x10 == 0 { None } else { Some(class(data_coding)) },
            waiting: None,
            compressed: data_coding & 0x20 != 0,
            auto_delete: data_coding & 0x40 != 0,
        }
    }

    const fn message_waiting(alphabet: Alphabet, data_coding: u8) -> Self {
        let kind = match data_coding & 0x03 {
            0 => WaitingKind::Voicemail,
            1 => WaitingKind::Fax,
            2 => WaitingKind::Email,
            _ => WaitingKind::Other,
        };
        let waiting = Waiting { kind, active: data_coding & 0x08 != 0, store: data_coding & 0xF0 != 0xC0 };
        Self { waiting: Some(waiting), ..Self::plain(alphabet) }
    }
}

/// SMPP v3.4 §5.2.19, table of values.
const fn smpp(data_coding: u8) -> Alphabet {
    match data_coding {
        0x00 => Alphabet::Gsm,
        0x01 => Alphabet::Ascii,
        0x02 | 0x04 => Alphabet::Binary,
        0x03 => Alphabet::Latin1,
        0x05 => Alphabet::Jis,
        0x06 => Alphabet::Cyrillic,
        0x07 => Alphabet::Hebrew,
        0x08 => Alphabet::Ucs2,
        0x09 => Alphabet::Pictogram,
        0x0A => Alphabet::Iso2022Jp,
        0x0D => Alphabet::ExtendedKanji,
        0x0E => Alphabet::KsC5601,
        _ => Alphabet::Reserved,
    }
}

const fn class(data_coding: u8) -> Class {
    match data_coding & 0x03 {
        0 => Class::Flash,
        1 => Class::Handset,
        2 => Class::Sim,
        _ => Class::Terminal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_bits_are_not_put_over_alphabet_bits() {
        let class_of = |data_coding| {
            (Meaning::of(DataCoding(data_coding)).alphabet, Meaning::of(DataCoding(data_coding)).class)
        };
        assert_eq!(class_of(0x10), (Alphabet::Gsm, Some(Class::Flash)));
        assert_eq!(class_of(0x13), (Alphabet::Gsm, Some(Class::Terminal)));
        assert_eq!(class_of(0x15), (Alphabet::Binary, Some(Class::Handset)));
        assert_eq!(class_of(0x18), (Alphabet::Ucs2, Some(Class::Flash)));
        assert_eq!(class_of(0xF2), (Alphabet::Gsm, Some(Class::Sim)));
        assert_eq!(class_of(0xF5), (Alphabet::Binary, Some(Class::Handset)));
        assert_eq!(class_of(0x08), (Alphabet::Ucs2, None));
    }

    #[test]
    fn message_waiting_says_what_waits_and_what_to_do_with_the_text() {
        let waiting = |kind, active, store| Some(Waiting { kind, active, store });
        assert_eq!(Meaning::of(DataCoding(0xC0)).waiting, waiting(WaitingKind::Voicemail, false, false));
        assert_eq!(Meaning::of(DataCoding(0xD9)).waiting, waiting(WaitingKind::Fax, true, true));
        assert_eq!(Meaning::of(DataCoding(0xEA)).waiting, waiting(WaitingKind::Email, true, true));
        assert_eq!(Meaning::of(DataCoding(0xEA)).alphabet, Alphabet::Ucs2);
    }

    #[test]
    fn compressed_and_deleted_texts_are_named() {
        let meaning = Meaning::of(DataCoding(0x28));
        assert_eq!((meaning.compressed, meaning.auto_delete), (true, false));
        assert!(Meaning::of(DataCoding(0x50)).auto_delete);
        assert_eq!(Meaning::of(DataCoding(0x1C)).alphabet, Alphabet::Reserved);
    }
}
