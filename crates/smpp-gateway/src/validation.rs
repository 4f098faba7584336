//! What a submit_sm may say: the strict rules of v3.4, and where this gateway is wider or narrower.

use smpp_wire::values::DataCoding;
use smpp_wire::{CommandStatus, Len, OctetSet, Profile, SubmitSm};

/// Judges every field and TLV, and what they say together; headers and segments are left to those who read them.
///
/// # Errors
/// The status that the specification names for the first field that is wrong; `ESME_RINVMSGLEN` for half a character of UTF-16.
pub(crate) fn judge(message: &SubmitSm<'_>) -> Result<(), CommandStatus> {
    message.validate(&PROFILE).map_err(|error| {
        tracing::debug!(%error, "submit_sm refused");
        error.command_status()
    })?;
    if matches!(message.data_coding, DataCoding::UCS2 | DataCoding::FLASH_UCS2) && has_odd_text(message) {
        tracing::debug!("submit_sm refused: its UTF-16 has an odd number of octets");
        return Err(CommandStatus::ESME_RINVMSGLEN);
    }
    Ok(())
}

fn has_odd_text(message: &SubmitSm<'_>) -> bool {
    // A header that can't be read was refused before.
    message.user_data().is_ok_and(|data| data.text.len() % 2 != 0)
}

const PROFILE: Profile = Profile {
    // It is cut.
    source_addr: Len::ANY,
    // It has to go somewhere.
    destination_addr: Len::between(1, 20),
    // GSM 7-bit and UTF-16BE, each also as class 0.
    data_codings: OctetSet::of(&[
        DataCoding::DEFAULT.0,
        DataCoding::FLASH.0,
        DataCoding::UCS2.0,
        DataCoding::FLASH_UCS2.0,
    ]),
    // Receipts on success alone, which v5.0 adds, cost nothing.
    registered_deliveries: Profile::V50.registered_deliveries,
    // No texts are kept here that a number could stand for.
    default_msg_ids: OctetSet::of(&[0]),
    ..Profile::V34
};

#[cfg(test)]
mod tests {
    use smpp_wire::values::EsmClass;
    use smpp_wire::{Tag, TlvBuf};

    use super::*;

    const MESSAGE: SubmitSm<'_> =
        SubmitSm { destination_addr: b"4512345678", short_message: b"Hi", ..SubmitSm::EMPTY };

    #[test]
    fn the_text_is_whole_characters_behind_its_header_and_in_the_payload_too() {
        let ucs2 = SubmitSm { data_coding: DataCoding::UCS2, ..MESSAGE };
        let header =
            SubmitSm { esm_class: EsmClass::UDHI, short_message: b"\x06\x08\x04\0\x07\x02\x01\0H", ..ucs2 };
        assert_eq!((judge(&ucs2), judge(&header)), (Ok(()), Ok(())));
        let odd = Err(CommandStatus::ESME_RINVMSGLEN);
        assert_eq!(judge(&SubmitSm { short_message: b"\0", ..ucs2 }), odd);
        assert_eq!(judge(&SubmitSm { short_message: b"\x06\x08\x04\0\x07\x02\x01\0", ..header }), odd);
        let mut payload = TlvBuf::new(Vec::new());
        payload.push(Tag::MESSAGE_PAYLOAD, b"\0H\0").unwrap();
        assert_eq!(judge(&SubmitSm { short_message: b"", tlvs: payload.as_tlvs(), ..ucs2 }), odd);
        assert_eq!(judge(&SubmitSm { short_message: b"odd", ..MESSAGE }), Ok(()), "one octet a character");
    }
}
