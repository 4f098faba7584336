//! The rules of single fields: which limit of the profile is whose.

use super::{At, Bad, Len, OctetSet, Profile};
use crate::{CommandId, Field, FieldValue, PduErrorKind, Visit, time};

impl Profile {
    /// Which values a field of one octet may have in this PDU; `None` for any, and for what is no such field.
    #[must_use]
    pub const fn octets_of(&self, field: Field, id: CommandId) -> Option<&OctetSet> {
        allowed(field, id, self)
    }

    /// How many octets a string may have in this PDU, and how much a length or a count may be.
    #[must_use]
    pub const fn len_of(&self, field: Field, id: CommandId) -> Len {
        match field {
            Field::SmLength => self.sm_length,
            Field::NumberOfDests => self.number_of_dests,
            Field::NoUnsuccess => self.no_unsuccess,
            Field::ScheduleDeliveryTime | Field::ValidityPeriod | Field::FinalDate if !self.any_times => TIME,
            _ => limit(field, id, self),
        }
    }
}

/// `YYMMDDhhmmsstnnp`
const TIME: Len = Len::up_to(16);

/// Whether the profile knows this command.
#[inline]
pub(crate) fn known(id: CommandId, profile: &Profile) -> Result<(), Bad> {
    match id.version() {
        Some(version) if version <= profile.version => Ok(()),
        _ if profile.unknown_commands => Ok(()),
        _ => Err(Bad::new(PduErrorKind::UnknownCommand, Field::CommandId)),
    }
}

/// A field of one octet.
#[inline]
pub(crate) fn octet(value: u8, field: Field, id: CommandId, profile: &Profile) -> Result<(), Bad> {
    match allowed(field, id, profile) {
        Some(allowed) if !allowed.contains(value) => Err(Bad::new(PduErrorKind::NotAllowed, field)),
        _ => Ok(()),
    }
}

/// A C-octet string, or a time.
#[inline]
pub(crate) fn string(value: &[u8], field: Field, id: CommandId, profile: &Profile) -> Result<(), Bad> {
    match field {
        Field::ScheduleDeliveryTime | Field::ValidityPeriod | Field::FinalDate => {
            // Most are empty.
            if value.is_empty() { Ok(()) } else { time(value, field, id, profile) }
        }
        _ => within(limit(field, id, profile), value.len(), field),
    }
}

/// short_message, whose length is a field of its own.
#[inline]
pub(crate) fn text(value: &[u8], profile: &Profile) -> Result<(), Bad> {
    within(profile.sm_length, value.len(), Field::SmLength)
}

/// The number of a list's elements, and each of them.
pub(crate) fn list<'a>(
    (field, count): (Field, u8),
    list: Field,
    profile: &Profile,
    elements: impl FnOnce(&mut Visit<'_, 'a>),
) -> Result<(), Bad> {
    let counts = if field == Field::NumberOfDests { profile.number_of_dests } else { profile.no_unsuccess };
    within(counts, usize::from(count), field)?;
    let (mut inside, mut result) = (0, Ok(()));
    elements(&mut |field, value: FieldValue<'a>| {
        if result.is_ok() {
            let judged = match value {
                FieldValue::Int1 { value, .. } => octet(value, field, CommandId::SUBMIT_MULTI, profile),
                FieldValue::String(value) => string(value, field, CommandId::SUBMIT_MULTI, profile),
                _ => Ok(()),
            };
            result = judged.map_err(|bad| Bad { at: At::Inside(list, inside), ..bad });
        }
        inside += value.wire_len();
    });
    result
}

#[inline]
fn within(limit: Len, len: usize, field: Field) -> Result<(), Bad> {
    if limit.allows(len) {
        return Ok(());
    }
    let kind = if len > limit.max { PduErrorKind::TooLong } else { PduErrorKind::TooShort };
    Err(Bad::new(kind, field))
}

fn time(value: &[u8], field: Field, id: CommandId, profile: &Profile) -> Result<(), Bad> {
    let right = match (field, id) {
        (Field::FinalDate, _) => time::check_final_date(value).is_ok(),
        (_, CommandId::DELIVER_SM) if !profile.deliver_sm_times => {
            return Err(Bad::new(PduErrorKind::NotAllowed, field));
        }
        _ => time::check(value).is_ok(),
    };
    if right || profile.any_times { Ok(()) } else { Err(Bad::new(PduErrorKind::BadTime, field)) }
}

/// Which values a field of this PDU may have; `None` for any.
#[inline]
const fn allowed(field: Field, id: CommandId, profile: &Profile) -> Option<&OctetSet> {
    Some(match (field, id) {
        (Field::SourceAddrTon | Field::DestAddrTon | Field::EsmeAddrTon | Field::AddrTon, _) => &profile.tons,
        (Field::SourceAddrNpi | Field::DestAddrNpi | Field::EsmeAddrNpi | Field::AddrNpi, _) => &profile.npis,
        (Field::EsmClass, CommandId::DELIVER_SM) => &profile.delivered_esm_classes,
        (Field::EsmClass, CommandId::DATA_SM) => &profile.data_sm_esm_classes,
        (Field::EsmClass, _) => &profile.submitted_esm_classes,
        (Field::PriorityFlag, _) => &profile.priority_flags,
        (Field::RegisteredDelivery, _) => &profile.registered_deliveries,
        (Field::ReplaceIfPresentFlag, CommandId::DELIVER_SM) => &profile.deliver_sm_replace_flags,
        (Field::ReplaceIfPresentFlag, CommandId::SUBMIT_MULTI) => &profile.submit_multi_replace_flags,
        (Field::ReplaceIfPresentFlag, _) => &profile.replace_flags,
        (Field::DataCoding, _) => &profile.data_codings,
        (Field::SmDefaultMsgId, CommandId::DELIVER_SM) => &profile.deliver_sm_default_msg_ids,
        (Field::SmDefaultMsgId, _) => &profile.default_msg_ids,
        (Field::InterfaceVersion, _) => &profile.interface_versions,
        (Field::MessageState, _) => &profile.message_states,
        _ => return None,
    })
}

/// How long a string of this PDU may be.
#[inline]
const fn limit(field: Field, id: CommandId, profile: &Profile) -> Len {
    match (field, id) {
        (Field::SystemId, _) => profile.system_id,
        (Field::Password, _) => profile.password,
        (Field::SystemType, _) => profile.system_type,
        (Field::AddressRange, _) => profile.address_range,
        (Field::ServiceType, _) => profile.service_type,
        (Field::EsmeAddr, _)
        | (Field::SourceAddr | Field::DestinationAddr, CommandId::DATA_SM | CommandId::ALERT_NOTIFICATION) => {
            profile.long_addr
        }
        (Field::SourceAddr, _) => profile.source_addr,
        (Field::DestinationAddr, _) => profile.destination_addr,
        (Field::DlName, _) => profile.dl_name,
        (Field::MessageId, CommandId::QUERY_SM | CommandId::REPLACE_SM) => profile.known_message_id,
        (Field::MessageId, CommandId::DELIVER_SM_RESP) => profile.deliver_sm_resp_message_id,
        (Field::MessageId, _) => profile.message_id,
        _ => Len::ANY,
    }
}
