//! `pdu!` and `response!` make a PDU of the list of its fields: the struct, `parse`, `Encode`, `fields`, `EMPTY` and `Debug`.

/// A PDU whose fields stand in PDU order, each with its type and its name; fields of one octet that stand side by side share a
/// line of code each way, so they are separated by commas and all others by semicolons. `u8` and the value sets are one octet,
/// `&'a [u8]` is a C-octet string, and what follows `as` is another [`Part`](super::part::Part). `by` gives a PDU with several
/// ids a field for it, and its default; `judged by` names a rule of `validate` for what fields and TLVs say together.
macro_rules! pdu {
    (
        $(#[$doc:meta])* $name:ident $(= $id:ident)? $(by $own:ident = $default:ident)?
        $(judged by $rule:ident($($judged:ident),+))? {
            $($($(#[$field_doc:meta])* $field:ident: $type:ty $(as $part:ident)? = $field_name:ident),+;)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub struct $name<'a> {
            $(
                /// Which of the PDUs with this body it is.
                pub $own: crate::CommandId,
            )?
            $($($(#[$field_doc])* pub $field: $type,)+)*
            /// TLVs, in PDU order.
            pub tlvs: crate::Tlvs<'a>,
        }

        impl<'a> $name<'a> {
            /// Every number at its default, every string empty; unlike `default()` it can stand in a constant.
            pub const EMPTY: Self = Self {
                $($own: crate::CommandId::$default,)?
                $($($field: <super::declare::part!($type $(, $part)?) as super::part::Part<'a>>::EMPTY,)+)*
                tlvs: crate::Tlvs::EMPTY,
            };

            /// Checks the shape of a body: every terminator and length, the bounds of every TLV.
            ///
            /// # Errors
            /// Which field is cut, not ended by a NUL, or longer than what is left.
            #[inline]
            pub fn parse($($own: crate::CommandId,)? body: &'a [u8]) -> Result<Self, crate::PduError> {
                let mut fields = crate::reader::Reader::new(body);
                $(
                    let ($($field,)+) = <($(super::declare::part!($type $(, $part)?),)+) as super::part::Group<'a, _>>::read(
                        &mut fields,
                        &[$(super::Field::$field_name),+],
                    )?;
                )*
                let tlvs = fields.tlvs()?;
                Ok(Self { $($own,)? $($($field,)+)* tlvs })
            }

            #[inline]
            pub(super) fn of(_header: &crate::Header, body: &'a [u8]) -> Result<Self, crate::PduError> {
                Self::parse($({ let $own = _header.command_id; $own },)? body)
            }

            /// Shows every field in PDU order, and the TLVs last.
            pub fn fields(&self, visit: &mut super::Visit<'_, 'a>) {
                $($(
                    <super::declare::part!($type $(, $part)?) as super::part::Part<'a>>::show(
                        self.$field,
                        super::Field::$field_name,
                        visit,
                    );
                )+)*
                visit(super::Field::Tlvs, super::FieldValue::Tlvs(self.tlvs));
            }

            /// Judges the values.
            ///
            /// # Errors
            /// The first value that the profile does not allow.
            #[inline]
            pub fn validate(&self, profile: &crate::Profile) -> Result<(), crate::PduError> {
                self.judge(profile).map_err(|bad| bad.found(profile, &|visit| self.fields(visit)))
            }

            #[inline]
            fn judge(&self, profile: &crate::Profile) -> Result<(), crate::validate::Bad> {
                let id = crate::Encode::command_id(self);
                crate::validate::known(id, profile)?;
                $($(
                    <super::declare::part!($type $(, $part)?) as super::part::Part<'a>>::judge(
                        self.$field,
                        super::Field::$field_name,
                        id,
                        profile,
                    )?;
                )+)*
                let _seen = crate::validate::tlvs(self.tlvs, profile)?;
                $(crate::validate::$rule(($(self.$judged,)+), self.tlvs, _seen, profile)?;)?
                Ok(())
            }
        }

        impl Default for $name<'_> {
            fn default() -> Self {
                Self::EMPTY
            }
        }

        impl<'a> crate::Encode for $name<'a> {
            #[inline]
            fn command_id(&self) -> crate::CommandId {
                $(crate::CommandId::$id)?
                $(self.$own)?
            }

            #[inline]
            fn body_len(&self) -> Result<usize, crate::EncodeError> {
                let mut len = crate::encode::tlvs_len(self.tlvs);
                $(
                    len += <($(super::declare::part!($type $(, $part)?),)+) as super::part::Group<'a, _>>::len(
                        ($(self.$field,)+),
                        &[$(super::Field::$field_name),+],
                    )?;
                )*
                Ok(len)
            }

            #[inline]
            fn encode_body(&self, out: &mut impl crate::Buffer) {
                $(<($(super::declare::part!($type $(, $part)?),)+) as super::part::Group<'a, _>>::write(($(self.$field,)+), out);)*
                out.put(self.tlvs.octets());
            }
        }

        super::debug::shown_by_fields!($name);
    };
}

/// A response whose body starts with a string; without the string there is no body. Everything else is as in `pdu!`.
macro_rules! response {
    (
        $(#[$doc:meta])* $name:ident $(= $id:ident)? $(by $own:ident = $default:ident)?
        $(judged by $rule:ident($($judged:ident),+))? {
            $(#[$first_doc:meta])* $first:ident = $first_name:ident;
            $($($(#[$field_doc:meta])* $field:ident: $type:ty = $field_name:ident),+;)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub struct $name<'a> {
            $(
                /// Which of the responses with this body it is.
                pub $own: crate::CommandId,
            )?
            $(#[$first_doc])* pub $first: Option<&'a [u8]>,
            $($($(#[$field_doc])* pub $field: $type,)+)*
            /// TLVs, in PDU order.
            pub tlvs: crate::Tlvs<'a>,
        }

        impl<'a> $name<'a> {
            /// No body; unlike `default()` it can stand in a constant.
            pub const EMPTY: Self = Self {
                $($own: crate::CommandId::$default,)?
                $first: None,
                $($($field: <$type as super::part::Part<'a>>::EMPTY,)+)*
                tlvs: crate::Tlvs::EMPTY,
            };

            /// Checks the shape of a body.
            ///
            /// # Errors
            /// With an error status none: octets that make no sense are then ignored.
            #[inline]
            pub fn parse(
                $($own: crate::CommandId,)?
                command_status: crate::CommandStatus,
                body: &'a [u8],
            ) -> Result<Self, crate::PduError> {
                if body.is_empty() {
                    return Ok(Self { $($own,)? ..Self::EMPTY });
                }
                match Self::whole($($own,)? body) {
                    Err(_) if !command_status.is_ok() => {
                        let tlvs = crate::Tlvs::parse(body).unwrap_or_default();
                        Ok(Self { $($own,)? tlvs, ..Self::EMPTY })
                    }
                    whole => whole,
                }
            }

            #[inline]
            fn whole($($own: crate::CommandId,)? body: &'a [u8]) -> Result<Self, crate::PduError> {
                let mut fields = crate::reader::Reader::new(body);
                let $first = Some(fields.c_octet_string(super::Field::$first_name)?);
                $(
                    let ($($field,)+) =
                        <($($type,)+) as super::part::Group<'a, _>>::read(&mut fields, &[$(super::Field::$field_name),+])?;
                )*
                let tlvs = fields.tlvs()?;
                Ok(Self { $($own,)? $first, $($($field,)+)* tlvs })
            }

            #[inline]
            pub(super) fn of(header: &crate::Header, body: &'a [u8]) -> Result<Self, crate::PduError> {
                Self::parse($({ let $own = header.command_id; $own },)? header.command_status, body)
            }

            /// Shows every field that is there in PDU order, and the TLVs last.
            pub fn fields(&self, visit: &mut super::Visit<'_, 'a>) {
                if let Some($first) = self.$first {
                    visit(super::Field::$first_name, super::FieldValue::String($first));
                    $($(
                        <$type as super::part::Part<'a>>::show(self.$field, super::Field::$field_name, visit);
                    )+)*
                }
                visit(super::Field::Tlvs, super::FieldValue::Tlvs(self.tlvs));
            }

            /// Judges the values.
            ///
            /// # Errors
            /// The first value that the profile does not allow.
            #[inline]
            pub fn validate(&self, profile: &crate::Profile) -> Result<(), crate::PduError> {
                self.judge(profile).map_err(|bad| bad.found(profile, &|visit| self.fields(visit)))
            }

            #[inline]
            fn judge(&self, profile: &crate::Profile) -> Result<(), crate::validate::Bad> {
                let id = crate::Encode::command_id(self);
                crate::validate::known(id, profile)?;
                if let Some($first) = self.$first {
                    crate::validate::string($first, super::Field::$first_name, id, profile)?;
                    $($(
                        <$type as super::part::Part<'a>>::judge(
                            self.$field,
                            super::Field::$field_name,
                            id,
                            profile,
                        )?;
                    )+)*
                }
                let _seen = crate::validate::tlvs(self.tlvs, profile)?;
                $(crate::validate::$rule(($(self.$judged,)+), self.tlvs, _seen, profile)?;)?
                Ok(())
            }
        }

        impl Default for $name<'_> {
            fn default() -> Self {
                Self::EMPTY
            }
        }

        impl<'a> crate::Encode for $name<'a> {
            #[inline]
            fn command_id(&self) -> crate::CommandId {
                $(crate::CommandId::$id)?
                $(self.$own)?
            }

            #[inline]
            fn body_len(&self) -> Result<usize, crate::EncodeError> {
                let mut len = crate::encode::tlvs_len(self.tlvs);
                if let Some($first) = self.$first {
                    len += crate::encode::only_string_len($first, super::Field::$first_name)?;
                    $(
                        len += <($($type,)+) as super::part::Group<'a, _>>::len(($(self.$field,)+), &[$(super::Field::$field_name),+])?;
                    )*
                }
                Ok(len)
            }

            #[inline]
            fn encode_body(&self, out: &mut impl crate::Buffer) {
                if let Some($first) = self.$first {
                    out.put_c_octet_string($first);
                    $(<($($type,)+) as super::part::Group<'a, _>>::write(($(self.$field,)+), out);)*
                }
                out.put(self.tlvs.octets());
            }
        }

        super::debug::shown_by_fields!($name);
    };
}

macro_rules! part {
    ($type:ty) => {
        $type
    };
    ($type:ty, $part:ident) => {
        super::part::$part
    };
}

pub(super) use {part, pdu, response};
