//! `smpp-gateway announce` and `announcements`: planned maintenance, and who was told of it.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use jiff::{SignedDuration, Timestamp, Zoned};
use serde_json::{Value, json};
use smpp_gateway::{
    AccountConfig, Config, StoreKind,
    store::sqlite::{self, Announcement, Told},
};

use crate::{
    Failure,
    exit::{BAD_CONFIG, FAILED},
    say,
};

/// What is announced.
#[derive(Args, Debug)]
pub(crate) struct Announce {
    /// When it begins, such as 2027-01-31T02:00:00Z or 2027-01-31T03:00[Europe/Copenhagen]
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Timestamp,
    /// How long it takes, such as 2s or 1h30m: 1 second to a week
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    duration: Duration,
    /// What it is: 1 to 1000 characters
    #[arg(long, value_parser = text)]
    text: String,
    /// The configuration, TOML
    #[arg(long, default_value = "gateway.toml")]
    config: PathBuf,
}

/// How it is listed.
#[derive(Args, Debug)]
pub(crate) struct Announcements {
    /// JSON in place of lines
    #[arg(long)]
    json: bool,
    /// The configuration, TOML
    #[arg(long, default_value = "gateway.toml")]
    config: PathBuf,
}

/// Writes it down for the gateway, which may run or not.
pub(crate) fn announce(options: Announce) -> Result<(), Failure> {
    let config = load(&options.config)?;
    let starts_at = options.at.as_second().unsigned_abs();
    if options.at <= Timestamp::now() {
        return Err((BAD_CONFIG, format!("--at is {}, allowed is a time to come", options.at)));
    }
    let written = sqlite::announce(&config.database(), starts_at, options.duration.as_secs(), &options.text);
    let number = written.map_err(|error| (FAILED, error.to_string()))?;
    let told = config.accounts.iter().filter(|account| is_told(account)).count();
    let all = config.accounts.len();
    say(
        &mut std::io::stdout(),
        &format!(
            "announcement {number}: a gateway that runs tells {told} of {all} accounts within seconds, \
             `smpp-gateway announcements` says who got it"
        ),
    );
    Ok(())
}

const fn is_told(account: &AccountConfig) -> bool {
    account.announcements || account.webhook.is_some()
}

/// Lists all of them, the newest first.
pub(crate) fn announcements(options: Announcements) -> Result<(), Failure> {
    let config = load(&options.config)?;
    let all = sqlite::announcements(&config.database()).map_err(|error| (FAILED, error.to_string()))?;
    let mut out = std::io::stdout();
    if options.json {
        let all: Vec<_> =
            all.iter().map(|(announcement, told)| object(&config, announcement, told)).collect();
        say(&mut out, &Value::Array(all).to_string());
        return Ok(());
    }
    for (announcement, told) in &all {
        say(&mut out, &format!("{} {announcement}", announcement.number));
        for told in told {
            let end = if told.detail.is_empty() { String::new() } else { format!(": {}", told.detail) };
            let way = if told.way == sqlite::Way::Webhook { "webhook" } else { "deliver_sm" };
            say(&mut out, &format!("  {} {way} {}{end}", name(&config, told), told.state));
        }
        for account in untold(&config, told) {
            say(&mut out, &format!("  {account} not told"));
        }
    }
    say(&mut out, &format!("{} announcements", all.len()));
    Ok(())
}

fn object(config: &Config, announcement: &Announcement, told: &[Told]) -> Value {
    let told: Vec<_> =
        told.iter().map(|told| json!(Told { system_id: name(config, told), ..told.clone() })).collect();
    let mut object = json!(announcement);
    if let Some(object) = object.as_object_mut() {
        object.insert("told".to_owned(), Value::Array(told));
    }
    object
}

/// The database knows the names of a start, the configuration those of a reload too.
fn name(config: &Config, told: &Told) -> String {
    let known = config.accounts.iter().find(|account| account.id() == told.account);
    known.map_or_else(|| told.system_id.clone(), |account| account.system_id.clone())
}

/// Accounts that were told in no way, not even in vain: they want none, or have not been told yet.
fn untold<'a>(config: &'a Config, told: &[Told]) -> impl Iterator<Item = &'a str> {
    let untold =
        config.accounts.iter().filter(|account| !told.iter().any(|told| told.account == account.id()));
    untold.map(|account| account.system_id.as_str())
}

fn load(path: &std::path::Path) -> Result<Config, Failure> {
    let config = Config::load(path).map_err(|error| (BAD_CONFIG, error.to_string()))?;
    if config.store.kind == StoreKind::Sqlite {
        return Ok(config);
    }
    Err((FAILED, "store.kind is \"memory\": announcements need a database to be kept in".to_owned()))
}

fn time(text: &str) -> Result<Timestamp, String> {
    let zoned = |_| text.parse::<Zoned>().map(|zoned| zoned.timestamp());
    let time = text.parse::<Timestamp>().or_else(zoned);
    time.map_err(|_| "allowed is a time with a zone such as 2027-01-31T02:00:00Z".to_owned())
}

fn duration(text: &str) -> Result<Duration, String> {
    let parsed = text.parse::<SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok());
    let within = |duration: &Duration| (SECOND..=WEEK).contains(duration) && duration.subsec_nanos() == 0;
    parsed
        .filter(within)
        .ok_or_else(|| "allowed is 1s to 168h in whole seconds, such as 2s or 1h30m".to_owned())
}

fn text(text: &str) -> Result<String, String> {
    let is_line = !text.chars().any(char::is_control);
    if is_line && (1..=1_000).contains(&text.chars().count()) {
        Ok(text.to_owned())
    } else {
        Err("allowed is a line of 1 to 1000 characters".to_owned())
    }
}

const SECOND: Duration = Duration::from_secs(1);
const WEEK: Duration = Duration::from_secs(7 * 86_400);
