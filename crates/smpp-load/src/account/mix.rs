//! A mix: a TOML file of accounts, each with its sessions, its rate and its kinds of messages.

use std::{path::Path, sync::atomic::AtomicU64};

use serde::Deserialize;
use smpp_session::BindMode;

use super::{Account, at_rate, first_number, texts, together};
use crate::{
    Options,
    content::{Content, Receipts, Spec, address, tlv},
    options::bind_mode,
    refusal::allowed,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mix {
    #[serde(default)]
    account: Vec<RawAccount>,
    /// For accounts without messages of their own.
    #[serde(default)]
    message: Vec<RawMessage>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAccount {
    system_id: Option<String>,
    password: Option<String>,
    bind: Option<String>,
    connections: Option<i64>,
    window: Option<i64>,
    rate: Option<f64>,
    #[serde(default)]
    message: Vec<RawMessage>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMessage {
    weight: Option<i64>,
    text: Option<String>,
    length: Option<i64>,
    texts: Option<String>,
    encoding: Option<String>,
    long: Option<String>,
    source: Option<String>,
    destination: Option<String>,
    receipts: Option<String>,
    validity: Option<String>,
    #[serde(default)]
    tlv: Vec<String>,
}

/// Reads the accounts of a file.
///
/// # Errors
/// One line: the file, the key, its value, what is allowed.
pub(super) fn read(path: &Path, options: &Options, marked: bool) -> Result<Vec<Account>, String> {
    let wrong = |what: String| format!("--mix is {}: {what}", path.display());
    let text = std::fs::read_to_string(path)
        .map_err(|error| wrong(format!("{error}, allowed is a TOML file of accounts and messages")))?;
    let mix: Mix = toml::from_str(&text).map_err(|error| wrong(line_of(&error, &text)))?;
    of_mix(mix, path.parent().unwrap_or_else(|| Path::new("")), options, marked).map_err(wrong)
}

fn of_mix(mix: Mix, folder: &Path, options: &Options, marked: bool) -> Result<Vec<Account>, String> {
    let common = mix.message;
    let raw = if mix.account.is_empty() { vec![RawAccount::default()] } else { mix.account };
    let mut accounts = Vec::with_capacity(raw.len());
    for (index, account) in raw.into_iter().enumerate() {
        let name = format!("account {}", index + 1);
        let messages = if account.message.is_empty() { &common } else { &account.message };
        accounts.push(
            account
                .read(&name, messages, folder, options, index, marked)
                .map_err(|what| format!("{name}: {what}"))?,
        );
    }
    let receives = accounts.iter().any(|account| account.bind.receives());
    if !receives && accounts.iter().any(|account| account.wants_receipts) {
        return Err("receipts are asked for and no account can receive, allowed is an account whose bind is trx or rx".to_owned());
    }
    if !accounts.iter().any(|account| account.bind.transmits()) {
        return Err("no account can send, allowed is one or more whose bind is trx or tx".to_owned());
    }
    Ok(accounts)
}

impl RawAccount {
    fn read(
        &self,
        name: &str,
        messages: &[RawMessage],
        folder: &Path,
        options: &Options,
        index: usize,
        marked: bool,
    ) -> Result<Account, String> {
        let seed = options.load.seed().wrapping_add(index as u64);
        let credentials =
            match (&self.system_id, &self.password) {
                (None, None) => None,
                (Some(system_id), Some(password)) => Some((system_id.clone(), password.clone())),
                _ => return Err(
                    "system_id or password is missing, allowed is both, or neither for those of the target"
                        .to_owned(),
                ),
            };
        let bind =
            self.bind.as_deref().map_or(Ok(BindMode::Transceiver), |bind| value("bind", bind, bind_mode))?;
        let rate = match self.rate {
            Some(rate) if !(0.001..=100e6).contains(&rate) => {
                return Err(format!("rate is {rate}, allowed is {}", allowed("--rate")));
            }
            rate => rate,
        };
        let kinds: Vec<(Spec, Receipts)> = match messages {
            [] => vec![RawMessage::default().read(folder)?],
            messages => messages
                .iter()
                .enumerate()
                .map(|(index, message)| {
                    message.read(folder).map_err(|what| format!("message {}: {what}", index + 1))
                })
                .collect::<Result<_, _>>()?,
        };
        let (wants_receipts, receipts_are_due) = together(kinds.iter().map(|(_, receipts)| *receipts));
        let specs: Vec<Spec> = kinds.into_iter().map(|(spec, _)| spec).collect();
        let content = Content::new(&specs, seed, marked)?;
        Ok(Account {
            bind,
            connections: number("connections", self.connections, 1, 10_000)?,
            window: number("window", self.window, 64, 10_000)?,
            schedule: rate.filter(|_| bind.transmits()).map(|rate| at_rate(rate, options, seed)),
            content,
            wants_receipts,
            receipts_are_due,
            says: format!(
                "{name}{}",
                credentials.as_ref().map(|(id, _)| format!(" {id}")).unwrap_or_default()
            ),
            credentials,
            first_number: first_number(index),
            next_number: AtomicU64::new(first_number(index)),
        })
    }
}

impl RawMessage {
    fn read(&self, folder: &Path) -> Result<(Spec, Receipts), String> {
        let texts = match (&self.text, self.length, &self.texts) {
            (Some(text), None, None) => vec![text.clone()],
            (None, length, None) => vec![texts::of_length(number("length", length, 120, 39_015)?)],
            (None, None, Some(file)) => texts::of_file(&folder.join(file))
                .map_err(|wrong| format!("texts is {file} ({wrong}), allowed is {}", texts::ALLOWED))?,
            _ => return Err("text, length and texts are given together, allowed is one of them".to_owned()),
        };
        let receipts: Receipts = self.parsed("receipts", &self.receipts)?.unwrap_or_default();
        let validity: Option<crate::content::Validity> = self.parsed("validity", &self.validity)?;
        let spec = Spec {
            weight: number("weight", self.weight, 1, 10_000)?,
            texts,
            encoding: self.parsed("encoding", &self.encoding)?.unwrap_or_default(),
            long: self.parsed("long", &self.long)?.unwrap_or_default(),
            source: self
                .source
                .as_deref()
                .map_or_else(|| Ok("TestCo".to_owned()), |source| value("source", source, address))?,
            destination: value(
                "destination",
                self.destination.as_deref().unwrap_or("4512345678"),
                str::parse,
            )?,
            registered_delivery: receipts.registered_delivery(),
            validity: validity.unwrap_or_default().0,
            tlvs: self.tlv.iter().map(|text| value("tlv", text, tlv)).collect::<Result<_, _>>()?,
        };
        Ok((spec, receipts))
    }

    fn parsed<T: std::str::FromStr>(&self, key: &str, text: &Option<String>) -> Result<Option<T>, String> {
        text.as_deref().map(|text| value(key, text, |text| text.parse().map_err(|_| "wrong"))).transpose()
    }
}

fn value<T>(key: &str, text: &str, read: impl FnOnce(&str) -> Result<T, &'static str>) -> Result<T, String> {
    read(text).map_err(|_| {
        let shown: String = text.chars().map(|char| if char.is_control() { '?' } else { char }).collect();
        format!("{key} is {shown}, allowed is {}", allowed(&format!("--{key}")))
    })
}

fn number(key: &str, given: Option<i64>, default: u32, most: u32) -> Result<u32, String> {
    let Some(given) = given else { return Ok(default) };
    let fits = u32::try_from(given).ok().filter(|number| (1..=most).contains(number));
    fits.ok_or_else(|| format!("{key} is {given}, allowed is 1 to {most}"))
}

/// TOML's own errors have several lines and a drawing; this keeps the line number, the line and the reason.
fn line_of(error: &toml::de::Error, source: &str) -> String {
    let start = error.span().map_or(0, |span| span.start);
    let line = source.get(..start).unwrap_or_default().matches('\n').count();
    let what = error.message().lines().map(str::trim).collect::<Vec<_>>().join(", ");
    let what =
        what.replace("expected i64", "expected a whole number").replace("expected f64", "expected a number");
    format!("line {}: `{}`: {what}", line + 1, source.lines().nth(line).unwrap_or_default().trim())
}
