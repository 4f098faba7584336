//! `POST /incoming`: a message to a number, as if it had come from the network.
//!
//! ```json
//! {"source": "4512345678", "destination": "4366012345", "text": "STOP"}
//! ```
//!
//! In place of `text`: `hex`, the octets, and `data_coding` (0 to 255, without it 4: binary). What is too long for one message becomes several
//! with a user data header.
//!
//! | answer | what it means |
//! |---|---|
//! | 202 | kept: it is delivered to `account`, each part as the message of one of `ids`. `null`: nobody owns the number, it waits for an owner |
//! | 400, 415, 422 | it is no such JSON, or says something that no message can; the text says what |
//! | 503 | it can't be kept now: post it again |

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use smpp_wire::{Frame, values::DataCoding};

use super::View;
use crate::{
    address::ADDRESS_MAX,
    incoming::{Content, frames},
};

/// What is posted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Posted {
    source: String,
    destination: String,
    text: Option<String>,
    hex: Option<String>,
    data_coding: Option<u8>,
}

/// What became of it.
#[derive(Debug, Serialize)]
pub(super) struct Accepted {
    ids: Vec<String>,
    account: Option<String>,
}

type Refusal = (StatusCode, String);

/// Answers once it is kept. JSON is asked for by name, so that no page from elsewhere can have a browser post here unasked.
pub(super) async fn post(
    State(view): State<View>,
    posted: Result<Json<Posted>, JsonRejection>,
) -> Result<(StatusCode, Json<Accepted>), Refusal> {
    let Json(posted) = posted.map_err(|error| (error.status(), error.body_text() + "\n"))?;
    let frames = posted.frames().map_err(|what| (StatusCode::BAD_REQUEST, what + "\n"))?;
    let taken = view.core.take_in(None, &frames).await;
    let taken =
        taken.map_err(|error| (StatusCode::SERVICE_UNAVAILABLE, format!("{error}: post it again\n")))?;
    let account = taken.first().and_then(|first| view.core.door.accounts.by_id(first.account));
    let accepted = Accepted {
        ids: taken.iter().map(|taken| taken.id.to_string()).collect(),
        account: account.map(|account| account.system_id.clone()),
    };
    Ok((StatusCode::ACCEPTED, Json(accepted)))
}

impl Posted {
    fn frames(&self) -> Result<Vec<Frame>, String> {
        check("source", &self.source, 0)?;
        check("destination", &self.destination, 1)?;
        let octets;
        let content = match (&self.text, &self.hex, self.data_coding) {
            (Some(text), None, None) => Content::Text(text),
            (None, Some(hex), data_coding) => {
                octets = decoded(hex)?;
                Content::Octets(data_coding.map_or(BINARY, DataCoding), &octets)
            }
            _ => return Err("either text, or hex with or without data_coding, is needed".to_owned()),
        };
        frames(&self.source, &self.destination, content).map_err(|error| format!("the text: {error}"))
    }
}

fn check(field: &str, address: &str, least: usize) -> Result<(), String> {
    let fits = (least..=ADDRESS_MAX).contains(&address.len())
        && address.bytes().all(|octet| octet.is_ascii_graphic());
    let allowed =
        || format!("{field} is {address:?}, allowed is {least} to {ADDRESS_MAX} printable ASCII characters");
    if fits { Ok(()) } else { Err(allowed()) }
}

fn decoded(hex: &str) -> Result<Vec<u8>, String> {
    let pairs = hex.as_bytes().chunks(2);
    let octet = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    let octets: Option<Vec<_>> = pairs.map(octet).collect();
    octets.ok_or_else(|| "hex is allowed two hexadecimal digits an octet, and nothing else".to_owned())
}

fn digit(letter: u8) -> Option<u8> {
    char::from(letter).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Octets that say nothing about themselves.
const BINARY: DataCoding = DataCoding(0x04);
