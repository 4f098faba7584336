//! What the command line asks for: a run, or one of the commands beside it.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Command, CommandFactory, Parser, Subcommand, error::ErrorKind};
use clap_complete::Shell;

use crate::{MaxRegress, Options, ServeOptions, ThroughOptions, refusal, target::redacted};

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Parsed {
    /// A run.
    Run(Options),
    /// A sink to run.
    Serve(ServeOptions),
    /// A run through a relay.
    Through(ThroughOptions),
    /// Ledgers to add up.
    Verify(Verify),
    /// Reports to compare.
    Compare(Compare),
    /// The help, the version, completions or the man page, to print on stdout.
    Print(Vec<u8>),
}

#[derive(Parser)]
#[command(
    name = "smpp-load",
    version,
    max_term_width = 110,
    args_conflicts_with_subcommands = true,
    about = "Measures an SMPP v3.4 server: rate, latency and receipts, by the answers (closed loop) or by the clock (open loop)"
)]
struct CommandLine {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    beside: Option<Beside>,
}

#[derive(Subcommand)]
enum Beside {
    /// Be a server whose behaviour is chosen (delays, refusals, silence, receipts), until Ctrl-C; prints what it saw
    Serve(ServeOptions),
    /// Send into one side of a relay and be the server on its other side: end-to-end latency and loss
    Through(Box<ThroughOptions>),
    /// Add up the ledgers of a run: accepted, receipts, lost, duplicates; exit code 1 when something was lost
    Verify(Verify),
    /// Compare two JSON reports; exit code 3 when a --max-regress is exceeded by more than noise
    Compare(Compare),
    /// Print shell completions
    Completions {
        /// bash, elvish, fish, powershell or zsh
        shell: Shell,
    },
    /// Print the man page
    Man,
}

/// `smpp-load verify`.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Verify {
    /// Files that --ledger wrote
    #[arg(required = true, value_name = "FILE")]
    pub ledgers: Vec<PathBuf>,
    /// Write the verdict as JSON to stdout in place of the table
    #[arg(long)]
    pub json: bool,
}

/// `smpp-load compare`.
#[derive(Args, Clone, Debug, PartialEq)]
pub struct Compare {
    /// The report to compare with
    #[arg(value_name = "A.json")]
    pub first: PathBuf,
    /// The report to judge
    #[arg(value_name = "B.json")]
    pub second: PathBuf,
    /// How much worse a figure (rate, p50, p99, p99.9, max) may be, like p99=10%; repeatable
    #[arg(long, value_name = "FIGURE=N%")]
    pub max_regress: Vec<MaxRegress>,
}

impl Parsed {
    /// Reads a command line whose first word is the program's name.
    ///
    /// # Errors
    /// One line without the program's name: the flag, the value, what is allowed.
    pub fn from_args<T: Into<OsString> + Clone>(args: impl IntoIterator<Item = T>) -> Result<Self, String> {
        let words: Vec<OsString> = args.into_iter().map(Into::into).collect();
        let mut line = match CommandLine::try_parse_from(&words) {
            Ok(line) => line,
            Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
                return Ok(Self::Print(error.render().to_string().into_bytes()));
            }
            Err(error) => return Err(refusal::line(&error)),
        };
        line.options.command_line = words.iter().map(|word| redacted(&word.to_string_lossy())).collect();
        Ok(match line.beside {
            None => Self::Run(line.options),
            Some(Beside::Serve(serve)) => Self::Serve(serve),
            Some(Beside::Through(mut through)) => {
                through.options.command_line = line.options.command_line;
                Self::Through(*through)
            }
            Some(Beside::Verify(verify)) => Self::Verify(verify),
            Some(Beside::Compare(compare)) => Self::Compare(compare),
            Some(Beside::Completions { shell }) => Self::Print(completions(shell)),
            Some(Beside::Man) => Self::Print(man_page()),
        })
    }
}

fn command() -> Command {
    CommandLine::command()
}

fn completions(shell: Shell) -> Vec<u8> {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut command(), "smpp-load", &mut out);
    out
}

fn man_page() -> Vec<u8> {
    let mut out = Vec::new();
    // Writing to a vector can't fail.
    let _ = clap_mangen::Man::new(command()).render(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Parsed {
        Parsed::from_args(line.split(' ')).unwrap()
    }

    fn printed(line: &str) -> String {
        match parsed(line) {
            Parsed::Print(text) => String::from_utf8(text).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_line_without_a_command_is_a_run() {
        assert!(
            matches!(parsed("smpp-load smpp://a@h -n 1"), Parsed::Run(options) if options.target.urls.len() == 1)
        );
    }

    #[test]
    fn the_commands_beside_a_run_are_read() {
        let verify = Verify { ledgers: vec!["a".into(), "b".into()], json: true };
        assert_eq!(parsed("smpp-load verify a b --json"), Parsed::Verify(verify));
        let Parsed::Compare(compare) = parsed("smpp-load compare a.json b.json --max-regress p99=10%") else {
            panic!("it is a comparison");
        };
        assert_eq!((compare.first, compare.max_regress.len()), ("a.json".into(), 1));
        assert!(Parsed::from_args(["smpp-load", "verify"]).is_err());
    }

    #[test]
    fn help_and_version_are_text_to_print() {
        assert_eq!(printed("smpp-load --version"), concat!("smpp-load ", env!("CARGO_PKG_VERSION"), "\n"));
        let help = printed("smpp-load --help");
        for part in
            ["Usage: smpp-load", "--window <N>", "How to load:", "What to send:", "What to demand:", "verify"]
        {
            assert!(help.contains(part), "no {part} in {help}");
        }
    }

    #[test]
    fn completions_and_the_man_page_know_the_flags() {
        assert!(printed("smpp-load completions bash").contains("--stages"));
        assert!(printed("smpp-load man").contains("\\-\\-stages"));
    }
}
