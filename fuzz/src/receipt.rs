//! Receipts: any text and any TLVs can be read, and what was read is written and read again.

use smpp_wire::DeliverSm;
use smpp_wire::receipt::{IdMatching, ReceiptText, Recognition, Scratch, comma_form};

/// The first octet is an esm_class, up to 255 more are the text, and the rest is TLVs.
pub fn receipt(octets: &[u8]) {
    let Some((esm_class, rest)) = octets.split_first() else {
        return;
    };
    let (text, tlvs) = rest.split_at(rest.len().min(usize::from(u8::MAX)));
    words(text);
    let _ = comma_form(text);
    for tlvs in [tlvs, &[]] {
        whole(&deliver_sm(*esm_class, text, tlvs));
    }
}

fn words(text: &[u8]) {
    let mut scratch = Scratch::new();
    let words = ReceiptText::parse(text, &mut scratch);
    let _ = (words.sub(), words.dlvrd(), words.submit_date(), words.done_date());
    let _ = (words.state(), words.error_code());

    let mut written = Vec::new();
    let len = words.write(&mut written).expect("a word has no blank");
    assert_eq!(len, written.len());
    // One NUL at the end is not a part of the text.
    if written.last() != Some(&0) {
        let mut scratch = Scratch::new();
        assert_eq!(ReceiptText::parse(&written, &mut scratch), words);
    }
}

fn whole(body: &[u8]) {
    let Ok(pdu) = DeliverSm::parse(body) else {
        return;
    };
    let mut scratch = Scratch::new();
    let Some(receipt) = pdu.receipt(Recognition::EsmClassOrText, &mut scratch) else {
        return;
    };
    let _ = (receipt.state(), receipt.error_code());
    if let Some(id) = receipt.id() {
        ids(id);
    }
}

/// However ids are made comparable, to do so twice changes nothing, and equal ids stay equal.
fn ids(id: &[u8]) {
    let text = IdMatching::Text { ignore_case: true, ignore_leading_zeros: true };
    for matching in [IdMatching::EXACT, text].into_iter().chain((0..4).filter_map(IdMatching::from_kannel)) {
        let Some(normal) = matching.of_receipt(id) else {
            assert!(id.len() > 65);
            continue;
        };
        assert!(id.len() > 65 || matching.of_response(id).is_some());
        if matches!(matching, IdMatching::Text { .. }) {
            assert_eq!(matching.of_receipt(normal.as_bytes()), Some(normal));
        }
    }
}

fn deliver_sm(esm_class: u8, text: &[u8], tlvs: &[u8]) -> Vec<u8> {
    let length = u8::try_from(text.len()).expect("cut to 255");
    let mut body = vec![0; 17];
    body[7] = esm_class;
    body[16] = length;
    [&body, text, tlvs].concat()
}
