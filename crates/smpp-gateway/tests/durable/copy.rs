//! Backup while it runs, restore while it does not.

use smpp_session::{NoRequests, Outcome};

use crate::gateway::{Home, MESSAGE};

#[tokio::test]
async fn a_backup_is_made_of_a_running_gateway_and_put_back_once_it_has_stopped() {
    let home = Home::new("[simulator]\ndelay = { kind = \"fixed\", milliseconds = 600000 }");
    let running = home.start();
    let client = home.client(&running).connect(NoRequests).await.unwrap();
    let copy = home.path().join("copy.sqlite");
    let copy = copy.to_str().unwrap();
    let submit = async || {
        let outcome = client.submit_sm(&MESSAGE).await.unwrap();
        assert!(matches!(outcome, Outcome::Answered(answer) if answer.command_status.is_ok()));
    };
    submit().await;
    assert!(home.command(&["backup", copy]).status.success());
    submit().await;
    let refused = home.command(&["restore", copy]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("in use by another process: stop it first"));
    running.kill();
    assert_eq!(home.held().len(), 2);
    assert!(home.command(&["restore", copy]).status.success());
    assert_eq!(home.held().len(), 1);
}
