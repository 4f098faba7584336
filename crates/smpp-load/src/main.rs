//! The load generator's command line.

use std::{io::Write, path::Path, process::ExitCode};

use smpp_load::{
    Compare, Comparison, FarSide, INSECURE, Options, Parsed, Report, ServeOptions, Server, Sink, Target,
    ThroughOptions, Verify, allow_sessions, check, run, storm, verify,
};
use smpp_session::ServerTls;
use tokio::runtime::{Builder, Runtime};

/// Wrong flags, target or password.
const BAD_USAGE: u8 = 2;
/// The run did not take place.
const FAILED: u8 = 1;

/// A figure is worse than it may be.
const NOT_KEPT: u8 = 3;
/// Octets for the ids of a ledger that are matched at once: 16 million of them.
const ID_MEMORY: usize = 256 << 20;

/// Clients that a sink makes room for.
const SESSIONS: u64 = 50_000;

type Failure = (u8, String);

fn main() -> ExitCode {
    let outcome = match Parsed::from_args(std::env::args_os()) {
        Ok(Parsed::Run(options)) => load(&options),
        Ok(Parsed::Serve(options)) => serve(&options),
        Ok(Parsed::Through(options)) => through(&options),
        Ok(Parsed::Verify(verify)) => verify_ledgers(&verify),
        Ok(Parsed::Compare(compare)) => compare_reports(&compare),
        Ok(Parsed::Print(text)) => {
            let _closed_pipe = std::io::stdout().write_all(&text);
            return ExitCode::SUCCESS;
        }
        Err(error) => Err((BAD_USAGE, error)),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err((code, error)) => {
            let _closed_pipe = writeln!(std::io::stderr(), "smpp-load: {error}");
            ExitCode::from(code)
        }
    }
}

/// Serves until Ctrl-C or SIGTERM, and prints what it saw as JSON.
fn serve(options: &ServeOptions) -> Result<u8, Failure> {
    let tls = server_tls(options.certificate.as_deref(), options.key.as_deref())?;
    // As many clients as the system lets it have.
    let _any_allowed = [SESSIONS, SESSIONS / 5].into_iter().any(|sessions| allow_sessions(sessions).is_ok());
    let runtime = runtime("serve", std::thread::available_parallelism().map_or(1, usize::from))?;
    let counts = runtime.block_on(async {
        let sink = Sink::start(options.listen, tls, options.behaviour());
        let sink =
            sink.await.map_err(|error| (FAILED, format!("--listen is {}: {error}", options.listen)))?;
        let _closed_pipe = writeln!(std::io::stderr(), "listening on {}", sink.local_addr());
        stopped().await;
        Ok(sink.stop().await)
    })?;
    let json = serde_json::to_string_pretty(&counts).map_err(|error| (FAILED, error.to_string()))?;
    let _closed_pipe = writeln!(std::io::stdout(), "{json}");
    Ok(0)
}

/// Waits for Ctrl-C or SIGTERM.
async fn stopped() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    let _stopped = tokio::signal::ctrl_c().await;
}

fn server_tls(chain: Option<&Path>, key: Option<&Path>) -> Result<Option<ServerTls>, Failure> {
    let tls = chain.zip(key).map(|(chain, key)| ServerTls::from_files(chain, key));
    tls.transpose().map_err(|error| (BAD_USAGE, error.to_string()))
}

/// Sends into a relay and waits on its other side.
fn through(all: &ThroughOptions) -> Result<u8, Failure> {
    let options = &all.options;
    let wrong = |what: &str| Err((BAD_USAGE, what.to_owned()));
    if options.target.urls.is_empty() {
        return wrong("through has no target, allowed is the relay's URL like smpps://me@host");
    }
    if options.content.mix.is_some() || options.session.storm || options.load.find_max {
        return wrong("through is given with --mix, --storm or --find-max, allowed are the flags of one run");
    }
    let tls = server_tls(all.certificate.as_deref(), all.key.as_deref())?;
    let server = servers(&options.target.urls, options)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    // The far side has a runtime of its own, so that neither delays the other's clock.
    let far = runtime("far", threads)?;
    let side = far
        .block_on(FarSide::start(all.listen, tls))
        .map_err(|error| (FAILED, format!("--listen is {}: {error}", all.listen)))?;
    let _closed_pipe = writeln!(std::io::stderr(), "listening on {}", side.local_addr());
    let report =
        runtime("load", threads)?.block_on(side.run(server, options)).map_err(|error| (FAILED, error))?;
    let _closed_pipe = report.print(&mut std::io::stdout());
    report.write_files(options).map_err(|error| (FAILED, error))?;
    Ok(report.exit_code())
}

fn verify_ledgers(options: &Verify) -> Result<u8, Failure> {
    let verdict = verify(&options.ledgers, ID_MEMORY).map_err(|error| (FAILED, error.to_string()))?;
    if options.json {
        let json = serde_json::to_string_pretty(&verdict).map_err(|error| (FAILED, error.to_string()))?;
        let _closed_pipe = writeln!(std::io::stdout(), "{json}");
    } else {
        let _closed_pipe = verdict.print(&mut std::io::stdout());
    }
    Ok(u8::from(!verdict.is_clean()))
}

fn compare_reports(options: &Compare) -> Result<u8, Failure> {
    let read = |path| Report::read(path).map_err(|error| (BAD_USAGE, error));
    let (first, second) = (read(&options.first)?, read(&options.second)?);
    let comparison = Comparison::new(&first, &second, &options.max_regress);
    let _closed_pipe = comparison.print(&mut std::io::stdout());
    Ok(if comparison.is_kept() { 0 } else { NOT_KEPT })
}

fn load(options: &Options) -> Result<u8, Failure> {
    check(options).map_err(|error| (BAD_USAGE, error))?;
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    let (urls, ours) = (&options.target.urls, options.session.connections);
    // An embedded gateway has the other end of each connection.
    let files = u64::from(ours) * if urls.is_empty() { 2 } else { 1 };
    allow_sessions(files).map_err(|error| (FAILED, error))?;
    if options.content.mix.is_some() && urls.is_empty() {
        return Err((BAD_USAGE, "--mix has no target, allowed is a URL like smpps://me@host".to_owned()));
    }
    if options.session.storm {
        return load_storm(options, cpus);
    }
    let report = match &urls[..] {
        [] => load_embedded(options, cpus)?,
        targets => load_targets(targets, options, cpus)?,
    };
    let _closed_pipe = report.print(&mut std::io::stdout());
    report.write_files(options).map_err(|error| (FAILED, error))?;
    Ok(report.exit_code())
}

fn load_targets(urls: &[String], options: &Options, cpus: usize) -> Result<Report, Failure> {
    drive(servers(urls, options)?, options, cpus)
}

/// Binds, idles, unbinds.
fn load_storm(options: &Options, cpus: usize) -> Result<u8, Failure> {
    if options.target.urls.is_empty() {
        return Err((BAD_USAGE, "--storm has no target, allowed is a URL like smpps://me@host".to_owned()));
    }
    let server = servers(&options.target.urls, options)?;
    let mut report = runtime("load", cpus)?.block_on(storm(&server, options));
    if options.target.insecure && server.tls {
        report.warnings.push(INSECURE.to_owned());
    }
    let _closed_pipe = report.print(&mut std::io::stdout());
    report.write(options.report.json.as_deref()).map_err(|error| (FAILED, error))?;
    Ok(report.exit_code())
}

fn servers(urls: &[String], options: &Options) -> Result<Server, Failure> {
    let bad_usage = |error: String| (BAD_USAGE, error);
    let environment = std::env::var("SMPP_PASSWORD").ok();
    let mut targets = Vec::with_capacity(urls.len());
    for url in urls {
        let target: Target = url.parse().map_err(bad_usage)?;
        let password = target
            .password(environment.clone(), options.target.password_file.as_deref())
            .map_err(bad_usage)?;
        targets.push((target, password));
    }
    let server = Server::of(&targets, options).map_err(|error| bad_usage(error.to_string()))?;
    if options.target.insecure && server.tls {
        let _closed_pipe = writeln!(std::io::stderr(), "smpp-load: warning: {INSECURE}");
    }
    Ok(server)
}

#[cfg(feature = "embedded")]
fn load_embedded(options: &Options, cpus: usize) -> Result<Report, Failure> {
    // Half of the machine each: generator and gateway must not wait for each other's threads.
    let threads = (cpus / 2).max(1);
    let durable = options.target.durable.as_ref();
    let durable = durable.map(|directory| directory.clone().unwrap_or_else(std::env::temp_dir));
    let gateway = smpp_load::Embedded::start(threads, options.session.connections, durable.as_deref())
        .map_err(|error| (FAILED, error))?;
    let server = gateway.server().map_err(|error| (FAILED, error))?;
    let report = drive(server, options, threads);
    gateway.stop();
    report
}

#[cfg(not(feature = "embedded"))]
fn load_embedded(_: &Options, _: usize) -> Result<Report, Failure> {
    Err((
        BAD_USAGE,
        "no target: built without the embedded gateway, name a server like smpps://me@host".into(),
    ))
}

fn drive(server: Server, options: &Options, threads: usize) -> Result<Report, Failure> {
    let runtime = runtime("load", threads)?;
    runtime.block_on(run(server, options)).map_err(|error| (FAILED, error))
}

fn runtime(name: &str, threads: usize) -> Result<Runtime, Failure> {
    Builder::new_multi_thread()
        .worker_threads(threads)
        .thread_name(name)
        .enable_all()
        .build()
        .map_err(|error| (FAILED, error.to_string()))
}
