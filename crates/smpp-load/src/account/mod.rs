//! Who sends what in a run: one account of the flags, or several of a mix.

mod mix;
mod texts;

use std::sync::atomic::AtomicU64;

use smpp_session::BindMode;

use crate::{
    Curve, Options, Schedule, Spacing,
    content::{Content, NUMBERS, Receipts, Spec},
};

/// One account of a run: its sessions, its messages, its rate.
#[derive(Debug)]
pub(crate) struct Account {
    /// system_id and password, where they are not the target's.
    pub(crate) credentials: Option<(String, String)>,
    pub(crate) bind: BindMode,
    pub(crate) connections: u32,
    pub(crate) window: u32,
    /// When each message is to leave; `None` to keep the windows full.
    pub(crate) schedule: Option<Schedule>,
    pub(crate) content: Content,
    /// Receipts may come.
    pub(crate) wants_receipts: bool,
    /// Each accepted message must have a receipt.
    pub(crate) receipts_are_due: bool,
    /// What it sends, for the report.
    pub(crate) says: String,
    /// The number of its first message: no two accounts share one.
    pub(crate) first_number: u64,
    /// The number of the next message of a closed loop.
    pub(crate) next_number: AtomicU64,
}

/// The accounts of a run. `marked` has each message say its number.
///
/// # Errors
/// One line: the flag or the key, its value, what is allowed.
pub(crate) fn accounts(options: &Options, marked: bool) -> Result<Vec<Account>, String> {
    match &options.content.mix {
        Some(path) => mix::read(path, options, marked),
        None => Ok(vec![of_flags(options, marked)?]),
    }
}

/// Looks whether what the flags and their files ask for can be sent.
///
/// # Errors
/// As those of a run, before anything is connected; one line.
pub fn check(options: &Options) -> Result<(), String> {
    accounts(options, false).map(drop)
}

fn of_flags(options: &Options, marked: bool) -> Result<Account, String> {
    let flags = &options.content;
    let (texts, says) = texts::of_flags(flags)?;
    let spec = Spec {
        weight: 1,
        texts,
        encoding: flags.encoding,
        long: flags.long,
        source: flags.source.clone(),
        destination: flags.destination.clone(),
        registered_delivery: flags.receipts.registered_delivery(),
        validity: flags.validity.clone().unwrap_or_default().0,
        tlvs: flags.tlvs.clone(),
    };
    let content = Content::new(&[spec], options.load.seed(), marked)?;
    let bind = options.session.bind;
    if flags.receipts.are_wanted() && !bind.receives() {
        return Err("--receipts is given with --bind tx, allowed is --bind trx, or a --mix with an account that binds rx".into());
    }
    Ok(Account {
        credentials: None,
        bind,
        connections: options.session.connections,
        window: options.session.window,
        schedule: options.load.schedule(),
        content,
        wants_receipts: flags.receipts.are_wanted(),
        receipts_are_due: flags.receipts.are_due(),
        says,
        first_number: 0,
        next_number: AtomicU64::new(0),
    })
}

/// The number of the first message of the account at `index`.
const fn first_number(index: usize) -> u64 {
    index as u64 * NUMBERS
}

/// The schedule of an account with a rate of its own.
fn at_rate(rate: f64, options: &Options, seed: u64) -> Schedule {
    let curve = Curve::constant(rate, options.load.goal().duration);
    let spacing = options.load.burst.map_or(options.load.arrival, Spacing::Burst);
    Schedule::new(curve, spacing, seed)
}

/// What several kinds of receipts ask for together.
fn together(receipts: impl Iterator<Item = Receipts> + Clone) -> (bool, bool) {
    let wanted = receipts.clone().any(Receipts::are_wanted);
    (wanted, wanted && receipts.into_iter().all(Receipts::are_due))
}
