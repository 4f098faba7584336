//! The numbers to test with: what the guide says of them is what the simulated network of the example does.

use std::collections::HashMap;

use smpp_gateway::Config;
use smpp_wire::values::{EsmClass, RegisteredDelivery};
use smpp_wire::{CommandStatus, SubmitSm};

use crate::start::{MESSAGE, start_changed};

const GUIDE: &str = include_str!("../../../../docs/connecting.md");
const EXAMPLE: &str = include_str!("../../gateway.example.toml");

/// Each number with what its receipt ends with.
fn numbers() -> Vec<(&'static str, String)> {
    let rows = GUIDE.lines().filter(|line| line.starts_with("| 999"));
    let cells = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    cells.map(|cells| (cells[1], format!("stat:{} err:{}", cells[2], cells[3]))).collect()
}

#[tokio::test]
async fn each_number_of_the_guide_ends_as_the_guide_says() {
    let example = Config::from_toml(EXAMPLE, "example").unwrap();
    let numbers = numbers();
    assert_eq!(numbers.len(), example.simulator.rules.len(), "a row of the guide for each rule");
    let gateway = start_changed(|config| config.simulator = example.simulator).await;
    let mut client = gateway.bound().await;
    let mut expected = HashMap::new();
    for (number, end) in &numbers {
        // With an intermediate notification where an attempt fails; what does not end by itself ends after a second.
        let (validity_period, asked) = match *number {
            "999000300" => (&b"000000000001000R"[..], RegisteredDelivery::ALWAYS),
            _ => (&b""[..], RegisteredDelivery(0x11)),
        };
        let destination_addr = number.as_bytes();
        let message = SubmitSm { destination_addr, validity_period, registered_delivery: asked, ..MESSAGE };
        // Receipts come between the answers.
        client.send(&message).await;
        expected.insert((*number).to_owned(), end.clone());
    }
    let (mut ends, mut notified) = (HashMap::new(), Vec::new());
    while ends.len() < numbers.len() {
        let Some(came) = client.next_delivery().await else { continue };
        if came.esm_class == EsmClass(0x20) {
            assert!(
                came.text.contains(" dlvrd:000 ") && came.text.ends_with("stat:ENROUTE err:000"),
                "{came:?}"
            );
            notified.push(came.source);
        } else {
            let end = came.text.split_at(came.text.find("stat:").unwrap()).1;
            assert_eq!(ends.insert(came.source, end.to_owned()), None, "one receipt each");
        }
    }
    assert_eq!(ends, expected);
    assert_eq!(notified, ["999000200"]);
    assert!(client.submit(&MESSAGE).await.0 == CommandStatus::ESME_ROK);
}
