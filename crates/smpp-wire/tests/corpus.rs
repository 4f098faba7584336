//! Replays the fuzzers' corpora, with the fuzzers' own code, on the stable toolchain.

use std::fs;
use std::path::Path;

#[path = "../../../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "they are public in the fuzz crate")]
#[expect(clippy::indexing_slicing, reason = "a fuzzer reports by panicking")]
mod fuzz;

#[test]
fn the_corpus_of_the_frame_fuzzer_holds() {
    replay("frame", fuzz::frame);
}

#[test]
fn the_corpus_of_the_pdu_fuzzer_holds() {
    replay("pdu", fuzz::pdu);
}

#[test]
fn the_corpus_of_the_differential_fuzzer_holds() {
    replay("differential", fuzz::differential);
}

#[test]
fn the_corpus_of_the_receipt_fuzzer_holds() {
    replay("receipt", fuzz::receipt);
}

#[test]
fn the_corpus_of_the_text_fuzzer_holds() {
    replay("text", fuzz::text);
}

#[test]
fn the_corpus_of_the_segmentation_fuzzer_holds() {
    replay("segmentation", fuzz::segmentation);
}

fn replay(name: &str, body: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(name);
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("the corpus") {
        body(&fs::read(entry.expect("an entry").path()).expect("a seed"));
        count += 1;
    }
    assert!(count >= 20, "only {count} seeds of {name}");
}
