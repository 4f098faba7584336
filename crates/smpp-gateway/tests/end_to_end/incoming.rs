//! What the simulated network sends: to whom, how fast, in how many parts.

use smpp_gateway::{IncomingConfig, account::numbers::NumberPattern};
use smpp_wire::values::EsmClass;

use crate::start::{CUSTOMER, OTHER_CUSTOMER, PASSWORD, Running, start_changed};

async fn receiving(incoming: IncomingConfig) -> Running {
    start_changed(|config| {
        config.accounts[0].incoming_numbers = vec![NumberPattern::parse("4366*").unwrap()];
        config.accounts[1].incoming_numbers = vec![NumberPattern::parse("436699").unwrap()];
        config.simulator.incoming = Some(incoming);
        config.simulator.seed = Some(1);
    })
    .await
}

#[tokio::test]
async fn messages_of_the_network_come_at_their_rate_to_who_owns_their_numbers() {
    let begun = std::time::Instant::now();
    let gateway = receiving(IncomingConfig {
        per_second: 50.0,
        sources: vec!["4511".to_owned()],
        texts: vec!["STOP".to_owned(), "Yes".to_owned()],
        ..IncomingConfig::to(vec!["436601".to_owned(), "436699".to_owned()])
    })
    .await;
    for (customer, number) in [(CUSTOMER, "436601"), (OTHER_CUSTOMER, "436699")] {
        let mut client = gateway.connect().await;
        assert!(client.bind(customer, PASSWORD, smpp_wire::CommandId::BIND_RECEIVER).await.is_ok());
        let mut texts = Vec::new();
        for _ in 0..20 {
            let came = client.deliver(smpp_wire::CommandStatus::ESME_ROK).await;
            assert_eq!((came.source.as_str(), came.destination.as_str()), ("4511", number));
            assert_eq!(came.esm_class, EsmClass(0));
            texts.push(came.text);
        }
        texts.sort();
        texts.dedup();
        assert_eq!(texts, ["STOP", "Yes"]);
    }
    // Forty at least have come: no faster than at the rate.
    assert!(begun.elapsed().as_millis() >= 39 * 20);
}

#[tokio::test]
async fn long_messages_of_the_network_come_in_parts() {
    let gateway = receiving(IncomingConfig {
        per_second: 50.0,
        long_percent: 100.0,
        texts: vec!["0123456789".to_owned()],
        ..IncomingConfig::to(vec!["436601".to_owned()])
    })
    .await;
    let mut client = gateway.bound().await;
    for number in 1..=3 {
        let came = client.deliver(smpp_wire::CommandStatus::ESME_ROK).await;
        assert_eq!(came.esm_class, EsmClass(0x40));
        assert_eq!(came.text.as_bytes()[..3], [5, 0, 3], "a header with an 8-bit reference");
        assert_eq!(came.text.as_bytes()[4..6], [3, number]);
    }
}
