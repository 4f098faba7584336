//! What a wrong field holds, and what was expected of it.

use smpp_engine::wire::values::EsmClass;
use smpp_engine::wire::{Field, PduError, PduErrorKind, Profile, RawPdu, Tag, TlvKind, tlv_rule};

/// `None` where the field and the kind of the error say it all.
pub(super) fn of(error: &PduError, pdu: &RawPdu<'_>, profile: &Profile) -> Option<String> {
    let id = pdu.header().command_id;
    let (before, there) = pdu.octets().split_at_checked(error.offset)?;
    Some(match error.kind {
        PduErrorKind::UnknownCommand if id.version().is_some() => format!("{id} came with SMPP v5.0"),
        PduErrorKind::UnknownCommand => id.to_string(),
        PduErrorKind::Unterminated | PduErrorKind::ExtraOctets | PduErrorKind::TlvHeaderCut => {
            octets(there.len())
        }
        PduErrorKind::LengthPastEnd => format!("{} instead of {}", octets(there.len()), before.last()?),
        PduErrorKind::TlvPastEnd => {
            let (tag, len) = tlv_header(there)?;
            format!("{} of {tag} instead of {len}", octets(there.len().checked_sub(4)?))
        }
        PduErrorKind::UnknownDestFlag => there.first()?.to_string(),
        PduErrorKind::TooLong | PduErrorKind::TooShort => out_of_range(error.field, pdu, there, profile)?,
        PduErrorKind::NotAllowed => not_allowed(error.field, pdu, there, profile)?,
        PduErrorKind::BadTime => format!("\"{}\", expected YYMMDDhhmmsstnnp", string(there).escape_ascii()),
        PduErrorKind::TlvLength => {
            let (tag, len) = tlv_header(there)?;
            let rule = tlv_rule(tag)?;
            let right = (0..=usize::from(u16::MAX)).filter(|&len| rule.fits_version(len, profile.version));
            format!("{}, expected {}", octets(len.into()), ranges(right))
        }
        PduErrorKind::TlvValue if tlv_rule(tlv_header(there)?.0)?.kind == TlvKind::CString => {
            "expected a string and its NUL".to_owned()
        }
        PduErrorKind::TlvNotAllowed => match error.field {
            Field::Tlv(Tag::MESSAGE_PAYLOAD) => "short_message holds a text too".to_owned(),
            Field::Tlv(Tag::USER_MESSAGE_REFERENCE) => "message_id names a broadcast too".to_owned(),
            _ => "there is a user data header".to_owned(),
        },
        _ => return None,
    })
}

fn out_of_range(field: Field, pdu: &RawPdu<'_>, there: &[u8], profile: &Profile) -> Option<String> {
    let is_count = matches!(field, Field::SmLength | Field::NumberOfDests | Field::NoUnsuccess);
    let count = if is_count { usize::from(*there.first()?) } else { string(there).len() };
    let found = if is_count { count.to_string() } else { octets(count) };
    Some(match profile.len_of(field, pdu.header().command_id) {
        // It may be empty, but then something else has to say which message is meant.
        right if right.allows(count) => "nothing else says which message is meant".to_owned(),
        right if right.max == usize::MAX => format!("{found}, expected {} or more", right.min),
        right => format!("{found}, expected {}", ranges(right.min..=right.max)),
    })
}

fn not_allowed(field: Field, pdu: &RawPdu<'_>, there: &[u8], profile: &Profile) -> Option<String> {
    let header = pdu.header();
    Some(match (field, profile.octets_of(field, header.command_id)) {
        (Field::CommandStatus, _) => format!("{} in a request, expected 0", header.command_status),
        (Field::SequenceNumber, _) => {
            format!("{} in a request, expected 1 to 2147483647", header.sequence_number)
        }
        (Field::EsmClass, _) => esm_class(EsmClass(*there.first()?)),
        (_, Some(right)) => format!("{}, expected {}", there.first()?, ranges(right.iter().map(usize::from))),
        // A time where none may be.
        _ => format!("\"{}\", expected none", string(there).escape_ascii()),
    })
}

/// The sets of right ones are long: what the bits say tells more.
fn esm_class(value: EsmClass) -> String {
    let (mode, kind) = (value.mode().name(), value.message_type().name());
    format!("{}, mode {}, type {}", value.0, mode.unwrap_or("reserved"), kind.unwrap_or("reserved"))
}

fn tlv_header(there: &[u8]) -> Option<(Tag, u16)> {
    let &[a, b, c, d] = there.first_chunk()?;
    Some((Tag(u16::from_be_bytes([a, b])), u16::from_be_bytes([c, d])))
}

fn octets(count: usize) -> String {
    if count == 1 { "1 octet".to_owned() } else { format!("{count} octets") }
}

fn string(there: &[u8]) -> &[u8] {
    there.split(|&octet| octet == 0).next().unwrap_or_default()
}

/// `0 to 4, 8, 16` of rising numbers.
fn ranges(numbers: impl Iterator<Item = usize>) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let shown = runs.into_iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first} to {last}"),
    });
    shown.collect::<Vec<_>>().join(", ")
}
