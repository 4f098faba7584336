//! Instructions per PDU: this program is run again under callgrind, with one pass and with eleven. The difference is what ten passes
//! cost, without the start of the program and the making of the PDUs.

use std::process::Command;
use std::{env, io};

/// The arguments that this program gives itself: which row, who, how many passes.
const ASKED: &str = "--passes-of";

/// What one pass of a contestant costs, in instructions.
///
/// `None` where there is no valgrind.
pub(crate) fn of_one_pass(row: &str, contestant: &str) -> Option<f64> {
    let few = count(row, contestant, FEW).ok()??;
    let many = count(row, contestant, MANY).ok()??;
    Some((many - few) / f64::from(MANY - FEW))
}

/// Row, contestant and passes, when this process is one that is being counted.
pub(crate) fn asked() -> Option<(String, String, u64)> {
    let mut arguments = env::args().skip_while(|argument| argument != ASKED).skip(1);
    Some((arguments.next()?, arguments.next()?, arguments.next()?.parse().ok()?))
}

fn count(row: &str, contestant: &str, passes: u32) -> io::Result<Option<f64>> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe()?)
        .args([ASKED, row, contestant, &passes.to_string()])
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said.lines().find_map(|line| line.split_once("Collected :"));
    Ok(collected.and_then(|(_, count)| count.trim().parse().ok()))
}

const FEW: u32 = 1;
const MANY: u32 = 11;
