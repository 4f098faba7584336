//! What bodies are made of: octets, strings, a text and its length, lists. Each knows how it is read, written and shown.

use super::{Field, FieldValue, Visit};
use crate::{
    Buffer, CommandId, EncodeError, EncodeErrorKind, PduError, Profile,
    encode::c_octet_string_len,
    reader::Reader,
    validate::{self, Bad},
    values::{
        DataCoding, EsmClass, InterfaceVersion, MessageState, Npi, PriorityFlag, RegisteredDelivery,
        ReplaceIfPresent, Ton,
    },
};

/// One field, or one field and the length before it.
pub(super) trait Part<'a> {
    type Value: Copy;

    /// What the field holds when nobody says anything.
    const EMPTY: Self::Value;

    fn read(fields: &mut Reader<'a>, field: Field) -> Result<Self::Value, PduError>;

    /// Its octets, when it can be written at all.
    fn len(value: Self::Value, field: Field) -> Result<usize, EncodeError>;

    fn write(value: Self::Value, out: &mut impl Buffer);

    fn show(value: Self::Value, field: Field, visit: &mut Visit<'_, 'a>);

    /// Whether the profile allows it in this field of this PDU.
    fn judge(value: Self::Value, field: Field, id: CommandId, profile: &Profile) -> Result<(), Bad>;
}

/// Parts that stand side by side and are read, measured and written in one go.
pub(super) trait Group<'a, const N: usize> {
    type Values;

    fn read(fields: &mut Reader<'a>, names: &[Field; N]) -> Result<Self::Values, PduError>;

    fn len(values: Self::Values, names: &[Field; N]) -> Result<usize, EncodeError>;

    fn write(values: Self::Values, out: &mut impl Buffer);
}

/// A field of one octet.
pub(super) trait Octet: Copy + From<u8> + Into<u8> {
    const EMPTY: Self;

    fn value_name(self) -> Option<&'static str>;
}

impl Octet for u8 {
    const EMPTY: Self = 0;

    fn value_name(self) -> Option<&'static str> {
        None
    }
}

macro_rules! octets {
    ($($type:ident = $empty:expr;)*) => {$(
        impl Octet for $type {
            const EMPTY: Self = $empty;

            fn value_name(self) -> Option<&'static str> {
                self.name()
            }
        }
    )*};
}

octets! {
    Ton = Self::UNKNOWN;
    Npi = Self::UNKNOWN;
    EsmClass = Self::DEFAULT;
    PriorityFlag = Self::NONE;
    RegisteredDelivery = Self::NONE;
    ReplaceIfPresent = Self::DONT_REPLACE;
    DataCoding = Self::DEFAULT;
    MessageState = Self(0);
    InterfaceVersion = Self::V34;
}

impl<'a, O: Octet> Part<'a> for O {
    type Value = Self;

    const EMPTY: Self = O::EMPTY;

    #[inline]
    fn read(fields: &mut Reader<'a>, field: Field) -> Result<Self, PduError> {
        let [octet] = fields.octets(&[field])?;
        Ok(octet.into())
    }

    #[inline]
    fn len(_value: Self, _field: Field) -> Result<usize, EncodeError> {
        Ok(1)
    }

    #[inline]
    fn write(value: Self, out: &mut impl Buffer) {
        out.put(&[value.into()]);
    }

    fn show(value: Self, field: Field, visit: &mut Visit<'_, 'a>) {
        visit(field, FieldValue::Int1 { value: value.into(), name: value.value_name() });
    }

    #[inline]
    fn judge(value: Self, field: Field, id: CommandId, profile: &Profile) -> Result<(), Bad> {
        validate::octet(value.into(), field, id, profile)
    }
}

/// A C-octet string.
impl<'a> Part<'a> for &'a [u8] {
    type Value = Self;

    const EMPTY: Self = b"";

    #[inline]
    fn read(fields: &mut Reader<'a>, field: Field) -> Result<Self, PduError> {
        fields.c_octet_string(field)
    }

    #[inline]
    fn len(value: Self, field: Field) -> Result<usize, EncodeError> {
        c_octet_string_len(value, field)
    }

    #[inline]
    fn write(value: Self, out: &mut impl Buffer) {
        out.put_c_octet_string(value);
    }

    fn show(value: Self, field: Field, visit: &mut Visit<'_, 'a>) {
        visit(field, FieldValue::String(value));
    }

    #[inline]
    fn judge(value: Self, field: Field, id: CommandId, profile: &Profile) -> Result<(), Bad> {
        validate::string(value, field, id, profile)
    }
}

/// short_message, and sm_length before it.
#[derive(Debug)]
pub(super) struct Text;

impl<'a> Part<'a> for Text {
    type Value = &'a [u8];

    const EMPTY: &'a [u8] = b"";

    #[inline]
    fn read(fields: &mut Reader<'a>, field: Field) -> Result<&'a [u8], PduError> {
        let [sm_length] = fields.octets(&[Field::SmLength])?;
        fields.octet_string(sm_length, field)
    }

    #[inline]
    fn len(value: &'a [u8], field: Field) -> Result<usize, EncodeError> {
        if value.len() > usize::from(u8::MAX) {
            return Err(EncodeError { field, kind: EncodeErrorKind::TooLong });
        }
        Ok(1 + value.len())
    }

    #[inline]
    fn write(value: &'a [u8], out: &mut impl Buffer) {
        out.put(&[sm_length(value)]);
        out.put(value);
    }

    fn show(value: &'a [u8], field: Field, visit: &mut Visit<'_, 'a>) {
        <u8 as Part<'a>>::show(sm_length(value), Field::SmLength, visit);
        visit(field, FieldValue::Octets(value));
    }

    #[inline]
    fn judge(value: &'a [u8], _field: Field, _id: CommandId, profile: &Profile) -> Result<(), Bad> {
        validate::text(value, profile)
    }
}

/// A longer text was refused before.
#[inline]
fn sm_length(text: &[u8]) -> u8 {
    u8::try_from(text.len()).unwrap_or(u8::MAX)
}

/// A part alone.
impl<'a, P: Part<'a>> Group<'a, 1> for (P,) {
    type Values = (P::Value,);

    #[inline]
    fn read(fields: &mut Reader<'a>, &[name]: &[Field; 1]) -> Result<Self::Values, PduError> {
        Ok((P::read(fields, name)?,))
    }

    #[inline]
    fn len((value,): Self::Values, &[name]: &[Field; 1]) -> Result<usize, EncodeError> {
        P::len(value, name)
    }

    #[inline]
    fn write((value,): Self::Values, out: &mut impl Buffer) {
        P::write(value, out);
    }
}

macro_rules! octet_groups {
    ($($count:literal: $($type:ident $value:ident),+;)*) => {$(
        impl<'a, $($type: Octet),+> Group<'a, $count> for ($($type,)+) {
            type Values = Self;

            #[inline]
            fn read(fields: &mut Reader<'a>, names: &[Field; $count]) -> Result<Self, PduError> {
                let [$($value),+] = fields.octets(names)?;
                Ok(($($value.into(),)+))
            }

            #[inline]
            fn len(_values: Self, _names: &[Field; $count]) -> Result<usize, EncodeError> {
                Ok($count)
            }

            #[inline]
            fn write(($($value,)+): Self, out: &mut impl Buffer) {
                out.put(&[$($value.into()),+]);
            }
        }
    )*};
}

octet_groups! {
    2: A a, B b;
    3: A a, B b, C c;
    4: A a, B b, C c, D d;
}

/// Octets, and a text behind them: sm_length is one octet more.
macro_rules! text_groups {
    ($($count:literal: $($type:ident $value:ident),+;)*) => {$(
        impl<'a, $($type: Octet),+> Group<'a, $count> for ($($type,)+ Text) {
            type Values = ($($type,)+ &'a [u8]);

            #[inline]
            fn read(fields: &mut Reader<'a>, names: &[Field; $count]) -> Result<Self::Values, PduError> {
                let &[.., name] = names;
                let [$($value,)+ sm_length] = fields.octets(names).map_err(before_text)?;
                Ok(($($value.into(),)+ fields.octet_string(sm_length, name)?))
            }

            #[inline]
            fn len((.., text): Self::Values, &[.., name]: &[Field; $count]) -> Result<usize, EncodeError> {
                Ok($count - 1 + Text::len(text, name)?)
            }

            #[inline]
            fn write(($($value,)+ text): Self::Values, out: &mut impl Buffer) {
                out.put(&[$($value.into(),)+ sm_length(text)]);
                out.put(text);
            }
        }
    )*};
}

text_groups! {
    3: A a, B b;
    5: A a, B b, C c, D d;
}

/// What is cut before a text is its length.
#[cold]
fn before_text(error: PduError) -> PduError {
    let field = if error.field == Field::ShortMessage { Field::SmLength } else { error.field };
    PduError::new(error.kind, field, error.offset)
}
