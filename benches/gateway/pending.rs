//! A database in which messages wait.

use std::io;

use smpp_gateway::store::Batch;

use crate::home::Home;
use crate::store::Desk;

/// Puts that many messages with receipts into the database of a gateway that does not run.
pub(crate) fn fill(home: &Home, count: u64) -> io::Result<()> {
    let mut desk = Desk::open(&home.config()?, false)?;
    for first in (0..count).step_by(AT_ONCE) {
        let many = usize::try_from(count - first).map_or(AT_ONCE, |left| left.min(AT_ONCE));
        let accepted = desk.messages(many);
        desk.submit(Batch { accepted, ..Batch::default() }, OPEN_MAX)?;
    }
    desk.submit(Batch::default(), 0)
}

const AT_ONCE: usize = 1_000;
const OPEN_MAX: usize = 8;
