//! Planned maintenance on the status page.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use smpp_gateway::{StoreKind, store::sqlite};

use crate::http::start_on;

#[tokio::test]
async fn what_is_announced_is_on_the_page_and_in_the_json_until_it_is_over() {
    let running = start_on(StoreKind::Sqlite, None).await;
    let database = running.state.path().join("messages.sqlite");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    sqlite::announce(&database, now - 100, 50, "over").unwrap();
    sqlite::announce(&database, now + 3_600, 7, "<new> cable").unwrap();
    let status = loop {
        let status: Value = serde_json::from_str(&running.get("/status.json").await.body).unwrap();
        if status["maintenance"] != Value::Array(Vec::new()) {
            break status;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let planned = status["maintenance"].as_array().unwrap();
    assert_eq!(planned.len(), 1, "{status}");
    assert_eq!((&planned[0]["text"], &planned[0]["duration_seconds"]), (&"<new> cable".into(), &7.into()));
    let page = running.get("/status").await.body;
    assert!(page.contains("Planned maintenance 20") && page.contains("7 s: &lt;new&gt; cable"), "{page}");
}
