//! Every value of the file against what is allowed.

mod account;
#[cfg(feature = "admin")]
mod admin;
mod cdr;
mod limits;
mod receipt_status;
mod restart;
mod simulator;
mod store;

use std::{net::SocketAddr, time::Duration};

use jiff::tz::TimeZone;

use super::{CertificateFiles, Config, LogFormat, reader::Section};
use crate::{LogNumbers, Stat};

/// Reads the file; a value that is not allowed is noted, and its default stands in for it.
pub(super) fn config(top: &Section<'_>) -> Config {
    let default = Config::default();
    let limits = limits::limits(&top.section("limits"));
    let log = top.section("log");
    let receipt_status = receipt_status::receipt_status(&top.section("receipt_status"));
    Config {
        listen: listen(top, default.listen),
        proxies: top.list("proxies", NETWORKS, |text| text.parse().ok()),
        state_dir: top.path("state_dir").unwrap_or(default.state_dir),
        certificate: certificate_files(top),
        ticket_keys: top.path("ticket_keys"),
        node: top.number("node", default.node, 0..=u8::MAX),
        receipt_timezone: receipt_timezone(top),
        simulator: simulator::simulator(&top.section("simulator"), &receipt_status),
        receipt_status,
        validity: top
            .optional("validity_seconds", 1..=YEAR_SECONDS)
            .map_or(default.validity, Duration::from_secs),
        delivery_lifetime: top
            .optional("delivery_lifetime_seconds", 1..=YEAR_SECONDS)
            .map_or(default.delivery_lifetime, Duration::from_secs),
        store: store::store(&top.section("store")),
        lockout: limits::lockout(&top.section("lockout"), limits.session_init),
        limits,
        restart: restart::restart(&top.section("restart")),
        log_format: log_format(&log),
        log_numbers: log_numbers(&log),
        cdr: top.get("cdr").and_then(|entry| entry.section()).map(|section| cdr::cdr(&section)),
        #[cfg(feature = "admin")]
        admin: top.get("admin").and_then(|entry| entry.section()).and_then(|section| admin::admin(&section)),
        accounts: account::accounts(&top.sections("account")),
    }
}

fn listen(top: &Section<'_>, default: SocketAddr) -> SocketAddr {
    let allowed = "an address and a port such as 0.0.0.0:2775 or [::]:2775";
    top.parsed("listen", default, allowed, |text| text.parse().ok())
}

fn certificate_files(top: &Section<'_>) -> Option<CertificateFiles> {
    let missing = |key, other| {
        top.missing(key, &format!("a path, because {other} is given, or neither of them"));
        None
    };
    match (top.path("certificate"), top.path("private_key")) {
        (Some(certificate), Some(private_key)) => Some(CertificateFiles { certificate, private_key }),
        (None, None) => None,
        (Some(_), None) => missing("private_key", "certificate"),
        (None, Some(_)) => missing("certificate", "private_key"),
    }
}

fn log_format(section: &Section<'_>) -> LogFormat {
    section.parsed("format", LogFormat::Text, "\"text\" or \"json\"", |name| match name {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    })
}

fn log_numbers(section: &Section<'_>) -> LogNumbers {
    section.parsed("numbers", LogNumbers::default(), "\"redacted\" or \"full\"", |name| match name {
        "redacted" => Some(LogNumbers::Redacted),
        "full" => Some(LogNumbers::Full),
        _ => None,
    })
}

fn receipt_timezone(top: &Section<'_>) -> TimeZone {
    let allowed = "an IANA time zone such as UTC or Europe/Copenhagen";
    top.parsed("receipt_timezone", TimeZone::UTC, allowed, |name| TimeZone::get(name).ok())
}

/// The final states by their names.
fn stats() -> String {
    Stat::ALL.map(|stat| stat.to_string()).join(", ")
}

/// What stands for places in the net, wherever they are listed.
const NETWORKS: &str = "networks such as 10.0.0.0/8 or 2001:db8::/32, or single addresses";

/// No network keeps a message that long.
const YEAR_SECONDS: u64 = 366 * 86_400;

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

    /// The only mistake of this text, without the name of the file.
    pub(super) fn error_with_line(text: &str) -> String {
        let error = Config::from_toml(text, "gateway.toml").unwrap_err().to_string();
        assert_eq!(error.lines().count(), 1, "{error}");
        error.strip_prefix("gateway.toml:").unwrap().to_owned()
    }

    /// The same without its line.
    pub(super) fn error(text: &str) -> String {
        error_with_line(text).split_once(": ").unwrap().1.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{
        testing::{ACCOUNT, error, error_with_line, parse},
        *,
    };
    use crate::{ConnectionModes, Limits, LockoutConfig, SimulatorConfig, StoreConfig};

    const LISTEN: &str = "an address and a port such as 0.0.0.0:2775 or [::]:2775";

    #[test]
    fn an_empty_file_gives_the_defaults() {
        let config = parse("");
        assert_eq!(config.listen.to_string(), "0.0.0.0:2775");
        assert_eq!(config.limits, Limits::default());
        assert_eq!(config.store, StoreConfig::default());
        assert_eq!(config.validity, Duration::from_secs(172_800));
        assert_eq!(config.simulator, SimulatorConfig::default());
        assert!(config.accounts.is_empty());
    }

    #[test]
    fn the_example_is_a_config() {
        let config = parse(include_str!("../../../gateway.example.toml"));
        let default = Config::default();
        assert_eq!(config.listen, default.listen);
        assert_eq!(config.state_dir, default.state_dir);
        assert_eq!((config.limits, config.restart), (default.limits, default.restart));
        assert_eq!((config.store, config.validity), (default.store, default.validity));
        assert_eq!(config.delivery_lifetime, default.delivery_lifetime);
        assert_eq!(config.simulator.outcomes.len(), 3);
        assert_eq!(config.accounts[0].modes, ConnectionModes::ALL);
        assert_eq!(config.accounts[0].max_binds, 8);
    }

    #[test]
    fn a_given_value_is_kept() {
        let config = parse(
            "listen = \"[::1]:7\"\nnode = 255\ndelivery_lifetime_seconds = 9\nreceipt_timezone = \"Europe/Copenhagen\"\n[limits]\nwindow = 10000",
        );
        assert_eq!((config.listen.to_string().as_str(), config.node), ("[::1]:7", 255));
        assert_eq!(config.receipt_timezone.iana_name(), Some("Europe/Copenhagen"));
        assert_eq!((config.limits.window, config.delivery_lifetime), (10_000, Duration::from_secs(9)));
    }

    #[test]
    fn every_limit_is_kept_under_its_own_key() {
        let text = "proxies = [\"10.0.0.0/8\", \"::1\"]\nticket_keys = \"tickets\"\n[limits]\nwindow = 11\ndelivery_window = 12\n\
                    max_pdu_octets = 1313\nsession_init_seconds = 14\nenquire_link_seconds = 15\nresponse_seconds = 16\n\
                    inactivity_seconds = 17\nstall_seconds = 18\nmax_unbound = 19\nmax_connections = 20\n\
                    [lockout]\nattempts = 21\nseconds = 22\ndelay_milliseconds = 23";
        let config = parse(text);
        assert_eq!(
            config.proxies.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["10.0.0.0/8", "::1/128"]
        );
        assert_eq!(config.ticket_keys.unwrap().to_str(), Some("tickets"));
        let seconds = Duration::from_secs;
        let limits = Limits {
            window: 11,
            delivery_window: 12,
            max_pdu_octets: 1313,
            session_init: seconds(14),
            enquire_link: seconds(15),
            response: seconds(16),
            inactivity: seconds(17),
            stall: seconds(18),
            max_unbound: Some(19),
            max_connections: Some(20),
        };
        assert_eq!(config.limits, limits);
        let delay = Duration::from_millis(23);
        assert_eq!(config.lockout, LockoutConfig { attempts: 21, period: seconds(22), delay });
    }

    #[test]
    fn a_number_out_of_range_names_its_key_and_range() {
        for (section, key, value, range) in [
            ("", "node", "256", "0 to 255"),
            ("", "validity_seconds", "0", "1 to 31622400"),
            ("", "delivery_lifetime_seconds", "31622401", "1 to 31622400"),
            ("store", "retention_seconds", "-1", "0 to 31622400"),
            ("limits", "window", "0", "1 to 10000"),
            ("limits", "window", "70000", "1 to 10000"),
            ("limits", "max_pdu_octets", "1023", "1024 to 1048576"),
            ("limits", "session_init_seconds", "0", "1 to 86400"),
            ("limits", "enquire_link_seconds", "86401", "1 to 86400"),
            ("limits", "response_seconds", "-1", "1 to 86400"),
            ("limits", "inactivity_seconds", "0", "1 to 86400"),
            ("limits", "stall_seconds", "0", "1 to 86400"),
            ("limits", "delivery_window", "0", "1 to 10000"),
            ("limits", "max_unbound", "0", "1 to 1000000"),
            ("limits", "max_connections", "0", "1 to 1000000"),
            ("lockout", "attempts", "0", "1 to 1000000"),
            ("lockout", "seconds", "0", "1 to 86400"),
            ("lockout", "delay_milliseconds", "5001", "0 to 5000"),
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
        assert_eq!(error("listen = \"here\""), format!("listen is \"here\", allowed is {LISTEN}"));
        assert_eq!(
            error("receipt_timezone = \"Mars/Base\""),
            "receipt_timezone is \"Mars/Base\", allowed is an IANA time zone such as UTC or Europe/Copenhagen"
        );
    }

    #[test]
    fn the_log_redacts_numbers_unless_it_is_told_not_to() {
        assert_eq!(parse("").log_numbers, LogNumbers::Redacted);
        assert_eq!(parse("[log]\nnumbers = \"full\"").log_numbers, LogNumbers::Full);
        assert_eq!(parse("[log]\nnumbers = \"redacted\"").log_numbers, LogNumbers::Redacted);
        let wrong = "log.numbers is \"some\", allowed is \"redacted\" or \"full\"";
        assert_eq!(error("[log]\nnumbers = \"some\""), wrong);
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
        for (text, expected) in [
            ("windw = 1".to_owned(), "1: windw is unknown, allowed is limits, "),
            ("node = 1\n[limits]\nwindw = 1".to_owned(), "3: limits.windw is unknown, allowed is window, "),
            (
                "[store]\nfile = \"x\"".to_owned(),
                "2: store.file is unknown, allowed is retention_seconds, kind, ",
            ),
            ("[simulator]\nspeed = 1".to_owned(), "2: simulator.speed is unknown, allowed is outcomes, "),
            (
                "[simulator]\ndelay = { kind = \"fixed\", milliseconds = 1, hours = 1 }".to_owned(),
                "2: simulator.delay.hours is unknown, allowed is kind, milliseconds",
            ),
            (
                "[simulator]\noutcomes = [{ stat = \"DELIVRD\", err = 1 }]".to_owned(),
                "2: simulator.outcomes.err is unknown, allowed is ",
            ),
            (
                format!("{ACCOUNT}\npassword = \"x\""),
                "7: account.password of \"alice\" is unknown, allowed is system_id, ",
            ),
        ] {
            let error = error_with_line(&text);
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn a_wrong_type_names_its_line() {
        assert_eq!(
            error_with_line("node = 1\n[limits]\nwindow = \"many\""),
            "3: limits.window is \"many\", allowed is 1 to 10000"
        );
        assert_eq!(error_with_line("listen = 5"), format!("1: listen is 5, allowed is {LISTEN}"));
        assert_eq!(error_with_line("limits = 5"), "1: limits is 5, allowed is a table");
        assert!(error_with_line("node = 1\nnode = 2").starts_with("2: `node = 2`: duplicate key"));
        assert!(error_with_line("node = ").starts_with("1: `node =`: "));
    }

    #[test]
    fn every_mistake_is_told_at_once_in_the_order_of_the_file() {
        let text = "lisen = 1\nnode = 256\n[limits]\nwindow = 0\nresponse_seconds = false\n[[account]]\n\
                    connection_mode = [\"transmitter\",\n\"both\"]\nmax_binds = 0\n[simulator]\nseed = ";
        let error = Config::from_toml(text, "f").unwrap_err().to_string();
        let lines: Vec<_> = error.lines().map(|line| line.split(" is ").next().unwrap()).collect();
        let expected = [
            "f:1: lisen",
            "f:2: node",
            "f:4: limits.window",
            "f:5: limits.response_seconds",
            "f:8: account.connection_mode",
            "f:9: account.max_binds",
        ];
        assert_eq!(lines[..6], expected, "{error}");
        assert!(lines[6].starts_with("f:11: `seed =`: "), "{error}");
        assert_eq!(lines.len(), 7, "{error}");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = Config::load(std::path::Path::new("missing/gateway.toml")).unwrap_err().to_string();
        assert!(error.starts_with("missing/gateway.toml: can't be read: "), "{error}");
    }
}
