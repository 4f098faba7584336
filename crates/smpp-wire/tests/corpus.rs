//! Replays the fuzzers' seed corpus, with the fuzzers' own code, on the stable toolchain.

use std::fs;
use std::path::Path;

#[path = "../../../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "it is public in the fuzz crate")]
mod fuzz;

#[test]
fn the_corpus_of_the_pdu_fuzzer_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/pdu");
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("the corpus") {
        fuzz::pdu(&fs::read(entry.expect("an entry").path()).expect("a seed"));
        count += 1;
    }
    assert!(count >= 30, "only {count} seeds");
}
