//! npm's `smpp` as an ESME, against the gateway.
//!
//! The peers' processes are waited for with blocking calls, hence a runtime with threads of its own.

use crate::{peers, scenarios};

#[tokio::test(flavor = "multi_thread")]
async fn binds_in_every_mode_and_unbinds() {
    if let Some(peer) = peers::node() {
        scenarios::bind_modes(peer).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gsm_message_is_accepted_and_its_receipt_comes() {
    if let Some(peer) = peers::node() {
        scenarios::submit_gsm(peer).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ucs2_message_is_accepted_and_its_receipt_comes() {
    if let Some(peer) = peers::node() {
        scenarios::submit_ucs2(peer).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_source_addr_keeps_its_first_15_characters() {
    if let Some(peer) = peers::node() {
        scenarios::long_source(peer).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_receipt_comes_to_those_who_asked_for_it() {
    if let Some(peer) = peers::node() {
        scenarios::receipt_kinds(peer).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_come_in_the_long_one_in_parts_with_a_header() {
    if let Some(peer) = peers::node() {
        scenarios::receive(peer).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn enquire_link_is_answered_both_ways() {
    if let Some(peer) = peers::node() {
        scenarios::enquire_link(peer).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_unbinds_the_client_and_disconnects() {
    if let Some(peer) = peers::node() {
        scenarios::peer_unbind(peer).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_refused() {
    if let Some(peer) = peers::node() {
        scenarios::wrong_password(peer).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mode_that_the_account_lacks_is_refused() {
    if let Some(peer) = peers::node() {
        scenarios::wrong_mode(peer).await;
    }
}
