//! Shared by the benches: what to measure with, interleaved timing, our own sessions, tables and their JSON form.

pub mod end;
pub mod files;
pub mod goal;
pub mod groups;
pub mod identity;
pub mod interleave;
pub mod pdus;
pub mod queue;
pub mod race;
mod random;
pub mod sessions;
pub mod stopwatch;
pub mod table;
