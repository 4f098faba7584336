//! Receipts of whole PDUs: which PDUs are one, and what their TLVs and their text say together.

use super::key::Key;
use super::line::Line;
use super::{ReceiptText, Scratch};
use crate::text::UserData;
use crate::values::{EsmClass, MessageState, MessageType};
use crate::{DataSm, DeliverSm, NetworkErrorCode, Tlvs};

/// Which PDUs are taken for receipts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Recognition {
    /// Those whose esm_class says so (SMPP v3.4 §5.2.12).
    #[default]
    EsmClass,
    /// Those too whose esm_class says "a message", but whose text starts with `id:` and has a `stat:`: some message centres set
    /// no flag.
    EsmClassOrText,
}

/// What a receipt was recognised by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReceiptKind {
    /// esm_class: a receipt of the message centre.
    Receipt,
    /// esm_class: an intermediate notification.
    Intermediate,
    /// Its text alone.
    Text,
}

/// What one deliver_sm or data_sm reports. Where a TLV says something, it wins over the text (SMPP v3.4 §5.3.2.12, §5.3.2.31, §5.3.2.35).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receipt<'a> {
    /// What it was recognised by.
    pub kind: ReceiptKind,
    /// The text as it came, behind any user data header.
    pub raw: &'a [u8],
    /// The words of the text.
    pub text: ReceiptText<'a>,
    /// The TLV of this name, without its NUL; `None` when it is not there or empty.
    pub receipted_message_id: Option<&'a [u8]>,
    /// The TLV of this name.
    pub message_state: Option<MessageState>,
    /// The TLV of this name.
    pub network_error_code: Option<NetworkErrorCode>,
}

impl<'a> Receipt<'a> {
    /// The message_id of the response that this belongs to; see [`IdMatching`](super::IdMatching) for peers that write it in two ways.
    #[must_use]
    pub fn id(&self) -> Option<&'a [u8]> {
        self.receipted_message_id.or(self.text.id).filter(|id| !id.is_empty())
    }

    /// What became of the message; `None` when it is not said, or by a word that is not known.
    #[must_use]
    pub fn state(&self) -> Option<MessageState> {
        self.message_state.or_else(|| self.text.state())
    }

    /// The network's or the message centre's code, when it is a number.
    #[must_use]
    pub fn error_code(&self) -> Option<u16> {
        self.network_error_code.map(|code| code.error_code).or_else(|| self.text.error_code())
    }

    fn read(
        esm_class: EsmClass,
        short_message: &'a [u8],
        tlvs: Tlvs<'a>,
        recognition: Recognition,
        scratch: &'a mut Scratch,
    ) -> Option<Self> {
        let kind = kind(esm_class, recognition)?;
        // A header that can't be read is left where it is: then few words are found, and the rest stays.
        let raw = UserData::new(esm_class, short_message, tlvs).map_or(short_message, |data| data.text);
        let octets = scratch.narrow(raw);
        let text = ReceiptText::words(octets);
        let told = matches!(Key::at(Line::new(octets), 0), Some((Key::Id, _))) && text.stat.is_some();
        if kind == ReceiptKind::Text && !told {
            return None;
        }
        let id = tlvs.receipted_message_id().ok().flatten();
        Some(Self {
            kind,
            raw,
            text,
            receipted_message_id: id.filter(|id| !id.is_empty()),
            message_state: tlvs.message_state().ok().flatten(),
            network_error_code: tlvs.network_error_code().ok().flatten(),
        })
    }
}

fn kind(esm_class: EsmClass, recognition: Recognition) -> Option<ReceiptKind> {
    match (esm_class.message_type(), recognition) {
        (MessageType::RECEIPT, _) => Some(ReceiptKind::Receipt),
        (MessageType::INTERMEDIATE_NOTIFICATION, _) => Some(ReceiptKind::Intermediate),
        (MessageType::NORMAL, Recognition::EsmClassOrText) => Some(ReceiptKind::Text),
        _ => None,
    }
}

macro_rules! receipt {
    ($type:ident, $short_message:expr) => {
        impl<'a> $type<'a> {
            /// The receipt that this is, `None` for anything else. TLVs of a wrong length, and what can't be read of the text, are
            /// as if they were not there.
            #[must_use]
            pub fn receipt<'s>(
                &self,
                recognition: Recognition,
                scratch: &'s mut Scratch,
            ) -> Option<Receipt<'s>>
            where
                'a: 's,
            {
                let short_message: fn(&Self) -> &'a [u8] = $short_message;
                Receipt::read(self.esm_class, short_message(self), self.tlvs, recognition, scratch)
            }
        }
    };
}

receipt!(DeliverSm, |pdu| pdu.short_message);
receipt!(DataSm, |_| &[]);
