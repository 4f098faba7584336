//! What peers in the field are known to do, played by octets; GOTCHAS.md lists it all, with the test of each line.

mod client;
mod raw;
mod server;
