//! The text of receipts, read and written: `ReceiptText::parse` and `ReceiptText::write` beside crate `smpp-codec`, the only one of the rivals
//! that knows receipts. It finds no dates, because it looks for keys that it has replaced before.

use std::fmt::Write as _;
use std::hint::black_box;

use smpp_benches::pdus::{self, Receipt};
use smpp_codec::pdus::DeliveryReceipt;
use smpp_wire::receipt::{ReceiptText, Scratch};

use super::contest::{Contest, Contestant, Goal};

/// Reading the text of appendix B, or of the short form without `text`.
pub(crate) fn parse(count: u32) -> Contest {
    let receipts: &'static [Receipt] = pdus::receipt_texts(count).leak();
    let texts: Vec<String> = receipts.iter().map(|receipt| written_by_us(&words(receipt))).collect();
    let texts: &'static [String] = texts.leak();
    let check = move || {
        for (receipt, text) in receipts.iter().zip(texts) {
            let mut scratch = Scratch::new();
            assert_eq!(ReceiptText::parse(text.as_bytes(), &mut scratch), words(receipt));
        }
    };
    let run = move |times| {
        let mut scratch = Scratch::new();
        for _ in 0..times {
            for text in black_box(texts) {
                black_box(&ReceiptText::parse(text.as_bytes(), &mut scratch));
            }
        }
    };
    let ours = Contestant { name: "ours", check: Box::new(check), run: Box::new(run) };
    Contest::texts(count, Goal::Nanoseconds(80.0), vec![ours, smpp_codec_reader(receipts, texts)])
}

/// The same words in layouts that are less usual.
pub(crate) fn parse_odd(count: u32) -> Contest {
    let receipts: &'static [Receipt] = pdus::receipt_texts(count).leak();
    let texts: Vec<String> =
        receipts.iter().enumerate().map(|(index, receipt)| odd(index, receipt)).collect();
    let texts: &'static [String] = texts.leak();
    let check = move || {
        for (receipt, text) in receipts.iter().zip(texts) {
            let mut scratch = Scratch::new();
            let read = ReceiptText::parse(text.as_bytes(), &mut scratch);
            assert_eq!((read.id, read.stat), (Some(receipt.id.as_bytes()), Some(receipt.stat.as_bytes())));
        }
    };
    let run = move |times| {
        let mut scratch = Scratch::new();
        for _ in 0..times {
            for text in black_box(texts) {
                black_box(&ReceiptText::parse(text.as_bytes(), &mut scratch));
            }
        }
    };
    let ours = Contestant { name: "ours", check: Box::new(check), run: Box::new(run) };
    Contest::texts(count, Goal::Measured, vec![ours])
}

/// Writing the text of appendix B.
pub(crate) fn write(count: u32) -> Contest {
    let mut receipts = pdus::receipt_texts(count);
    for receipt in &mut receipts {
        receipt.text.get_or_insert_default();
    }
    let receipts: &'static [Receipt] = receipts.leak();
    let mut out = Vec::with_capacity(ROOM);
    let run = move |times| {
        for _ in 0..times {
            for receipt in black_box(receipts) {
                out.clear();
                black_box(words(receipt).write(&mut out)).expect("no blank in a word");
                black_box(&out);
            }
        }
    };
    let ours = Contestant { name: "ours", check: Box::new(|| ()), run: Box::new(run) };
    Contest::texts(count, Goal::Nanoseconds(60.0), vec![ours, smpp_codec_writer(receipts)])
}

fn words(receipt: &Receipt) -> ReceiptText<'_> {
    ReceiptText {
        id: Some(receipt.id.as_bytes()),
        sub: Some(b"001"),
        dlvrd: Some(b"001"),
        submit_date: Some(receipt.submit_date.as_bytes()),
        done_date: Some(receipt.done_date.as_bytes()),
        stat: Some(receipt.stat.as_bytes()),
        err: Some(receipt.err.as_bytes()),
        text: receipt.text.as_deref().map(str::as_bytes),
    }
}

fn written_by_us(words: &ReceiptText<'_>) -> String {
    let mut out = Vec::new();
    words.write(&mut out).expect("no blank in a word");
    String::from_utf8(out).expect("ASCII")
}

fn odd(index: usize, receipt: &Receipt) -> String {
    let Receipt { id, submit_date, done_date, stat, err, .. } = receipt;
    match index % 5 {
        0 => format!(
            "id:{id} submit date:{submit_date} done date:{done_date} stat:{stat} err:{err} text:Hello"
        ),
        1 => format!(
            "stat:{stat} err:{err} id:{id} done date:{done_date} submit date:{submit_date} dlvrd:1 sub:1"
        ),
        2 => format!(
            "ID:{id} SUB:001 DLVRD:001 SUBMIT DATE:{submit_date} DONE DATE:{done_date} STAT:{stat} ERR:{err} TEXT:"
        ),
        3 => format!(
            "id:{id} sub:001 dlvrd:001 submit date:{submit_date}00 done date:{done_date}17 stat:{stat} err:{err} mcc:238"
        ),
        _ => format!(
            "id: {id} sub: 001 dlvrd: 001 submit date: {submit_date} stat: {stat} err: {err} text: Hello"
        ),
    }
}

fn smpp_codec_reader(receipts: &'static [Receipt], texts: &'static [String]) -> Contestant {
    let check = move || {
        for (receipt, text) in receipts.iter().zip(texts) {
            let read: DeliveryReceipt = text.parse().expect("a receipt");
            assert_eq!((read.message_id, read.status), (receipt.id.clone(), receipt.stat.clone()));
        }
    };
    let run = move |times| {
        for _ in 0..times {
            for text in black_box(texts) {
                black_box(&text.parse::<DeliveryReceipt>()).as_ref().expect("a receipt");
            }
        }
    };
    Contestant { name: "smpp-codec", check: Box::new(check), run: Box::new(run) }
}

fn smpp_codec_writer(receipts: &'static [Receipt]) -> Contestant {
    let theirs: Vec<_> = receipts.iter().map(smpp_codec_receipt).collect();
    let theirs: &'static [DeliveryReceipt] = theirs.leak();
    let check = move || {
        for (ours, theirs) in receipts.iter().zip(theirs) {
            assert_eq!(theirs.to_string(), written_by_us(&words(ours)));
        }
    };
    let mut out = String::with_capacity(ROOM);
    let run = move |times| {
        for _ in 0..times {
            for receipt in black_box(theirs) {
                out.clear();
                write!(out, "{receipt}").expect("a string has room");
                black_box(&out);
            }
        }
    };
    Contestant { name: "smpp-codec", check: Box::new(check), run: Box::new(run) }
}

/// Its own struct of strings, made before the clock runs.
fn smpp_codec_receipt(receipt: &Receipt) -> DeliveryReceipt {
    DeliveryReceipt {
        message_id: receipt.id.clone(),
        submitted_count: 1,
        delivered_count: 1,
        submit_date: receipt.submit_date.clone(),
        done_date: receipt.done_date.clone(),
        status: receipt.stat.clone(),
        error_code: receipt.err.parse().expect("a number"),
        text: receipt.text.clone().unwrap_or_default(),
    }
}

/// More octets than a receipt has.
const ROOM: usize = 512;
