//! Two cores in one thread, in virtual time, against a seeded adversary.
//!
//! A seed makes a [`Plan`]: limits, traffic, and what goes wrong: latency, answers that are lost, doubled, late, or invented, requests
//! that come twice, connections that die silently, peers that do not answer or do not read, reads and writes cut at every octet,
//! sequence numbers that wrap, clocks that jump. After every turn of every end the invariants of [`End`] are checked, and some more when
//! all is over. The same seed does the same again.
//!
//! ```text
//! cargo test -p smpp-session --test simulation                                           20,000 schedules
//! SMPP_SIM_SCHEDULES=1000000 cargo test --release -p smpp-session --test simulation      the nightly run
//! SMPP_SIM_SEED=17 cargo test -p smpp-session --test simulation -- --nocapture           one schedule, told step by step
//! ```
//! The last nightly run: 2026-11-24, commit 29dce23, a million schedules without a failure. The run before it, 214ab90,
//! told its counts too: 21 million answers were matched, 10 million requests lost, and everything that can happen happened 11,080 times or more.
//!
//! # Invariants
//! | what holds | where it is looked at |
//! |---|---|
//! | every request ends exactly once | `End::answered`, `End::expire`, `End::finish`: none that has ended ends again; `End::judge`: none is left open |
//! | no answer goes to another request | `End::answered`: it carries the request's own number, and is of its kind |
//! | no request of the peer is answered twice | `End::answer_later` |
//! | memory never exceeds the computed ceiling | `End::check`: octets that wait, octets that are held |
//! | the window never leaks a slot, and is kept | `End::check`: slots are held for open requests, and for no others |
//! | timers fire within their turn | `End::check_timers`: the next is never later than what it must not miss; `World::run`: none is due after a turn |
//! | a peer that is silent, or gives no sign of life when asked, is given up | `End::check_timers` |
//! | two ends that flood each other make progress | `World::run`, `World::turn_until_quiet`: it ends; `End::judge`: when nothing went wrong, all were answered (`EndPlan::flood` among them) |
//!
//! # That it finds bugs
//! Each of these changes to the core fails within the 20,000 schedules:
//!
//! | change | what is said |
//! |---|---|
//! | `Window::release` ignores the stored number (the guard) | request 13 got the answer to 5 |
//! | `Window::release` does not move `newest` back, or `link` forgets a neighbour | the next timer is too late |
//! | `Window::complete` takes an answer of another kind | request 6 was ended by query_sm_resp |
//! | a value that can't be encoded keeps its slot | 6 slots are held for 5 requests |
//! | `Inbound::take` ignores the generation | a request was answered twice |
//! | `Inbound::expire` gives no next deadline | a request was answered twice |
//! | `SendHalf::note_unwritten` does nothing | it does not end |
//! | an answered enquire_link stays open | a peer that was silent for too long is kept |
//! | `Session::stops_reading` is never true | 4379 octets wait to be written, 4236 may |
//! | `Session::settle` answers, or sends, unbind while requests are open | nothing went wrong, and a request is lost |
//! | a sign of life is asked for, and not waited for; or never asked for | a peer that gave no sign of life is kept |
#![expect(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "a failed test says where by panicking, and a replayed schedule is told"
)]

mod end;
mod ledger;
mod pipe;
mod plan;
mod world;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};

use ledger::Ledger;
use plan::Plan;
use world::World;

/// What happened in a schedule, or what is wrong with it.
fn run(seed: u64, told: bool) -> Result<Ledger, String> {
    catch_unwind(AssertUnwindSafe(|| World::new(&Plan::of(seed), told).run())).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        Err(text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked").to_owned())
    })
}

/// Runs schedules; what happened in them, or the first that fails.
fn run_all(schedules: impl Iterator<Item = u64>) -> Result<Ledger, u64> {
    let mut met = Ledger::default();
    for seed in schedules {
        met.add(&run(seed, false).map_err(|_| seed)?);
    }
    Ok(met)
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    match text.replace('_', "").parse() {
        Ok(number) => Some(number),
        Err(error) => panic!("{variable}={text}: {error}"),
    }
}

#[test]
fn every_schedule_keeps_the_invariants_and_together_they_meet_all_that_can_happen() {
    if let Some(seed) = number("SMPP_SIM_SEED") {
        eprintln!("{:#?}", Plan::of(seed));
        assert_eq!(run(seed, true).err(), None, "seed {seed}");
        return;
    }
    let schedules = number("SMPP_SIM_SCHEDULES").unwrap_or(FEW);
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let parts: Vec<_> = thread::scope(|scope| {
        let part = |first| scope.spawn(move || run_all((first..schedules).step_by(threads)));
        let parts: Vec<_> = (0..threads as u64).map(part).collect();
        parts.into_iter().filter_map(|part| part.join().ok()).collect()
    });
    let mut met = Ledger::default();
    for part in parts {
        match part {
            Ok(part) => met.add(&part),
            Err(seed) => {
                let wrong = run(seed, false).err().unwrap_or_default();
                panic!("seed {seed}: {wrong}; replay: SMPP_SIM_SEED={seed} {REPLAY}");
            }
        }
    }
    eprintln!("{schedules} schedules: {met:#?}");
    assert!(schedules < FEW || met.never().is_empty(), "never happened: {:?}", met.never());
}

#[test]
fn the_same_seed_does_the_same_again() {
    for seed in 0..50 {
        let [once, again] =
            [0; 2].map(|_| World::new(&Plan::of(seed), false).run().map(|end| format!("{end:?}")));
        assert_eq!(once, again, "seed {seed}");
    }
}

/// Schedules of `cargo test`.
const FEW: u64 = 20_000;
const REPLAY: &str = "cargo test -p smpp-session --test simulation -- --nocapture";
