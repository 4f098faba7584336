//! PDUs to measure with: as varied as traffic is, and the same in every run.

use smpp_wire::values::{DataCoding, EsmClass, Npi, RegisteredDelivery, Ton};
use smpp_wire::{DeliverSm, SubmitSm, Tag, Tlvs};

/// The owned parts of a submit_sm or deliver_sm to an international number; fields that are not here are 0 or empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Type of number of the source.
    pub source_addr_ton: u8,
    /// Who sends.
    pub source_addr: Vec<u8>,
    /// Who receives.
    pub destination_addr: Vec<u8>,
    /// 4 for a receipt.
    pub esm_class: u8,
    /// Empty or 16 octets.
    pub validity_period: Vec<u8>,
    /// 1 asks for a receipt.
    pub registered_delivery: u8,
    /// 0 or 8.
    pub data_coding: u8,
    /// The text.
    pub short_message: Vec<u8>,
    /// The octets of the TLVs.
    pub tlvs: Vec<u8>,
}

macro_rules! view {
    ($name:ident, $type:ident) => {
        /// As a PDU.
        #[must_use]
        pub fn $name(&self) -> $type<'_> {
            $type {
                source_addr_ton: Ton(self.source_addr_ton),
                source_addr: &self.source_addr,
                dest_addr_ton: Ton::INTERNATIONAL,
                dest_addr_npi: Npi::ISDN,
                destination_addr: &self.destination_addr,
                esm_class: EsmClass(self.esm_class),
                validity_period: &self.validity_period,
                registered_delivery: RegisteredDelivery(self.registered_delivery),
                data_coding: DataCoding(self.data_coding),
                short_message: &self.short_message,
                tlvs: Tlvs::parse(&self.tlvs).unwrap_or_default(),
                ..$type::default()
            }
        }
    };
}

impl Message {
    view!(submit_sm, SubmitSm);
    view!(deliver_sm, DeliverSm);
}

/// One submit_sm of exactly 171 octets: a typical one, no TLVs.
#[must_use]
pub fn submit_sm_171() -> Message {
    Message {
        source_addr_ton: 5,
        source_addr: b"TestCo".to_vec(),
        destination_addr: b"4512345678".to_vec(),
        esm_class: 0,
        validity_period: Vec::new(),
        registered_delivery: 1,
        data_coding: 0,
        short_message: b"Your parcel is on its way. ".iter().copied().cycle().take(122).collect(),
        tlvs: Vec::new(),
    }
}

/// submit_sm of 1 to 160 octets of text; some have a validity_period, a quarter has a TLV.
#[must_use]
pub fn submit_sms(count: usize) -> Vec<Message> {
    let mut random = Random(0x5EED);
    let one = |_| Message {
        source_addr_ton: 5,
        source_addr: random.text(3, 11),
        destination_addr: random.digits(8, 15),
        esm_class: 0,
        validity_period: if random.below(4) == 0 { b"000001000000000R".to_vec() } else { Vec::new() },
        registered_delivery: 1,
        data_coding: if random.below(8) == 0 { 8 } else { 0 },
        short_message: random.text(1, 160),
        tlvs: if random.below(4) == 0 { tlv(Tag::USER_MESSAGE_REFERENCE, &[0, 7]) } else { Vec::new() },
    };
    (0..count).map(one).collect()
}

/// deliver_sm receipts with receipted_message_id and message_state.
#[must_use]
pub fn receipts(count: usize) -> Vec<Message> {
    let mut random = Random(0xFEED);
    let one = |_| {
        let id = random.uuid();
        let minute = 10 + random.below(50);
        let text = format!(
            "id:{id} sub:001 dlvrd:001 submit date:26013112{minute} done date:26013113{minute} stat:DELIVRD err:000"
        );
        let tlvs =
            [tlv(Tag::RECEIPTED_MESSAGE_ID, format!("{id}\0").as_bytes()), tlv(Tag::MESSAGE_STATE, &[2])];
        Message {
            source_addr_ton: 1,
            source_addr: random.digits(8, 15),
            destination_addr: random.text(3, 11),
            esm_class: 4,
            validity_period: Vec::new(),
            registered_delivery: 0,
            data_coding: 0,
            short_message: text.into_bytes(),
            tlvs: tlvs.concat(),
        }
    };
    (0..count).map(one).collect()
}

/// UUIDs, as submit_sm_resp carries them.
#[must_use]
pub fn message_ids(count: usize) -> Vec<String> {
    let mut random = Random(0x1D);
    (0..count).map(|_| random.uuid()).collect()
}

fn tlv(tag: Tag, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len()).unwrap_or_default();
    [&tag.0.to_be_bytes()[..], &length.to_be_bytes(), value].concat()
}

/// xorshift64: the same numbers on every machine.
struct Random(u64);

impl Random {
    const fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    const fn below(&mut self, limit: u64) -> u64 {
        (self.next() >> 11) % limit
    }

    fn uuid(&mut self) -> String {
        let mut hex = format!("{:016x}{:016x}", self.next(), self.next());
        for dash in [8, 13, 18, 23] {
            hex.insert(dash, '-');
        }
        hex
    }

    fn digits(&mut self, shortest: u64, longest: u64) -> Vec<u8> {
        self.octets(b"0123456789", shortest, longest)
    }

    fn text(&mut self, shortest: u64, longest: u64) -> Vec<u8> {
        self.octets(b"abcdefghijklmnopqrstuvwxyz ABCDEFG.", shortest, longest)
    }

    fn octets(&mut self, from: &[u8], shortest: u64, longest: u64) -> Vec<u8> {
        let len = shortest + self.below(longest - shortest + 1);
        let choices = from.len() as u64;
        (0..len)
            .filter_map(|_| from.iter().copied().nth(usize::try_from(self.below(choices)).ok()?))
            .collect()
    }
}
