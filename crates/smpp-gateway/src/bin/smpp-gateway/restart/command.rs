//! `smpp-gateway restart`: has the running gateway replaced by a new process, and says how long nobody served.

use std::{
    io::{self, BufRead as _, BufReader, Write as _},
    os::unix::net::UnixStream,
    path::Path,
};

use smpp_gateway::Config;

use super::control::{RESTART, Report, socket_path};
use crate::{
    Failure,
    exit::{BAD_CONFIG, FAILED, IN_PART, UNKNOWN},
    say,
};

/// Checks the configuration here, where its mistakes can be read, and has the running gateway start a new process with it.
pub(crate) fn restart(path: &Path) -> Result<(), Failure> {
    let config = Config::load(path).map_err(|error| (BAD_CONFIG, error.to_string()))?;
    let socket = socket_path(&config.state_dir);
    let mut stream = UnixStream::connect(&socket).map_err(|error| {
        (FAILED, format!("{}: no gateway runs with this configuration: {error}", socket.display()))
    })?;
    let answer = ask(&mut stream).map_err(|error| {
        (UNKNOWN, format!("the running gateway has ended without an answer, its log says why: {error}"))
    })?;
    match Report::parse(answer.trim_end()) {
        Some(Report::Restarted { process, milliseconds }) => {
            let line = format!(
                "restarted: process {process} serves, {milliseconds} ms after the first message was refused"
            );
            say(&mut io::stdout(), &line);
            Ok(())
        }
        Some(Report::Kept(why)) => Err((FAILED, format!("not restarted, nothing was changed: {why}"))),
        Some(Report::Resumed(why)) => Err((
            IN_PART,
            format!("not restarted, sessions were ended and the old process serves again: {why}"),
        )),
        None => Err((UNKNOWN, format!("the running gateway has answered {answer:?}"))),
    }
}

fn ask(stream: &mut UnixStream) -> io::Result<String> {
    writeln!(stream, "{RESTART}")?;
    let mut answer = String::new();
    match BufReader::new(stream).read_line(&mut answer)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(answer),
    }
}
