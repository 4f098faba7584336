//! The listener for operators: what the gateway does, for machines and for people. It changes nothing, but for messages that are
//! posted.
//!
//! | path | what it gives |
//! |---|---|
//! | `/metrics` | Prometheus text |
//! | `/healthz` | 200 while the process serves |
//! | `/readyz` | 200 while clients may bind, 503 while it stops, and while messages can't be kept |
//! | `/incoming` | takes a message by POST; see the module |
//! | `/messages` | which messages there are and were (feature `sqlite`): `id`, `account`, `destination`, `limit`, `text=true` |
//! | `/status` | the same as a page that refreshes itself, or as JSON (`Accept: application/json`, or `/status.json`) |

mod access;
mod exposition;
mod incoming;
#[cfg(feature = "sqlite")]
mod lookup;
mod metrics;
mod page;
mod rates;
mod status;

use std::{
    io,
    net::{SocketAddr, TcpListener as StdListener},
    path::Path,
    sync::Arc,
    time::SystemTime,
};

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header},
    middleware,
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use parking_lot::Mutex;
use smpp_session::Server;
use tokio::{net::TcpListener, task::JoinHandle};

use self::{access::Access, rates::Rates, status::Status};
use crate::{Config, config::AdminConfig, core::Core};

/// The running listener; gone when it is dropped.
#[derive(Debug)]
pub(crate) struct Admin {
    /// As its config named it.
    listen: SocketAddr,
    local_addr: SocketAddr,
    socket: StdListener,
    tasks: [JoinHandle<()>; 2],
}

/// What it looks at.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) core: Arc<Core>,
    /// Gone while it stops.
    pub(crate) server: Arc<Mutex<Option<Server>>>,
    pub(crate) started: SystemTime,
    rates: Arc<Mutex<Rates>>,
    #[cfg(feature = "sqlite")]
    looking: lookup::Looking,
}

impl View {
    pub(crate) fn new(core: Arc<Core>, server: Arc<Mutex<Option<Server>>>, config: &Config) -> Self {
        #[cfg(not(feature = "sqlite"))]
        let _ = config;
        Self {
            core,
            server,
            started: SystemTime::now(),
            rates: Arc::default(),
            #[cfg(feature = "sqlite")]
            looking: lookup::Looking::into_database(
                (config.store.kind == crate::StoreKind::Sqlite).then(|| config.database()),
            ),
        }
    }
}

impl Admin {
    /// Serves on this socket; `state_dir` is where a relative token file is.
    pub(crate) fn start(
        config: &AdminConfig,
        state_dir: &Path,
        view: View,
        socket: StdListener,
    ) -> io::Result<Self> {
        let access = Arc::new(Access::new(config, state_dir)?);
        let local_addr = socket.local_addr()?;
        socket.set_nonblocking(true)?;
        let listener = TcpListener::from_std(socket.try_clone()?)?;
        let sampled = view.clone();
        let sampling = tokio::spawn(async move { rates::sample(&sampled.core, &sampled.rates).await });
        let router = router(access, view);
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the admin listener has ended");
            }
        });
        Ok(Self { listen: config.listen, local_addr, socket, tasks: [serving, sampling] })
    }

    /// The socket that it listens on, and what its config called it.
    pub(crate) fn socket(&self) -> io::Result<(SocketAddr, StdListener)> {
        Ok((self.listen, self.socket.try_clone()?))
    }

    /// Accepts no more.
    pub(crate) async fn stop(&mut self) {
        for task in &mut self.tasks {
            task.abort();
            let _aborted = task.await;
        }
    }

    pub(crate) const fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }
}

impl Drop for Admin {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

fn router(access: Arc<Access>, view: View) -> Router {
    let router = Router::new();
    #[cfg(feature = "sqlite")]
    let router = router.route("/messages", get(lookup::messages));
    router
        .route("/metrics", get(metrics))
        .route("/status", get(status))
        .route("/status.json", get(status_json))
        .route("/incoming", post(incoming::post).layer(DefaultBodyLimit::max(POSTED_MAX)))
        .route_layer(middleware::from_fn_with_state(access, access::judge))
        // Load balancers and supervisors have no token; they learn nothing here.
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .with_state(view)
}

async fn metrics(State(view): State<View>) -> impl IntoResponse {
    let text = metrics::text(&Status::of(&view));
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}

async fn status(State(view): State<View>, headers: HeaderMap) -> Response {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accepted.contains("application/json") {
        return Json(Status::of(&view)).into_response();
    }
    let policy = "default-src 'none'; style-src 'unsafe-inline'";
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(page::html(&Status::of(&view)))).into_response()
}

async fn status_json(State(view): State<View>) -> Json<Status> {
    Json(Status::of(&view))
}

async fn ready(State(view): State<View>) -> (StatusCode, &'static str) {
    match Status::obstacle(&view) {
        None => (StatusCode::OK, "ready"),
        Some(obstacle) => (StatusCode::SERVICE_UNAVAILABLE, obstacle),
    }
}

/// 255 parts as hexadecimal digits, and some more.
const POSTED_MAX: usize = 128 * 1024;
