//! `[[account]]` against what is allowed.

use std::collections::HashSet;

use super::{Checked, number, quoted};
use crate::{
    AccountConfig, ConnectionModes, Verifier,
    config::{ConfigProblem, DEFAULT_MAX_BINDS, raw},
};

pub(super) fn accounts(raw: &[raw::Account]) -> Checked<Vec<AccountConfig>> {
    let mut seen = HashSet::new();
    for account in raw {
        if !seen.insert(&account.system_id) {
            return Err(ConfigProblem::value(
                "account.system_id",
                format!("{} twice", quoted(&account.system_id)),
                "each system_id once",
            ));
        }
    }
    raw.iter().map(account).collect()
}

fn account(raw: &raw::Account) -> Checked<AccountConfig> {
    let system_id = &raw.system_id;
    let printable = system_id.bytes().all(|octet| matches!(octet, b' '..=b'~'));
    if !(1..=SYSTEM_ID_MAX).contains(&system_id.len()) || !printable {
        let allowed = format!("1 to {SYSTEM_ID_MAX} printable ASCII characters");
        return Err(ConfigProblem::value("account.system_id", quoted(system_id), allowed));
    }
    let key = |name: &str| format!("account.{name} of {}", quoted(system_id));
    let verifier = Verifier::from_hex(&raw.verifier).ok_or_else(|| {
        // Not shown: what stands here by mistake may be the password itself.
        let value = format!("{} characters that are no verifier", raw.verifier.chars().count());
        ConfigProblem::value(key("verifier"), value, "64 hexadecimal digits")
    })?;
    let modes = connection_modes(&key("connection_mode"), raw.connection_mode.as_slice())?;
    let max_binds = number(&key("max_binds"), raw.max_binds, DEFAULT_MAX_BINDS, 1..=10_000)?;
    Ok(AccountConfig { system_id: system_id.clone(), verifier, modes, max_binds })
}

fn connection_modes(key: &str, names: &[String]) -> Checked<ConnectionModes> {
    let allowed = "transmitter, receiver, transceiver or a list of them";
    if names.is_empty() {
        return Err(ConfigProblem::value(key, "an empty list", allowed));
    }
    names.iter().try_fold(ConnectionModes::NONE, |modes, name| {
        let mode = ConnectionModes::from_name(name);
        mode.map(|mode| modes.and(mode)).ok_or_else(|| ConfigProblem::value(key, quoted(name), allowed))
    })
}

/// SMPP v3.4 §5.2.1: 16 octets with the NUL.
const SYSTEM_ID_MAX: usize = 15;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::check::testing::{ACCOUNT, error, parse};

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
    fn a_missing_key_of_an_account_names_its_line() {
        assert_eq!(
            error("[[account]]\nsystem_id = \"a\""),
            "line 1: `[[account]]`: missing field `verifier`"
        );
        let error = error(&account_with("connection_mode = 5"));
        assert!(
            error.ends_with("`connection_mode = 5`: expected a connection mode or a list of them"),
            "{error}"
        );
    }
}
