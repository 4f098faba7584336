//! Fields by their names, and lists of fields: `{"dest_flag":1,"dest_addr_ton":1,"dest_addr_npi":1,"destination_addr":"4512345678"}`

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Hex, Text};
use crate::{DestAddress, DestAddresses, Field, FieldValue, UnsuccessSme, UnsuccessSmes, Visit};

/// What shows the fields of a view.
pub(super) type Fields<'p, 'a> = &'p dyn Fn(&mut Visit<'_, 'a>);

/// Hands every field to `entry`, until one fails.
pub(super) fn entries<'a, M: SerializeMap>(
    map: &mut M,
    fields: Fields<'_, 'a>,
    entry: impl Fn(&mut M, Field, FieldValue<'a>) -> Result<(), M::Error>,
) -> Result<(), M::Error> {
    let mut so_far = Ok(());
    fields(&mut |field, value| {
        if so_far.is_ok() {
            so_far = entry(map, field, value);
        }
    });
    so_far
}

impl Serialize for FieldValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::Int1 { value, .. } => serializer.serialize_u8(value),
            Self::Status(status) => status.serialize(serializer),
            Self::String(string) => Text(string).serialize(serializer),
            Self::Octets(octets) => Hex(octets).serialize(serializer),
            Self::DestAddresses(list) => list.serialize(serializer),
            Self::UnsuccessSmes(list) => list.serialize(serializer),
            Self::Tlvs(tlvs) => tlvs.serialize(serializer),
        }
    }
}

macro_rules! lists {
    ($($list:ident of $element:ident;)*) => {$(
        impl Serialize for $list<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.iter())
            }
        }

        impl Serialize for $element<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                entries(&mut map, &|visit| self.fields(visit), |map, field, value| {
                    map.serialize_entry(field.name(), &value)
                })?;
                map.end()
            }
        }
    )*};
}

lists! {
    DestAddresses of DestAddress;
    UnsuccessSmes of UnsuccessSme;
}
