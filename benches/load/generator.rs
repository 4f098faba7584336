//! Our generator, run as its library, with the flags of its command line.

use std::time::Duration;

use smpp_benches::end::End;
use smpp_benches::stopwatch::Took;
use smpp_load::{Options, Parsed, Report, Server, Target};

/// The report of a run with these flags, the target among them.
pub(crate) async fn run(flags: &str) -> Report {
    let line = format!("smpp-load --quiet {flags}");
    let Ok(Parsed::Run(options)) = Parsed::from_args(line.split_whitespace()) else {
        unreachable!("{line} is a run");
    };
    let options: Options = options;
    let url = options.target.urls.first().expect("there is a target");
    let target: Target = url.parse().expect("it is a URL");
    let password = target.password(None, None).expect("it is in the URL");
    let server = Server::of(&[(target, password)], &options).expect("its key is pinned");
    smpp_load::run(server, &options).await.expect("the server takes it")
}

/// Sends so many messages on the end of the client; from the first to the last answer, or receipt where they are asked for.
pub(crate) fn send(end: &End, flags: &str, messages: u64) -> Took {
    let flags = format!("{flags} -n {messages}");
    let report = end.run(async move { run(&flags).await });
    assert_eq!((report.messages.accepted, report.lost_nothing()), (messages, true), "{:?}", report.messages);
    let seconds = match &report.receipts {
        None => report.duration_seconds,
        Some(_) => report.series.last().map_or(f64::NAN, |last| last.to),
    };
    let cpu = report.cpu.process_seconds.unwrap_or_default();
    Took { time: Duration::from_secs_f64(seconds), cpu: Duration::from_secs_f64(cpu) }
}
