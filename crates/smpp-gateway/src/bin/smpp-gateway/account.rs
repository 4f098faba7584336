//! `smpp-gateway account`: the lines of a new account.

use std::{io::BufRead as _, path::Path};

use smpp_gateway::{Config, Gateway, PasswordHash, generate_password};

use crate::{
    Failure,
    exit::{BAD_CONFIG, FAILED},
    say,
};

/// Makes a password, prints it this once, and what is kept of it.
pub(crate) fn new(system_id: &str, path: &Path) -> Result<(), Failure> {
    let config = Config::load(path).map_err(|error| (BAD_CONFIG, error.to_string()))?;
    check_system_id(system_id)?;
    let failed = |error: &dyn std::fmt::Display| (FAILED, error.to_string());
    let key = Gateway::verifier_key(&config).map_err(|error| failed(&error))?;
    let password = generate_password().map_err(|error| failed(&error))?;
    let verifier = key.verifier(system_id.as_bytes(), password.as_bytes());
    say(&mut std::io::stdout(), &format!("# password (shown once): {password}"));
    print(system_id, &format!("verifier = \"{}\"", verifier.to_hex()));
    Ok(())
}

/// Hashes the password on standard input.
pub(crate) fn import(system_id: &str) -> Result<(), Failure> {
    check_system_id(system_id)?;
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    read.map_err(|error| (FAILED, format!("the password can't be read: {error}")))?;
    let password = line.trim_end_matches(['\r', '\n']);
    if !(1..=8).contains(&password.len()) || password.contains('\0') {
        let octets = password.len();
        return Err((
            BAD_CONFIG,
            format!("the password has {octets} octets, allowed are 1 to 8 without NUL"),
        ));
    }
    let hash = PasswordHash::of(password.as_bytes()).map_err(|error| (FAILED, error.to_string()))?;
    print(system_id, &format!("password_hash = \"{hash}\""));
    Ok(())
}

fn check_system_id(system_id: &str) -> Result<(), Failure> {
    let graphic = system_id.bytes().all(|octet| octet.is_ascii_graphic());
    if (1..=15).contains(&system_id.len()) && graphic {
        return Ok(());
    }
    Err((BAD_CONFIG, format!("SYSTEM_ID is {system_id:?}, allowed are 1 to 15 printable ASCII characters")))
}

fn print(system_id: &str, credential: &str) {
    let mut out = std::io::stdout();
    say(&mut out, "[[account]]");
    say(&mut out, &format!("system_id = {system_id:?}"));
    say(&mut out, credential);
    say(&mut out, "connection_mode = \"transceiver\"");
}
