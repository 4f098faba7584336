//! A thousand clients that come back at once, to a gateway that has just been started again.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::time::Instant;

use futures::future::try_join_all;
use smpp_benches::goal::{Figures, Goal};
use smpp_benches::interleave::{Effort, median};
use smpp_benches::table::{Better, Row};

use crate::World;
use crate::home::{CUSTOMER, Home};
use crate::process::Process;
use crate::raw::{Raw, Stranger};

pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    let (clients, rounds) = match effort {
        Effort::Smoke => (10, 1),
        Effort::Quick => (CLIENTS, 3),
        Effort::Full => (CLIENTS, 5),
    };
    let mut seconds = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        let round = come_back(world, clients).expect("all of them bind");
        seconds.iter_mut().zip(round).for_each(|(seconds, took)| seconds.push(took));
    }
    let [full, resumed] = seconds.map(median);
    let row = |figure, how: &str| {
        let name =
            format!("{clients} clients rebinding at once after a restart, {how} TLS: until all are bound");
        Figures::ours(figure).row(&name, "s", Better::Lower, &[Goal::Value(2.0)])
    };
    vec![row(full, "full"), row(resumed, "resumed")]
}

/// Seconds with full handshakes, and with the tickets of the gateway before.
fn come_back(world: &World, clients: usize) -> io::Result<[f64; 2]> {
    let home = Home::new("")?;
    let keys = home.path().join("tickets");
    fs::write(&keys, "0f".repeat(32))?;
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o600))?;
    home.edit(|text| format!("ticket_keys = {keys:?}\n{text}"))?;
    let before = Process::start(&home)?;
    let first = Stranger::new(&home, &before, 1)?;
    let all = || (0..clients).map(|_| first.another()).collect::<io::Result<Vec<_>>>();
    let (known, new) = (all()?, all()?);
    bind(world, &known, home.password(), false)?;
    drop(before);
    let mut took = [0.0; 2];
    for (took, (clients, is_resumed)) in took.iter_mut().zip([(new, false), (known, true)]) {
        let after = Process::start(&home)?;
        let clients = clients.iter().map(|client| client.at(&after)).collect::<io::Result<Vec<_>>>()?;
        *took = bind(world, &clients, home.password(), is_resumed)?;
    }
    Ok(took)
}

/// Seconds until all are bound.
fn bind(world: &World, clients: &[Stranger], password: &str, is_resumed: bool) -> io::Result<f64> {
    let (clients, password) = (clients.to_vec(), password.to_owned());
    world.client.run(async move {
        let begin = Instant::now();
        let bound: Vec<Raw> = try_join_all(clients.iter().map(async |client| {
            let mut client = client.tls().await?;
            let status = client.bind(CUSTOMER, &password).await?;
            assert!(status.is_ok(), "{status}");
            Ok::<_, io::Error>(client)
        }))
        .await?;
        let took = begin.elapsed().as_secs_f64();
        assert!(bound.iter().all(|client| client.is_resumed() == is_resumed));
        Ok(took)
    })
}

const CLIENTS: usize = 1_000;
