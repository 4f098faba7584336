//! A run from connect to report.

use std::{
    sync::Arc,
    thread::JoinHandle,
    time::{Duration, Instant, SystemTime},
};

use tokio::sync::watch;

use super::{
    binding::bind_all,
    find_max,
    pacer::{MachineClock, Pacer, Receiver},
    run::{Plan, Run},
    server::Server,
    slot::Slot,
};
use crate::{
    Head, Latency, LatencySummary, LedgerWriter, Network, Options, Report,
    account::{Account, accounts},
    record::HdrLog,
    report::{self, Cpu, CpuMeter, Gathered, Setting},
    watch::{Early, Watch},
};

/// Runs to the goal and waits for what is still open; with `find_max`, as often as that takes. Cancellation: the connections are
/// dropped.
///
/// # Errors
/// When a connection can't be made or bound, or a file not be created; one line.
pub async fn run(server: Server, options: &Options) -> Result<Report, String> {
    let mut watch = Watch::start(options).await?;
    let report = match options.load.find_max {
        true => find_max::search(&server, options, &mut watch).await,
        false => run_once(&server, options, &mut watch).await,
    };
    watch.finish();
    report
}

/// One run.
pub(super) async fn run_once(
    server: &Server,
    options: &Options,
    watch: &mut Watch,
) -> Result<Report, String> {
    let accounts: Vec<_> = accounts(options, server.far.is_some())?.into_iter().map(Arc::new).collect();
    let run = Arc::new(Run::new(plan(options, &accounts, server)?));
    let slots = slots(&run, &accounts, server, options);
    let binding = Instant::now();
    let (over, sessions, binds) = bind(&slots, options).await?;
    let bind_seconds = binding.elapsed().as_secs_f64();
    watch.begin(server, options, &accounts)?;
    let started_at = report::timestamp(SystemTime::now());
    let meter = CpuMeter::start();
    let pacers = start(&run, &accounts, &slots);
    slots.iter().for_each(|slot| slot.wake());
    let ends = accounts.iter().any(|account| account.schedule.is_none());
    let ends = options.load.goal().duration.filter(|_| ends).map(|lasts| Instant::now() + lasts);
    let offered = offer(&run, &slots, ends, watch).await;
    let mut cpu = meter.read();
    let early = settle(&run, options, watch).await.or(offered);
    run.stop();
    watch.tick(run.tick());
    cpu.live_seconds = watch.live_cpu().map(|time| time.as_secs_f64());
    over.send_replace(true);
    for session in sessions {
        // A task of ours does not panic.
        let _ended = session.await;
    }
    for pacer in pacers {
        // It has nothing to do any more.
        let _ended = tokio::task::spawn_blocking(|| pacer.join()).await;
    }
    let bound = slots.len();
    drop(slots);
    let network = run.network();
    Ok(finish(
        run,
        server,
        options,
        Ended { started_at, bound, binds, bind_seconds, network, cpu, accounts, early },
    ))
}

fn plan(options: &Options, accounts: &[Arc<Account>], server: &Server) -> Result<Plan, String> {
    let receipts = accounts.iter().any(|account| account.wants_receipts);
    let due =
        receipts && accounts.iter().all(|account| account.receipts_are_due || !account.bind.transmits());
    let head = Head { seed: options.load.seed(), receipts: due };
    let ledger = options.report.ledger.as_deref().map(|path| {
        LedgerWriter::create(path, &head).map_err(|error| {
            format!("--ledger is {} ({error}), allowed is the path of a file to write", path.display())
        })
    });
    let hdr = options.report.hdr.as_deref().map(|path| {
        HdrLog::create(path, SystemTime::now()).map_err(|error| {
            format!("--hdr is {} ({error}), allowed is the path of a file to write", path.display())
        })
    });
    Ok(Plan {
        goal: options.load.goal(),
        warmup: options.load.warmup,
        deadline: options.deadline(),
        far: server.far.clone(),
        receipts,
        receipts_may_come: receipts && !due,
        id_form: options.receipts.receipt_id.0,
        sessions: accounts.iter().map(|account| account.connections as usize).sum(),
        schedules: accounts.iter().filter(|account| account.schedule.is_some()).count(),
        claims: accounts.iter().any(|account| account.schedule.is_none() && account.bind.transmits())
            || accounts.iter().all(|account| !account.bind.transmits()),
        ledger: ledger.transpose()?,
        hdr: hdr.transpose()?,
    })
}

fn slots(run: &Arc<Run>, accounts: &[Arc<Account>], server: &Server, options: &Options) -> Vec<Arc<Slot>> {
    let slots = accounts.iter().flat_map(|account| {
        let slot = || Arc::new(Slot::new(run, account, &server.clients, options.session.timeout));
        (0..account.connections).map(move |_| slot())
    });
    slots.collect()
}

/// What says that the run is over, the tasks that wait for it, and how long the binds took.
type Bound = (watch::Sender<bool>, Vec<tokio::task::JoinHandle<()>>, LatencySummary);

/// Binds all, and leaves each session to a task that ends when the run is over.
async fn bind(slots: &[Arc<Slot>], options: &Options) -> Result<Bound, String> {
    let (over, is_over) = watch::channel(false);
    let (mut sessions, mut failed, mut latency) = (Vec::new(), None, Latency::new());
    let bind = |index: usize| {
        let slot = slots.get(index).map(Arc::clone);
        async move {
            match slot {
                Some(slot) => slot.bind().await,
                None => std::future::pending().await,
            }
        }
    };
    let reconnect = options.session.reconnect;
    bind_all(slots.len(), options.session.bind_rate, bind, |attempt| {
        match (attempt.result, slots.get(attempt.index)) {
            (Ok(connection), Some(slot)) => {
                latency.record(attempt.took);
                let kept = Arc::clone(slot).keep(connection, reconnect, is_over.clone());
                sessions.push(tokio::spawn(kept));
            }
            (Err(error), _) => failed = Some(error.to_string()),
            (Ok(_), None) => {}
        }
        failed.is_none()
    })
    .await;
    let Some(error) = failed else { return Ok((over, sessions, latency.summary())) };
    over.send_replace(true);
    for session in sessions {
        let _ended = session.await;
    }
    Err(error)
}

/// Starts the clock; with each open loop, its pacer.
fn start(run: &Arc<Run>, accounts: &[Arc<Account>], slots: &[Arc<Slot>]) -> Vec<JoinHandle<()>> {
    let started = run.start();
    if let Some(far) = &run.far {
        far.begin(started);
    }
    let clock = MachineClock(started);
    let pacers = accounts.iter().filter_map(|account| {
        let schedule = account.schedule.clone()?;
        let receivers = slots.iter().filter(|slot| slot.is_of(account)).filter_map(|slot| {
            let (lane, slot) = (Arc::clone(slot.lane()?), Arc::clone(slot));
            Some(Receiver { lane, wake: Box::new(move || slot.wake()) })
        });
        let pacer = Pacer::new(Arc::clone(run), Arc::clone(account), schedule, receivers.collect(), clock);
        std::thread::Builder::new().name("pacer".to_owned()).spawn(move || pacer.run()).ok()
    });
    pacers.collect()
}

/// Lets the sessions work until all is offered, all of them have ended, or something ends the run early: what that was.
async fn offer(run: &Run, slots: &[Arc<Slot>], ends: Option<Instant>, watch: &mut Watch) -> Option<Early> {
    let mut ticks = tokio::time::interval(TICK);
    ticks.tick().await;
    let (mut ends, mut early) = (ends, None);
    while !run.has_offered_all() {
        tokio::select! {
            _ = ticks.tick() => early = watch.tick(run.tick()),
            () = until(ends) => {
                ends = None;
                run.stop_claims();
            }
            () = run.settled.notified() => {}
            signal = watch.signal() => early = Some(signal),
        }
        if early.is_some() {
            run.stop();
        }
    }
    slots.iter().for_each(|slot| slot.wake());
    early
}

/// Waits for the answers and receipts of what was sent; gives up when nothing moves for as long as an answer or a receipt may take,
/// or when a signal asks for it.
async fn settle(run: &Run, options: &Options, watch: &mut Watch) -> Option<Early> {
    let (timeout, receipt_wait) = (options.session.timeout, options.receipts.receipt_wait);
    let mut last = None;
    let mut tick_at = Instant::now() + TICK;
    loop {
        let has_sent_all = run.has_sent_all();
        let open = run.open();
        if open.is_nothing() && has_sent_all {
            return None;
        }
        let patience = if open.in_flight > 0 || !has_sent_all { timeout + TICK } else { receipt_wait };
        if last.is_some_and(|(seen, since): (_, Instant)| seen == open && since.elapsed() >= patience) {
            return None;
        }
        if last.is_none_or(|(seen, _)| seen != open) {
            last = Some((open, Instant::now()));
        }
        let gives_up = last.map_or(tick_at, |(_, since)| since + patience);
        tokio::select! {
            _moved = tokio::time::timeout_at(tick_at.min(gives_up).into(), run.settled.notified()) => {}
            signal = watch.signal() => return Some(signal),
        }
        if Instant::now() >= tick_at {
            tick_at += TICK;
            watch.tick(run.tick());
        }
    }
}

async fn until(end: Option<Instant>) {
    match end {
        Some(end) => tokio::time::sleep_until(end.into()).await,
        None => std::future::pending().await,
    }
}

/// What is known of a run beside its records.
struct Ended {
    started_at: String,
    bound: usize,
    binds: LatencySummary,
    bind_seconds: f64,
    network: Network,
    cpu: Cpu,
    accounts: Vec<Arc<Account>>,
    early: Option<Early>,
}

fn finish(run: Arc<Run>, server: &Server, options: &Options, ended: Ended) -> Report {
    let receipts = run.receipts.lock().counts();
    let (recorded, mut warnings) = run.take_records();
    if options.target.insecure && server.tls {
        warnings.push(INSECURE.to_owned());
    }
    let ledger = Arc::into_inner(run).and_then(Run::into_ledger);
    let ledger_error = ledger.and_then(|ledger| ledger.finish().err()).map(|error| error.to_string());
    warnings.extend(ledger_error.iter().map(|error| format!("the ledger is not whole: {error}")));
    let Ended { started_at, bound, binds, bind_seconds, network, cpu, accounts, early } = ended;
    let setting = Setting::of(accounts.iter().map(|account| &**account), options);
    let (interrupted, aborted) = match early {
        Some(Early::Signal(signal)) => (Some(signal.to_string()), None),
        Some(Early::Rule(rule)) => (None, Some(rule)),
        None => (None, None),
    };
    let gathered = Gathered {
        setting,
        started_at,
        bound,
        binds,
        bind_seconds,
        recorded,
        receipts,
        network,
        cpu,
        interrupted,
        aborted,
        ledger_error,
        warnings,
    };
    Report::new(server, options, gathered)
}

/// What `--insecure` means, said before the run and in its report.
pub const INSECURE: &str = "--insecure: nobody knows who the server is; whoever stands in the way reads and changes everything, the password included";
/// How often progress is shown, and an interval of the series ends.
const TICK: Duration = Duration::from_secs(1);
