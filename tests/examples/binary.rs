//! Where programs are: `cargo test` builds the examples, `cargo test --test NAME` does not.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;
use std::{env, fs};

/// The program of an example.
pub(crate) fn binary(name: &str) -> PathBuf {
    built(&format!("examples/{name}"), &["--package", "smpp-engine", "--examples"], &SOURCES)
}

/// A program; built when there is none, or one of its sources is younger.
pub(crate) fn built(program: &str, arguments: &[&str], sources: &[&str]) -> PathBuf {
    static BUILT: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let test = env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    let binary = profile.join(program);
    let mut done = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let built = binary.metadata().and_then(|metadata| metadata.modified());
    let mut sources = sources.iter().map(|source| Path::new(env!("CARGO_MANIFEST_DIR")).join(source));
    let is_old = || built.map_or(true, |built| sources.any(|source| built < changed(&source)));
    if !done.iter().any(|built| built == program) && is_old() {
        build(profile.parent().unwrap(), arguments);
        done.push(program.to_owned());
    }
    binary
}

/// When a file was changed, or the youngest of a folder.
fn changed(path: &Path) -> SystemTime {
    let own = path.metadata().unwrap().modified().unwrap();
    let inside = fs::read_dir(path).into_iter().flatten();
    inside.map(|entry| changed(&entry.unwrap().path())).fold(own, SystemTime::max)
}

fn build(target: &Path, arguments: &[&str]) {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.arg("build").args(arguments).arg("--target-dir").arg(target);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    assert!(cargo.current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap().success());
}

const SOURCES: [&str; 4] = ["examples", "src", "crates/smpp-wire/src", "crates/smpp-session/src"];
