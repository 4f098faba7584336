//! PDUs to measure with: as varied as traffic is, and the same in every run.

use smpp_wire::{Tag, Tlvs};

use crate::random::Random;

/// A C-octet string without and with its NUL, so that no codec is timed for adding or taking it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    plain: String,
    with_nul: Vec<u8>,
}

impl Text {
    /// From octets without a NUL.
    #[must_use]
    pub fn new(octets: &[u8]) -> Self {
        Self { plain: String::from_utf8_lossy(octets).into_owned(), with_nul: [octets, &[0]].concat() }
    }

    /// As a string, without its NUL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.plain
    }

    /// Without its NUL.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        self.plain.as_bytes()
    }

    /// With its NUL.
    #[must_use]
    pub fn with_nul(&self) -> &[u8] {
        &self.with_nul
    }
}

/// The TLVs of a message, one by one and as they stand in the PDU.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlvList {
    values: Vec<(u16, Vec<u8>)>,
    octets: Vec<u8>,
}

impl TlvList {
    /// Adds one.
    pub fn push(&mut self, tag: u16, value: Vec<u8>) {
        let length = u16::try_from(value.len()).unwrap_or_default();
        self.octets.extend_from_slice(&tag.to_be_bytes());
        self.octets.extend_from_slice(&length.to_be_bytes());
        self.octets.extend_from_slice(&value);
        self.values.push((tag, value));
    }

    /// Tag and value of each.
    #[must_use]
    pub fn values(&self) -> &[(u16, Vec<u8>)] {
        &self.values
    }

    /// As they stand in the PDU.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }
}

impl From<Tlvs<'_>> for TlvList {
    fn from(tlvs: Tlvs<'_>) -> Self {
        let mut list = Self::default();
        for tlv in tlvs {
            list.push(tlv.tag.0, tlv.value.to_vec());
        }
        list
    }
}

/// The values of a submit_sm or deliver_sm. protocol_id, replace_if_present_flag and sm_default_msg_id are 0, and
/// schedule_delivery_time is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Another one in each PDU.
    pub sequence_number: u32,
    /// Empty or `CMT`.
    pub service_type: Text,
    /// Type of number of the source.
    pub source_addr_ton: u8,
    /// Numbering plan of the source.
    pub source_addr_npi: u8,
    /// Who sends.
    pub source_addr: Text,
    /// Type of number of the destination.
    pub dest_addr_ton: u8,
    /// Numbering plan of the destination.
    pub dest_addr_npi: u8,
    /// Who receives.
    pub destination_addr: Text,
    /// 4 for a receipt.
    pub esm_class: u8,
    /// 0 to 3.
    pub priority_flag: u8,
    /// Empty or 16 octets.
    pub validity_period: Text,
    /// 1 asks for a receipt.
    pub registered_delivery: u8,
    /// 0 or 8.
    pub data_coding: u8,
    /// The text.
    pub short_message: Vec<u8>,
    /// The TLVs.
    pub tlvs: TlvList,
}

/// The values of a submit_sm_resp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Another one in each PDU.
    pub sequence_number: u32,
    /// 0 for success.
    pub command_status: u32,
    /// Which message it answers.
    pub message_id: Text,
}

/// One submit_sm of exactly 171 octets: a typical one, no TLVs.
#[must_use]
pub fn submit_sm_171() -> Message {
    Message {
        sequence_number: 7,
        service_type: Text::new(b""),
        source_addr_ton: 5,
        source_addr_npi: 0,
        source_addr: Text::new(b"TestCo"),
        dest_addr_ton: 1,
        dest_addr_npi: 1,
        destination_addr: Text::new(b"4512345678"),
        esm_class: 0,
        priority_flag: 0,
        validity_period: Text::new(b""),
        registered_delivery: 1,
        data_coding: 0,
        short_message: b"Your parcel is on its way. ".iter().copied().cycle().take(122).collect(),
        tlvs: TlvList::default(),
    }
}

/// submit_sm of 0 to 160 octets of text and 0 to 3 TLVs, from names, short codes and numbers.
#[must_use]
pub fn submit_sms(count: u32) -> Vec<Message> {
    let mut random = Random::seeded(0x5EED);
    let one = |index| {
        let (source_addr_ton, source_addr_npi, source_addr) = source(&mut random);
        let ucs2 = random.one_in(8);
        Message {
            sequence_number: index + 1,
            service_type: Text::new(if random.one_in(4) { &b"CMT"[..] } else { b"" }),
            source_addr_ton,
            source_addr_npi,
            source_addr,
            dest_addr_ton: 1,
            dest_addr_npi: 1,
            destination_addr: Text::new(&random.digits(7, 15)),
            esm_class: 0,
            priority_flag: u8::from(random.one_in(8)),
            validity_period: Text::new(if random.one_in(4) { &b"000001000000000R"[..] } else { b"" }),
            registered_delivery: u8::from(!random.one_in(4)),
            data_coding: if ucs2 { 8 } else { 0 },
            short_message: if ucs2 { random.text(0, 70).repeat(2) } else { random.text(0, 160) },
            tlvs: submission_tlvs(&mut random),
        }
    };
    (0..count).map(one).collect()
}

/// deliver_sm receipts with receipted_message_id and message_state.
#[must_use]
pub fn receipts(count: u32) -> Vec<Message> {
    let mut random = Random::seeded(0xFEED);
    let one = |index| {
        let id = random.message_id();
        let minute = 10 + random.below(50);
        let (state, word) = if random.one_in(4) { (5, "UNDELIV") } else { (2, "DELIVRD") };
        let text = format!(
            "id:{id} sub:001 dlvrd:001 submit date:26013112{minute} done date:26013113{minute} stat:{word} err:000"
        );
        let mut tlvs = TlvList::default();
        tlvs.push(Tag::RECEIPTED_MESSAGE_ID.0, format!("{id}\0").into_bytes());
        tlvs.push(Tag::MESSAGE_STATE.0, vec![state]);
        Message {
            sequence_number: index + 1,
            service_type: Text::new(b""),
            source_addr_ton: 1,
            source_addr_npi: 1,
            source_addr: Text::new(&random.digits(7, 15)),
            dest_addr_ton: 5,
            dest_addr_npi: 0,
            destination_addr: Text::new(&random.text(1, 11)),
            esm_class: 4,
            priority_flag: 0,
            validity_period: Text::new(b""),
            registered_delivery: 0,
            data_coding: 0,
            short_message: text.into_bytes(),
            tlvs,
        }
    };
    (0..count).map(one).collect()
}

/// The words of a receipt's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// As message centres give them.
    pub id: String,
    /// `YYMMDDhhmm`.
    pub submit_date: String,
    /// `YYMMDDhhmm`.
    pub done_date: String,
    /// Seven letters.
    pub stat: String,
    /// Three digits.
    pub err: String,
    /// Up to 20 characters; half of them have none.
    pub text: Option<String>,
}

/// Receipts as message centres send them: `sub` and `dlvrd` are 1.
#[must_use]
pub fn receipt_texts(count: u32) -> Vec<Receipt> {
    let mut random = Random::seeded(0xBEEF);
    let one = |_| {
        let (hour, minute) = (10 + random.below(13), 10 + random.below(50));
        let delivered = !random.one_in(4);
        Receipt {
            id: random.message_id(),
            submit_date: format!("260131{hour}{minute}"),
            done_date: format!("260131{}{minute}", hour + 1),
            stat: if delivered { "DELIVRD" } else { "UNDELIV" }.to_owned(),
            err: if delivered { "000".to_owned() } else { format!("{:03}", random.below(100)) },
            text: random.one_in(2).then(|| characters(random.text(0, 20))),
        }
    };
    (0..count).map(one).collect()
}

/// Texts of 1 to 160 ASCII characters; one in eight has characters that have another place in GSM 03.38.
#[must_use]
pub fn texts(count: u32) -> Vec<String> {
    let mut random = Random::seeded(0x7E87);
    let one = |_| {
        let mut text = characters(random.text(1, 157));
        if random.one_in(8) {
            let places = text.len() as u64;
            for sign in ['@', '$', '_'] {
                text.insert(usize::try_from(random.below(places)).unwrap_or_default(), sign);
            }
        }
        text
    };
    (0..count).map(one).collect()
}

fn characters(octets: Vec<u8>) -> String {
    String::from_utf8(octets).unwrap_or_default()
}

/// submit_sm_resp with UUIDs, decimal and hexadecimal ids.
#[must_use]
pub fn answers(count: u32) -> Vec<Answer> {
    let mut random = Random::seeded(0x1D);
    let one = |index| Answer {
        sequence_number: index + 1,
        command_status: 0,
        message_id: Text::new(random.message_id().as_bytes()),
    };
    (0..count).map(one).collect()
}

/// TON, NPI and address: a name, a short code or a number.
fn source(random: &mut Random) -> (u8, u8, Text) {
    match random.below(4) {
        0 => (3, 1, Text::new(&random.digits(3, 6))),
        1 => (1, 1, Text::new(&random.digits(7, 15))),
        _ => (5, 0, Text::new(&random.text(1, 11))),
    }
}

/// None to three, of one, two and more octets.
fn submission_tlvs(random: &mut Random) -> TlvList {
    let mut tlvs = TlvList::default();
    for _ in 0..random.below(4) {
        match tlvs.values().len() {
            0 => tlvs.push(Tag::USER_MESSAGE_REFERENCE.0, random.digits(2, 2)),
            1 => tlvs.push(Tag::CALLBACK_NUM.0, [b"\x01\x01\x01", &random.digits(4, 15)[..]].concat()),
            _ => tlvs.push(Tag::LANGUAGE_INDICATOR.0, vec![u8::from(random.one_in(2))]),
        }
    }
    tlvs
}
