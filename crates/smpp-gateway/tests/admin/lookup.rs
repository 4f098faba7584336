//! `/messages`: which messages there are, for who may look.

use serde_json::Value;
use smpp_gateway::StoreKind;

use crate::http::{CUSTOMER, start, start_on};

#[tokio::test]
async fn messages_are_looked_up_by_id_account_and_destination() {
    let running = start_on(StoreKind::Sqlite, None).await;
    let look = async |query: &str| {
        let answer = running.get(&format!("/messages{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        let found: Value = serde_json::from_str(&answer.body).unwrap();
        found["messages"].as_array().unwrap().clone()
    };
    let all = look("").await;
    assert_eq!(all.len(), 2);
    let (one, id) = (&all[0], all[0]["id"].as_str().unwrap());
    assert_eq!((&one["account"], &one["state"]), (&CUSTOMER.into(), &"accepted".into()));
    assert_eq!((&one["destination"], &one["stat"]), (&"4512345678".into(), &Value::Null));
    assert!(one.get("text").is_none(), "no text unless it is asked for: {one}");
    assert_eq!(look(&format!("?id={id}")).await, all[..1]);
    assert_eq!(look("?account=%3Ci%3E%22a%5C%26%27").await, all);
    assert_eq!(look("?account=somebody").await, Vec::<Value>::new());
    assert_eq!(look("?destination=%2B4512345678&limit=1").await, all[..1]);
    assert_eq!(look("?destination=4*").await, all);
    assert_eq!(look("?destination=4512").await, Vec::<Value>::new());
    assert_eq!(look("?limit=1&text=true").await[0]["text"], "hello");
}

#[tokio::test]
async fn a_question_that_means_nothing_is_refused_and_says_why() {
    let running = start_on(StoreKind::Sqlite, None).await;
    for (query, words) in [
        ("?id=7", "id"),
        ("?number=45", "unknown field `number`"),
        ("?limit=0", "allowed is 1 to 10000"),
        ("?limit=x", "limit"),
        ("?text=perhaps", "text"),
    ] {
        let answer = running.get(&format!("/messages{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        assert!(answer.body.contains(words) && answer.body.lines().count() == 1, "{query}: {}", answer.body);
    }
}

#[tokio::test]
async fn what_is_only_in_memory_can_not_be_looked_up_and_the_token_is_needed_here_too() {
    let running = start(Some("token")).await;
    assert_eq!(running.get("/messages").await.status, 401);
    let token = std::fs::read_to_string(running.state.path().join("token")).unwrap();
    let right = format!("Host: gateway.example\r\nAuthorization: Bearer {token}\r\n");
    let answer = running.ask("/messages", &right).await;
    assert_eq!(answer.status, 501);
    assert!(answer.body.contains("store.kind is \"memory\""), "{}", answer.body);
}
