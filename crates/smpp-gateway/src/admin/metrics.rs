//! `/metrics`.

use super::{
    exposition::Exposition,
    status::{AccountStatus, Status},
};
use crate::counts::BUCKETS;

/// The status as Prometheus reads it.
pub(super) fn text(status: &Status) -> String {
    let mut text = Exposition::default();
    text.family("smpp_gateway_info", "gauge", "The version that runs.")
        .sample(&[("version", status.version), ("store", status.store.name)], 1);
    text.family("smpp_gateway_start_time_seconds", "gauge", "When it was started, in seconds since 1970.")
        .sample(&[], status.started);
    text.family("smpp_gateway_ready", "gauge", "1 while clients may bind.")
        .sample(&[], u8::from(status.ready));
    text.family("smpp_gateway_store_starts", "gauge", "How often the store was started.")
        .sample(&[], status.store.starts);
    by(
        &mut text,
        ("smpp_gateway_connections_total", "Connections by what became of them."),
        "outcome",
        status.connections.iter().map(|(name, count)| (*name, *count)),
    );
    by(
        &mut text,
        ("smpp_gateway_binds_total", "Binds by the status that answered them."),
        "status",
        status.binds.iter().map(|(name, count)| (name.as_str(), *count)),
    );
    by(
        &mut text,
        ("smpp_gateway_submits_total", "submit_sm by the status that answered them."),
        "status",
        status.submits.iter().map(|(name, count)| (name.as_str(), *count)),
    );
    by(
        &mut text,
        ("smpp_gateway_requests_sent_total", "Requests to clients (deliver_sm, enquire_link) by their end."),
        "outcome",
        status.requests.iter().map(|(name, count)| (*name, *count)),
    );
    by(
        &mut text,
        ("smpp_gateway_delivers_total", "deliver_sm by the status that clients answered."),
        "status",
        status.delivers.iter().map(|(name, count)| (name.as_str(), *count)),
    );
    deliveries(&mut text, status);
    store(&mut text, status);
    records(&mut text, status);
    accounts(&mut text, &status.accounts);
    text.finish()
}

fn by<'a>(
    text: &mut Exposition,
    (name, help): (&'static str, &str),
    label: &str,
    counts: impl Iterator<Item = (&'a str, u64)>,
) {
    text.family(name, "counter", help);
    for (value, count) in counts {
        text.sample(&[(label, value)], count);
    }
}

fn deliveries(text: &mut Exposition, status: &Status) {
    text.family(
        "smpp_gateway_deliveries_total",
        "counter",
        "Receipts and incoming messages by what became of them; refused and unanswered ones come again.",
    );
    for (kind, fates) in &status.deliveries {
        for (fate, count) in fates {
            text.sample(&[("kind", kind), ("outcome", fate)], count);
        }
    }
    text.family("smpp_gateway_unowned_total", "counter", "Incoming messages whose number no account owned.")
        .sample(&[], status.unowned.received)
        .family("smpp_gateway_unowned", "gauge", "Those that wait for an owner.")
        .sample(&[], status.unowned.waiting);
}

fn store(text: &mut Exposition, status: &Status) {
    text.family("smpp_gateway_store_depth", "gauge", "Batches that the store has not answered yet.")
        .sample(&[], status.store.depth);
    by(
        text,
        ("smpp_gateway_store_refusals_total", "Messages that the store could not keep, by why."),
        "reason",
        status.store.refusals.iter().map(|(name, count)| (*name, *count)),
    );
    let latency = &status.store.latency;
    text.family("smpp_gateway_store_seconds", "histogram", "How long the store took to keep a batch.");
    let mut all = 0;
    for (bound, count) in BUCKETS.iter().zip(&latency.counts) {
        all += count;
        text.suffixed("_bucket", &[("le", &bound.as_secs_f64().to_string())], all);
    }
    all += latency.counts.last().copied().unwrap_or(0);
    text.suffixed("_bucket", &[("le", "+Inf")], all)
        .suffixed("_sum", &[], latency.sum.as_secs_f64())
        .suffixed("_count", &[], all);
}

fn records(text: &mut Exposition, status: &Status) {
    text.family("smpp_gateway_cdr_lines_total", "counter", "Records of messages that ended, on the disk.")
        .sample(&[], status.records.written);
    text.family("smpp_gateway_cdr_failures_total", "counter", "Times that records could not be written.")
        .sample(&[], status.records.failures);
}

/// A figure of each account.
type Figure = fn(&AccountStatus) -> f64;

fn accounts(text: &mut Exposition, accounts: &[AccountStatus]) {
    text.family("smpp_gateway_sessions", "gauge", "Sessions that are bound.");
    for account in accounts {
        for mode in ["transmitter", "receiver", "transceiver"] {
            let count = account.sessions.iter().filter(|session| session.mode == mode).count();
            text.sample(&[("account", &account.system_id), ("mode", mode)], count);
        }
    }
    let figures: [(&'static str, &str, &str, Figure); 6] = [
        ("smpp_gateway_accepted_messages_total", "counter", "Messages accepted.", |one| whole(one.accepted)),
        ("smpp_gateway_queued_messages", "gauge", "Messages on their way.", |one| whole(one.queued)),
        (
            "smpp_gateway_in_flight",
            "gauge",
            "Receipts and incoming messages sent that are not answered.",
            |one| whole(one.sessions.iter().map(|session| session.in_flight as u64).sum()),
        ),
        ("smpp_gateway_max_binds", "gauge", "Sessions that it may have.", |one| f64::from(one.max_binds)),
        (
            "smpp_gateway_receipts_pending",
            "gauge",
            "Receipts and incoming messages that are not acknowledged.",
            |one| whole(one.receipts_pending as u64),
        ),
        ("smpp_gateway_oldest_receipt_seconds", "gauge", "Age of the oldest of them.", |one| {
            whole(one.oldest_receipt_seconds)
        }),
    ];
    for (name, kind, help, figure) in figures {
        text.family(name, kind, help);
        for account in accounts {
            text.sample(&[("account", &account.system_id)], figure(account));
        }
    }
}

/// Prometheus counts in floats; they are exact to 2^53.
fn whole(count: u64) -> f64 {
    let high = u32::try_from(count >> 32).unwrap_or(u32::MAX);
    let low = u32::try_from(count & 0xFFFF_FFFF).unwrap_or(u32::MAX);
    f64::from(high) * 4_294_967_296.0 + f64::from(low)
}
