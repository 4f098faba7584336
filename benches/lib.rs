//! Shared by the benches: PDUs to measure with, interleaved timing, tables and their JSON form.

pub mod interleave;
pub mod pdus;
pub mod sessions;
pub mod stopwatch;
pub mod table;
