//! The gateway's command line.

mod account;
#[cfg(feature = "sqlite")]
mod announce;
mod check;
#[cfg(feature = "sqlite")]
mod database;
#[cfg(feature = "sqlite")]
mod erase;
mod exit;
mod log;
#[cfg(feature = "sqlite")]
mod messages;
mod notify;
mod options;
mod reload;
mod restart;
mod run;

use std::{io::Write, process::ExitCode};

use clap::Parser as _;

use self::{
    exit::BAD_CONFIG,
    options::{Account, Command, Options},
};

/// The exit code, and what is said on standard error.
type Failure = (u8, String);

fn main() -> ExitCode {
    let result = match Options::try_parse() {
        Ok(options) => execute(options.command),
        Err(asked) if !asked.use_stderr() => {
            say(&mut std::io::stdout(), asked.to_string().trim_end());
            Ok(())
        }
        Err(error) => Err((BAD_CONFIG, options::one_line(&error))),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err((code, message)) => {
            message.lines().for_each(|line| say(&mut std::io::stderr(), &format!("smpp-gateway: {line}")));
            ExitCode::from(code)
        }
    }
}

fn execute(command: Command) -> Result<(), Failure> {
    match command {
        Command::Run { config, take_over } => run::run(&config, take_over),
        Command::Check { config } => check::check(&config),
        Command::Account(Account::New { system_id, config }) => account::new(&system_id, &config),
        Command::Account(Account::Import { system_id }) => account::import(&system_id),
        Command::Restart { config } => restart::restart(&config),
        Command::Reload { config } => reload::reload(&config),
        #[cfg(feature = "sqlite")]
        Command::Backup { file, config } => database::backup(&file, &config),
        #[cfg(feature = "sqlite")]
        Command::Restore { file, config } => database::restore(&file, &config),
        #[cfg(feature = "sqlite")]
        Command::Announce(options) => announce::announce(options),
        #[cfg(feature = "sqlite")]
        Command::Announcements(options) => announce::announcements(options),
        #[cfg(feature = "sqlite")]
        Command::Messages(options) => messages::messages(options),
        #[cfg(feature = "sqlite")]
        Command::Erase(options) => erase::erase(options),
        Command::Completions { shell } => print(&options::completions(shell)),
        Command::Man { command } => print(&options::man_page(command.as_deref())?),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it is how a command ends")]
fn print(octets: &[u8]) -> Result<(), Failure> {
    // A closed pipe is how a pager ends.
    let _closed = std::io::stdout().write_all(octets);
    Ok(())
}

/// A closed pipe must not become a panic.
fn say(out: &mut impl Write, line: &str) {
    let _ = writeln!(out, "{line}");
}
