//! `smpp-gateway backup` and `restore`: the database as a whole.

use std::path::Path;

use smpp_gateway::{
    Config,
    store::sqlite::{self, OpenError},
};

use crate::{
    Failure,
    exit::{BAD_CONFIG, FAILED},
    say,
};

/// Copies the database to a new file; the gateway may run meanwhile.
pub(crate) fn backup(to: &Path, config: &Path) -> Result<(), Failure> {
    let config = load(config)?;
    sqlite::backup(&config.database(), to).map_err(failed)?;
    say(&mut std::io::stdout(), &format!("{} holds what was kept until now", to.display()));
    Ok(())
}

/// Puts a backup in the place of the database of a gateway that does not run.
pub(crate) fn restore(from: &Path, config: &Path) -> Result<(), Failure> {
    let config = load(config)?;
    sqlite::restore(from, &config.database()).map_err(failed)?;
    say(&mut std::io::stdout(), &format!("{} is as it was then", config.database().display()));
    Ok(())
}

fn load(config: &Path) -> Result<Config, Failure> {
    Config::load(config).map_err(|error| (BAD_CONFIG, error.to_string()))
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err gives")]
fn failed(error: OpenError) -> Failure {
    (FAILED, error.to_string())
}
