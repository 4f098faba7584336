//! `--prometheus`: the state of a run over HTTP, for long runs.

mod text;

use std::{net::SocketAddr, sync::Arc};

use axum::{Router, http::header::CONTENT_TYPE, routing::get};
use parking_lot::Mutex;
use tokio::{net::TcpListener, task::JoinHandle};

use super::Snapshot;

/// Serves `/metrics` until it is dropped.
#[derive(Debug)]
pub(super) struct Exporter {
    shown: Arc<Mutex<Snapshot>>,
    task: JoinHandle<()>,
}

impl Exporter {
    /// Listens, and says where.
    ///
    /// # Errors
    /// When the address can't be listened on; one line.
    pub(super) async fn start(address: SocketAddr) -> Result<Self, String> {
        let refused =
            |error| format!("--prometheus is {address} ({error}), allowed is a free address and port");
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        say(address);
        let shown = Arc::new(Mutex::new(Snapshot::default()));
        let for_requests = Arc::clone(&shown);
        let metrics = get(move || async move {
            let now = for_requests.lock().clone();
            ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text::exposition(&now))
        });
        let router = Router::new().route("/metrics", metrics);
        let task = tokio::spawn(async move {
            // It ends with the run.
            let _ended = axum::serve(listener, router).await;
        });
        Ok(Self { shown, task })
    }

    /// What the next request gets.
    pub(super) fn show(&self, now: &Snapshot) {
        self.shown.lock().clone_from(now);
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[expect(clippy::print_stderr, reason = "a port that was chosen freely has to be told")]
fn say(address: SocketAddr) {
    eprintln!("metrics at http://{address}/metrics");
}
