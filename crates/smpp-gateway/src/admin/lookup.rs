//! `/messages`: which messages there are and were.

use std::{path::PathBuf, sync::Arc};

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::View;
use crate::{AccountConfig, store::sqlite::Lookup};

/// Where to look, and how many may at once.
#[derive(Clone, Debug)]
pub(super) struct Looking {
    database: Option<PathBuf>,
    places: Arc<Semaphore>,
}

impl Looking {
    /// Into this database, if there is one.
    pub(super) fn into_database(database: Option<PathBuf>) -> Self {
        Self { database, places: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    id: Option<String>,
    account: Option<String>,
    destination: Option<String>,
    limit: Option<usize>,
    #[serde(default)]
    text: bool,
}

pub(super) async fn messages(
    State(view): State<View>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = match asked {
        Ok(Query(asked)) if asked.limit.is_none_or(|limit| (1..=LIMIT_MAX).contains(&limit)) => asked,
        Ok(_) => return refusal(StatusCode::BAD_REQUEST, format!("limit: allowed is 1 to {LIMIT_MAX}")),
        Err(error) => return refusal(StatusCode::BAD_REQUEST, error.body_text()),
    };
    let id = match asked.id.as_deref().map(Uuid::parse_str).transpose() {
        Ok(id) => id,
        Err(error) => return refusal(StatusCode::BAD_REQUEST, format!("id: {error}")),
    };
    let Some(database) = view.looking.database else {
        let what = "store.kind is \"memory\": its messages can't be looked up".to_owned();
        return refusal(StatusCode::NOT_IMPLEMENTED, what);
    };
    let Ok(place) = view.looking.places.acquire_owned().await else {
        return refusal(StatusCode::SERVICE_UNAVAILABLE, "the gateway stops".to_owned());
    };
    let default = Lookup::default();
    let lookup = Lookup {
        id,
        account: asked.account.as_deref().map(AccountConfig::id_of),
        destination: asked.destination,
        limit: asked.limit.unwrap_or(default.limit),
        text: asked.text,
        ..default
    };
    // On a thread that may wait for the disk, over a connection of its own. Whoever asked may go; the place is held until it is done.
    let looked = tokio::task::spawn_blocking(move || {
        let found = lookup.look(&database);
        drop(place);
        found
    });
    match looked.await {
        Ok(Ok(found)) => Json(found).into_response(),
        Ok(Err(error)) => refusal(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
        Err(error) => refusal(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}

fn refusal(status: StatusCode, mut why: String) -> Response {
    why.push('\n');
    (status, why).into_response()
}

/// Looks share the disk with the store; others wait for their turn.
const AT_ONCE: usize = 2;
/// More than anybody reads.
const LIMIT_MAX: usize = 10_000;
