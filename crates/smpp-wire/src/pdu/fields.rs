//! PDUs that are octets and strings one after the other: `plain!` makes the struct, `parse` and `Encode` of each.

use crate::{EncodeError, Field, PduError, Writer, encode::c_octet_string_len, reader::Reader, values};

/// How a field of this type stands in a body.
pub(super) trait Plain<'a>: Copy {
    fn read(fields: &mut Reader<'a>, field: Field) -> Result<Self, PduError>;

    /// Its octets, when it can be written at all.
    fn len(self, field: Field) -> Result<usize, EncodeError>;

    fn write(self, out: &mut Writer<'_>);
}

impl<'a> Plain<'a> for u8 {
    #[inline]
    fn read(fields: &mut Reader<'a>, field: Field) -> Result<Self, PduError> {
        let [octet] = fields.octets([field])?;
        Ok(octet)
    }

    #[inline]
    fn len(self, _field: Field) -> Result<usize, EncodeError> {
        Ok(1)
    }

    #[inline]
    fn write(self, out: &mut Writer<'_>) {
        out.put(&[self]);
    }
}

macro_rules! octets {
    ($($type:ident),*) => {$(
        impl<'a> Plain<'a> for values::$type {
            #[inline]
            fn read(fields: &mut Reader<'a>, field: Field) -> Result<Self, PduError> {
                u8::read(fields, field).map(Self)
            }

            #[inline]
            fn len(self, field: Field) -> Result<usize, EncodeError> {
                self.0.len(field)
            }

            #[inline]
            fn write(self, out: &mut Writer<'_>) {
                self.0.write(out);
            }
        }
    )*};
}

octets!(Ton, Npi, EsmClass, PriorityFlag, RegisteredDelivery, ReplaceIfPresent, DataCoding);

impl<'a> Plain<'a> for &'a [u8] {
    #[inline]
    fn read(fields: &mut Reader<'a>, field: Field) -> Result<Self, PduError> {
        fields.c_octet_string(field)
    }

    #[inline]
    fn len(self, field: Field) -> Result<usize, EncodeError> {
        c_octet_string_len(self, field)
    }

    #[inline]
    fn write(self, out: &mut Writer<'_>) {
        out.put_c_octet_string(self);
    }
}

/// A PDU whose fields are `u8` (int1) and `&[u8]` (C-octet strings), in wire order, and then TLVs.
macro_rules! plain {
    (
        $(#[$doc:meta])* $name:ident = $id:ident {
            $($(#[$field_doc:meta])* $field:ident: $type:ty = $field_name:ident,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name<'a> {
            $($(#[$field_doc])* pub $field: $type,)*
            /// TLVs, in PDU order.
            pub tlvs: crate::Tlvs<'a>,
        }

        impl<'a> $name<'a> {
            /// Checks the shape of a body: every terminator, the bounds of every TLV.
            ///
            /// # Errors
            /// Which field is cut or not ended by a NUL.
            pub fn parse(body: &'a [u8]) -> Result<Self, crate::PduError> {
                let mut fields = crate::reader::Reader::new(body);
                $(let $field = <$type as super::fields::Plain<'a>>::read(&mut fields, crate::Field::$field_name)?;)*
                let tlvs = fields.tlvs()?;
                Ok(Self { $($field,)* tlvs })
            }
        }

        impl<'a> crate::Encode for $name<'a> {
            fn command_id(&self) -> crate::CommandId {
                crate::CommandId::$id
            }

            fn body_len(&self) -> Result<usize, crate::EncodeError> {
                let mut len = crate::encode::tlvs_len(self.tlvs);
                $(len += <$type as super::fields::Plain<'a>>::len(self.$field, crate::Field::$field_name)?;)*
                Ok(len)
            }

            fn encode_body(&self, out: &mut crate::Writer<'_>) {
                $(<$type as super::fields::Plain<'a>>::write(self.$field, out);)*
                out.put(self.tlvs.octets());
            }
        }
    };
}

pub(super) use plain;
