//! The flags of a run, in the groups of `--help`: a file each.

mod content;
mod load;
mod receipts;
mod report;
mod session;
mod target;

use std::time::Duration;

use clap::Args;

pub use content::ContentOptions;
pub use load::LoadOptions;
pub(crate) use load::rate;
pub use receipts::{IdForm, ReceiptOptions};
pub use report::ReportOptions;
pub use session::SessionOptions;
pub(crate) use session::bind_mode;
pub use target::TargetOptions;

use crate::duration::parse_duration;

/// The flags of a run.
#[derive(Args, Clone, Debug, PartialEq)]
pub struct Options {
    /// Where to connect, and whom to trust.
    #[command(flatten)]
    pub target: TargetOptions,
    /// How much is sent, and when.
    #[command(flatten)]
    pub load: LoadOptions,
    /// How many sessions, and what each may have open.
    #[command(flatten)]
    pub session: SessionOptions,
    /// What each message says.
    #[command(flatten)]
    pub content: ContentOptions,
    /// How receipts find their messages, and how long they are waited for.
    #[command(flatten)]
    pub receipts: ReceiptOptions,
    /// What is demanded of a run, and what is written of it.
    #[command(flatten)]
    pub report: ReportOptions,
    /// The words of the command line, without passwords, for the report.
    #[arg(skip)]
    pub command_line: Vec<String>,
}

impl Options {
    /// How long after its time a message may leave.
    #[must_use]
    pub fn deadline(&self) -> Duration {
        self.load.deadline.unwrap_or(self.session.timeout)
    }
}

fn duration_or_none(text: &str) -> Result<Duration, &'static str> {
    if matches!(text, "0" | "0s" | "0ms") { Ok(Duration::ZERO) } else { duration(text) }
}

fn duration(text: &str) -> Result<Duration, &'static str> {
    parse_duration(text).ok_or("not a time")
}

#[cfg(test)]
mod tests {
    use super::load::DEFAULT_DURATION;
    use super::*;
    use crate::{Destination, Goal, Parsed, Receipts};

    fn options(args: &[&str]) -> Options {
        match Parsed::from_args([&["smpp-load"], args].concat()) {
            Ok(Parsed::Run(options)) => options,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn no_flag_is_needed() {
        let options = options(&[]);
        assert_eq!(
            (options.target.urls.len(), options.session.window, options.session.connections),
            (0, 64, 1)
        );
        assert_eq!(
            (options.content.length, options.session.timeout, options.content.receipts),
            (None, Duration::from_secs(10), Receipts::None)
        );
        assert_eq!(
            (options.content.source.as_str(), &options.content.destination),
            ("TestCo", &Destination::One("4512345678".to_owned()))
        );
    }

    #[test]
    fn every_flag_is_read() {
        let hex = "Ab".repeat(32);
        let line = format!(
            "smpp://a@h -d 500ms -n 7 -w 10000 -c 1000 --receipts --password-file p --ca c --pin {hex} --pin sha256:{hex} \
             --json j -l 254 --source 45 --destination 46 --timeout 2"
        );
        let options = options(&line.split_whitespace().collect::<Vec<_>>());
        assert_eq!(options.target.pins, [[0xAB; 32]; 2]);
        assert_eq!(
            (options.session.window, options.session.connections, options.content.length),
            (10_000, 1000, Some(254))
        );
        assert_eq!(
            (options.session.timeout, options.content.receipts),
            (Duration::from_secs(2), Receipts::Final)
        );
        assert_eq!(
            options.load.goal(),
            Goal { duration: Some(Duration::from_millis(500)), messages: Some(7) }
        );
    }

    #[test]
    fn messages_alone_have_no_time_limit() {
        assert_eq!(options(&["-n", "7"]).load.goal(), Goal { duration: None, messages: Some(7) });
        assert_eq!(options(&[]).load.goal(), Goal { duration: Some(DEFAULT_DURATION), messages: None });
    }

    #[test]
    fn a_rate_or_stages_make_an_open_loop() {
        let times = |line: &str| {
            let options = options(&line.split_whitespace().collect::<Vec<_>>());
            assert!(options.load.is_open_loop());
            options.load.schedule().expect("an open loop has a schedule").count()
        };
        assert_eq!(times("-R 100 -d 2s"), 200);
        assert_eq!(times("--rate 100 --burst 50"), 1_000);
        assert_eq!(times("--stages 1s:100,1s:100..200"), 250);
        assert!(!options(&[]).load.is_open_loop() && options(&[]).load.schedule().is_none());
        assert_eq!(options(&["--stages", "1m:1"]).load.goal().duration, Some(Duration::from_secs(60)));
    }
}
