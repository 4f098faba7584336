//! Every value of the file against what is allowed.

mod account;
mod simulator;

use std::{net::SocketAddr, ops::RangeInclusive, path::PathBuf, time::Duration};

use jiff::tz::TimeZone;

use super::{CertificateFiles, Config, ConfigProblem, Limits, StoreKind, raw};

type Checked<T> = Result<T, ConfigProblem>;

pub(super) fn config(raw: raw::Config) -> Checked<Config> {
    let default = Config::default();
    Ok(Config {
        listen: listen(raw.listen.as_deref(), default.listen)?,
        state_dir: raw.state_dir.unwrap_or(default.state_dir),
        certificate: certificate_files(raw.certificate, raw.private_key)?,
        node: number("node", raw.node, default.node, 0..=u8::MAX)?,
        receipt_timezone: receipt_timezone(raw.receipt_timezone.as_deref())?,
        store: store(raw.store.as_deref())?,
        limits: limits(&raw.limits)?,
        simulator: simulator::simulator(raw.simulator)?,
        accounts: account::accounts(&raw.account)?,
    })
}

fn listen(text: Option<&str>, default: SocketAddr) -> Checked<SocketAddr> {
    let Some(text) = text else { return Ok(default) };
    let allowed = "an address and a port such as 0.0.0.0:2775 or [::]:2775";
    text.parse().map_err(|_| ConfigProblem::value("listen", quoted(text), allowed))
}

fn certificate_files(
    certificate: Option<PathBuf>,
    private_key: Option<PathBuf>,
) -> Checked<Option<CertificateFiles>> {
    let missing = |key, other| {
        Err(ConfigProblem::value(
            key,
            "missing",
            format!("a path, because {other} is given, or neither of them"),
        ))
    };
    match (certificate, private_key) {
        (Some(certificate), Some(private_key)) => Ok(Some(CertificateFiles { certificate, private_key })),
        (None, None) => Ok(None),
        (Some(_), None) => missing("private_key", "certificate"),
        (None, Some(_)) => missing("certificate", "private_key"),
    }
}

fn receipt_timezone(name: Option<&str>) -> Checked<TimeZone> {
    let Some(name) = name else { return Ok(TimeZone::UTC) };
    let allowed = "an IANA time zone such as UTC or Europe/Copenhagen";
    TimeZone::get(name).map_err(|_| ConfigProblem::value("receipt_timezone", quoted(name), allowed))
}

fn store(name: Option<&str>) -> Checked<StoreKind> {
    match name {
        None | Some("memory") => Ok(StoreKind::Memory),
        Some(other) => Err(ConfigProblem::value("store", quoted(other), "\"memory\"")),
    }
}

fn limits(raw: &raw::Limits) -> Checked<Limits> {
    let default = Limits::default();
    Ok(Limits {
        window: number("limits.window", raw.window, default.window, 1..=10_000)?,
        max_pdu_octets: number(
            "limits.max_pdu_octets",
            raw.max_pdu_octets,
            default.max_pdu_octets,
            1024..=1_048_576,
        )?,
        session_init: seconds("limits.session_init_seconds", raw.session_init_seconds, default.session_init)?,
        enquire_link: seconds("limits.enquire_link_seconds", raw.enquire_link_seconds, default.enquire_link)?,
        response: seconds("limits.response_seconds", raw.response_seconds, default.response)?,
        inactivity: seconds("limits.inactivity_seconds", raw.inactivity_seconds, default.inactivity)?,
        max_connections: raw
            .max_connections
            .map(|given| number("limits.max_connections", Some(given), 1, 1..=1_000_000))
            .transpose()?,
    })
}

fn seconds(key: &str, given: Option<i64>, default: Duration) -> Checked<Duration> {
    number(key, given, default.as_secs(), 1..=DAY_SECONDS).map(Duration::from_secs)
}

/// The number if it is within the range, the default if it is not given.
fn number<T>(key: &str, given: Option<i64>, default: T, range: RangeInclusive<T>) -> Checked<T>
where
    T: TryFrom<i64> + PartialOrd + std::fmt::Display,
{
    let Some(given) = given else { return Ok(default) };
    let fits = T::try_from(given).ok().filter(|value| range.contains(value));
    fits.ok_or_else(|| ConfigProblem::value(key, given, format!("{} to {}", range.start(), range.end())))
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}

/// A longer timer would rather be a mistake of unit.
const DAY_SECONDS: u64 = 86_400;

#[cfg(test)]
mod testing {
    use crate::Config;

    pub(super) const ACCOUNT: &str = r#"
[[account]]
system_id = "alice"
verifier = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
connection_mode = "transceiver"
"#;

    pub(super) fn parse(text: &str) -> Config {
        Config::from_toml(text, "gateway.toml").unwrap()
    }

    /// The error of this text, without the name of the file.
    pub(super) fn error(text: &str) -> String {
        let error = Config::from_toml(text, "gateway.toml").unwrap_err().to_string();
        assert_eq!(error.lines().count(), 1, "{error}");
        error.strip_prefix("gateway.toml: ").unwrap().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{
        testing::{ACCOUNT, error, parse},
        *,
    };
    use crate::{ConnectionModes, SimulatorConfig};

    #[test]
    fn an_empty_file_gives_the_defaults() {
        let config = parse("");
        assert_eq!(config.listen.to_string(), "0.0.0.0:2775");
        assert_eq!(config.limits, Limits::default());
        assert_eq!(config.simulator, SimulatorConfig::default());
        assert!(config.accounts.is_empty());
    }

    #[test]
    fn the_example_is_a_config() {
        let config = parse(include_str!("../../../gateway.example.toml"));
        let default = Config::default();
        assert_eq!(config.listen, default.listen);
        assert_eq!(config.state_dir, default.state_dir);
        assert_eq!(config.limits, default.limits);
        assert_eq!(config.simulator.outcomes.len(), 3);
        assert_eq!(config.accounts[0].modes, ConnectionModes::ALL);
        assert_eq!(config.accounts[0].max_binds, 8);
    }

    #[test]
    fn a_given_value_is_kept() {
        let config = parse(
            "listen = \"[::1]:7\"\nnode = 255\nreceipt_timezone = \"Europe/Copenhagen\"\n[limits]\nwindow = 10000",
        );
        assert_eq!((config.listen.to_string().as_str(), config.node), ("[::1]:7", 255));
        assert_eq!(config.receipt_timezone.iana_name(), Some("Europe/Copenhagen"));
        assert_eq!(config.limits.window, 10_000);
    }

    #[test]
    fn a_number_out_of_range_names_its_key_and_range() {
        for (section, key, value, range) in [
            ("", "node", "256", "0 to 255"),
            ("limits", "window", "0", "1 to 10000"),
            ("limits", "window", "70000", "1 to 10000"),
            ("limits", "max_pdu_octets", "1023", "1024 to 1048576"),
            ("limits", "session_init_seconds", "0", "1 to 86400"),
            ("limits", "enquire_link_seconds", "86401", "1 to 86400"),
            ("limits", "response_seconds", "-1", "1 to 86400"),
            ("limits", "inactivity_seconds", "0", "1 to 86400"),
            ("limits", "max_connections", "0", "1 to 1000000"),
            ("simulator", "seed", "-1", "0 to 9223372036854775807"),
        ] {
            let (header, dot) =
                if section.is_empty() { (String::new(), "") } else { (format!("[{section}]"), ".") };
            let text = format!("{header}\n{key} = {value}");
            assert_eq!(error(&text), format!("{section}{dot}{key} is {value}, allowed is {range}"));
        }
    }

    #[test]
    fn a_text_that_means_nothing_names_what_is_allowed() {
        assert_eq!(
            error("listen = \"here\""),
            "listen is \"here\", allowed is an address and a port such as 0.0.0.0:2775 or [::]:2775"
        );
        assert_eq!(
            error("receipt_timezone = \"Mars/Base\""),
            "receipt_timezone is \"Mars/Base\", allowed is an IANA time zone such as UTC or Europe/Copenhagen"
        );
        assert_eq!(error("store = \"paper\""), "store is \"paper\", allowed is \"memory\"");
    }

    #[test]
    fn a_certificate_needs_its_key_and_a_key_its_certificate() {
        assert!(parse("certificate = \"a.pem\"\nprivate_key = \"b.pem\"").certificate.is_some());
        assert_eq!(
            error("certificate = \"a.pem\""),
            "private_key is missing, allowed is a path, because certificate is given, or neither of them"
        );
        assert_eq!(
            error("private_key = \"a.pem\""),
            "certificate is missing, allowed is a path, because private_key is given, or neither of them"
        );
    }

    #[test]
    fn an_unknown_key_is_refused_wherever_it_stands() {
        for (text, key) in [
            ("windw = 1".to_owned(), "windw"),
            ("[limits]\nwindw = 1".to_owned(), "windw"),
            ("[simulator]\nspeed = 1".to_owned(), "speed"),
            ("[simulator]\ndelay = { kind = \"fixed\", hours = 1 }".to_owned(), "hours"),
            ("[simulator]\noutcomes = [{ stat = \"DELIVRD\", err = 1 }]".to_owned(), "err"),
            (format!("{ACCOUNT}\npassword = \"x\""), "password"),
        ] {
            let error = error(&text);
            assert!(error.contains(&format!("unknown field `{key}`, expected ")), "{error}");
            assert!(error.starts_with("line "), "{error}");
        }
    }

    #[test]
    fn a_wrong_type_names_its_line() {
        assert_eq!(
            error("node = 1\n[limits]\nwindow = \"many\""),
            "line 3: `window = \"many\"`: invalid type: string \"many\", expected a whole number"
        );
        assert!(error("node = 1\nnode = 2").starts_with("line 2: `node = 2`: duplicate key"));
        assert!(error("node = ").starts_with("line 1: `node =`: "));
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = Config::load(std::path::Path::new("missing/gateway.toml")).unwrap_err().to_string();
        assert!(error.starts_with("missing/gateway.toml: can't be read: "), "{error}");
    }
}
