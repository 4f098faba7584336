//! What the command line asks for.

use std::path::PathBuf;

use clap::{CommandFactory as _, Parser, Subcommand, error::ErrorKind};
use clap_complete::Shell;

use crate::{
    Failure,
    exit::{BAD_CONFIG, EXIT_CODES},
};
#[cfg(feature = "sqlite")]
use crate::{announce, erase, messages};

/// A TLS SMPP v3.4 gateway.
#[derive(Debug, Parser)]
#[command(name = "smpp-gateway", version, max_term_width = 110, after_help = EXIT_CODES)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve until SIGTERM or SIGINT
    Run {
        /// The configuration, TOML
        #[arg(long, default_value = "gateway.toml")]
        config: PathBuf,
        /// In the place of the process that starts this one
        #[arg(long, hide = true)]
        take_over: bool,
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
    /// Announce planned maintenance: accounts are told once, by deliver_sm and webhook, as they want it, and the status page shows it
    #[cfg(feature = "sqlite")]
    Announce(announce::Announce),
    /// List what was announced, and who was told
    #[cfg(feature = "sqlite")]
    Announcements(announce::Announcements),
    /// Look messages up, as they are now, by id, account or destination; the gateway may run meanwhile
    #[cfg(feature = "sqlite")]
    Messages(messages::Options),
    /// Take the texts and numbers of a person out of the database; the gateway may run meanwhile
    #[cfg(feature = "sqlite")]
    Erase(erase::Options),
    /// Have a new process take over from the running gateway, with a configuration or a program that has changed; sessions are unbound,
    /// and nothing is lost
    Restart {
        /// The configuration, TOML
        #[arg(long, default_value = "gateway.toml")]
        config: PathBuf,
    },
    /// Have the running gateway follow its changed configuration: accounts, lock-out, TLS files; nothing changes if it is wrong
    Reload {
        /// The configuration, TOML
        #[arg(long, default_value = "gateway.toml")]
        config: PathBuf,
    },
    /// Print shell completions
    Completions {
        /// bash, elvish, fish, powershell or zsh
        shell: Shell,
    },
    /// Print the man page: of all commands, or of one
    Man {
        /// The command
        command: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Account {
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

/// For the shell to complete commands and flags with.
pub(crate) fn completions(shell: Shell) -> Vec<u8> {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Options::command(), "smpp-gateway", &mut out);
    out
}

/// The man page of the program, or of one of its commands.
pub(crate) fn man_page(name: Option<&str>) -> Result<Vec<u8>, Failure> {
    let mut all = Options::command();
    all.build();
    let command = match name {
        None => all,
        Some(name) => {
            let known = all.get_subcommands().map(clap::Command::get_name).collect::<Vec<_>>().join(", ");
            let found = all.find_subcommand(name).cloned();
            let found =
                found.ok_or_else(|| (BAD_CONFIG, format!("COMMAND is {name:?}, allowed is {known}")))?;
            found.after_help(EXIT_CODES)
        }
    };
    let mut out = Vec::new();
    // Writing to a vector can't fail.
    let _always = clap_mangen::Man::new(command).render(&mut out);
    Ok(out)
}

/// clap's error without its usage and tips.
pub(crate) fn one_line(error: &clap::Error) -> String {
    // clap would print the whole help here.
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "no command, allowed is what --help shows".to_owned();
    }
    let text = error.to_string();
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let words: Vec<_> = paragraph.trim_start_matches("error: ").split_whitespace().collect();
    format!("{}; allowed is what --help shows", words.join(" "))
}
