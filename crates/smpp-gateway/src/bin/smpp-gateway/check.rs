//! `smpp-gateway check`: every mistake of a configuration at once.

use std::path::Path;

use smpp_gateway::Config;

use crate::{Failure, exit::BAD_CONFIG, say};

pub(crate) fn check(path: &Path) -> Result<(), Failure> {
    let config = Config::load(path).map_err(|error| (BAD_CONFIG, error.to_string()))?;
    let count = config.accounts.len();
    say(&mut std::io::stdout(), &format!("{}: nothing is wrong, {count} accounts", path.display()));
    Ok(())
}
