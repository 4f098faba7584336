//! Programs that the tests need: Debian packages, installed where that is allowed.

use std::process::{Command, Stdio};

/// True when the program is there. Where it can't be had, the test is skipped and says so; in CI that is a failure.
pub(crate) fn is_available(program: &str, package: &str) -> bool {
    match install(program, package) {
        Ok(()) => true,
        Err(why) => {
            assert!(std::env::var_os("CI").is_none(), "needs the Debian package {package}: {why}");
            say_skipped(package, &why);
            false
        }
    }
}

#[expect(clippy::print_stderr, reason = "the tests' output is where a skipped test is looked for")]
fn say_skipped(package: &str, why: &str) {
    eprintln!("skipped: needs the Debian package {package}: {why}");
}

fn install(program: &str, package: &str) -> Result<(), String> {
    if run(program, &["--version"]).is_ok() {
        return Ok(());
    }
    if run("id", &["-u"])? != "0" {
        return Err("it is not installed, and who runs this is not root".to_owned());
    }
    run("apt-get", &["update"])?;
    run("apt-get", &["install", "--yes", "--no-install-recommends", package]).map(drop)
}

fn run(program: &str, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new(program);
    let command = command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    let said = |octets: &[u8]| String::from_utf8_lossy(octets).trim().to_owned();
    if output.status.success() {
        return Ok(said(&output.stdout));
    }
    Err(format!("{program}: {}", said(&output.stderr)))
}
