//! Keys of the configuration that belong to no subject of their own: what each changes for a client, or on the disk.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::{Timestamp, tz::TimeZone};
use smpp_gateway::{Config, Delay, Outcome, OutcomeShare, Stat};
use smpp_wire::{CommandStatus, Pdu, SubmitSm, split_frame, values::RegisteredDelivery};

use crate::start::{MESSAGE, Running, start_changed};

const ASKING: SubmitSm<'_> = SubmitSm { registered_delivery: RegisteredDelivery::ALWAYS, ..MESSAGE };

/// How so many messages end, one after the other.
async fn ends(gateway: &Running, count: usize) -> Vec<String> {
    let mut client = gateway.bound().await;
    let mut ends = Vec::new();
    for _ in 0..count {
        let (_, id) = client.submit(&ASKING).await;
        let text = client.deliver(CommandStatus::ESME_ROK).await.text;
        assert!(text.contains(&id), "{text}");
        ends.push(text.split_once("stat:").unwrap().1.to_owned());
    }
    ends
}

#[tokio::test]
async fn the_dates_of_a_receipt_are_those_of_the_time_zone() {
    let zone = TimeZone::get("Pacific/Kiritimati").unwrap();
    let gateway = start_changed(|config| config.receipt_timezone = zone.clone()).await;
    let mut client = gateway.bound().await;
    let day = || {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let now = Timestamp::from_second(seconds.try_into().unwrap()).unwrap().to_zoned(zone.clone());
        // With the hour: fourteen of them lie between this zone and UTC.
        format!("submit date:{}", now.strftime("%y%m%d%H"))
    };
    let before = day();
    client.submit(&ASKING).await;
    let text = client.deliver(CommandStatus::ESME_ROK).await.text;
    // The test may cross the hour.
    assert!(text.contains(&before) || text.contains(&day()), "{text} is not {before}");
}

#[tokio::test]
async fn a_message_that_does_not_say_expires_after_validity_seconds() {
    let gateway = start_changed(|config| {
        config.validity = Duration::from_secs(1);
        config.simulator.delay = Delay::Fixed(Duration::from_secs(3_600));
    })
    .await;
    assert!(ends(&gateway, 1).await[0].starts_with("EXPIRED"));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_outcomes_and_their_shares_count() {
    let share = |stat, code, share| OutcomeShare { outcome: Outcome { stat, code }, share };
    let with = |seed| {
        start_changed(move |config: &mut Config| {
            config.simulator.seed = Some(seed);
            config.simulator.outcomes = vec![
                share(Stat::DELIVRD, 0, 1.0),
                share(Stat::UNDELIV, -5, 1.0),
                share(Stat::REJECTD, -9, 0.0),
            ];
        })
    };
    let (one, same, other) =
        (ends(&with(1).await, 40).await, ends(&with(1).await, 40).await, ends(&with(2).await, 40).await);
    assert_eq!(one, same);
    assert_ne!(one, other);
    for (end, comes) in [("DELIVRD err:000", true), ("UNDELIV err:005", true), ("REJECTD err:009", false)] {
        assert_eq!(one.iter().any(|other| other == end), comes, "{end} in {one:?}");
    }
}

#[tokio::test]
async fn a_message_takes_the_delay_of_its_kind() {
    let long = Duration::from_millis(150);
    for delay in [Delay::Fixed(long), Delay::Uniform { min: long, max: long * 2 }] {
        let gateway = start_changed(|config| config.simulator.delay = delay).await;
        let begun = std::time::Instant::now();
        ends(&gateway, 1).await;
        assert!(begun.elapsed() >= long, "{delay:?}");
    }
}

#[tokio::test]
async fn an_account_that_wants_no_tlvs_gets_none() {
    let gateway = start_changed(|config| config.accounts[0].receipt_tlvs = false).await;
    let mut client = gateway.bound().await;
    client.submit(&ASKING).await;
    let octets = client.receive().await.unwrap();
    let Pdu::DeliverSm(receipt) = split_frame(&octets, 1 << 20).unwrap().unwrap().parse().unwrap() else {
        panic!("{octets:?}")
    };
    assert!(receipt.short_message.starts_with(b"id:") && receipt.tlvs.is_empty());
}

#[cfg(feature = "sqlite")]
mod on_disk {
    use smpp_gateway::{StoreKind, store::sqlite::backup};

    use super::*;

    #[tokio::test]
    async fn two_gateways_whose_nodes_differ_never_make_the_same_id() {
        let directory = tempfile::tempdir().unwrap();
        let database = |name: &str| directory.path().join(name).join("messages.sqlite");
        let id = async |name: &str, node| {
            let state_dir = directory.path().join(name);
            let gateway = start_changed(|config| {
                (config.state_dir, config.node, config.store.kind) = (state_dir, node, StoreKind::Sqlite);
            })
            .await;
            let (status, id) = gateway.bound().await.submit(&MESSAGE).await;
            assert!(status.is_ok());
            gateway.gateway.shutdown().await;
            id
        };
        id("first", 0).await;
        // Each begins with a copy of one database: with its secret, its epoch and its next key.
        for name in ["a", "b", "c"] {
            std::fs::create_dir(directory.path().join(name)).unwrap();
            backup(&database("first"), &database(name)).unwrap();
        }
        let (one, again, other) = (id("a", 1).await, id("b", 1).await, id("c", 2).await);
        assert_eq!(one, again, "nothing else tells two gateways apart");
        assert_ne!(one, other);
    }

    #[tokio::test]
    async fn the_database_is_where_its_path_says() {
        let directory = tempfile::tempdir().unwrap();
        let gateway = start_changed(|config| {
            config.state_dir = directory.path().to_owned();
            (config.store.kind, config.store.path) = (StoreKind::Sqlite, "there/other.sqlite".into());
        })
        .await;
        assert!(gateway.bound().await.submit(&MESSAGE).await.0.is_ok());
        assert!(directory.path().join("there/other.sqlite").exists());
    }
}
