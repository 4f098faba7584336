//! Each promise of [`Store`] as one test, over any store: `conformance::tests!(Place)` makes them for the stores of a [`Place`].

use std::{sync::Arc, task::Poll, time::Duration};

use bytes::Bytes;
use parking_lot::{Condvar, Mutex};
use smpp_wire::values::{DataCoding, Npi, RegisteredDelivery, Ton};
use uuid::Uuid;

use super::{Batch, Completion, Held, NewMessage, Stage, Store, Stored};
use crate::{Address, Final, Outcome, Stat};

/// Where a store lies.
pub(crate) trait Place: Default {
    /// Opens the store, which finds what durable stores before it left here.
    fn open(&self) -> Box<dyn Store>;
}

/// One test for each promise, over the stores of this place.
macro_rules! tests {
    ($place:ty: $($promise:ident),+) => { $(
        #[test]
        fn $promise() {
            $crate::store::conformance::$promise(&<$place>::default());
        }
    )+ };
    ($place:ty) => {
        $crate::store::conformance::tests! { $place:
            each_call_is_answered_once,
            a_batch_comes_back_as_it_came,
            a_message_reads_as_it_was_accepted_then_with_its_end_and_then_no_more,
            what_came_in_reads_as_it_came_until_it_is_gone,
            neighbours_end_and_go_each_as_it_was_told,
            a_key_that_is_not_held_is_passed_over,
            what_is_refused_leaves_no_trace_and_the_store_goes_on,
            a_completion_that_was_announced_can_be_seen,
            what_was_kept_is_recovered_in_the_order_of_its_keys,
            what_came_in_is_recovered_among_the_deliveries_of_its_account,
            no_key_is_handed_out_twice,
            a_message_may_be_accepted_ended_and_gone_in_one_batch_with_others,
            a_store_that_was_closed_has_answered_and_is_free_for_the_next
        }
    };
}
pub(crate) use tests;

/// A store, and what a gateway would do with its answers: wait for them.
struct Rig {
    store: Box<dyn Store>,
    bell: Arc<(Mutex<u64>, Condvar)>,
    next_token: u64,
    /// Answers to other calls than the one that was waited for.
    answers: Vec<Completion>,
}

impl Rig {
    fn open(place: &impl Place) -> Self {
        let store = place.open();
        let bell = Arc::new((Mutex::new(0), Condvar::new()));
        let rung = Arc::clone(&bell);
        store.wake_with(Arc::new(move || {
            *rung.0.lock() += 1;
            rung.1.notify_all();
        }));
        Self { store, bell, next_token: 0, answers: Vec::new() }
    }

    const fn token(&mut self) -> u64 {
        self.next_token += 1;
        self.next_token
    }

    /// Waits until the bell rings, unless it did since `heard`.
    fn listen(&self, heard: u64) {
        let mut count = self.bell.0.lock();
        while *count == heard {
            assert!(!self.bell.1.wait_for(&mut count, DEADLINE).timed_out(), "no wake");
        }
    }

    fn answer(&mut self, token: u64) -> Completion {
        loop {
            let heard = *self.bell.0.lock();
            self.store.poll(&mut self.answers);
            if let Some(at) = self.answers.iter().position(|answer| token_of(answer) == token) {
                return self.answers.swap_remove(at);
            }
            self.listen(heard);
        }
    }

    fn submit(&mut self, batch: Batch) -> Stored {
        let token = self.token();
        match self.store.submit(batch, token) {
            Poll::Ready(stored) => stored,
            Poll::Pending => match self.answer(token) {
                Completion::Stored(_, stored) => stored,
                Completion::Read(..) => panic!("a batch was answered as if it were a read"),
            },
        }
    }

    fn keep(&mut self, batch: Batch) {
        assert_eq!(self.submit(batch).result, Ok(()));
    }

    fn accept(&mut self, keys: impl IntoIterator<Item = u64>) {
        self.keep(accepting(keys));
    }

    fn read(&mut self, keys: &[u64]) -> Vec<Held> {
        let token = self.token();
        match self.store.read(keys.to_vec(), token) {
            Poll::Ready(held) => held.unwrap(),
            Poll::Pending => match self.answer(token) {
                Completion::Read(_, held) => held.unwrap(),
                Completion::Stored(..) => panic!("a read was answered as if it were a batch"),
            },
        }
    }

    fn keys(&mut self, keys: &[u64]) -> Vec<u64> {
        self.read(keys).iter().map(|held| held.message.key).collect()
    }
}

pub(crate) fn each_call_is_answered_once(place: &impl Place) {
    let mut rig = Rig::open(place);
    let mut open = Vec::new();
    for key in 0..100 {
        let token = rig.token();
        let pending = if key % 3 == 2 {
            rig.store.read(vec![key], token).is_pending()
        } else {
            rig.store.submit(accepting([key]), token).is_pending()
        };
        open.extend(pending.then_some(token));
    }
    for token in open {
        let _answer = rig.answer(token);
    }
    // Behind this one nothing more can come.
    rig.accept([1_000]);
    rig.store.poll(&mut rig.answers);
    assert_eq!(rig.answers, []);
}

pub(crate) fn a_batch_comes_back_as_it_came(place: &impl Place) {
    let mut rig = Rig::open(place);
    rig.accept([1, 2]);
    let batch =
        Batch { ended: vec![ended(1)], incoming: vec![message(5)], gone: vec![2, 9], ..accepting([3, 4]) };
    assert_eq!(rig.submit(batch.clone()), Stored { batch, result: Ok(()) });
}

pub(crate) fn a_message_reads_as_it_was_accepted_then_with_its_end_and_then_no_more(place: &impl Place) {
    let mut rig = Rig::open(place);
    rig.accept([7]);
    assert_eq!(rig.read(&[7]), [Held { message: message(7), stage: Stage::Accepted }]);
    rig.keep(Batch { ended: vec![ended(7)], ..Batch::default() });
    assert_eq!(rig.read(&[7]), [Held { message: message(7), stage: Stage::Ended(ended(7)) }]);
    rig.keep(Batch { gone: vec![7], ..Batch::default() });
    assert_eq!(rig.read(&[7]), []);
}

pub(crate) fn what_came_in_reads_as_it_came_until_it_is_gone(place: &impl Place) {
    let mut rig = Rig::open(place);
    rig.keep(Batch { incoming: vec![message(6), message(8)], ..accepting([7]) });
    let came_in = |key| Held { message: message(key), stage: Stage::Incoming };
    assert_eq!(rig.read(&[8, 6]), [came_in(8), came_in(6)]);
    // Its number got an owner; of a key that is not held nobody hears.
    rig.keep(Batch { assigned: vec![(6, 77), (9, 77)], ..Batch::default() });
    let of_another = NewMessage { account: 77, ..message(6) };
    assert_eq!(rig.read(&[6, 8, 9]), [Held { message: of_another, stage: Stage::Incoming }, came_in(8)]);
    let refused = Batch { incoming: vec![message(10), message(u64::MAX)], gone: vec![8], ..Batch::default() };
    assert!(rig.submit(refused).result.is_err());
    assert_eq!(rig.keys(&[8, 10]), [8]);
    rig.keep(Batch { gone: vec![6], ..Batch::default() });
    assert_eq!(rig.keys(&[6, 8]), [8]);
}

pub(crate) fn neighbours_end_and_go_each_as_it_was_told(place: &impl Place) {
    let mut rig = Rig::open(place);
    let all: Vec<u64> = (10..110).collect();
    rig.accept(all.iter().copied());
    let accepted = |key: &u64| Held { message: message(*key), stage: Stage::Accepted };
    assert!(rig.read(&all).into_iter().eq(all.iter().map(accepted)));
    let mut random = fastrand::Rng::with_seed(11);
    // Some neighbours end alike, others do not, and some have no end.
    let end = |key: u64| Final { done: 1_700_000_000 + key / 7, ..ended(key / 5) };
    let mut ends: Vec<_> =
        all.iter().filter(|key| *key % 9 != 0).map(|key| Final { key: *key, ..end(*key) }).collect();
    random.shuffle(&mut ends);
    rig.keep(Batch { ended: ends.clone(), ..Batch::default() });
    for held in rig.read(&all) {
        let told = ends.iter().find(|end| end.key == held.message.key);
        assert_eq!(held.stage, told.map_or(Stage::Accepted, |end| Stage::Ended(*end)));
    }
    let mut gone: Vec<u64> = all.iter().copied().filter(|key| key % 10 < 6).collect();
    random.shuffle(&mut gone);
    rig.keep(Batch { gone: gone.clone(), ..Batch::default() });
    let left: Vec<_> = all.iter().copied().filter(|key| !gone.contains(key)).collect();
    assert_eq!(rig.keys(&all), left);
}

pub(crate) fn a_key_that_is_not_held_is_passed_over(place: &impl Place) {
    let mut rig = Rig::open(place);
    rig.accept([1, 2, 3]);
    rig.keep(Batch { ended: vec![ended(9)], gone: vec![8, 2, 2], ..Batch::default() });
    assert_eq!(rig.keys(&[3, 9, 2, 8, 1]), [3, 1], "in the order that was asked for");
}

pub(crate) fn what_is_refused_leaves_no_trace_and_the_store_goes_on(place: &impl Place) {
    let mut rig = Rig::open(place);
    rig.accept([1]);
    // No store has room for the keys from the first to the last there can be.
    let refused = Batch { gone: vec![1], ..accepting([2, u64::MAX]) };
    let answer = rig.submit(refused.clone());
    assert!(answer.result.is_err());
    assert_eq!(answer.batch, refused);
    assert_eq!(rig.keys(&[1, 2]), [1]);
    rig.accept([2]);
    assert_eq!(rig.keys(&[1, 2]), [1, 2]);
}

pub(crate) fn a_completion_that_was_announced_can_be_seen(place: &impl Place) {
    let mut rig = Rig::open(place);
    for key in 0..50 {
        let heard = *rig.bell.0.lock();
        if rig.store.submit(accepting([key]), key).is_pending() {
            rig.listen(heard);
            rig.store.poll(&mut rig.answers);
            assert_eq!(rig.answers.drain(..).map(|answer| token_of(&answer)).collect::<Vec<_>>(), [key]);
        }
    }
}

pub(crate) fn what_was_kept_is_recovered_in_the_order_of_its_keys(place: &impl Place) {
    let mut rig = Rig::open(place);
    if !rig.store.is_durable() {
        return;
    }
    assert_eq!(rig.store.recover().unwrap().epoch, 1);
    rig.accept([3, 1, 2, 5, 8, 4]);
    rig.keep(Batch { ended: vec![ended(8), ended(2), ended(5)], gone: vec![3], ..Batch::default() });
    rig.keep(Batch { gone: vec![5], ..Batch::default() });
    drop(rig);
    let mut rig = Rig::open(place);
    let recovered = rig.store.recover().unwrap();
    assert_eq!(recovered.waiting, [1, 4]);
    assert_eq!(recovered.deliveries, [(ACCOUNT, vec![2, 8])]);
    assert_eq!(recovered.epoch, 2);
    assert_eq!(rig.read(&[8]), [Held { message: message(8), stage: Stage::Ended(ended(8)) }]);
}

pub(crate) fn what_came_in_is_recovered_among_the_deliveries_of_its_account(place: &impl Place) {
    let mut rig = Rig::open(place);
    if !rig.store.is_durable() {
        return;
    }
    let first = rig.store.recover().unwrap().next_key;
    let of_nobody = NewMessage { account: 0, ..message(4) };
    rig.accept([1, 3]);
    rig.keep(Batch { incoming: vec![message(2), of_nobody, message(first + 5)], ..Batch::default() });
    rig.keep(Batch { ended: vec![ended(3)], ..Batch::default() });
    drop(rig);
    let mut rig = Rig::open(place);
    let recovered = rig.store.recover().unwrap();
    assert_eq!(recovered.deliveries, [(0, vec![4]), (ACCOUNT, vec![2, 3, first + 5])]);
    assert!(recovered.next_key > first + 5, "{} is a key of what came in", recovered.next_key);
    assert_eq!(rig.read(&[2]), [Held { message: message(2), stage: Stage::Incoming }]);
}

pub(crate) fn no_key_is_handed_out_twice(place: &impl Place) {
    let mut rig = Rig::open(place);
    if !rig.store.is_durable() {
        return;
    }
    let mut last = 0;
    for _ in 0..4 {
        let first = rig.store.recover().unwrap().next_key;
        assert!(first >= last, "{first} after {last}");
        rig.accept([first]);
        rig.accept((first + 1..).take(300));
        rig.keep(Batch { gone: (first..).take(301).collect(), ..Batch::default() });
        last = first + 301;
        drop(rig);
        rig = Rig::open(place);
    }
}

pub(crate) fn a_message_may_be_accepted_ended_and_gone_in_one_batch_with_others(place: &impl Place) {
    let mut rig = Rig::open(place);
    rig.keep(Batch { ended: vec![ended(1), ended(2)], gone: vec![2], ..accepting([1, 2]) });
    assert_eq!(rig.read(&[1, 2]), [Held { message: message(1), stage: Stage::Ended(ended(1)) }]);
}

pub(crate) fn a_store_that_was_closed_has_answered_and_is_free_for_the_next(place: &impl Place) {
    let rig = Rig::open(place);
    if !rig.store.is_durable() {
        return;
    }
    for key in 0..100 {
        assert!(rig.store.submit(accepting([key]), key).is_pending());
    }
    rig.store.close();
    let mut answers = Vec::new();
    rig.store.poll(&mut answers);
    assert!(
        answers.iter().all(|answer| matches!(answer, Completion::Stored(_, Stored { result: Ok(()), .. })))
    );
    assert_eq!(answers.iter().map(token_of).collect::<Vec<_>>(), (0..100).collect::<Vec<_>>());
    let late = rig.store.submit(accepting([100]), 100);
    assert!(matches!(late, Poll::Ready(Stored { batch, result: Err(_) }) if batch == accepting([100])));
    assert!(matches!(rig.store.read(vec![1], 101), Poll::Ready(Err(_))));
    let next = Rig::open(place);
    assert_eq!(next.store.recover().unwrap().waiting, (0..100).collect::<Vec<_>>());
}

pub(crate) fn accepting(keys: impl IntoIterator<Item = u64>) -> Batch {
    Batch { accepted: keys.into_iter().map(message).collect(), ..Batch::default() }
}

/// A message in which no two fields of one type are alike.
pub(crate) fn message(key: u64) -> NewMessage {
    NewMessage {
        key,
        id: Uuid::from_u128(u128::from(key) << 64 | 0xF00),
        account: ACCOUNT,
        source: Address::source(Ton::ALPHANUMERIC, Npi::UNKNOWN, b"TestCo"),
        destination: Address::new(Ton::INTERNATIONAL, Npi::ISDN, b"4512345678").unwrap(),
        registered_delivery: RegisteredDelivery::ALWAYS,
        data_coding: DataCoding::UCS2,
        submitted_at: 1_700_000_000 + key % 1_000,
        expires_at: 1_800_000_000,
        pdu: Bytes::copy_from_slice(format!("submit_sm {key}\0").as_bytes()),
    }
}

pub(crate) fn ended(key: u64) -> Final {
    let code = -i16::try_from(key % 1_000).unwrap();
    Final { key, outcome: Outcome { stat: Stat::UNDELIV, code }, done: 1_700_001_000 }
}

const fn token_of(answer: &Completion) -> u64 {
    match answer {
        Completion::Stored(token, _) | Completion::Read(token, _) => *token,
    }
}

/// Messages of the suite are those of the second account.
pub(crate) const ACCOUNT: u32 = 1;
/// Longer than any store takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(30);
