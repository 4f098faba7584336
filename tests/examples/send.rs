//! `send` and `bulk` against the gateway.

use crate::{
    message_centre::{PASSWORD, SYSTEM_ID, gateway},
    program::Program,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_long_text_is_sent_in_parts_and_every_part_has_its_receipt() {
    let gateway = gateway().await;
    let port = gateway.local_addr().port().to_string();
    let text = "Grüße, 5 € für dich. ".repeat(20);
    let send = Program::start(
        "send",
        &["127.0.0.1", &port, gateway.fingerprint(), SYSTEM_ID, PASSWORD, "4512345678", &text],
    );
    let said = send.finish();
    let ids: Vec<_> = said.iter().filter_map(|line| line.strip_suffix(" accepted")).collect();
    assert_eq!(ids.len(), 3, "{said:#?}");
    for id in ids {
        assert!(said.contains(&format!("{id} DELIVERED")), "{said:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bulk_of_messages_is_accepted_to_the_last() {
    let gateway = gateway().await;
    let port = gateway.local_addr().port().to_string();
    let arguments = ["127.0.0.1", &port, gateway.fingerprint(), SYSTEM_ID, PASSWORD, "4512345678", "20000"];
    let said = Program::start("bulk", &arguments).finish();
    assert_eq!(said[0], "20000 accepted, 0 throttled, 0 refused, 0 unknown");
}
