//! A command line that can't be run, told in one line: the flag, the value, what is allowed.

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use crate::target::redacted;

/// Turns clap's several lines into one. Values are redacted, because one may be a target's URL in the wrong place.
pub(crate) fn line(error: &Error) -> String {
    let flag = context(error, ContextKind::InvalidArg).unwrap_or_default();
    let flag = flag.split([' ', '[']).next().unwrap_or_default();
    let value = context(error, ContextKind::InvalidValue).map(redacted).unwrap_or_default();
    match error.kind() {
        ErrorKind::ValueValidation | ErrorKind::InvalidValue | ErrorKind::TooManyValues
            if value.is_empty() =>
        {
            format!("{flag} has no value, allowed is {}", allowed(flag))
        }
        ErrorKind::ValueValidation | ErrorKind::InvalidValue | ErrorKind::TooManyValues => {
            format!("{flag} is {value}, allowed is {}", allowed(flag))
        }
        ErrorKind::UnknownArgument => unknown(flag, context(error, ContextKind::SuggestedArg)),
        ErrorKind::ArgumentConflict => conflict(flag, error),
        _ => first_line(&error.render().to_string()),
    }
}

fn context(error: &Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text),
        _ => None,
    }
}

fn unknown(word: &str, suggested: Option<&str>) -> String {
    match (word.starts_with('-'), suggested) {
        (true, Some(flag)) => {
            format!("{} is no flag, allowed is {flag} or another that --help lists", redacted(word))
        }
        (true, None) => format!("{} is no flag, allowed is what --help lists", redacted(word)),
        (false, _) => format!("{} is a word too many, allowed is one target", redacted(word)),
    }
}

fn conflict(flag: &str, error: &Error) -> String {
    if let Some(word) = context(error, ContextKind::InvalidSubcommand) {
        return format!("{} is a word too many, allowed is one target", redacted(word));
    }
    match context(error, ContextKind::PriorArg).and_then(|prior| prior.split(' ').next()) {
        Some(prior) if prior != flag => format!("{flag} is given with {prior}, allowed is one of them"),
        _ => format!("{flag} is given twice, allowed is once"),
    }
}

fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    redacted(line.strip_prefix("error: ").unwrap_or(line))
}

pub(crate) fn allowed(flag: &str) -> &'static str {
    match flag {
        "--rate" => "0.001 to 100000000 messages a second",
        "--stages" => {
            "TIME:RATE or TIME:RATE..RATE, several with commas between them, like 30s:1000,2m:1000..5000"
        }
        "--arrival" => "uniform or poisson",
        "--burst" => "1 to 1000000",
        "--threshold" | "--abort-on" => {
            "a figure (min mean p50 p90 p95 p99 p99.9 p99.99 max, the same after receipt. or uncorrected., max_lag, errors, rate, \
             rate_ratio, shed, lost, timed_out, receipt.missing, receipt.duplicate), then < <= > or >=, then a limit like 50ms, 0.1% or 1000"
        }
        "--max-regress" => "a figure (rate, p50, p99, p99.9, max) and how much worse it may be, like p99=10%",
        "--delay" | "--receipt-delay" => "0, a time, times with shares like 1ms:90%,150ms:10%, or exp:10ms",
        "--refuse" => "statuses and shares like ESME_RTHROTTLED:1%,0x400:0.5%, together at most 100%",
        "--silent" | "--answer-twice" | "--receipt-twice" | "--receipt-missing" => "a share like 1% or 0.01",
        "--receipt-states" => "states and shares like DELIVRD:95%,UNDELIV:5%, together at most 100%",
        "--incoming" => "0.001 to 100000000 messages a second",
        "--stall" => "AFTER:LASTS like 5s:2s",
        "--listen" | "--prometheus" => "an address and a port like 127.0.0.1:2775",
        "--seed" => "a whole number",
        "--warmup" | "--receipt-wait" => "a time like 10s, 500ms or 2m, at most 168h",
        "--duration" | "--timeout" | "--deadline" => {
            "a time like 10s, 500ms or 2m, more than 0 and at most 168h"
        }
        "--messages" => "1 or more",
        "--window" => "1 to 10000",
        "--connections" => "1 to 50000",
        "--length" => "1 to 39015",
        "--receipt-id" => "exact, ignore-case, ignore-zeros, dec, hex, hex:dec or dec:hex",
        "--bind" => "trx, tx or rx",
        "--bind-rate" => "0.001 to 100000000 binds a second",
        "--encoding" => "auto, gsm7, ucs2, latin1, class0 or ucs2-class0",
        "--long" => "whole, udh, udh16, sar or payload",
        "--validity" => "a time like 10m, less than 32 days, or 16 characters like 000001000000000R",
        "--tlv" => "TAG=HEX like 0x1400=0A0B",
        "--local-address" => "an IP address of this machine",
        "--pin" => "64 hex digits, with or without sha256: before them",
        "--source" => "1 to 20 ASCII characters",
        "--destination" => "1 to 20 ASCII characters, or PREFIX:LEN like 45:10",
        "--password-file" | "--ca" | "--texts" | "--mix" => "the path of a file to read",
        "--json" | "--html" | "--csv" | "--hdr" | "--ledger" => "the path of a file to write",
        "--receipts" => "final, failure, success, intermediate or none, behind a =",
        "--insecure" | "--reconnect" | "--storm" | "--no-tui" | "--quiet" | "--find-max" => "the flag alone",
        _ => "what --help lists",
    }
}

#[cfg(test)]
mod tests {
    use crate::Parsed;

    fn refused(args: &str) -> String {
        Parsed::from_args(["smpp-load"].into_iter().chain(args.split(' '))).unwrap_err()
    }

    #[test]
    fn a_bad_number_names_its_flag_its_value_and_the_range() {
        for (flag, values, range) in [
            ("--window", ["0", "10001", "-1", "many"], "1 to 10000"),
            ("--connections", ["0", "50001", "-1", "1.5"], "1 to 50000"),
            ("--length", ["0", "39016", "-1", "x"], "1 to 39015"),
            ("--messages", ["0", "-5", "1k", "99999999999999999999"], "1 or more"),
        ] {
            for value in values {
                assert_eq!(
                    refused(&format!("{flag} {value}")),
                    format!("{flag} is {value}, allowed is {range}")
                );
            }
        }
        assert_eq!(refused("-w 0"), "--window is 0, allowed is 1 to 10000");
        assert_eq!(refused("-c 0"), "--connections is 0, allowed is 1 to 50000");
    }

    #[test]
    fn a_bad_time_names_the_units() {
        let allowed = "a time like 10s, 500ms or 2m, more than 0 and at most 168h";
        for value in ["0", "-1", "10x", "soon", "200h"] {
            assert_eq!(
                refused(&format!("-d {value}")),
                format!("--duration is {value}, allowed is {allowed}")
            );
            assert_eq!(
                refused(&format!("--timeout {value}")),
                format!("--timeout is {value}, allowed is {allowed}")
            );
        }
    }

    #[test]
    fn a_bad_pin_or_address_says_what_one_looks_like() {
        let allowed = "64 hex digits, with or without sha256: before them";
        for value in ["ab", &"g0".repeat(32), &format!("sha1:{}", "a0".repeat(32)), &"é".repeat(32)] {
            assert_eq!(refused(&format!("--pin {value}")), format!("--pin is {value}, allowed is {allowed}"));
        }
        for (flag, allowed) in [
            ("--source", "1 to 20 ASCII characters"),
            ("--destination", "1 to 20 ASCII characters, or PREFIX:LEN like 45:10"),
        ] {
            let long = "4".repeat(21);
            assert_eq!(refused(&format!("{flag} {long}")), format!("{flag} is {long}, allowed is {allowed}"));
            assert_eq!(refused(&format!("{flag} Ærø")), format!("{flag} is Ærø, allowed is {allowed}"));
        }
    }

    #[test]
    fn a_flag_without_its_value_says_what_would_be_allowed() {
        assert_eq!(refused("--window"), "--window has no value, allowed is 1 to 10000");
        assert_eq!(refused("--ca"), "--ca has no value, allowed is the path of a file to read");
        assert_eq!(
            refused("--password-file="),
            "--password-file has no value, allowed is the path of a file to read"
        );
        assert_eq!(refused("--json"), "--json has no value, allowed is the path of a file to write");
        assert_eq!(refused("--source="), "--source has no value, allowed is 1 to 20 ASCII characters");
        assert_eq!(
            refused("--receipts=yes"),
            "--receipts is yes, allowed is final, failure, success, intermediate or none, behind a ="
        );
        assert_eq!(refused("-w 1 -w 2"), "--window is given twice, allowed is once");
        assert_eq!(
            refused("--rate 1 --stages 1s:1"),
            "--rate is given with --stages, allowed is one of them"
        );
    }

    #[test]
    fn what_is_unknown_is_refused() {
        assert_eq!(refused("--unsafe"), "--unsafe is no flag, allowed is what --help lists");
        assert_eq!(
            refused("--widnow 3"),
            "--widnow is no flag, allowed is --window or another that --help lists"
        );
        assert_eq!(refused("--insecure --ca a"), "--insecure is given with --ca, allowed is one of them");
    }

    #[test]
    fn a_refusal_is_one_line_and_never_shows_a_password() {
        for args in
            ["-d smpp://a:secret@h", "--nonsense=smpp://a:secret@h", "--ca a --ca b", "-w 1\n2", "-\n"]
        {
            let line = refused(args);
            assert!(!line.contains('\n') && !line.contains("secret"), "{line}");
        }
    }
}
