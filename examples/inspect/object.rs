//! What is printed: a PDU, or what is wrong with it.

use std::io::{self, Write};

use serde::Serialize;
use smpp_engine::wire::{FrameError, Header, PduError, Profile, RawPdu};

use super::detail;

/// A PDU that is right.
#[derive(Serialize)]
pub(super) struct Right<'a> {
    #[serde(flatten)]
    pub(super) flow: Option<&'a Flow>,
    #[serde(flatten)]
    pub(super) pdu: RawPdu<'a>,
    /// Its user data, where they are text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
}

/// A PDU that is wrong.
#[derive(Serialize)]
pub(super) struct Wrong<'a> {
    #[serde(flatten)]
    pub(super) flow: Option<&'a Flow>,
    pub(super) header: Option<Header>,
    pub(super) error: Fault,
}

/// Which way a PDU of a capture went.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Flow {
    pub(super) from: String,
    pub(super) to: String,
}

/// What is wrong.
#[derive(Serialize)]
pub(super) struct Fault {
    what: String,
    field: Option<&'static str>,
    /// Octets from the start of the PDU.
    offset: Option<usize>,
    /// What to answer; INCOMPLETE where more octets are to be waited for.
    status: Option<String>,
    /// Whether the connection can't go on.
    close: bool,
}

impl Fault {
    /// The octets end in the middle of a PDU.
    pub(super) fn incomplete(octets: &[u8]) -> Self {
        let whole = octets.first_chunk::<4>().map(|length| u32::from_be_bytes(*length));
        let what = match whole {
            Some(length) => format!("the PDU ends after {} of {length} octets", octets.len()),
            None => format!("the PDU ends after {} octets, inside command_length", octets.len()),
        };
        let offset = Some(octets.len());
        Self { what, field: None, offset, status: Some("INCOMPLETE".to_owned()), close: true }
    }

    /// One PDU is wrong.
    pub(super) fn of(error: &PduError, pdu: &RawPdu<'_>, profile: &Profile) -> Self {
        let what = match detail::of(error, pdu, profile) {
            Some(detail) => format!("{} {}: {detail}", error.field, error.kind),
            None => format!("{} {}", error.field, error.kind),
        };
        Self {
            what,
            field: Some(error.field.name()),
            offset: Some(error.offset),
            status: Some(error.command_status().to_string()),
            close: error.closes(pdu.header().command_id),
        }
    }

    /// Two characters of a line that are no octet, or one that is left.
    pub(super) fn not_hex(digits: &[u8], offset: usize) -> Self {
        let what = match digits {
            [digit] if digit.is_ascii_hexdigit() => {
                "an octet in hex has two digits, the last one has one".to_owned()
            }
            _ => format!("\"{}\" is not an octet in hex", digits.escape_ascii()),
        };
        Self { what, field: None, offset: Some(offset), status: None, close: false }
    }
}

impl From<FrameError> for Fault {
    fn from(error: FrameError) -> Self {
        Self {
            what: error.to_string(),
            field: Some("command_length"),
            offset: Some(0),
            status: Some(error.command_status().to_string()),
            close: error.closes(),
        }
    }
}

/// One line of JSON.
pub(super) fn print(object: &impl Serialize, output: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *output, object)?;
    writeln!(output)
}
