//! The kinds of hostile clients.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use smpp_wire::{CommandId, CommandStatus, SubmitSm, values::RegisteredDelivery};
use tokio::io::AsyncWriteExt;

use crate::{
    attack::{Attacker, Hostile, closed, crowd, each},
    customers::Customers,
    gateway::{FLOOD, HOSTILE, PASSWORD, RATE, Running},
};

/// What the gateway's process may ever hold: what it holds of each connection, and itself.
const MEMORY: u64 = 10_000 * 64 * 1_024 + 128 * 1_024 * 1_024;
const MESSAGE: SubmitSm<'_> = SubmitSm { destination_addr: b"4512345678", ..SubmitSm::EMPTY };
/// Ten thousand sockets a test: one test at a time.
static TURN: Mutex<()> = Mutex::new(());

/// Runs an attack on a gateway that has customers; they lose nothing, and its memory stays in its limits.
fn beside_customers(limits: &str, attack: impl AsyncFnOnce(&Running, &Customers, usize)) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let count = crowd();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let gateway = Running::start(limits);
        let customers = Customers::begin(&gateway).await;
        customers.go_on().await;
        attack(&gateway, &customers, count).await;
        customers.go_on().await;
        customers.end().await;
        let peak = gateway.peak();
        assert!(peak < MEMORY, "{} MiB", peak >> 20);
    });
}

#[test]
fn who_never_finishes_tls_is_closed_and_makes_room_for_customers() {
    beside_customers("session_init_seconds = 5", async |gateway, customers, count| {
        let attacker = Attacker::of(gateway, 2);
        // The beginning of a ClientHello; half of them send the rest an octet a second.
        let hello: Vec<u8> = [&[22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3][..], &[7; 200]].concat();
        let crowd = each(count, |_| {
            let (attacker, hello) = (attacker.clone(), hello.clone());
            async move {
                let mut stream = attacker.connect().await.unwrap();
                let _closed_already = stream.write_all(&hello[..20]).await;
                stream
            }
        })
        .await;
        let ends = crowd.into_iter().enumerate().map(|(number, mut stream)| {
            let rest = if number % 2 == 0 { hello[20..].to_vec() } else { Vec::new() };
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                tokio::join!(closed(&mut from), an_octet_a_second(&mut to, &rest));
            })
        });
        let ends: Vec<_> = ends.collect();
        customers.go_on().await;
        for end in ends {
            end.await.unwrap();
        }
        let turned_away = |name| gateway.count(&format!("/connections/{name}"));
        let all = turned_away("crowded_out") + turned_away("too_slow") + turned_away("full");
        assert!(all >= count as u64, "{all} counted");
    });
}

async fn an_octet_a_second(to: &mut (impl tokio::io::AsyncWrite + Unpin), octets: &[u8]) {
    for octet in octets {
        if to.write_all(&[*octet]).await.is_err() || to.flush().await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

#[test]
fn who_binds_and_stops_reading_is_closed_when_it_gives_no_sign_of_life() {
    let limits = "enquire_link_seconds = 20\nresponse_seconds = 10\ninactivity_seconds = 3600";
    beside_customers(limits, async |gateway, customers, count| {
        let attacker = Attacker::of(gateway, 3);
        let crowd = each(count, |_| {
            let attacker = attacker.clone();
            async move {
                let mut hostile = attacker.bound(HOSTILE).await;
                let asking = SubmitSm { registered_delivery: RegisteredDelivery::ALWAYS, ..MESSAGE };
                hostile.send(&asking, 2).await.unwrap();
                hostile
            }
        })
        .await;
        customers.go_on().await;
        // Their own answers and receipts wait in their sockets: it is the gateway that ends them, by its own count.
        while gateway.status()["accounts"].as_array().unwrap().iter().any(|account| {
            account["system_id"] == HOSTILE && !account["sessions"].as_array().unwrap().is_empty()
        }) {
            customers.are_well();
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        drop(crowd);
    });
}

#[test]
fn who_floods_is_throttled_and_who_sends_an_octet_a_second_is_closed() {
    // Nobody is asked for a sign of life, however long ten thousand need to come.
    let limits = "stall_seconds = 5\nenquire_link_seconds = 3600\ninactivity_seconds = 3600";
    beside_customers(limits, async |gateway, customers, count| {
        let attacker = Attacker::of(gateway, 4);
        let mut crowd = each(count, |_| {
            let attacker = attacker.clone();
            async move { attacker.bound(FLOOD).await }
        })
        .await;
        customers.go_on().await;
        for _ in 0..2 {
            crowd = flood(crowd, customers).await;
        }
        // A PDU of 16 octets, one a second, never the last.
        let ends = crowd.into_iter().map(|hostile| {
            tokio::spawn(async move {
                let (mut from, mut to) = tokio::io::split(hostile.stream);
                tokio::join!(
                    closed(&mut from),
                    an_octet_a_second(&mut to, &[0, 0, 0, 16, 0, 0, 0, 0x15, 0, 0])
                );
            })
        });
        let ends: Vec<_> = ends.collect();
        customers.go_on().await;
        for end in ends {
            end.await.unwrap();
        }
    });
}

/// Each of them sends at once, as much together as the account may in many seconds.
async fn flood(crowd: Vec<Hostile>, customers: &Customers) -> Vec<Hostile> {
    let (begun, count) = (Instant::now(), crowd.len());
    let sending = crowd.into_iter().map(|mut hostile| {
        tokio::spawn(async move {
            hostile.send(&MESSAGE, 7).await.unwrap();
            let answer = hostile.header().await.unwrap();
            assert_eq!(answer.command_id, CommandId::SUBMIT_SM_RESP);
            (hostile, answer.command_status)
        })
    });
    let sending: Vec<_> = sending.collect();
    customers.go_on().await;
    let (mut kept, mut accepted, mut throttled) = (Vec::new(), 0, 0);
    for task in sending {
        let (hostile, status) = task.await.unwrap();
        match status {
            CommandStatus::ESME_ROK => accepted += 1,
            CommandStatus::ESME_RTHROTTLED => throttled += 1,
            other => panic!("{other}"),
        }
        kept.push(hostile);
    }
    assert_eq!(accepted + throttled, count);
    let most = u64::from(RATE) * (begun.elapsed().as_secs() + 2);
    assert!(accepted as u64 <= most, "{accepted} accepted, {most} may be");
    kept
}

#[test]
fn who_connects_again_and_again_keeps_nobody_out() {
    beside_customers("", async |gateway, customers, count| {
        let attacker = Attacker::of(gateway, 5);
        let attack = each(count, |number| {
            let attacker = attacker.clone();
            async move {
                // Some get as far as TLS, some as far as a bind; all leave at once.
                match number % 20 {
                    0 => drop(attacker.bound(HOSTILE).await),
                    1 => drop(attacker.tls().await),
                    _ => drop(attacker.connect().await.unwrap()),
                }
            }
        });
        tokio::join!(attack, customers.go_on());
        // Who leaves before it was accepted was never here; a tenth got further.
        let accepted = gateway.count("/connections/accepted");
        assert!(accepted >= count as u64 / 10, "{accepted}");
    });
}

#[test]
fn who_guesses_passwords_is_locked_out_and_nobody_else_is() {
    beside_customers("", async |gateway, customers, count| {
        let attacker = Attacker::of(gateway, 6);
        let attack = each(count, |number| {
            let attacker = attacker.clone();
            async move {
                // The names of customers, and made up ones; the right password too, once it is locked out.
                let system_id =
                    if number % 2 == 0 { HOSTILE.to_owned() } else { format!("made-up-{}", number % 7) };
                let password = if number % 100 == 0 && number > 5_000 { PASSWORD } else { "guess" };
                loop {
                    if let Ok(mut hostile) = attacker.tls().await
                        && let Ok(status) = hostile.bind(&system_id, password).await
                    {
                        return status;
                    }
                }
            }
        });
        let (statuses, ()) = tokio::join!(attack, customers.go_on());
        let wrong = statuses.iter().filter(|status| **status == CommandStatus::ESME_RINVPASWD).count();
        let unseen = statuses.iter().filter(|status| **status == CommandStatus::ESME_RBINDFAIL).count();
        assert_eq!(wrong + unseen, count, "nobody guessed it");
        // Those that were on their way together are judged together.
        assert!((5..count / 10).contains(&wrong), "{wrong} were looked at");
    });
}
