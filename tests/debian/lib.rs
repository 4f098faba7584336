//! Programs of Debian packages that tests need: installed where this process is root, an error in CI where they can't be had, and a reason
//! to skip a test elsewhere.

use std::{
    env,
    fs::File,
    io,
    process::{Command, Stdio},
};

/// Whether the program of a package is here, after it was installed where that is allowed.
///
/// # Panics
/// In CI (`CI` is set) where it can't be had.
#[must_use]
pub fn is_available(package: &str, program: &str) -> bool {
    match install(package, program) {
        Ok(()) => true,
        Err(why) => {
            assert!(env::var_os("CI").is_none(), "needs the Debian package {package}: {why}");
            say_skipped(package, &why);
            false
        }
    }
}

#[expect(clippy::print_stderr, reason = "the tests' output is where a skipped test is looked for")]
fn say_skipped(package: &str, why: &str) {
    eprintln!("skipped: needs the Debian package {package}: {why}");
}

fn install(package: &str, program: &str) -> Result<(), String> {
    if is_installed(program) {
        return Ok(());
    }
    // Tests and their processes take turns: apt has one lock, and does not wait for it.
    let turn = turn().map_err(|error| error.to_string())?;
    turn.lock().map_err(|error| error.to_string())?;
    if is_installed(program) {
        return Ok(());
    }
    if run("id", &["-u"])? != "0" {
        return Err("it is not installed, and who runs this is not root".to_owned());
    }
    run("apt-get", &["update"])?;
    run("apt-get", &["install", "--yes", "--no-install-recommends", package])?;
    match is_installed(program) {
        true => Ok(()),
        false => Err(format!("it is installed, and has no {program}")),
    }
}

/// Daemons are not on everybody's path.
fn is_installed(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).chain([DAEMONS.into()]).any(|folder| folder.join(program).is_file())
}

/// A file beside the test's executable, so under `target/`.
fn turn() -> io::Result<File> {
    File::create(env::current_exe()?.with_file_name("apt.lock"))
}

fn run(program: &str, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new(program);
    let command = command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    let said = |octets: &[u8]| String::from_utf8_lossy(octets).trim().to_owned();
    match output.status.success() {
        true => Ok(said(&output.stdout)),
        false => Err(format!("{program}: {}", said(&output.stderr))),
    }
}

/// Where Debian puts them.
const DAEMONS: &str = "/usr/sbin";
