//! What a seed stands for.

use std::time::Duration;

use fastrand::Rng;
use smpp_session::{BindMode, Limits};

/// One schedule: the limits of both ends, what they want, and what goes wrong.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) mode: BindMode,
    /// The application's end, and the message centre's.
    pub(crate) ends: [EndPlan; 2],
    /// What each of them sends goes through.
    pub(crate) links: [LinkPlan; 2],
    /// In so many of a hundred steps the clock jumps forward.
    pub(crate) jumps: u32,
    /// How far, at most.
    pub(crate) jump: Duration,
    /// Nothing goes wrong: then every request must be answered.
    pub(crate) honest: bool,
}

/// What one end does.
#[derive(Clone, Debug)]
pub(crate) struct EndPlan {
    pub(crate) limits: Limits,
    /// Requests it wants to send.
    pub(crate) requests: u32,
    /// Octets of text in each.
    pub(crate) text: usize,
    /// How long it waits between them; zero for as fast as the window allows.
    pub(crate) pause: Duration,
    /// It answers at once so many of a hundred requests, and leaves so many for later.
    pub(crate) answers_now: u32,
    pub(crate) answers_later: u32,
    /// How long later is, at most.
    pub(crate) delay: Duration,
    /// Its first sequence number.
    pub(crate) first_number: u32,
    /// When it unbinds, and whether without waiting; `None` when all is done.
    pub(crate) unbinds_at: Option<(Duration, bool)>,
    /// When it asks for a sign of life, and within what time.
    pub(crate) probe: Option<(Duration, Duration)>,
}

/// What the way from one end to the other does.
#[derive(Clone, Debug)]
pub(crate) struct LinkPlan {
    pub(crate) latency: Duration,
    pub(crate) jitter: Duration,
    /// Octets that fit in it.
    pub(crate) room: usize,
    /// Octets that are taken or given at once, at most.
    pub(crate) chunk: usize,
    /// Of a hundred answers so many are lost, doubled, or held back.
    pub(crate) loses: u32,
    pub(crate) doubles: u32,
    pub(crate) holds: u32,
    /// How long they are held back, at most.
    pub(crate) hold: Duration,
    /// Of a hundred requests so many come twice.
    pub(crate) repeats: u32,
    /// Before so many of a hundred PDUs comes an answer that nobody gave.
    pub(crate) invents: u32,
    /// From then on it takes octets and brings none.
    pub(crate) dies_at: Option<Duration>,
    /// From then on its reader reads nothing.
    pub(crate) stops_at: Option<Duration>,
    /// Then it ends.
    pub(crate) closes_at: Option<Duration>,
}

impl Plan {
    pub(crate) fn of(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let honest = rng.u32(..5) == 0;
        let mode = match rng.u32(..6) {
            0 => BindMode::Transmitter,
            1 => BindMode::Receiver,
            _ => BindMode::Transceiver,
        };
        let mut ends = [EndPlan::of(&mut rng, honest), EndPlan::of(&mut rng, honest)];
        let links = [LinkPlan::of(&mut rng, honest), LinkPlan::of(&mut rng, honest)];
        if honest {
            // Each has room for what the other may send, and nobody waits longer than he may.
            for at in 0..2 {
                ends[at].limits.inbound_window =
                    ends[at].limits.inbound_window.max(ends[1 - at].limits.window);
            }
        }
        if rng.u32(..10) == 0 {
            ends.iter_mut().for_each(|end| end.flood(honest));
        }
        // Octets that trickle are for small traffic: it is as bad for the core, and a schedule stays short.
        let chunk = links[0].chunk.min(links[1].chunk);
        for end in &mut ends {
            let most = 600 * (chunk / 2 + 1) / (end.text + 60);
            end.requests = end.requests.min(u32::try_from(most).unwrap_or(u32::MAX));
        }
        Self {
            seed,
            mode,
            ends,
            links,
            jumps: if honest || rng.bool() { 0 } else { rng.u32(1..8) },
            jump: Duration::from_secs(rng.u64(1..600)),
            honest,
        }
    }
}

impl EndPlan {
    fn of(rng: &mut Rng, honest: bool) -> Self {
        let seconds = |rng: &mut Rng, range: std::ops::Range<u64>| Duration::from_secs(rng.u64(range));
        let limits = Limits {
            window: *pick(rng, &[1, 2, 3, 7, 16, 64]),
            inbound_window: *pick(rng, &[1, 2, 8, 64, 200]),
            max_pdu: 1_024,
            request_buffer: *pick(rng, &[1, 100, 1_000, 10_000]),
            session_init: seconds(rng, 5..20),
            enquire_link: seconds(rng, 5..60),
            response: if honest { HOUR } else { seconds(rng, 2..60) },
            inactivity: if honest || rng.bool() { None } else { Some(seconds(rng, 20..120)) },
            stall: if honest { HOUR } else { seconds(rng, 2..20) },
            handler: if honest { HOUR } else { seconds(rng, 2..60) },
            ..Limits::default()
        };
        let answers_now = *pick(rng, &[100, 100, 80, 50, 0]);
        let answers_later = if honest { 100 } else { *pick(rng, &[100, 90, 0]) };
        Self {
            limits,
            requests: if rng.u32(..4) == 0 { rng.u32(..150) } else { rng.u32(..30) },
            text: rng.usize(..200),
            pause: if rng.bool() { Duration::ZERO } else { Duration::from_millis(rng.u64(..5_000)) },
            answers_now,
            answers_later,
            delay: Duration::from_millis(rng.u64(1..20_000)),
            first_number: if rng.bool() { 1 } else { 0x7FFF_FFFF - rng.u32(..40) },
            unbinds_at: (rng.u32(..4) == 0)
                .then(|| (seconds(rng, if honest { 5..100 } else { 0..100 }), !honest && rng.bool())),
            probe: (rng.u32(..4) == 0)
                .then(|| (seconds(rng, 0..100), if honest { HOUR } else { seconds(rng, 1..30) })),
        }
    }
}

impl EndPlan {
    /// Sends as much as it may, in small PDUs: then answers fill the buffers, too.
    fn flood(&mut self, honest: bool) {
        self.limits.window = 200;
        self.limits.inbound_window = if honest { 200 } else { 1 };
        (self.requests, self.text, self.pause) = (400, 0, Duration::ZERO);
    }
}

impl LinkPlan {
    fn of(rng: &mut Rng, honest: bool) -> Self {
        let mut percent = |often: u32| if honest || rng.u32(..3) > 0 { 0 } else { rng.u32(1..often) };
        let (loses, doubles, repeats, invents) = (percent(60), percent(60), percent(40), percent(40));
        let mut then = |one_in: u32| {
            let happens = !honest && rng.u32(..one_in) == 0;
            happens.then(|| Duration::from_millis(rng.u64(..120_000)))
        };
        let (dies_at, stops_at, closes_at) = (then(10), then(10), then(6));
        Self {
            latency: Duration::from_millis(rng.u64(..300)),
            jitter: Duration::from_millis(rng.u64(..200)),
            room: *pick(rng, &[64, 1_000, 10_000, 1_000_000]),
            chunk: *pick(rng, &[1, 7, 100, 1_500, 100_000]),
            loses,
            doubles,
            holds: if rng.bool() { 0 } else { rng.u32(1..80) },
            hold: Duration::from_millis(rng.u64(1..if honest { 5_000 } else { 90_000 })),
            repeats,
            invents,
            dies_at,
            stops_at,
            closes_at,
        }
    }
}

fn pick<'p, T>(rng: &mut Rng, from: &'p [T]) -> &'p T {
    &from[rng.usize(..from.len())]
}

/// Longer than anything takes while nothing goes wrong.
const HOUR: Duration = Duration::from_secs(3_600);
