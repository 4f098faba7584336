//! Hostile clients that go on until they are dropped.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use smpp_wire::SubmitSm;
use smpp_wire::values::RegisteredDelivery;
use tokio::io::AsyncWriteExt;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::raw::{Raw, Stranger};
use crate::rows::hostile::{FLOOD, FLOOD_RATE, HOSTILE};

/// What they do.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    NeverFinishTls,
    StopReading,
    OctetASecond,
    Flood,
    Reconnect,
    Guess,
}

impl Kind {
    pub(crate) const ALL: [Self; 6] = [
        Self::NeverFinishTls,
        Self::StopReading,
        Self::OctetASecond,
        Self::Flood,
        Self::Reconnect,
        Self::Guess,
    ];

    pub(crate) fn name(self, count: usize) -> String {
        match self {
            Self::NeverFinishTls => format!("{count} connections that never finish TLS"),
            Self::StopReading => format!("{count} that bind and stop reading"),
            Self::OctetASecond => format!("{count} that send an octet a second"),
            Self::Flood => format!("{FLOODERS} that flood at 100 x their rate"),
            Self::Reconnect => "one that reconnects without pause".to_owned(),
            Self::Guess => "one that guesses passwords without pause".to_owned(),
        }
    }
}

/// Returns once the attack stands.
pub(crate) async fn begin(kind: Kind, from: Stranger, password: String, count: usize) -> Vec<JoinHandle<()>> {
    let from = Arc::new(from);
    match kind {
        Kind::NeverFinishTls => crowd(count, |stand| never_finish_tls(Arc::clone(&from), stand)).await,
        Kind::StopReading => {
            crowd(count, |stand| stop_reading(Arc::clone(&from), password.clone(), stand)).await
        }
        Kind::OctetASecond => {
            crowd(count, |stand| octet_a_second(Arc::clone(&from), password.clone(), stand)).await
        }
        Kind::Flood => crowd(FLOODERS, |stand| flood(Arc::clone(&from), password.clone(), stand)).await,
        Kind::Reconnect => vec![tokio::spawn(async move {
            loop {
                let _refused = from.tls().await;
            }
        })],
        Kind::Guess => vec![tokio::spawn(async move {
            loop {
                if let Ok(mut client) = from.tls().await {
                    let _refused = client.bind(HOSTILE, "no such").await;
                }
            }
        })],
    }
}

/// So many of them; returns when each has said once that it stands.
async fn crowd<F>(count: usize, mut one: impl FnMut(Stand) -> F) -> Vec<JoinHandle<()>>
where
    F: Future<Output = ()> + Send + 'static,
{
    let (turns, stood) = (Arc::new(Semaphore::new(AT_ONCE)), Arc::new(Semaphore::new(0)));
    let stand = Stand { turns, stood: Arc::clone(&stood) };
    let tasks = (0..count).map(|_| tokio::spawn(one(stand.clone()))).collect();
    // Only a closed semaphore has none to give.
    let _all = stood.acquire_many(u32::try_from(count).unwrap_or(u32::MAX)).await;
    tasks
}

/// How they come: some at a time.
#[derive(Clone)]
struct Stand {
    turns: Arc<Semaphore>,
    stood: Arc<Semaphore>,
}

impl Stand {
    /// Connects until it works.
    async fn come<T, F: Future<Output = std::io::Result<T>>>(&self, mut come: impl FnMut() -> F) -> T {
        loop {
            let turn = self.turns.acquire().await;
            if let Ok(came) = come().await {
                self.stood.add_permits(1);
                return came;
            }
            drop(turn);
        }
    }
}

async fn never_finish_tls(from: Arc<Stranger>, stand: Stand) {
    loop {
        let mut stream = stand.come(|| from.connect()).await;
        // The beginning of a ClientHello.
        let _closed = stream.write_all(&[22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]).await;
        let _closed = stream.readable().await;
        // The gateway has closed it.
        sleep(Duration::from_secs(1)).await;
    }
}

async fn bound(from: &Stranger, system_id: &str, password: &str) -> std::io::Result<Raw> {
    let mut client = from.tls().await?;
    match client.bind(system_id, password).await? {
        status if status.is_ok() => Ok(client),
        status => Err(std::io::Error::other(status.to_string())),
    }
}

async fn stop_reading(from: Arc<Stranger>, password: String, stand: Stand) {
    let mut client = stand.come(|| bound(&from, HOSTILE, &password)).await;
    let asking = SubmitSm { registered_delivery: RegisteredDelivery::ALWAYS, ..MESSAGE };
    let _closed = client.send(&asking).await;
    std::future::pending().await
}

async fn octet_a_second(from: Arc<Stranger>, password: String, stand: Stand) {
    loop {
        let mut client = stand.come(|| bound(&from, HOSTILE, &password)).await;
        // A PDU of 64 octets, and never the last of them.
        for octet in [0, 0, 0, 64, 0, 0, 0, 4].into_iter().chain([0; 55]) {
            if client.stream.write_all(&[octet]).await.is_err() || client.stream.flush().await.is_err() {
                break;
            }
            sleep(Duration::from_secs(1)).await;
        }
    }
}

async fn flood(from: Arc<Stranger>, password: String, stand: Stand) {
    let mut client = stand.come(|| bound(&from, FLOOD, &password)).await;
    // All of them together send a hundred times what they may.
    let mut tick = interval(Duration::from_millis(10));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        for _ in 0..FLOOD_RATE as usize / FLOODERS {
            if client.send(&MESSAGE).await.is_err() {
                return;
            }
        }
        for _ in 0..FLOOD_RATE as usize / FLOODERS {
            if client.answer().await.is_err() {
                return;
            }
        }
    }
}

const MESSAGE: SubmitSm<'_> = SubmitSm { destination_addr: b"4512345678", ..SubmitSm::EMPTY };
/// Sessions of the account that floods.
const FLOODERS: usize = 10;
const AT_ONCE: usize = 50;
