//! What is in these PDUs? Hex lines, a stream or a capture in, one JSON object a PDU out:
//!
//! ```console
//! $ echo 00000010 00000015 00000000 00000001 | cargo run -q --example inspect
//! {"header":{"command_length":16,"command_id":21,"command_status":0,"sequence_number":1},"command":"enquire_link","fields":{},"tlvs":[]}
//! ```

use std::io;
use std::process::ExitCode;

#[path = "inspect/run.rs"]
mod run;

#[expect(clippy::print_stderr, reason = "a program tells its user what went wrong")]
fn main() -> ExitCode {
    let Err(error) = run::run(std::env::args_os(), &mut io::stdin().lock(), &mut io::stdout().lock()) else {
        return ExitCode::SUCCESS;
    };
    if let Some(usage) = error.downcast_ref::<clap::Error>() {
        usage.exit();
    }
    // Whoever read the output has seen enough.
    if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
        return ExitCode::SUCCESS;
    }
    eprintln!("inspect: {error}");
    ExitCode::FAILURE
}
