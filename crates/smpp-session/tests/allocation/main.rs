//! Messages allocate nothing, and a session holds no more than it may. A process of its own, because the counting allocator is the
//! process's; it counts by thread, and both ends run on the thread of the test.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a failed test says where by panicking")]

mod ceiling;
mod messages;
mod remains;

use smpp_session::{CommandStatus, MessageId, SubmitSm, Verdict};
use tokio::runtime::{Builder, Runtime};

fn message() -> SubmitSm<'static> {
    SubmitSm { destination_addr: b"4512345678", short_message: &[b'x'; 120], ..SubmitSm::default() }
}

fn accepted() -> Verdict {
    let message_id = MessageId::new(b"b1e50673-f8b8-41e8-a143-07a43bb8c86b").unwrap();
    Verdict { command_status: CommandStatus::ESME_ROK, message_id }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}
