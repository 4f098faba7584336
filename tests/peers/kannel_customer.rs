//! Kannel as a customer of the gateway's program, with SQLite: it sends, gets its receipts, and lives through restarts.

use std::fs;

use crate::bearerbox::{Account, Kannel, is_available};
use crate::program::{CUSTOMER, Program};

/// smsbox is told of both ends of each message (`dlr-mask=31`).
#[tokio::test(flavor = "multi_thread")]
async fn it_gets_its_receipts_and_lives_through_restarts() {
    if !is_available() {
        return;
    }
    // Time for a restart between the acceptance and the receipt.
    let program = Program::start("[simulator]\ndelay = { kind = \"fixed\", milliseconds = 3000 }\n");
    let certificate = fs::read_to_string(program.certificate()).unwrap();
    let account = Account {
        port: program.port,
        system_id: CUSTOMER,
        password: &program.password,
        certificate_pem: Some(&certificate),
    };
    let mut kannel = Kannel::start_at(&account).await;
    kannel.start_smsbox().await;
    kannel.send("4512345678", "Hello").await;
    assert_eq!(kannel.call().await, ACCEPTED);
    assert_eq!(kannel.call().await, DELIVERED);
    for _ in 0..2 {
        kannel.send("4512345678", "Hello").await;
        assert_eq!(kannel.call().await, ACCEPTED);
        tokio::task::block_in_place(|| program.restart());
        kannel.bound_again().await;
        assert_eq!(kannel.call().await, DELIVERED);
    }
    kannel.stop().await;
}

const ACCEPTED: &str = "/receipt?8";
const DELIVERED: &str = "/receipt?1";
