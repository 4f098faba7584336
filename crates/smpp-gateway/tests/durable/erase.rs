//! `smpp-gateway erase`, beside a gateway at work and after it: the person is not in the files any more.

use std::fs;

use smpp_session::{NoRequests, Outcome, SubmitSm};
use smpp_wire::values::RegisteredDelivery;

use crate::gateway::{Home, MESSAGE};

const NUMBER: &str = "4599887766";
const TO_THE_PERSON: SubmitSm<'_> =
    SubmitSm { destination_addr: NUMBER.as_bytes(), short_message: b"a secret for one", ..MESSAGE };

/// Whether these octets stand in the database's files.
fn is_in_files(home: &Home, words: &str) -> bool {
    let path = home.database();
    ["", "-wal"].iter().any(|end| {
        let octets = fs::read(format!("{}{end}", path.display())).unwrap_or_default();
        octets.windows(words.len()).any(|window| window == words.as_bytes())
    })
}

fn run(home: &Home, words: &[&str]) -> (Option<i32>, String) {
    let output = home.command(words);
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

#[tokio::test]
async fn a_person_is_erased_while_the_gateway_runs() {
    let home = Home::new(
        "[store]\nretention_seconds = 3600\n[simulator]\ndelay = { kind = \"fixed\", milliseconds = 0 }",
    );
    let running = home.start();
    let client = home.client(&running).connect(NoRequests).await.unwrap();
    for message in [TO_THE_PERSON, MESSAGE, TO_THE_PERSON] {
        assert!(
            matches!(client.submit_sm(&message).await.unwrap(), Outcome::Answered(answer) if answer.command_status.is_ok())
        );
    }
    while run(&home, &["messages"]).1.matches(" gone ").count() < 3 {
        tokio::task::yield_now().await;
    }
    assert!(is_in_files(&home, NUMBER));
    let (code, said) = run(&home, &["erase", "--destination", "+4599887766"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("2 messages erased"), "{said}");
    assert!(!is_in_files(&home, NUMBER) && !is_in_files(&home, "a secret for one"));
    assert!(is_in_files(&home, "4512345678"), "others keep theirs");
    assert!(
        matches!(client.submit_sm(&MESSAGE).await.unwrap(), Outcome::Answered(answer) if answer.command_status.is_ok())
    );
    running.kill();
}

#[tokio::test]
async fn what_is_on_its_way_is_kept_unless_the_gateway_is_stopped_and_it_is_asked_for() {
    let home = Home::new("[cdr]\n[simulator]\ndelay = { kind = \"fixed\", milliseconds = 600000 }");
    let running = home.start();
    let client = home.client(&running).connect(NoRequests).await.unwrap();
    let asking = SubmitSm { registered_delivery: RegisteredDelivery::ALWAYS, ..TO_THE_PERSON };
    for message in [TO_THE_PERSON, asking, MESSAGE] {
        assert!(
            matches!(client.submit_sm(&message).await.unwrap(), Outcome::Answered(answer) if answer.command_status.is_ok())
        );
    }
    drop(client);
    let (code, said) = run(&home, &["erase", "--destination", NUMBER]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("0 messages erased") && said.contains("2 messages are on their way"), "{said}");
    let (code, said) = run(&home, &["erase", "--destination", NUMBER, "--pending"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("in use by another process: stop it first"), "{said}");
    running.kill();

    let (code, said) = run(&home, &["erase", "--destination", NUMBER, "--pending"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("2 messages that were on their way ended as DELETED"), "{said}");
    assert!(!is_in_files(&home, NUMBER) && !is_in_files(&home, "a secret for one"));
    let (_, left) = run(&home, &["messages"]);
    assert!(
        left.contains("DELETED 006") && left.contains("receipt pending") && left.contains("2 messages"),
        "{left}"
    );
    let files = fs::read_dir(home.path().join("state/cdr")).unwrap().map(|entry| entry.unwrap().path());
    let records: String = files.map(|path| fs::read_to_string(path).unwrap()).collect();
    assert_eq!(records.matches(",DELETED,6").count(), 2, "{records}");
    assert!(!records.contains(NUMBER), "{records}");
}

#[test]
fn whom_to_erase_must_be_said() {
    let home = Home::new("");
    for words in
        [&["erase"][..], &["erase", "--destination", ""], &["erase", "--source", "123456789012345678901"]]
    {
        assert_eq!(run(&home, words).0, Some(2), "{words:?}");
    }
    assert_eq!(run(&home, &["erase", "--source", "45"]).0, Some(1), "there is no database");
}
