use proptest::prelude::*;

use super::*;

const RETRY: Retry = Retry {
    first: Duration::from_secs(1),
    cap: Duration::from_secs(30),
    fast_refusals: 2,
    slow: Duration::from_secs(300),
    stable: Duration::from_secs(20),
    return_after: Duration::from_secs(60),
    stop_on_auth_error: false,
};
/// The longest share that there is.
const MOST: u64 = u64::MAX;
const SECOND: Duration = Duration::from_secs(1);

/// A duration is what it should be, but for the nanosecond that a share is always short of the whole.
#[track_caller]
fn assert_nearly(found: Duration, wanted: Duration) {
    assert!(found <= wanted && found + Duration::from_micros(1) > wanted, "{found:?}, not {wanted:?}");
}

/// The wait until the next attempt, at this endpoint.
#[track_caller]
fn wait(policy: &Policy, index: usize, now: Instant) -> Duration {
    let Step::WaitUntil(due) = policy.next(now) else { panic!("{:?}", policy.next(now)) };
    assert_eq!(policy.next(due), Step::Connect(index));
    due - now
}

#[test]
fn the_back_off_doubles_up_to_its_cap_and_jitter_takes_any_share_of_it() {
    let now = Instant::now();
    let (mut longest, mut shortest) = (Policy::new(RETRY, 1), Policy::new(RETRY, 1));
    let mut half = Policy::new(RETRY, 1);
    for seconds in [1, 2, 4, 8, 16, 30, 30, 30] {
        let whole = seconds * SECOND;
        assert_nearly(longest.failed(0, Failure::Unreachable, now, MOST), whole);
        assert_nearly(half.failed(0, Failure::Unreachable, now, MOST / 2), whole / 2);
        assert_eq!(shortest.failed(0, Failure::Unreachable, now, 0), Duration::ZERO);
    }
    for _ in 0..100 {
        assert_nearly(longest.failed(0, Failure::Unreachable, now, MOST), RETRY.cap);
    }
}

#[test]
fn the_first_attempt_comes_at_once_and_the_next_when_its_pause_is_over() {
    let now = Instant::now();
    let mut policy = Policy::new(RETRY, 1);
    assert_eq!(policy.next(now), Step::Connect(0));
    let pause = policy.failed(0, Failure::Unreachable, now, MOST / 3);
    assert_eq!(wait(&policy, 0, now), pause);
}

#[test]
fn a_refused_bind_is_tried_again_fast_and_then_slowly() {
    let now = Instant::now();
    let mut policy = Policy::new(RETRY, 1);
    let busy = Failure::of(CommandStatus::ESME_RALYBND);
    assert_eq!(busy, Failure::of(CommandStatus::ESME_RBINDFAIL));
    assert_nearly(policy.failed(0, busy, now, MOST), SECOND);
    assert_nearly(policy.failed(0, busy, now, MOST), 2 * SECOND);
    for _ in 0..10 {
        assert_nearly(policy.failed(0, busy, now, MOST), RETRY.slow);
        assert_eq!(policy.failed(0, busy, now, 0), RETRY.slow / 2, "never soon");
    }
    // It was gone in between: whatever it refused the bind for may be over.
    assert_nearly(policy.failed(0, Failure::Unreachable, now, MOST), RETRY.cap);
    assert_nearly(policy.failed(0, busy, now, MOST), RETRY.cap);
}

#[test]
fn refused_credentials_are_tried_again_slowly_at_once() {
    let now = Instant::now();
    for status in
        [CommandStatus::ESME_RINVPASWD, CommandStatus::ESME_RINVSYSID, CommandStatus::ESME_RINVSYSTYP]
    {
        let wrong = Failure::of(status);
        assert_nearly(Policy::new(RETRY, 1).failed(0, wrong, now, MOST), RETRY.slow);
        assert_eq!(Policy::new(RETRY, 1).failed(0, wrong, now, 0), RETRY.slow / 2);
    }
}

#[test]
fn the_next_endpoint_is_tried_at_once_and_each_keeps_its_own_pause() {
    let now = Instant::now();
    let mut policy = Policy::new(RETRY, 3);
    for index in 0..3 {
        assert_eq!(policy.next(now), Step::Connect(index));
        policy.failed(index, Failure::Unreachable, now, [MOST, MOST / 4, MOST / 2][index]);
    }
    assert_nearly(wait(&policy, 1, now), SECOND / 4);
    let then = now + SECOND / 4;
    policy.failed(1, Failure::Unreachable, then, MOST);
    assert_nearly(wait(&policy, 2, then), SECOND / 4);
}

#[test]
fn a_lost_session_is_looked_for_elsewhere_first_and_not_by_everybody_at_once() {
    let now = Instant::now();
    let mut policy = Policy::new(RETRY, 2);
    policy.bound(0, now);
    let then = now + RETRY.stable;
    policy.lost(then, MOST / 2);
    assert_nearly(wait(&policy, 1, then), SECOND / 2);
}

#[test]
fn with_a_session_at_the_preferred_endpoint_nothing_is_tried() {
    let now = Instant::now();
    let mut policy = Policy::new(RETRY, 2);
    policy.bound(0, now);
    assert_eq!(policy.next(now + Duration::from_secs(1_000_000)), Step::Rest);
}

#[test]
fn a_client_returns_to_the_endpoint_it_prefers_and_tries_none_behind_its_own() {
    let now = Instant::now();
    let mut policy = Policy::new(RETRY, 3);
    policy.failed(0, Failure::Unreachable, now, 0);
    policy.bound(1, now);
    assert_eq!(wait(&policy, 0, now), RETRY.return_after);
    let then = now + RETRY.return_after;
    policy.failed(0, Failure::Unreachable, then, 0);
    assert_eq!(wait(&policy, 0, then), RETRY.return_after, "it is not well yet");
    policy.bound(0, then);
    assert_eq!(policy.next(then), Step::Rest);
}

#[test]
fn an_endpoint_that_refuses_its_bind_is_not_returned_to_before_its_pause_is_over() {
    let now = Instant::now();
    let mut policy = Policy::new(RETRY, 2);
    policy.failed(0, Failure::Unauthorized, now, MOST);
    policy.bound(1, now);
    assert_nearly(wait(&policy, 0, now), RETRY.slow);
}

#[test]
fn an_endpoint_whose_session_did_not_last_backs_off_and_is_returned_to_slowly() {
    let now = Instant::now();
    let mut policy = Policy::new(RETRY, 2);
    for seconds in [1, 2, 4] {
        policy.bound(0, now);
        policy.lost(now + SECOND, MOST);
        policy.failed(1, Failure::Unreachable, now + SECOND, MOST);
        assert_nearly(policy.endpoints[0].retry_at.unwrap() - (now + SECOND), seconds * SECOND);
    }
    policy.bound(1, now + SECOND);
    assert_eq!(wait(&policy, 0, now + SECOND), RETRY.slow);
}

#[test]
fn a_session_that_lasted_makes_its_endpoint_well() {
    let now = Instant::now();
    let mut policy = Policy::new(RETRY, 1);
    for _ in 0..10 {
        policy.failed(0, Failure::Refused, now, MOST);
    }
    policy.bound(0, now);
    policy.lost(now + RETRY.stable, MOST);
    assert_nearly(wait(&policy, 0, now + RETRY.stable), SECOND);
    let later = now + RETRY.stable + SECOND;
    assert_nearly(policy.failed(0, Failure::Refused, later, MOST), 2 * SECOND);
}

/// Something that happens to a client.
#[derive(Clone, Debug)]
enum Happens {
    Fails(Failure, u64),
    Binds,
    Loses(u64),
    Waits(u64),
}

fn happens() -> impl Strategy<Value = Happens> {
    let failure =
        prop_oneof![Just(Failure::Unreachable), Just(Failure::Refused), Just(Failure::Unauthorized)];
    prop_oneof![
        (failure, any::<u64>()).prop_map(|(failure, random)| Happens::Fails(failure, random)),
        Just(Happens::Binds),
        any::<u64>().prop_map(Happens::Loses),
        (0_u64..100_000).prop_map(Happens::Waits),
    ]
}

proptest! {
    #[test]
    fn no_endpoint_is_tried_before_its_pause_is_over_and_a_client_without_a_session_never_gives_up(
        count in 1_usize..5,
        story in proptest::collection::vec(happens(), 0..200),
    ) {
        let mut policy = Policy::new(RETRY, count);
        let mut now = Instant::now();
        let mut not_before = vec![now; count];
        let mut bound: Option<usize> = None;
        for happens in story {
            match (policy.next(now), happens) {
                (_, Happens::Waits(milliseconds)) => now += Duration::from_millis(milliseconds),
                (_, Happens::Loses(random)) => {
                    policy.lost(now, random);
                    bound = None;
                }
                (Step::Connect(index), Happens::Fails(failure, random)) => {
                    prop_assert!(not_before[index] <= now && bound.is_none_or(|bound| index < bound));
                    let pause = policy.failed(index, failure, now, random);
                    prop_assert!(pause <= RETRY.slow);
                    not_before[index] = now + pause;
                }
                (Step::Connect(index), Happens::Binds) => {
                    policy.bound(index, now);
                    bound = Some(index);
                }
                (Step::WaitUntil(due), _) => {
                    prop_assert!(due > now && due - now <= RETRY.slow, "{:?}", due - now);
                    now = due;
                }
                (Step::Rest, _) => prop_assert_eq!(bound, Some(0)),
            }
        }
    }
}
