//! `smpp-gateway messages`: which messages there are and were.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use smpp_gateway::{
    AccountConfig, Config, StoreKind,
    store::sqlite::{Found, FoundMessage, Lookup},
};
use uuid::Uuid;

use crate::{
    Failure,
    exit::{BAD_CONFIG, FAILED},
    say,
};

/// What is looked for.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The one with this id
    #[arg(long, value_name = "UUID")]
    id: Option<Uuid>,
    /// Those of this account
    #[arg(long, value_name = "SYSTEM_ID")]
    account: Option<String>,
    /// Those to this number; with a * behind it, to all that begin so
    #[arg(long, value_name = "NUMBER")]
    destination: Option<String>,
    /// At most so many, the newest first
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    limit: u16,
    /// How long to look, in seconds; a look holds up the cleaning of the database's log
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=600))]
    seconds: u16,
    /// Show the texts too
    #[arg(long)]
    text: bool,
    /// One JSON object in place of lines
    #[arg(long)]
    json: bool,
    /// The configuration, TOML
    #[arg(long, default_value = "gateway.toml")]
    config: PathBuf,
}

/// Looks into the database, and changes nothing; the gateway may run meanwhile.
pub(crate) fn messages(options: Options) -> Result<(), Failure> {
    let config = Config::load(&options.config).map_err(|error| (BAD_CONFIG, error.to_string()))?;
    if config.store.kind != StoreKind::Sqlite {
        return Err((
            FAILED,
            "store.kind is \"memory\": only the gateway itself can see its messages".to_owned(),
        ));
    }
    let lookup = Lookup {
        id: options.id,
        account: options.account.as_deref().map(AccountConfig::id_of),
        destination: options.destination,
        limit: usize::from(options.limit),
        text: options.text,
        time: Duration::from_secs(u64::from(options.seconds)),
    };
    let found = lookup.look(&config.database()).map_err(|error| (FAILED, error.to_string()))?;
    let mut out = std::io::stdout();
    if options.json {
        let json = serde_json::to_string(&found).map_err(|error| (FAILED, error.to_string()))?;
        say(&mut out, &json);
        return Ok(());
    }
    found.messages.iter().for_each(|message| say(&mut out, &line(message)));
    say(&mut out, &summary(&found));
    Ok(())
}

fn line(message: &FoundMessage) -> String {
    let end = match (&message.stat, message.code) {
        (Some(stat), Some(code)) => format!("{stat} {code:03}"),
        _ => String::new(),
    };
    let mut line = format!(
        "{} {} {} {} {:16} {:11} {} -> {}",
        message.id,
        message.submitted_at,
        message.account,
        message.kind,
        message.state,
        end,
        message.source,
        message.destination
    );
    if let Some(text) = &message.text {
        line.push_str(&format!(" {text:?}"));
    }
    line
}

fn summary(found: &Found) -> String {
    let count = found.messages.len();
    match found.cut {
        None => format!("{count} messages"),
        Some("time") => format!("{count} messages in the time there was; --seconds gives more"),
        Some(_) => format!("{count} messages, and there are more; --limit shows them"),
    }
}
