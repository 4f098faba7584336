//! The load generator's command line.

use std::{io::Write, process::ExitCode};

use smpp_load::{Options, Parsed, Report, Server, Target, run};

/// Wrong flags, target or password.
const BAD_USAGE: u8 = 2;
/// The run did not take place.
const FAILED: u8 = 1;

type Failure = (u8, String);

fn main() -> ExitCode {
    let outcome = match Options::from_args(std::env::args_os()) {
        Ok(Parsed::Run(options)) => load(&options),
        Ok(Parsed::Print(text)) => {
            let _closed_pipe = write!(std::io::stdout(), "{text}");
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

fn load(options: &Options) -> Result<u8, Failure> {
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    let report = match &options.target {
        Some(target) => load_target(target, options, cpus)?,
        None => load_embedded(options, cpus)?,
    };
    let _closed_pipe = report.print(&mut std::io::stdout());
    report.write_files(options).map_err(|error| (FAILED, error))?;
    Ok(report.exit_code())
}

fn load_target(target: &str, options: &Options, cpus: usize) -> Result<Report, Failure> {
    let target: Target = target.parse().map_err(|error| (BAD_USAGE, error))?;
    let environment = std::env::var("SMPP_PASSWORD").ok();
    let password =
        target.password(environment, options.password_file.as_deref()).map_err(|error| (BAD_USAGE, error))?;
    let server = Server::of(&target, &password, options).map_err(|error| (BAD_USAGE, error.to_string()))?;
    drive(server, options, cpus)
}

#[cfg(feature = "embedded")]
fn load_embedded(options: &Options, cpus: usize) -> Result<Report, Failure> {
    // Half of the machine each: generator and gateway must not wait for each other's threads.
    let threads = (cpus / 2).max(1);
    let gateway =
        smpp_load::Embedded::start(threads, options.connections).map_err(|error| (FAILED, error))?;
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
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .thread_name("load")
        .enable_all()
        .build()
        .map_err(|error| (FAILED, error.to_string()))?;
    runtime.block_on(run(server, options)).map_err(|error| (FAILED, error))
}
