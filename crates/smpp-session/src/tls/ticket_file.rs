//! The file of ticket keys.
//!
//! ```text
//! # made with: openssl rand -hex 32
//! 6c1f...64 hex digits...9a
//! 03d2...64 hex digits...be
//! ```
//! One key of 32 octets a line. The first encrypts, all decrypt. Empty lines and lines that start with `#` are skipped. Nobody but its
//! owner may read or write the file.
//!
//! To change the key where several servers share the file: add the new one at the end everywhere, then move it to the front everywhere,
//! and take the old one out when its tickets may go.

use std::{fs::File, io::Read, path::Path};

use super::{TlsError, tickets::TicketKey};

/// More keys than anybody rotates through.
const MAX_KEYS: usize = 16;
/// More octets than so many keys and their remarks take.
const MAX_FILE: u64 = 16 * 1_024;

/// Reads the keys.
///
/// # Errors
/// Names the file, and the line without what stands in it.
pub(super) fn read(path: &Path) -> Result<Vec<TicketKey>, TlsError> {
    let failed = |error| TlsError::about(path, error);
    let file = File::open(path).map_err(failed)?;
    judge_mode(&file).map_err(|what| TlsError::about(path, what))?;
    let mut text = String::new();
    file.take(MAX_FILE + 1).read_to_string(&mut text).map_err(failed)?;
    if text.len() as u64 > MAX_FILE {
        return Err(TlsError::about(path, format!("more than {MAX_FILE} octets")));
    }
    parse(&text).map_err(|what| TlsError::about(path, what))
}

fn parse(text: &str) -> Result<Vec<TicketKey>, String> {
    let mut keys: Vec<TicketKey> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let key = secret(line)
            .and_then(|secret| TicketKey::new(&secret))
            .ok_or_else(|| format!("line {number} is not 64 hex digits"))?;
        if keys.contains(&key) {
            return Err(format!("line {number} is a key that stands there already"));
        }
        keys.push(key);
    }
    match keys.len() {
        0 => Err("no key".to_owned()),
        count if count > MAX_KEYS => Err(format!("{count} keys, {MAX_KEYS} are allowed")),
        _ => Ok(keys),
    }
}

fn secret(line: &str) -> Option<[u8; 32]> {
    let digits: &[u8; 64] = line.as_bytes().try_into().ok()?;
    let mut secret = [0; 32];
    for (octet, pair) in secret.iter_mut().zip(digits.chunks_exact(2)) {
        if !pair.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        *octet = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(secret)
}

#[cfg(unix)]
fn judge_mode(file: &File) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().map_err(|error| error.to_string())?.permissions().mode() & 0o777;
    if mode & !0o600 != 0 {
        return Err(format!(
            "its mode is {mode:04o}, allowed is 0600 at most: others could read every session"
        ));
    }
    Ok(())
}

#[cfg(not(unix))]
fn judge_mode(_: &File) -> Result<(), String> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        parse(text).map(|keys| keys.len()).unwrap_err()
    }

    #[test]
    fn keys_stand_one_a_line_between_remarks() {
        let (one, other) = ("0f".repeat(32), "A1".repeat(32));
        assert_eq!(parse(&format!("# first\n{one}\n\n  {other} \r\n")).unwrap().len(), 2);
    }

    #[test]
    fn a_line_that_is_no_key_is_named_by_its_number_and_not_shown() {
        for wrong in ["0f".repeat(31), "0f".repeat(33), "0g".repeat(32), "+f".repeat(32), "é".repeat(32)] {
            let text = format!("# keys\n{}\n{wrong}\n", "0f".repeat(32));
            assert_eq!(refusal(&text), "line 3 is not 64 hex digits");
        }
    }

    #[test]
    fn no_key_too_many_keys_and_the_same_key_twice_are_refused() {
        assert_eq!(refusal("# nothing\n"), "no key");
        let many: String = (0..17).map(|number| format!("{number:064x}\n")).collect();
        assert_eq!(refusal(&many), "17 keys, 16 are allowed");
        let twice = format!("{}\n{}\n", "0f".repeat(32), "0F".repeat(32));
        assert_eq!(refusal(&twice), "line 2 is a key that stands there already");
    }
}
