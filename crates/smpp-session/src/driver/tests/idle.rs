//! What sessions cost while nothing happens: polls are counted, not time.

use smpp_wire::EnquireLinkResp;

use super::*;

const SESSIONS: usize = 50;

/// Bound sessions whose polls are counted.
async fn idle(limits: &Limits) -> (Vec<Peer>, Vec<JoinHandle<SessionError>>, Arc<AtomicUsize>) {
    let polls = Arc::new(AtomicUsize::new(0));
    let (mut peers, mut tasks) = (Vec::new(), Vec::new());
    for _ in 0..SESSIONS {
        let peer = Peer::default();
        let driver = Driver::new(Connection(peer.clone()), Role::Smsc, limits.clone(), Accept::default());
        tasks.push(run_counted(driver, &polls));
        peer.bind().await;
        peers.push(peer);
    }
    // The timer that was set for the bind runs out once.
    tokio::time::sleep(limits.session_init + Duration::from_secs(1)).await;
    polls.store(0, Ordering::Relaxed);
    (peers, tasks, polls)
}

#[tokio::test(start_paused = true)]
async fn idle_sessions_are_never_polled() {
    let day = Duration::from_secs(86_400);
    let limits = Limits { enquire_link: 2 * day, ..Limits::default() };
    let (_peers, tasks, polls) = idle(&limits).await;
    tokio::time::sleep(day).await;
    assert_eq!(polls.load(Ordering::Relaxed), 0);
    assert!(tasks.iter().all(|task| !task.is_finished()));
}

#[tokio::test(start_paused = true)]
async fn an_idle_session_is_polled_for_its_enquire_links_alone() {
    let limits = Limits::default();
    let (peers, tasks, polls) = idle(&limits).await;
    const ROUNDS: usize = 100;
    for round in 0..ROUNDS {
        for peer in &peers {
            let asked = peer.pdus(2 + round).await[1 + round];
            peer.send(&pdu(&EnquireLinkResp::default(), asked.sequence_number));
        }
    }
    tokio::task::yield_now().await;
    let polls = polls.load(Ordering::Relaxed);
    // To ask, to read the answer, and twice for the timer, which is moved only when it has run out.
    assert!(polls <= 4 * ROUNDS * SESSIONS, "{polls} polls");
    assert!(tasks.iter().all(|task| !task.is_finished()));
}
