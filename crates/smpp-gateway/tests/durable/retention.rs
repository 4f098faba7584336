//! `retention_seconds`: what is kept of messages that nobody waits for any more, and for how long.

use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use smpp_session::NoRequests;

use crate::gateway::{Home, MESSAGE, Running};

/// A number that the database tells another process.
fn number(home: &Home, what: &str) -> i64 {
    let database = Connection::open_with_flags(home.database(), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    database.query_row(&format!("SELECT {what}"), (), |row| row.get(0)).unwrap()
}

const WAITING: &str = "count(*) FROM message";
const PAST: &str = "count(*) FROM past";

fn home(retention_seconds: u32) -> Home {
    Home::new(&format!("[store]\nretention_seconds = {retention_seconds}"))
}

async fn submit(home: &Home, running: &Running) {
    let client = home.client(running).connect(NoRequests).await.unwrap();
    client.submit_sm(&MESSAGE).await.unwrap();
    client.unbind().await;
}

async fn until(mut is_so: impl FnMut() -> bool) {
    while !is_so() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_message_of_the_past_is_kept_for_retention_seconds_and_without_them_not_at_all() {
    let forgetful = home(0);
    let running = forgetful.start();
    submit(&forgetful, &running).await;
    until(|| number(&forgetful, WAITING) == 0).await;
    assert_eq!(number(&forgetful, PAST), 0);

    let keeping = home(3_600);
    let running = keeping.start();
    submit(&keeping, &running).await;
    until(|| number(&keeping, PAST) == 1).await;
    assert_eq!(number(&keeping, WAITING), 0);

    let brief = home(1);
    let running = brief.start();
    submit(&brief, &running).await;
    until(|| number(&brief, PAST) == 1).await;
    let first = number(&brief, "key FROM past");
    // What is old goes when something is written.
    while number(&brief, &format!("count(*) FROM past WHERE key = {first}")) == 1 {
        submit(&brief, &running).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
