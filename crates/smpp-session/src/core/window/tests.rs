//! The window by its rules, and held against a map.

use std::{collections::HashMap, time::Duration};

use proptest::prelude::*;

use super::*;

const ANSWER: CommandId = CommandId::SUBMIT_SM_RESP;
const RESPONSE: Duration = Duration::from_secs(30);

fn insert(window: &mut Window<u32>, now: Instant, owner: u32) -> Result<u32, WindowFull> {
    window.insert(CommandId::SUBMIT_SM, now, owner)
}

#[test]
fn numbers_start_at_one_and_wrap_to_one() {
    let (mut window, now) = (Window::new(4, RESPONSE), Instant::now());
    assert_eq!(insert(&mut window, now, 0), Ok(1));
    window.continue_at(LAST_SEQUENCE);
    assert_eq!(insert(&mut window, now, 0), Ok(LAST_SEQUENCE));
    // Number 1 is still held.
    assert_eq!(insert(&mut window, now, 0), Ok(2));
}

#[test]
fn one_lost_answer_does_not_stall_the_window() {
    let (mut window, now) = (Window::new(2, RESPONSE), Instant::now());
    assert_eq!(insert(&mut window, now, 0), Ok(1));
    for _ in 0..100 {
        let number = insert(&mut window, now, 0).unwrap();
        assert!(window.complete(number, ANSWER).is_some());
    }
    assert_eq!(window.in_flight(), 1);
}

#[test]
fn a_request_expires_in_time_however_many_were_answered_since() {
    let (mut window, now) = (Window::new(2, RESPONSE), Instant::now());
    insert(&mut window, now, 7).unwrap();
    let later = now + Duration::from_secs(1);
    for _ in 0..1_000 {
        let number = insert(&mut window, later, 0).unwrap();
        assert!(window.complete(number, ANSWER).is_some());
    }
    insert(&mut window, later, 8).unwrap();
    assert_eq!(window.oldest_deadline(), Some(now + RESPONSE));
    assert_eq!(window.expire(now + RESPONSE).unwrap().owner, 7);
    assert_eq!(window.oldest_deadline(), Some(later + RESPONSE));
    assert_eq!(window.expire(later + RESPONSE).unwrap().owner, 8);
    assert_eq!(window.oldest_deadline(), None);
}

#[test]
fn an_answer_of_another_kind_ends_nothing() {
    let (mut window, now) = (Window::new(2, RESPONSE), Instant::now());
    let number = insert(&mut window, now, 7).unwrap();
    assert!(window.complete(number, CommandId::DELIVER_SM_RESP).is_none());
    assert!(window.complete(number + 8, ANSWER).is_none());
    assert!(window.complete(0, CommandId::GENERIC_NACK).is_none());
    assert_eq!(window.complete(number, CommandId::GENERIC_NACK).unwrap().owner, 7);
    assert!(window.complete(number, ANSWER).is_none());
}

#[test]
fn requests_expire_in_the_order_of_their_deadlines() {
    let (mut window, now) = (Window::new(8, RESPONSE), Instant::now());
    for n in 0..5u32 {
        insert(&mut window, now + Duration::from_secs(n.into()), n).unwrap();
    }
    assert!(window.complete(1, ANSWER).is_some());
    let late = now + RESPONSE + Duration::from_secs(2);
    let expired: Vec<_> = std::iter::from_fn(|| window.expire(late)).map(|p| p.owner).collect();
    assert_eq!(expired, [1, 2]);
    assert_eq!(window.oldest_deadline(), Some(now + RESPONSE + Duration::from_secs(3)));
    assert_eq!(window.in_flight(), 2);
}

/// One step of the comparison with a map.
#[derive(Clone, Debug)]
enum Step {
    Send,
    SendControl,
    /// Answers one of the last numbers, held or not, with or without the right kind.
    Answer(u32, bool),
    Nack(u32),
    Withdraw(u32),
    Wait(u8),
    Drain,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => Just(Step::Send),
        1 => Just(Step::SendControl),
        6 => (0..60u32, proptest::bool::weighted(0.9)).prop_map(|(back, right)| Step::Answer(back, right)),
        1 => (0..60u32).prop_map(Step::Nack),
        1 => (0..3u32).prop_map(Step::Withdraw),
        2 => (0..15u8).prop_map(Step::Wait),
        1 => Just(Step::Drain),
    ]
}

/// What the map knows of a request.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Known {
    command_id: CommandId,
    sent_at: Instant,
    owner: u32,
}

/// The same requests in a map, found by number alone.
struct Oracle(HashMap<u32, Known>);

impl Oracle {
    fn held(&self, control: bool) -> usize {
        self.0.values().filter(|known| is_control(known.command_id) == control).count()
    }

    fn answer(&mut self, number: u32, answer: CommandId) -> Option<u32> {
        let known = self.0.get(&number)?;
        let fits = answer == known.command_id.response() || answer == CommandId::GENERIC_NACK;
        fits.then(|| self.0.remove(&number))?.map(|known| known.owner)
    }

    /// Owners in the order of sending, which is that of their numbers as handed out: `owner` counts up.
    fn remove_if(&mut self, ends: impl Fn(&Known) -> bool) -> Vec<u32> {
        let mut owners: Vec<_> = self.0.values().filter(|k| ends(k)).map(|k| k.owner).collect();
        owners.sort_unstable();
        self.0.retain(|_, known| !ends(known));
        owners
    }
}

fn back_from(next: u32, back: u32) -> u32 {
    // Over the wrap, too: 0 is no number.
    (1 + (next - 1 + LAST_SEQUENCE - back % LAST_SEQUENCE) % LAST_SEQUENCE).max(1)
}

const LIMIT: u16 = 10;

proptest! {
    #[test]
    fn the_window_agrees_with_a_map(
        first in prop_oneof![Just(1), (LAST_SEQUENCE - 100)..=LAST_SEQUENCE],
        steps in proptest::collection::vec(step(), 0..400),
    ) {
        let (mut window, mut now) = (Window::new(LIMIT, RESPONSE), Instant::now());
        window.continue_at(first);
        let mut oracle = Oracle(HashMap::new());
        for (owner, step) in (0u32..).zip(steps) {
            match step {
                Step::Send | Step::SendControl => {
                    let control = matches!(step, Step::SendControl);
                    let command_id = if control { CommandId::ENQUIRE_LINK } else { CommandId::SUBMIT_SM };
                    let limit = if control { CONTROL_SLOTS as usize } else { LIMIT.into() };
                    let sent = window.insert(command_id, now, owner);
                    prop_assert_eq!(sent.is_err(), oracle.held(control) == limit);
                    if let Ok(number) = sent {
                        prop_assert!((1..=LAST_SEQUENCE).contains(&number));
                        let known = Known { command_id, sent_at: now, owner };
                        prop_assert!(oracle.0.insert(number, known).is_none(), "number {} is held", number);
                    }
                }
                Step::Answer(back, right) => {
                    let number = back_from(window.next, back);
                    let asked = oracle.0.get(&number).map_or(CommandId::SUBMIT_SM, |k| k.command_id);
                    let answer = if right { asked.response() } else { CommandId::DELIVER_SM_RESP };
                    let ended = window.complete(number, answer).map(|p| p.owner);
                    prop_assert_eq!(ended, oracle.answer(number, answer));
                }
                Step::Nack(back) => {
                    let number = back_from(window.next, back);
                    let ended = window.complete(number, CommandId::GENERIC_NACK).map(|p| p.owner);
                    prop_assert_eq!(ended, oracle.answer(number, CommandId::GENERIC_NACK));
                }
                Step::Withdraw(back) => {
                    let number = back_from(window.next, back);
                    window.withdraw(number);
                    oracle.0.remove(&number);
                }
                Step::Wait(seconds) => {
                    now += Duration::from_secs(seconds.into());
                    let ended: Vec<_> = std::iter::from_fn(|| window.expire(now)).map(|p| p.owner).collect();
                    prop_assert_eq!(ended, oracle.remove_if(|known| known.sent_at + RESPONSE <= now));
                }
                Step::Drain => {
                    let ended: Vec<_> = std::iter::from_fn(|| window.pop()).map(|p| p.owner).collect();
                    prop_assert_eq!(ended, oracle.remove_if(|_| true));
                }
            }
            prop_assert_eq!(window.in_flight(), oracle.held(false));
            prop_assert_eq!(window.free(), usize::from(LIMIT) - oracle.held(false));
            let oldest = oracle.0.values().map(|known| known.sent_at + RESPONSE).min();
            prop_assert_eq!(window.oldest_deadline(), oldest);
        }
    }
}
