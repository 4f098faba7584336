//! The gateway's command line.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand, error::ErrorKind};
use smpp_gateway::{Config, Gateway, generate_password};
use tokio::signal::unix::{SignalKind, signal};

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
    /// Make an account: prints its password once, and the lines for the configuration
    Account {
        /// 1 to 15 characters
        system_id: String,
        /// The configuration, TOML
        #[arg(long, default_value = "gateway.toml")]
        config: PathBuf,
    },
}

/// Wrong configuration or flags.
const BAD_CONFIG: u8 = 2;

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let result = match Options::try_parse() {
        Ok(Options { command: Command::Run { config } }) => run(&config),
        Ok(Options { command: Command::Check { config } }) => check(&config),
        Ok(Options { command: Command::Account { system_id, config } }) => account(&system_id, &config),
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
    let failed = |error: &dyn std::fmt::Display| (1, error.to_string());
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| failed(&error))?;
    runtime.block_on(async {
        let gateway = Gateway::start(config).await.map_err(|error| failed(&error))?;
        let mut out = std::io::stdout();
        say(&mut out, &format!("public key sha256:{}", gateway.fingerprint()));
        say(&mut out, &format!("store {}", gateway.store_name()));
        say(&mut out, &format!("listening on {}", gateway.local_addr()));
        let mut terminate = signal(SignalKind::terminate()).map_err(|error| failed(&error))?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        gateway.shutdown().await;
        Ok(())
    })
}

fn check(path: &Path) -> Result<(), Failure> {
    let config = Config::load(path).map_err(|error| (BAD_CONFIG, error.to_string()))?;
    let count = config.accounts.len();
    say(&mut std::io::stdout(), &format!("{}: nothing is wrong, {count} accounts", path.display()));
    Ok(())
}

fn account(system_id: &str, path: &Path) -> Result<(), Failure> {
    let config = Config::load(path).map_err(|error| (BAD_CONFIG, error.to_string()))?;
    if system_id.is_empty()
        || system_id.len() > 15
        || !system_id.bytes().all(|octet| octet.is_ascii_graphic())
    {
        return Err((
            BAD_CONFIG,
            format!("SYSTEM_ID is {system_id:?}, allowed are 1 to 15 printable ASCII characters"),
        ));
    }
    let key = Gateway::verifier_key(&config).map_err(|error| (1, error.to_string()))?;
    let password = generate_password().map_err(|error| (1, error.to_string()))?;
    let verifier = key.verifier(system_id.as_bytes(), password.as_bytes());
    let mut out = std::io::stdout();
    say(&mut out, &format!("# password (shown once): {password}"));
    say(&mut out, "[[account]]");
    say(&mut out, &format!("system_id = {system_id:?}"));
    say(&mut out, &format!("verifier = \"{}\"", verifier.to_hex()));
    say(&mut out, "connection_mode = \"transceiver\"");
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
