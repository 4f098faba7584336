//! `cargo +nightly fuzz run segmentation`
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| smpp_fuzz::segmentation(octets));
