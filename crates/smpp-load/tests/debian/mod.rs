//! Programs of Debian packages: installed where this process is root, needed in CI, and a reason to skip a test elsewhere.

use std::{
    fs::File,
    path::Path,
    process::{Command, Stdio},
};

/// Whether the program of a package is here.
pub(crate) fn is_available(package: &str, program: &str) -> bool {
    match install(package, program) {
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
    eprintln!("skipped: needs {package}: {why}");
}

fn install(package: &str, program: &str) -> Result<(), String> {
    // Test processes take turns: apt has one lock and does not wait for it.
    let lock = File::create(Path::new(env!("CARGO_TARGET_TMPDIR")).join("apt.lock"))
        .map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    if run(program, &["-V"]).is_ok() || run(program, &["--version"]).is_ok() {
        return Ok(());
    }
    if run("id", &["-u"])?.trim() != "0" {
        return Err("it is not installed, and who runs this is not root".to_owned());
    }
    run("apt-get", &["update"])?;
    run("apt-get", &["install", "--yes", "--no-install-recommends", package]).map(drop)
}

fn run(program: &str, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new(program);
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim())),
    }
}
