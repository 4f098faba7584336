//! service_type (SMPP v3.4 §5.2.11): the one value set that is made of strings.

/// The application that a message belongs to, as the field `service_type` names it; providers have names of their own.
///
/// ```
/// use smpp_wire::{SubmitSm, values::ServiceType};
///
/// let push = SubmitSm { service_type: ServiceType::WAP.0, ..SubmitSm::default() };
/// assert_eq!(ServiceType(push.service_type).name(), Some("WAP"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ServiceType<'a>(pub &'a [u8]);

macro_rules! service_types {
    ($($name:ident = $value:literal, $meaning:literal;)*) => {
        impl ServiceType<'_> {
            $(#[doc = concat!($meaning, ".")] pub const $name: ServiceType<'static> = ServiceType($value);)*

            /// What the specification calls this service, `None` for a provider's own.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($meaning),)*
                    _ => None,
                }
            }
        }
    };
}

service_types! {
    DEFAULT = b"", "default";
    CMT = b"CMT", "cellular messaging";
    CPT = b"CPT", "cellular paging";
    VMN = b"VMN", "voice mail notification";
    VMA = b"VMA", "voice mail alerting";
    WAP = b"WAP", "WAP";
    USSD = b"USSD", "USSD";
    CBS = b"CBS", "cell broadcast (v5.0)";
    GUTS = b"GUTS", "generic UDP transport (v5.0)";
}
