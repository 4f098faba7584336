//! Metrics, health, JSON, and who may see them.

use std::{
    io::Write as _,
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::http::{CUSTOMER, start};

#[tokio::test]
async fn prometheus_reads_the_metrics_and_they_are_right() {
    let running = start(None).await;
    let answer = running.get("/metrics").await;
    assert_eq!(answer.status, 200);
    assert!(answer.head.contains("content-type: text/plain; version=0.0.4"), "{}", answer.head);
    let account = r#"account="<i>\"a\\&'""#;
    for line in [
        "smpp_gateway_ready 1".to_owned(),
        r#"smpp_gateway_binds_total{status="ESME_ROK"} 1"#.to_owned(),
        r#"smpp_gateway_submits_total{status="ESME_ROK"} 2"#.to_owned(),
        r#"smpp_gateway_submits_total{status="ESME_RMSGQFUL"} 1"#.to_owned(),
        r#"smpp_gateway_connections_total{outcome="accepted"} 1"#.to_owned(),
        format!("smpp_gateway_sessions{{{account},mode=\"transceiver\"}} 1"),
        format!("smpp_gateway_queued_messages{{{account}}} 2"),
        format!("smpp_gateway_accepted_messages_total{{{account}}} 2"),
        "smpp_gateway_store_depth 0".to_owned(),
        "smpp_gateway_store_seconds_count 2".to_owned(),
        r#"smpp_gateway_store_refusals_total{reason="full"} 0"#.to_owned(),
    ] {
        assert!(answer.body.lines().any(|other| other == line), "no {line} in\n{}", answer.body);
    }
    if !smpp_debian::is_available("prometheus", "promtool") {
        return;
    }
    let mut promtool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    promtool.stdin.take().unwrap().write_all(answer.body.as_bytes()).unwrap();
    let output = promtool.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn the_status_is_json_for_machines() {
    let running = start(None).await;
    for (path, headers) in [
        ("/status.json", "Host: [::1]:1\r\n"),
        ("/status", "Host: localhost\r\nAccept: application/json\r\n"),
    ] {
        let answer = running.ask(path, headers).await;
        let status: Value = serde_json::from_str(&answer.body).unwrap();
        let account = status.pointer("/accounts/0").unwrap();
        assert_eq!(account["system_id"], CUSTOMER);
        assert_eq!((&account["queued"], &account["queue_limit"]), (&2.into(), &2.into()));
        assert_eq!(account.pointer("/sessions/0/mode").unwrap(), "transceiver");
        assert_eq!(status["submits"]["ESME_RMSGQFUL"], 1);
    }
}

#[tokio::test]
async fn health_and_readiness_are_for_everybody() {
    let running = start(Some("token")).await;
    assert_eq!(running.ask("/healthz", "Host: lb.example\r\n").await.status, 200);
    assert_eq!(running.ask("/readyz", "Host: lb.example\r\n").await.status, 200);
    assert_eq!(running.get("/nothing").await.status, 404);
}

#[tokio::test]
async fn a_client_without_tls_is_counted() {
    let running = start(None).await;
    let mut plain = TcpStream::connect(running.gateway.local_addr()).await.unwrap();
    plain.write_all(b"\0\0\0\x22\0\0\0\x09\0\0\0\0\0\0\0\x01customer1\0secret08").await.unwrap();
    // Closed, with an alert before or without.
    let _closed = plain.read_to_end(&mut Vec::new()).await;
    let metrics = running.get("/metrics").await.body;
    let line = r#"smpp_gateway_connections_total{outcome="not_tls"} 1"#;
    assert!(metrics.lines().any(|other| other == line), "no {line} in\n{metrics}");
}

#[tokio::test]
async fn with_a_token_nobody_looks_without_it() {
    let running = start(Some("token")).await;
    let file = running.state.path().join("token");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let token = std::fs::read_to_string(&file).unwrap();
    assert_eq!(token.len(), 64);
    for path in ["/metrics", "/status", "/status.json"] {
        for wrong in
            ["", "Authorization: Bearer \r\n", "Authorization: Bearer 0\r\n", "Authorization: Basic x\r\n"]
        {
            let answer = running.ask(path, &format!("Host: localhost\r\n{wrong}")).await;
            assert_eq!(answer.status, 401, "{path} {wrong}");
            assert!(answer.head.contains("www-authenticate: bearer") && !answer.body.contains("secret"));
        }
        let right = format!("Host: gateway.example\r\nAuthorization: Bearer {token}\r\n");
        assert_eq!(running.ask(path, &right).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn without_a_token_a_name_from_elsewhere_leads_nowhere() {
    let running = start(None).await;
    for path in ["/metrics", "/status"] {
        assert_eq!(running.ask(path, "Host: rebound.example\r\n").await.status, 421, "{path}");
    }
}
