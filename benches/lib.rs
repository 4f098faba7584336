//! Shared by the benches: PDUs to measure with, interleaved timing, tables and their JSON form.

pub mod interleave;
pub mod pdus;
mod random;
pub mod sessions;
pub mod stopwatch;
pub mod table;
