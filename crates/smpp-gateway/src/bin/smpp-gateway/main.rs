//! The gateway's command line.

mod account;
#[cfg(feature = "sqlite")]
mod database;
#[cfg(feature = "sqlite")]
mod erase;
mod log;
#[cfg(feature = "sqlite")]
mod messages;
mod notify;
mod reload;

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand, error::ErrorKind};
use smpp_gateway::{Config, Gateway};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// A TLS SMPP v3.4 gateway.
#[derive(Debug, Parser)]
#[command(name = "smpp-gateway", version)]
struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until SIGTERM or SIGINT
    Run {
        /// The configuration, TOML
        #[arg(long, default_value = "gateway.toml")]
        config: PathBuf,
    },
    /// Say everything that is wrong with a configuration: a line a mistake, with its line, key and what is allowed
    Check {
        /// The configuration, TOML
        config: PathBuf,
    },
    /// Make an account: prints the lines for the configuration
    #[command(subcommand)]
    Account(Account),
    /// Copy the database to a new file, as it is now; the gateway may run meanwhile
    #[cfg(feature = "sqlite")]
    Backup {
        /// The copy
        file: PathBuf,
        /// The configuration, TOML
        #[arg(long, default_value = "gateway.toml")]
        config: PathBuf,
    },
    /// Put a backup in the place of the database; the gateway must not run
    #[cfg(feature = "sqlite")]
    Restore {
        /// The backup
        file: PathBuf,
        /// The configuration, TOML
        #[arg(long, default_value = "gateway.toml")]
        config: PathBuf,
    },
    /// Look messages up, as they are now, by id, account or destination; the gateway may run meanwhile
    #[cfg(feature = "sqlite")]
    Messages(messages::Options),
    /// Take the texts and numbers of a person out of the database; the gateway may run meanwhile
    #[cfg(feature = "sqlite")]
    Erase(erase::Options),
    /// Have the running gateway follow its changed configuration: accounts, lock-out, TLS files; nothing changes if it is wrong
    Reload {
        /// The configuration, TOML
        #[arg(long, default_value = "gateway.toml")]
        config: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum Account {
    /// With a password that is made here and printed once
    New {
        /// 1 to 15 characters
        system_id: String,
        /// The configuration, TOML
        #[arg(long, default_value = "gateway.toml")]
        config: PathBuf,
    },
    /// With a password that exists already, read from standard input: a line of 1 to 8 characters
    Import {
        /// 1 to 15 characters
        system_id: String,
    },
}

/// What was asked for could not be done.
#[cfg(feature = "sqlite")]
const FAILED: u8 = 1;
/// Done, but not all of it.
#[cfg(feature = "sqlite")]
const IN_PART: u8 = 3;
/// Wrong configuration or flags.
const BAD_CONFIG: u8 = 2;

fn main() -> ExitCode {
    let result = match Options::try_parse() {
        Ok(Options { command: Command::Run { config } }) => run(&config),
        Ok(Options { command: Command::Check { config } }) => check(&config),
        Ok(Options { command: Command::Account(Account::New { system_id, config }) }) => {
            account::new(&system_id, &config)
        }
        Ok(Options { command: Command::Account(Account::Import { system_id }) }) => {
            account::import(&system_id)
        }
        Ok(Options { command: Command::Reload { config } }) => reload::reload(&config),
        #[cfg(feature = "sqlite")]
        Ok(Options { command: Command::Backup { file, config } }) => database::backup(&file, &config),
        #[cfg(feature = "sqlite")]
        Ok(Options { command: Command::Restore { file, config } }) => database::restore(&file, &config),
        #[cfg(feature = "sqlite")]
        Ok(Options { command: Command::Messages(options) }) => messages::messages(options),
        #[cfg(feature = "sqlite")]
        Ok(Options { command: Command::Erase(options) }) => erase::erase(options),
        Err(asked) if !asked.use_stderr() => {
            say(&mut std::io::stdout(), asked.to_string().trim_end());
            Ok(())
        }
        Err(error) => Err((BAD_CONFIG, one_line(&error))),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err((code, message)) => {
            message.lines().for_each(|line| say(&mut std::io::stderr(), &format!("smpp-gateway: {line}")));
            ExitCode::from(code)
        }
    }
}

type Failure = (u8, String);

fn run(path: &Path) -> Result<(), Failure> {
    let config = Config::load(path).map_err(|error| (BAD_CONFIG, error.to_string()))?;
    log::begin(config.log_format);
    let failed = |error: &dyn std::fmt::Display| (1, error.to_string());
    let state_dir = config.state_dir.clone();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| failed(&error))?;
    runtime.block_on(async {
        let gateway = Gateway::start(config).await.map_err(|error| failed(&error))?;
        // Before anybody is told that it runs, and may stop it.
        let mut signals = Signals::listen().map_err(|error| failed(&error))?;
        let mut out = std::io::stdout();
        say(&mut out, &format!("public key sha256:{}", gateway.fingerprint()));
        say(&mut out, &format!("store {}", gateway.store_name()));
        #[cfg(feature = "admin")]
        if let Some(address) = gateway.admin_addr() {
            say(&mut out, &format!("status on http://{address}/status"));
        }
        say(&mut out, &format!("listening on {}", gateway.local_addr()));
        let pid_file = reload::PidFile::write(&state_dir).map_err(|error| failed(&error))?;
        notify::notify("READY=1");
        until_stopped(&gateway, path, &mut signals).await;
        notify::notify("STOPPING=1");
        drop(pid_file);
        gateway.shutdown().await;
        Ok(())
    })
}

/// What an operator tells a running gateway by.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }
}

/// Serves until it is told to stop; follows its configuration when it is told to.
async fn until_stopped(gateway: &Gateway, path: &Path, signals: &mut Signals) {
    loop {
        tokio::select! {
            _ = signals.terminate.recv() => return,
            _ = signals.interrupt.recv() => return,
            _ = signals.hang_up.recv() => match Config::load(path) {
                Ok(config) => match gateway.reload(config) {
                    Ok(reload) => tracing::info!("reloaded; {reload}"),
                    Err(error) => tracing::error!("not reloaded, nothing was changed: {error}"),
                },
                Err(error) => tracing::error!("not reloaded, nothing was changed: {error}"),
            },
        }
    }
}

fn check(path: &Path) -> Result<(), Failure> {
    let config = Config::load(path).map_err(|error| (BAD_CONFIG, error.to_string()))?;
    let count = config.accounts.len();
    say(&mut std::io::stdout(), &format!("{}: nothing is wrong, {count} accounts", path.display()));
    Ok(())
}

/// clap's error without its usage and tips.
fn one_line(error: &clap::Error) -> String {
    // clap would print the whole help here.
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "no command, allowed is what --help shows".to_owned();
    }
    let text = error.to_string();
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let words: Vec<_> = paragraph.trim_start_matches("error: ").split_whitespace().collect();
    format!("{}; allowed is what --help shows", words.join(" "))
}

/// A closed pipe must not become a panic.
fn say(out: &mut impl Write, line: &str) {
    let _ = writeln!(out, "{line}");
}
