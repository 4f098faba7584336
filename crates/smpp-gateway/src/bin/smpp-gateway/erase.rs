//! `smpp-gateway erase`: a person's texts and numbers, taken out of the database.

use std::path::PathBuf;

use clap::Args;
use smpp_gateway::{
    Config, StoreKind, erasure,
    store::sqlite::{Erased, Person},
};

use crate::{
    Failure,
    exit::{BAD_CONFIG, FAILED, IN_PART},
    say,
};

/// Whose.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Of messages to this number
    #[arg(long, value_name = "NUMBER", value_parser = number, required_unless_present = "source")]
    destination: Option<String>,
    /// Of messages from this address
    #[arg(long, value_name = "ADDRESS", value_parser = number)]
    source: Option<String>,
    /// End messages that are on their way, as DELETED with code 006; the gateway must not run. Without it they are kept
    #[arg(long)]
    pending: bool,
    /// The configuration, TOML
    #[arg(long, default_value = "gateway.toml")]
    config: PathBuf,
}

fn number(text: &str) -> Result<String, String> {
    let octets = text.trim_start_matches('+').len();
    if (1..=20).contains(&octets) {
        Ok(text.to_owned())
    } else {
        Err("allowed is 1 to 20 characters".to_owned())
    }
}

/// Erases, and says how much; the gateway may run meanwhile.
pub(crate) fn erase(options: Options) -> Result<(), Failure> {
    let config = Config::load(&options.config).map_err(|error| (BAD_CONFIG, error.to_string()))?;
    if config.store.kind != StoreKind::Sqlite {
        return Err((FAILED, "store.kind is \"memory\": there is nothing on the disk to erase".to_owned()));
    }
    let person = Person { destination: options.destination, source: options.source };
    let mut out = std::io::stdout();
    if options.pending {
        let ended = erasure::cancel(&config, &person).map_err(|error| (FAILED, error.to_string()))?;
        say(&mut out, &format!("{ended} messages that were on their way ended as DELETED"));
    }
    let Erased { erased, on_their_way } =
        person.erase(&config.database()).map_err(|error| (FAILED, error.to_string()))?;
    say(&mut out, &format!("{erased} messages erased; backups and call detail records stay as they are"));
    if on_their_way > 0 {
        let what = format!(
            "{on_their_way} messages are on their way and keep text and number: erase again when they have ended, \
             or stop the gateway and use --pending"
        );
        return Err((IN_PART, what));
    }
    Ok(())
}
