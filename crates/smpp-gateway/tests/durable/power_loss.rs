//! A kill proves no sync, since the kernel keeps what a process wrote. So the order of its system calls is looked at.

use smpp_session::{CommandStatus, NoRequests, Outcome};

use crate::{
    gateway::{Home, MESSAGE},
    trace::{self, Step, steps},
};

const MESSAGES: usize = 30;
/// Each waits until the one before is forgotten.
const RECORDED: usize = 10;

/// Sends messages one by one, and tells how many answers left before their record was on the disk.
async fn answered_too_early(synchronous: &str) -> usize {
    // No message ends here, so that nothing but what was accepted is written.
    let home = Home::new(&format!(
        "[store]\nsynchronous = \"{synchronous}\"\n[simulator]\ndelay = {{ kind = \"fixed\", milliseconds = 600000 }}"
    ));
    let file = home.path().join("trace");
    let running = home.start_under(&trace::words(file.to_str().unwrap()));
    let client = home.client(&running).connect(NoRequests).await.unwrap();
    for _ in 0..MESSAGES {
        let Outcome::Answered(answer) = client.submit_sm(&MESSAGE).await.unwrap() else {
            panic!("no answer");
        };
        assert_eq!(answer.command_status, CommandStatus::ESME_ROK);
    }
    client.unbind().await;
    drop(running);

    let steps = steps(&file);
    let (mut early, mut answers, mut logged, mut is_synced) = (0, 0, false, false);
    // The start has records of its own, before anybody is there to be answered.
    for step in steps.into_iter().skip_while(|step| *step != Step::Sent) {
        match step {
            Step::Logged => (logged, is_synced) = (true, false),
            Step::Synced => is_synced = true,
            // Whatever is sent after a record was written, and before the next one, answers its message first.
            Step::Sent if logged => {
                answers += 1;
                early += usize::from(!is_synced);
                logged = false;
            }
            _ => {}
        }
    }
    assert_eq!(answers, MESSAGES);
    early
}

/// How far a message is, as its gateway's system calls show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    New,
    Accepted,
    Recorded,
}

#[tokio::test]
async fn no_end_is_noted_before_its_line_is_on_the_disk() {
    if !trace::is_available() {
        return;
    }
    let home = Home::new("[cdr]\n[simulator]\ndelay = { kind = \"fixed\", milliseconds = 20 }");
    let file = home.path().join("trace");
    let running = home.start_under(&trace::words(file.to_str().unwrap()));
    let client = home.client(&running).connect(NoRequests).await.unwrap();
    for _ in 0..RECORDED {
        let Outcome::Answered(answer) = client.submit_sm(&MESSAGE).await.unwrap() else {
            panic!("no answer");
        };
        assert_eq!(answer.command_status, CommandStatus::ESME_ROK);
        while !home.command(&["messages"]).stdout.starts_with(b"0 messages") {
            tokio::task::yield_now().await;
        }
    }
    client.unbind().await;
    drop(running);

    let (mut life, mut recorded) = (Life::New, 0);
    // The start has commits of its own. Then each message has two, since it waits for the one before.
    for step in steps(&file).into_iter().skip_while(|step| *step != Step::Sent) {
        life = match (life, step) {
            (Life::New, Step::Synced) => Life::Accepted,
            (Life::Accepted, Step::Logged) => panic!("an end was noted before its line was on the disk"),
            (Life::Accepted, Step::RecordSynced) => Life::Recorded,
            (Life::Recorded, Step::Synced) => {
                recorded += 1;
                Life::New
            }
            (life, _) => life,
        };
    }
    assert_eq!(recorded, RECORDED);
}

#[tokio::test]
async fn no_answer_leaves_before_its_record_is_on_the_disk() {
    if trace::is_available() {
        assert_eq!(answered_too_early("full").await, 0);
    }
}

#[tokio::test]
async fn without_syncs_this_test_would_fail() {
    if trace::is_available() {
        assert!(answered_too_early("off").await > 0);
    }
}
