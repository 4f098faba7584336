//! `[[account]]` against what is allowed.

use std::collections::HashSet;

use super::NETWORKS;
use crate::{
    AccountConfig, ConnectionModes, Credential, PasswordHash, ReceiptPolicy, Verifier,
    account::{numbers::NumberPattern, sources::SourcePattern},
    config::reader::{Entry, Section},
};

pub(super) fn accounts(sections: &[Section<'_>]) -> Vec<AccountConfig> {
    // Nobody's incoming messages are those of account 0.
    let (mut seen, mut ids) = (HashSet::new(), HashSet::from([0]));
    let accounts: Vec<_> = sections.iter().filter_map(|section| account(section, &mut seen)).collect();
    let mut owned = HashSet::new();
    for section in sections {
        check_owners(section, &mut owned);
    }
    for (account, section) in accounts.iter().zip(sections) {
        // One in four thousand million; its messages would be the other's.
        if !ids.insert(account.id()) && accounts.len() == seen.len() {
            let system_id = format!("{:?}", account.system_id);
            section.refuse(
                "system_id",
                &system_id,
                "another one: inside the gateway it is like one of the others",
            );
        }
    }
    accounts
}

/// `None` when something that has no default is missing or wrong.
fn account<'d>(section: &Section<'d>, seen: &mut HashSet<&'d str>) -> Option<AccountConfig> {
    let allowed = format!("1 to {SYSTEM_ID_MAX} printable ASCII characters");
    let entry = section.required("system_id", &allowed);
    let system_id = entry.as_ref().and_then(|entry| system_id(entry, &allowed, seen));
    if let Some(system_id) = system_id {
        section.belongs_to(system_id);
    }
    let credential = credential(section);
    let modes = section.required("connection_mode", MODES).map(|entry| {
        let modes = entry.list(MODES, ConnectionModes::from_name);
        modes.into_iter().fold(ConnectionModes::NONE, ConnectionModes::and)
    });
    let max_binds = section.optional("max_binds", 1..=10_000);
    let limits = AccountConfig {
        window: section.optional("window", 1..=10_000),
        messages_per_second: section.optional("messages_per_second", 1..=1_000_000),
        burst: section.optional("burst", 1..=1_000_000),
        queue_limit: section.optional("queue_limit", 1..=1_000_000_000),
        sources: section.list("source_addresses", SOURCES, SourcePattern::parse),
        incoming_numbers: section.list("incoming_numbers", NUMBERS, NumberPattern::parse),
        receipts: section.parsed("receipts", ReceiptPolicy::AsAsked, RECEIPTS, receipts),
        #[cfg(feature = "sqlite")]
        announcements: section.parsed("announcements", false, ANNOUNCEMENTS, announcements),
        #[cfg(feature = "sqlite")]
        webhook: section.get("webhook").and_then(|entry| entry.parsed(WEBHOOK, webhook)),
        receipt_tlvs: section.parsed("receipt_tlvs", true, "\"on\" or \"off\"", on_or_off),
        networks: section.list("networks", NETWORKS, |text| text.parse().ok()),
        ..AccountConfig::new(system_id?, credential?)
    };
    let max_binds = max_binds.unwrap_or(limits.max_binds);
    Some(AccountConfig { modes: modes?, max_binds, ..limits })
}

/// Each number belongs to one account.
fn check_owners<'d>(section: &Section<'d>, owned: &mut HashSet<&'d str>) {
    let Some(entry) = section.get("incoming_numbers") else { return };
    for number in entry.texts() {
        if !owned.insert(number) {
            entry.refuse(
                format_args!("{number:?}, which is owned already"),
                "each number once, in one account",
            );
        }
    }
}

fn receipts(word: &str) -> Option<ReceiptPolicy> {
    match word {
        "as asked" => Some(ReceiptPolicy::AsAsked),
        "always" => Some(ReceiptPolicy::Always),
        "never" => Some(ReceiptPolicy::Never),
        _ => None,
    }
}

fn on_or_off(word: &str) -> Option<bool> {
    match word {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

#[cfg(feature = "sqlite")]
fn announcements(word: &str) -> Option<bool> {
    match word {
        "deliver_sm" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

/// Whatever is posted to must be who it says, unless it is this machine.
#[cfg(feature = "sqlite")]
fn webhook(text: &str) -> Option<String> {
    let uri: ureq::http::Uri = text.parse().ok()?;
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
    let is_here = ["localhost", "127.0.0.1", "[::1]"].contains(&authority.host());
    let is_safe = uri.scheme_str() == Some("https") || (uri.scheme_str() == Some("http") && is_here);
    is_safe.then(|| text.to_owned())
}

/// One of the two keys that a password is kept under.
fn credential(section: &Section<'_>) -> Option<Credential> {
    match (section.get("verifier"), section.get("password_hash")) {
        (Some(entry), None) => verifier(&entry).map(Credential::Generated),
        (None, Some(entry)) => password_hash(&entry).map(Credential::Imported),
        (Some(_), Some(entry)) => {
            entry.refuse("given beside verifier", "one of the two");
            None
        }
        (None, None) => {
            section.missing("verifier", "64 hexadecimal digits, or password_hash in its place");
            None
        }
    }
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

/// Not shown either.
fn password_hash(entry: &Entry<'_>) -> Option<PasswordHash> {
    let text = entry.secret(PASSWORD_HASH)?;
    let hash = PasswordHash::parse(text);
    if hash.is_none() {
        entry
            .refuse(format_args!("{} characters that are no such hash", text.chars().count()), PASSWORD_HASH);
    }
    hash
}

const PASSWORD_HASH: &str =
    "what `smpp-gateway account import` prints: argon2id of at most 64 MiB and ten passes";
const SOURCES: &str = "source addresses of 1 to 15 characters, or their beginning with a * behind it";
const NUMBERS: &str = "numbers of 1 to 20 characters, or their beginning with a * behind it";
const RECEIPTS: &str = "\"as asked\", \"always\" or \"never\"";
const VERIFIER: &str = "64 hexadecimal digits";
#[cfg(feature = "sqlite")]
const ANNOUNCEMENTS: &str = "\"deliver_sm\" or \"off\"";
#[cfg(feature = "sqlite")]
const WEBHOOK: &str = "an https:// URL without a user name, or http:// on localhost";
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
    fn receipts_carry_tlvs_unless_the_account_says_otherwise() {
        let tlvs = |line: &str| parse(&format!("{ACCOUNT}{line}")).accounts[0].receipt_tlvs;
        assert!(tlvs("") && tlvs("receipt_tlvs = \"on\"") && !tlvs("receipt_tlvs = \"off\""));
        let error = error(&format!("{ACCOUNT}receipt_tlvs = \"no\""));
        assert!(error.ends_with("is \"no\", allowed is \"on\" or \"off\""), "{error}");
    }

    #[cfg(feature = "sqlite")]
    #[test]
    fn announcements_are_told_as_the_account_says() {
        let account = |line: &str| parse(&format!("{ACCOUNT}{line}")).accounts[0].clone();
        assert_eq!((account("").announcements, account("").webhook), (false, None));
        assert!(account("announcements = \"deliver_sm\"").announcements);
        for url in
            ["https://example.com/hook?x=1", "http://127.0.0.1:80/", "http://[::1]/a", "http://localhost:1/"]
        {
            assert_eq!(account(&format!("webhook = {url:?}")).webhook.as_deref(), Some(url));
        }
        for url in
            ["http://example.com/", "https://user:secret@example.com/", "/hook", "ftp://localhost/", ""]
        {
            let refused = error(&format!("{ACCOUNT}webhook = {url:?}"));
            assert!(refused.ends_with(&format!("allowed is {WEBHOOK}")), "{refused}");
        }
        let refused = error(&format!("{ACCOUNT}announcements = \"on\""));
        assert!(refused.ends_with("is \"on\", allowed is \"deliver_sm\" or \"off\""), "{refused}");
    }

    #[test]
    fn an_account_is_read() {
        let config = parse(ACCOUNT);
        let [account] = config.accounts.as_slice() else { panic!("one account") };
        assert_eq!((account.system_id.as_str(), account.max_binds), ("alice", 8));
        assert_eq!(account.modes, ConnectionModes::TRANSCEIVER);
        assert!(
            matches!(account.credential, Credential::Generated(verifier) if verifier.to_hex().starts_with("00112233"))
        );
        assert_eq!(account.id(), 0x2bd8_06c9, "the beginning of SHA-256(alice)");
    }

    #[test]
    fn everything_that_an_account_may_is_kept_under_its_own_key() {
        let hash = PasswordHash::of(b"secret08").unwrap();
        let text = account_with(&format!("verifier = \"\"\npassword_hash = \"{hash}\""));
        let text = text.replace("verifier = \"\"\n", "")
            + "\nmax_binds = 2\nwindow = 3\nmessages_per_second = 4\nburst = 5\nqueue_limit = 6\n\
               source_addresses = [\"TestCo\", \"45*\"]\nincoming_numbers = [\"4366012345\", \"43660*\"]\nreceipts = \"never\"\nnetworks = \"192.0.2.0/24\"";
        let expected = AccountConfig {
            modes: ConnectionModes::TRANSCEIVER,
            max_binds: 2,
            window: Some(3),
            messages_per_second: Some(4),
            burst: Some(5),
            queue_limit: Some(6),
            sources: ["TestCo", "45*"].map(|text| SourcePattern::parse(text).unwrap()).to_vec(),
            incoming_numbers: ["4366012345", "43660*"]
                .map(|text| NumberPattern::parse(text).unwrap())
                .to_vec(),
            receipts: ReceiptPolicy::Never,
            networks: vec!["192.0.2.0/24".parse().unwrap()],
            ..AccountConfig::new("alice", hash)
        };
        assert_eq!(parse(&text).accounts, [expected]);
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
            ("window = 0", "account.window of \"alice\" is 0, allowed is 1 to 10000".to_owned()),
            (
                "messages_per_second = 0",
                "account.messages_per_second of \"alice\" is 0, allowed is 1 to 1000000".to_owned(),
            ),
            ("burst = 0", "account.burst of \"alice\" is 0, allowed is 1 to 1000000".to_owned()),
            ("queue_limit = 0", "account.queue_limit of \"alice\" is 0, allowed is 1 to 1000000000".to_owned()),
            (
                "source_addresses = [\"4*5\"]",
                format!("account.source_addresses of \"alice\" is \"4*5\", allowed is {SOURCES}"),
            ),
            ("receipts = \"off\"", format!("account.receipts of \"alice\" is \"off\", allowed is {RECEIPTS}")),
            (
                "incoming_numbers = \"43 660\"",
                format!("account.incoming_numbers of \"alice\" is \"43 660\", allowed is {NUMBERS}"),
            ),
            (
                "incoming_numbers = [\"43660*\", \"43660*\"]",
                "account.incoming_numbers of \"alice\" is \"43660*\", which is owned already, \
                 allowed is each number once, in one account"
                    .to_owned(),
            ),
            (
                "networks = [\"10.0.0.1/8\"]",
                format!("account.networks of \"alice\" is \"10.0.0.1/8\", allowed is {NETWORKS}"),
            ),
            (
                "password_hash = \"x\"",
                "account.password_hash of \"alice\" is given beside verifier, allowed is one of the two".to_owned(),
            ),
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
            (
                "verifier",
                "account.verifier of \"alice\"",
                "64 hexadecimal digits, or password_hash in its place",
            ),
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
