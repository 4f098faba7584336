//! `[[account]]` against what is allowed.

use std::collections::HashSet;

use crate::{
    AccountConfig, ConnectionModes, Verifier,
    config::{
        DEFAULT_MAX_BINDS,
        reader::{Entry, Section},
    },
};

pub(super) fn accounts(sections: &[Section<'_>]) -> Vec<AccountConfig> {
    let mut seen = HashSet::new();
    sections.iter().filter_map(|section| account(section, &mut seen)).collect()
}

/// `None` when something that has no default is missing or wrong.
fn account<'d>(section: &Section<'d>, seen: &mut HashSet<&'d str>) -> Option<AccountConfig> {
    let allowed = format!("1 to {SYSTEM_ID_MAX} printable ASCII characters");
    let entry = section.required("system_id", &allowed);
    let system_id = entry.as_ref().and_then(|entry| system_id(entry, &allowed, seen));
    if let Some(system_id) = system_id {
        section.belongs_to(system_id);
    }
    let verifier = section.required("verifier", VERIFIER).and_then(|entry| verifier(&entry));
    let modes = section.required("connection_mode", MODES).map(|entry| {
        let modes = entry.list(MODES, ConnectionModes::from_name);
        modes.into_iter().fold(ConnectionModes::NONE, ConnectionModes::and)
    });
    let max_binds = section.number("max_binds", DEFAULT_MAX_BINDS, 1..=10_000);
    Some(AccountConfig { system_id: system_id?.to_owned(), verifier: verifier?, modes: modes?, max_binds })
}

fn system_id<'d>(entry: &Entry<'d>, allowed: &str, seen: &mut HashSet<&'d str>) -> Option<&'d str> {
    let text = entry.text(allowed)?;
    let printable = text.bytes().all(|octet| matches!(octet, b' '..=b'~'));
    if !(1..=SYSTEM_ID_MAX).contains(&text.len()) || !printable {
        entry.refuse(entry.shown(), allowed);
        return None;
    }
    if !seen.insert(text) {
        entry.refuse(format_args!("{text:?} twice"), "each system_id once");
    }
    Some(text)
}

/// A wrong one is not shown: what stands there by mistake may be the password itself.
fn verifier(entry: &Entry<'_>) -> Option<Verifier> {
    let text = entry.secret(VERIFIER)?;
    let verifier = Verifier::from_hex(text);
    if verifier.is_none() {
        let count = text.chars().count();
        entry.refuse(format_args!("{count} characters that are no verifier"), VERIFIER);
    }
    verifier
}

const VERIFIER: &str = "64 hexadecimal digits";
const MODES: &str = "transmitter, receiver, transceiver or a list of them";
/// SMPP v3.4 §5.2.1: 16 octets with the NUL.
const SYSTEM_ID_MAX: usize = 15;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::check::testing::{ACCOUNT, error, error_with_line, parse};

    /// An account with one of its lines replaced.
    fn account_with(line: &str) -> String {
        let key = line.split(' ').next().unwrap();
        let kept = ACCOUNT.lines().filter(|other| !other.starts_with(key));
        kept.chain([line]).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn an_account_is_read() {
        let config = parse(ACCOUNT);
        let [account] = config.accounts.as_slice() else { panic!("one account") };
        assert_eq!((account.system_id.as_str(), account.max_binds), ("alice", 8));
        assert_eq!(account.modes, ConnectionModes::TRANSCEIVER);
        assert!(account.verifier.to_hex().starts_with("00112233"));
    }

    #[test]
    fn accounts_are_checked() {
        let modes = "allowed is transmitter, receiver, transceiver or a list of them";
        for (line, expected) in [
            ("system_id = \"\"", "account.system_id is \"\", allowed is 1 to 15 printable ASCII characters".to_owned()),
            (
                "system_id = \"1234567890123456\"",
                "account.system_id is \"1234567890123456\", allowed is 1 to 15 printable ASCII characters".to_owned(),
            ),
            ("system_id = \"é\"", "account.system_id is \"é\", allowed is 1 to 15 printable ASCII characters".to_owned()),
            (
                "verifier = \"secret\"",
                "account.verifier of \"alice\" is 6 characters that are no verifier, allowed is 64 hexadecimal digits"
                    .to_owned(),
            ),
            ("connection_mode = \"both\"", format!("account.connection_mode of \"alice\" is \"both\", {modes}")),
            ("connection_mode = []", format!("account.connection_mode of \"alice\" is an empty list, {modes}")),
            ("max_binds = 0", "account.max_binds of \"alice\" is 0, allowed is 1 to 10000".to_owned()),
        ] {
            assert_eq!(error(&account_with(line)), expected);
        }
    }

    #[test]
    fn a_system_id_may_stand_once_only() {
        assert_eq!(
            error(&format!("{ACCOUNT}{ACCOUNT}")),
            "account.system_id is \"alice\" twice, allowed is each system_id once"
        );
    }

    #[test]
    fn a_missing_key_of_an_account_names_its_table() {
        let account =
            |line: &str| ACCOUNT.lines().filter(|other| !other.starts_with(line)).collect::<Vec<_>>();
        for (key, named, allowed) in [
            ("system_id", "account.system_id", "1 to 15 printable ASCII characters"),
            ("verifier", "account.verifier of \"alice\"", VERIFIER),
            ("connection_mode", "account.connection_mode of \"alice\"", MODES),
        ] {
            let error = error_with_line(&account(key).join("\n"));
            assert_eq!(error, format!("2: {named} is missing, allowed is {allowed}"));
        }
    }

    #[test]
    fn what_stands_for_a_verifier_by_mistake_is_never_shown() {
        for line in ["verifier = \"secret08\"", "verifier = 'secret08'", "verifier = [\"secret08\"]"] {
            assert!(!error(&account_with(line)).contains("secret08"), "{line}");
        }
    }
}
