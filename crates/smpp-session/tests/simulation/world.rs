//! Both ends, both ways between them, and the clock.

use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::{end::End, ledger::Ledger, pipe::Pipe, plan::Plan};

pub(crate) struct World {
    honest: bool,
    jumps: u32,
    jump: Duration,
    ends: [End; 2],
    pipes: [Pipe; 2],
    begun: Instant,
    now: Instant,
    rng: Rng,
    ledger: Ledger,
    told: bool,
}

/// Virtual time after which everything must be over, jumps not counted: more than if every request of a plan waited for its timer.
const LONG: Duration = Duration::from_secs(20_000);
/// Turns at one instant: more than octets that any plan moves at once.
const MANY_TURNS: usize = 100_000;

impl World {
    pub(crate) fn new(plan: &Plan, told: bool) -> Self {
        let begun = Instant::now();
        let seed = plan.seed;
        let [esme, smsc] = &plan.ends;
        let [there, back] = &plan.links;
        Self {
            honest: plan.honest,
            jumps: plan.jumps,
            jump: plan.jump,
            ends: [End::esme(esme, plan.mode, seed, begun), End::smsc(smsc, plan.mode, seed, begun)],
            pipes: [Pipe::new(there.clone(), seed, begun), Pipe::new(back.clone(), !seed, begun)],
            begun,
            now: begun,
            rng: Rng::with_seed(seed),
            ledger: Ledger::default(),
            told,
        }
    }

    /// Runs until both ends are over; what happened, or what is wrong.
    pub(crate) fn run(mut self) -> Result<Ledger, String> {
        let mut jumped = Duration::ZERO;
        loop {
            self.turn_until_quiet()?;
            if self.ends.iter().all(End::is_over) {
                break;
            }
            if self.ends.iter().all(End::is_done) {
                self.ends[0].unbind();
                self.turn_until_quiet()?;
            }
            let pipes = self.pipes.iter().filter_map(|pipe| pipe.next(self.now));
            let next = self.ends.iter().filter_map(|end| end.next(self.now)).chain(pipes).min();
            let Some(next) = next else {
                return if self.ends.iter().all(End::is_over) {
                    break;
                } else {
                    Err("nothing will ever happen".into())
                };
            };
            if next <= self.now {
                return Err(format!("a timer that was due did not fire, at {:?}", self.now - self.begun));
            }
            self.now = next;
            if self.rng.u32(..100) < self.jumps {
                let jump = self.jump * self.rng.u32(..=100) / 100;
                jumped += jump;
                self.now += jump;
                self.ledger.note("jump");
            }
            if self.now - self.begun > LONG + jumped {
                return Err("it does not end".into());
            }
        }
        self.judge()
    }

    /// Turns of both ends until neither has anything to do before the clock goes on.
    fn turn_until_quiet(&mut self) -> Result<(), String> {
        let mut busy = [true; 2];
        for _ in 0..MANY_TURNS {
            for at in 0..2 {
                if !std::mem::take(&mut busy[at]) {
                    continue;
                }
                let [there, back] = &mut self.pipes;
                let (outgoing, incoming) = if at == 0 { (there, back) } else { (back, there) };
                let turn = self.ends[at].turn(self.now, incoming, outgoing);
                let moved = turn.map_err(|wrong| format!("{wrong}, at {:?}", self.now - self.begun))?;
                busy[at] |= self.ends[at].again;
                busy[1 - at] |= moved;
                if self.told {
                    eprintln!("{:>12?} {}", self.now - self.begun, self.ends[at]);
                }
            }
            if busy == [false; 2] {
                return Ok(());
            }
        }
        Err(format!("turns without end, at {:?}", self.now - self.begun))
    }

    fn judge(mut self) -> Result<Ledger, String> {
        if self.honest {
            self.ledger.note("honest");
        }
        for end in &self.ends {
            end.judge(self.honest)?;
            self.ledger.add(&end.ledger);
        }
        Ok(self.ledger)
    }
}
