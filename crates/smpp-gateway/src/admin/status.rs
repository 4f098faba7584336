//! What the gateway does now, as one value: the page, the JSON and the metrics are three views of it.

use std::{
    collections::BTreeMap,
    sync::atomic::Ordering,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::Serialize;
use smpp_session::{BindMode, CommandStatus, ServerCounters};

use super::View;
use crate::{Account, counts::Latency, now::seconds};

/// All of it.
#[derive(Debug, Serialize)]
pub(super) struct Status {
    pub(super) version: &'static str,
    /// Seconds since 1970.
    pub(super) started: u64,
    /// False while it stops.
    pub(super) ready: bool,
    pub(super) store: StoreStatus,
    pub(super) records: RecordStatus,
    pub(super) connections: BTreeMap<&'static str, u64>,
    /// Since the start, by how they were answered.
    pub(super) binds: BTreeMap<String, u64>,
    pub(super) submits: BTreeMap<String, u64>,
    /// deliver_sm since the start, by how clients answered them.
    pub(super) delivers: BTreeMap<String, u64>,
    /// The gateway's requests since the start, by their end.
    pub(super) requests: BTreeMap<&'static str, u64>,
    /// What was to be delivered since the start, by kind and by what became of it.
    pub(super) deliveries: BTreeMap<&'static str, BTreeMap<&'static str, u64>>,
    pub(super) unowned: Unowned,
    /// What is announced and not over.
    #[cfg(feature = "sqlite")]
    pub(super) maintenance: Vec<crate::store::sqlite::Announcement>,
    pub(super) accounts: Vec<AccountStatus>,
}

/// Incoming messages whose number no account owned.
#[derive(Debug, Serialize)]
pub(super) struct Unowned {
    /// Since the start.
    pub(super) received: u64,
    /// That wait for an owner.
    pub(super) waiting: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct StoreStatus {
    pub(super) name: &'static str,
    /// How often it was started.
    pub(super) starts: u32,
    /// Batches that it has not answered yet.
    pub(super) depth: usize,
    /// Messages that it refused since the start, by why.
    pub(super) refusals: BTreeMap<&'static str, u64>,
    #[serde(skip)]
    pub(super) latency: Latency,
}

/// Records of messages that ended, since the start.
#[derive(Debug, Serialize)]
pub(super) struct RecordStatus {
    pub(super) written: u64,
    /// Times that they could not be written.
    pub(super) failures: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct AccountStatus {
    pub(super) system_id: String,
    pub(super) max_binds: u32,
    pub(super) sessions: Vec<SessionStatus>,
    /// Messages accepted since the start.
    pub(super) accepted: u64,
    /// A second, just now.
    pub(super) rate: f64,
    /// What it may send a second.
    pub(super) rate_limit: Option<u32>,
    /// On their way.
    pub(super) queued: u64,
    pub(super) queue_limit: Option<u64>,
    pub(super) receipts_pending: usize,
    pub(super) oldest_receipt_seconds: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct SessionStatus {
    pub(super) number: u64,
    pub(super) mode: &'static str,
    pub(super) address: String,
    /// Receipts that the client has not answered.
    pub(super) in_flight: usize,
    pub(super) pdus_in: u64,
    pub(super) pdus_out: u64,
}

impl Status {
    pub(super) fn of(view: &View) -> Self {
        let core = &view.core;
        let server = view.server.lock().as_ref().map(smpp_session::Server::counters).unwrap_or_default();
        let rates = view.rates.lock();
        let account = |account: &std::sync::Arc<Account>| {
            let (receipts_pending, oldest) = core.deliveries(account.id).standing();
            AccountStatus {
                rate: rates.of(account.id),
                receipts_pending,
                oldest_receipt_seconds: oldest.map_or(0, |done| seconds().saturating_sub(done)),
                ..AccountStatus::of(account)
            }
        };
        Self {
            version: env!("CARGO_PKG_VERSION"),
            started: since_1970(view.started),
            ready: Self::is_ready(view),
            store: StoreStatus {
                name: core.store_name(),
                starts: core.starts,
                depth: core.store_depth(),
                refusals: core.counts.store_refusals(),
                latency: core.counts.latency(),
            },
            records: RecordStatus {
                written: core.counts.records.written.load(Ordering::Relaxed),
                failures: core.counts.records.failures.load(Ordering::Relaxed),
            },
            connections: connections(&server),
            binds: by_name(core.counts.all_binds()),
            submits: by_name(core.counts.all_submits()),
            requests: requests(&server),
            delivers: by_name(core.counts.all_delivers()),
            deliveries: deliveries(core.counts.all_deliveries()),
            unowned: Unowned { received: core.counts.all_unowned(), waiting: core.unowned_count() },
            #[cfg(feature = "sqlite")]
            maintenance: core.planned(),
            accounts: core.door.accounts.all().iter().map(account).collect(),
        }
    }

    pub(super) fn is_ready(view: &View) -> bool {
        Self::obstacle(view).is_none()
    }

    /// Why clients had better go elsewhere.
    pub(super) fn obstacle(view: &View) -> Option<&'static str> {
        if view.core.departure.has_begun() {
            return Some("stopping");
        }
        view.core.counts.store_refused_within(RECOVERY).then_some("messages can't be kept")
    }
}

impl AccountStatus {
    fn of(account: &Account) -> Self {
        let settings = account.settings();
        let session = |(number, live): (u64, crate::Live)| {
            let counters = live.session.counters();
            SessionStatus {
                number,
                mode: mode(live.mode),
                address: live.address.to_string(),
                in_flight: live.session.in_flight(),
                pdus_in: counters.pdus_in,
                pdus_out: counters.pdus_out,
            }
        };
        Self {
            system_id: account.system_id.clone(),
            max_binds: settings.max_binds,
            sessions: account.sessions().into_iter().map(session).collect(),
            accepted: account.accepted(),
            rate: 0.0,
            rate_limit: settings.messages_per_second,
            queued: account.queued(),
            queue_limit: settings.queue_limit,
            receipts_pending: 0,
            oldest_receipt_seconds: 0,
        }
    }
}

const fn mode(mode: BindMode) -> &'static str {
    match mode {
        BindMode::Transmitter => "transmitter",
        BindMode::Receiver => "receiver",
        BindMode::Transceiver => "transceiver",
    }
}

fn by_name(counts: BTreeMap<CommandStatus, u64>) -> BTreeMap<String, u64> {
    counts.into_iter().map(|(status, count)| (status.to_string(), count)).collect()
}

fn connections(server: &ServerCounters) -> BTreeMap<&'static str, u64> {
    BTreeMap::from([
        ("accepted", server.accepted),
        ("full", server.full),
        ("crowded_out", server.crowded_out),
        ("too_slow", server.too_slow),
        ("bad_proxy_header", server.bad_proxy_header),
        ("not_tls", server.not_tls),
        ("handshake_failed", server.handshake_failed),
        ("bound", server.bound),
    ])
}

/// Of the gateway's requests, nearly all are deliver_sm; enquire_link and unbind are among those that were answered.
fn requests(server: &ServerCounters) -> BTreeMap<&'static str, u64> {
    let answers = server.sessions.answers_in;
    BTreeMap::from([
        ("ok", answers.ok),
        ("throttled", answers.throttled),
        ("refused", answers.refused),
        ("expired", server.sessions.expired),
    ])
}

fn deliveries(
    counts: impl Iterator<Item = (&'static str, &'static str, u64)>,
) -> BTreeMap<&'static str, BTreeMap<&'static str, u64>> {
    let mut kinds = BTreeMap::<_, BTreeMap<_, _>>::new();
    for (kind, fate, count) in counts {
        kinds.entry(kind).or_default().insert(fate, count);
    }
    kinds
}

fn since_1970(instant: SystemTime) -> u64 {
    instant.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// As long after a refusal a store may be expected to refuse again; then clients come back and show whether it does.
const RECOVERY: Duration = Duration::from_secs(5);
