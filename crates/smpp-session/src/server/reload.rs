//! Looks at the files of a server's TLS now and then.

use std::{convert::Infallible, time::Duration};

use tokio::{task::spawn_blocking, time::sleep};

use crate::ServerTls;

/// Reloads for ever. What is wrong is said once.
pub(super) async fn watch(tls: ServerTls, every: Duration) -> Infallible {
    let mut said = None;
    loop {
        sleep(every).await;
        let files = tls.clone();
        match spawn_blocking(move || files.reload()).await {
            Ok(Ok(true)) => tracing::info!("new TLS files are in use"),
            Ok(Ok(false)) => said = None,
            Ok(Err(error)) => {
                if said.as_ref() != Some(&error) {
                    tracing::warn!(%error, "new TLS files are not taken, those before stay in use");
                    said = Some(error);
                }
            }
            Err(error) => tracing::warn!(%error, "TLS files were not read"),
        }
    }
}
