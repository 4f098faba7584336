//! Restarts under load: nothing is lost, and nothing comes twice that was answered.
//!
//! ```text
//! cargo test -p smpp-gateway --test durable restarts_under_load                                # 20 rounds
//! SMPP_RESTART_ROUNDS=100 cargo test -p smpp-gateway --test durable restarts_under_load -- --nocapture
//! ```

use std::{env, sync::Arc, time::Duration};

use smpp_load::{Report, Verdict, verify};

use crate::{
    crash::load_with,
    gateway::{Home, Running},
};

const ROUNDS: u32 = 20;

/// Loads the gateway for a second, and waits for the receipts of all that was accepted.
async fn load(home: &Home, running: &Running, round: u32) -> (Report, Verdict) {
    let ledger = home.path().join(format!("{round}.ledger"));
    let flags = "--duration 1s --timeout 60s --reconnect --receipts --receipt-wait 60s";
    let report = load_with(home, running, &ledger, flags).await.expect("a load");
    (report, verify(&[ledger], 1 << 20).unwrap())
}

/// With all the time that clients could want, none may have anything twice; with the usual time only what they had not answered by then.
#[tokio::test(flavor = "multi_thread")]
async fn restarts_under_load_lose_nothing() {
    let rounds = env::var("SMPP_RESTART_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    let home = Arc::new(Home::new(
        "[restart]\ndeadline_milliseconds = 60000\n[simulator]\ndelay = { kind = \"exponential\", mean_milliseconds = 30 }",
    ));
    let running = home.start();
    let mut random = fastrand::Rng::with_seed(20_261_130);
    let (mut accepted, mut restarted_in_between, mut milliseconds) = (0, 0, Vec::new());
    for round in 0..rounds {
        let pause = Duration::from_millis(random.u64(100..900));
        let restart = {
            let home = Arc::clone(&home);
            tokio::spawn(async move {
                tokio::time::sleep(pause).await;
                tokio::task::spawn_blocking(move || home.command(&["restart"])).await.unwrap()
            })
        };
        let (report, verdict) = load(&home, &running, round).await;
        let output = restart.await.unwrap();
        assert!(output.status.success(), "{output:?}");
        let said = String::from_utf8(output.stdout).unwrap();
        milliseconds.push(said.split(' ').nth(4).and_then(|word| word.parse::<u64>().ok()).expect(&said));
        assert_eq!((verdict.lost, verdict.duplicates), (0, 0), "round {round}: {verdict:?}");
        assert_eq!((verdict.unknown_fate, verdict.timed_out), (0, 0), "all is answered: {verdict:?}");
        accepted += verdict.accepted;
        restarted_in_between += u32::from(report.network.rebinds > 0);
    }
    assert!(restarted_in_between > rounds / 2, "{restarted_in_between} restarts were felt by the load");
    home.stop();
    assert_eq!(home.held().len(), 0, "every receipt was delivered and acknowledged");
    milliseconds.sort_unstable();
    println!(
        "{rounds} restarts, {restarted_in_between} of them under load: accepted {accepted}, lost 0, duplicates 0; \
         from the first refusal until it serves again {} ms median, {} ms at most",
        milliseconds[milliseconds.len() / 2],
        milliseconds[milliseconds.len() - 1],
    );
}
