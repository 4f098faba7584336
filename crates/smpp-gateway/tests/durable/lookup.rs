//! `smpp-gateway messages`, beside a gateway at work and after it.

use serde_json::Value;
use smpp_session::{NoRequests, Outcome, SubmitSm};
use smpp_wire::values::RegisteredDelivery;

use crate::gateway::{Home, MESSAGE};

#[tokio::test]
async fn messages_are_looked_up_while_the_gateway_runs_and_after_it() {
    let home = Home::new("[simulator]\ndelay = { kind = \"fixed\", milliseconds = 600000 }");
    let running = home.start();
    let client = home.client(&running).connect(NoRequests).await.unwrap();
    let Outcome::Answered(answer) = client.submit_sm(&MESSAGE).await.unwrap() else { panic!("no answer") };
    let id = String::from_utf8(answer.message_id.as_bytes().to_vec()).unwrap();

    let look = |words: &[&str]| {
        let output = home.command(&[&["messages"], words].concat());
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let people = look(&["--destination", "4512345678"]);
    let words = ["accepted", &id, "customer1", "TestCo -> 4512345678", "1 messages"];
    assert!(words.iter().all(|word| people.contains(word)), "{people}");
    assert!(!people.contains("xxx"), "no text unless it is asked for: {people}");
    assert!(look(&["--text"]).contains("xxx"));
    let found: Value = serde_json::from_str(&look(&["--id", &id, "--json"])).unwrap();
    assert_eq!(found["messages"][0]["id"], id.as_str());
    assert_eq!(look(&["--account", "nobody"]), "0 messages\n");
    running.kill();
    assert!(look(&["--account", "customer1"]).contains(&id));

    let refused = home.command(&["messages", "--id", "7"]);
    assert_eq!(refused.status.code(), Some(2));
}

#[tokio::test]
async fn how_a_message_ended_is_known_when_it_is_gone_and_nobody_asked_for_a_receipt() {
    let home = Home::new(
        "[store]\nretention_seconds = 600\n[simulator]\ndelay = { kind = \"fixed\", milliseconds = 0 }",
    );
    let running = home.start();
    let client = home.client(&running).connect(NoRequests).await.unwrap();
    let message = SubmitSm { registered_delivery: RegisteredDelivery::NONE, ..MESSAGE };
    let Outcome::Answered(_) = client.submit_sm(&message).await.unwrap() else { panic!("no answer") };
    let found = loop {
        let output = home.command(&["messages", "--json"]);
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        if found["messages"][0]["state"] == "gone" {
            break found;
        }
    };
    assert_eq!(found["messages"][0]["stat"], "DELIVRD", "{found}");
}

#[test]
fn without_a_database_a_look_up_says_so() {
    let memory = Home::new("[store]\nkind = \"memory\"");
    let refused = memory.command(&["messages"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("store.kind is \"memory\""));
    let empty = Home::new("");
    let refused = empty.command(&["messages"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("messages.sqlite"));
}
