//! One kind of message: what it says, and the submit_sm that are made of it before the run.

use smpp_wire::{
    CommandStatus, HEADER_LEN, SubmitSm, Tag, TlvBuf, encode,
    text::{Alphabet, Reference, Segmentation},
    values::{EsmClass, Npi, RegisteredDelivery, Ton},
};

use super::{
    Destination, Encoding, Long,
    mark::MARK_LEN,
    part::{Part, Place},
};

/// One kind of message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spec {
    /// How often it comes, against the weights of the others.
    pub(crate) weight: u32,
    /// Its texts, in turn.
    pub(crate) texts: Vec<String>,
    pub(crate) encoding: Encoding,
    pub(crate) long: Long,
    pub(crate) source: String,
    pub(crate) destination: Destination,
    pub(crate) registered_delivery: RegisteredDelivery,
    /// As SMPP writes it; empty for the server's default.
    pub(crate) validity: Vec<u8>,
    pub(crate) tlvs: Vec<(Tag, Vec<u8>)>,
}

impl Spec {
    /// The parts of one text, one submit_sm each. `marked` leaves room for the message's number in each.
    pub(super) fn parts(&self, text: &str, marked: bool) -> Result<Vec<Part>, String> {
        let shown = || shortened(text);
        let (alphabet, octets, data_coding) = self
            .encoding
            .encode(text)
            .map_err(|error| format!("the text {} can't be sent: {error}", shown()))?;
        if marked && (octets.len() < MARK_LEN || alphabet == Alphabet::Ucs2) {
            return Err(format!(
                "the text {} has no room for the message's number, allowed is {MARK_LEN} characters or more, not in UTF-16",
                shown()
            ));
        }
        let message = SubmitSm { data_coding, ..self.model() };
        if self.long == Long::Whole {
            if octets.len() > SHORT_MESSAGE_MAX {
                return Err(format!(
                    "the text {} has {} octets, allowed is up to {SHORT_MESSAGE_MAX}, or --long udh, udh16, sar or payload",
                    shown(),
                    octets.len()
                ));
            }
            return Ok(vec![self.whole(message, &octets, marked)?]);
        }
        self.split(&message, alphabet, &octets, marked)
            .map_err(|error| format!("the text {} can't be sent: {error}", shown()))
    }

    fn model(&self) -> SubmitSm<'_> {
        let number = self.source.bytes().all(|octet| octet.is_ascii_digit());
        SubmitSm {
            source_addr_ton: if number { Ton::INTERNATIONAL } else { Ton::ALPHANUMERIC },
            source_addr_npi: if number { Npi::ISDN } else { Npi::UNKNOWN },
            source_addr: self.source.as_bytes(),
            dest_addr_ton: Ton::INTERNATIONAL,
            dest_addr_npi: Npi::ISDN,
            registered_delivery: self.registered_delivery,
            validity_period: &self.validity,
            ..SubmitSm::default()
        }
    }

    fn whole(&self, message: SubmitSm<'_>, octets: &[u8], marked: bool) -> Result<Part, String> {
        let tlvs = self.tlvs()?;
        self.part(
            &SubmitSm { short_message: octets, tlvs: tlvs.as_tlvs(), ..message },
            None,
            marked.then_some(0),
        )
    }

    fn split(
        &self,
        message: &SubmitSm<'_>,
        alphabet: Alphabet,
        octets: &[u8],
        marked: bool,
    ) -> Result<Vec<Part>, String> {
        let segmentation =
            Segmentation { alphabet, carriage: self.long.carriage(), ..Segmentation::default() };
        let segments = segmentation.split(octets).map_err(|error| error.to_string())?;
        let mut parts = Vec::with_capacity(segments.len());
        for segment in segments {
            if marked && segment.text().len() < MARK_LEN {
                return Err("a part of it has no room for the message's number".to_owned());
            }
            let mut user_data = Vec::with_capacity(segment.octets_len());
            segment.encode(&mut user_data).map_err(|error| error.to_string())?;
            let header_len = user_data.len() - segment.text().len();
            let esm_class = if segment.has_udh() { EsmClass::DEFAULT.with_udhi() } else { EsmClass::DEFAULT };
            let mut tlvs = self.tlvs()?;
            let concat = segment.concat();
            if let Some(concat) = concat.filter(|concat| !concat.is_udh()) {
                tlvs.push_sar(concat).map_err(|error| error.to_string())?;
            }
            if self.long == Long::Payload {
                tlvs.push(Tag::MESSAGE_PAYLOAD, &user_data).map_err(|error| error.to_string())?;
                user_data.clear();
            }
            let message = SubmitSm { esm_class, short_message: &user_data, tlvs: tlvs.as_tlvs(), ..*message };
            parts.push(self.part(
                &message,
                concat.map(|concat| concat.reference()),
                marked.then_some(header_len),
            )?);
        }
        Ok(parts)
    }

    fn tlvs(&self) -> Result<TlvBuf<Vec<u8>>, String> {
        let mut tlvs = TlvBuf::new(Vec::new());
        for (tag, value) in &self.tlvs {
            tlvs.push(*tag, value).map_err(|error| error.to_string())?;
        }
        Ok(tlvs)
    }

    /// Encodes one submit_sm, and finds the places in it that differ from message to message.
    fn part(
        &self,
        message: &SubmitSm<'_>,
        reference: Option<Reference>,
        mark_at: Option<usize>,
    ) -> Result<Part, String> {
        let model = self.destination.model();
        let message = SubmitSm { destination_addr: model.as_bytes(), ..*message };
        let mut pdu = Vec::new();
        encode(&message, CommandStatus::ESME_ROK, 0, &mut pdu).map_err(|error| error.to_string())?;
        let body = pdu.split_off(HEADER_LEN);
        let tlvs_at = body.len() - message.tlvs.octets().len();
        let text_at = tlvs_at - message.short_message.len();
        let varying = self.destination.varying();
        // service_type (empty), TON, NPI, source_addr and its NUL, TON, NPI.
        let destination_at = 1 + 2 + message.source_addr.len() + 1 + 2;
        let destination =
            (varying > 0).then(|| Place { at: destination_at + model.len() - varying, len: varying });
        let reference = reference.map(|reference| match reference {
            // Length of the header, element, its length; then the reference.
            Reference::Udh8(_) => Place { at: text_at + 3, len: 1 },
            Reference::Udh16(_) => Place { at: text_at + 3, len: 2 },
            _ => Place { at: tlvs_at + sar_at(&message), len: 2 },
        });
        let text_at = match self.long {
            // The TLV's value is the last of the body.
            Long::Payload => body.len() - payload_len(&message),
            _ => text_at,
        };
        let mark = mark_at.map(|at| Place { at: text_at + at, len: MARK_LEN });
        Ok(Part { body, destination, reference, mark })
    }

    /// A text as the defaults of the command line send it.
    #[cfg(test)]
    pub(super) fn plain(text: &str) -> Self {
        Self {
            weight: 1,
            texts: vec![text.to_owned()],
            encoding: Encoding::Auto,
            long: Long::Whole,
            source: "TestCo".to_owned(),
            destination: Destination::One("4512345678".to_owned()),
            registered_delivery: RegisteredDelivery::NONE,
            validity: Vec::new(),
            tlvs: Vec::new(),
        }
    }
}

/// Octets from the first TLV to the value of sar_msg_ref_num.
fn sar_at(message: &SubmitSm<'_>) -> usize {
    let mut at = 0;
    for tlv in message.tlvs {
        if tlv.tag == Tag::SAR_MSG_REF_NUM {
            break;
        }
        at += TLV_HEADER + tlv.value.len();
    }
    at + TLV_HEADER
}

fn payload_len(message: &SubmitSm<'_>) -> usize {
    message.tlvs.message_payload().ok().flatten().map_or(0, <[u8]>::len)
}

/// A text as an error shows it.
fn shortened(text: &str) -> String {
    let mut shown: String =
        text.chars().take(SHOWN).map(|char| if char.is_control() { '?' } else { char }).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push_str("..");
    }
    format!("{shown:?}")
}

/// Octets of short_message at most (SMPP v3.4 §5.2.22).
const SHORT_MESSAGE_MAX: usize = 254;
/// Octets of a tag and a length.
const TLV_HEADER: usize = 4;
/// Characters of a text in an error.
const SHOWN: usize = 20;
