//! Where the program of an example is: `cargo test` builds the examples, `cargo test --test NAME` does not.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Once;
use std::time::SystemTime;
use std::{env, fs};

/// The program; built when there is none, or one of its sources is younger.
pub(crate) fn binary(name: &str) -> PathBuf {
    static BUILT: Once = Once::new();
    let test = env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    let binary = profile.join("examples").join(name);
    let built = binary.metadata().and_then(|metadata| metadata.modified());
    let sources = SOURCES.iter().map(|source| Path::new(env!("CARGO_MANIFEST_DIR")).join(source));
    if built.map_or(true, |built| sources.map(|source| changed(&source)).any(|change| built < change)) {
        BUILT.call_once(|| build(profile.parent().unwrap()));
    }
    binary
}

/// When a file was changed, or the youngest of a folder.
fn changed(path: &Path) -> SystemTime {
    let own = path.metadata().unwrap().modified().unwrap();
    let inside = fs::read_dir(path).into_iter().flatten();
    inside.map(|entry| changed(&entry.unwrap().path())).fold(own, SystemTime::max)
}

fn build(target: &Path) {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--package", "smpp-engine", "--examples", "--target-dir"]).arg(target);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    assert!(cargo.current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap().success());
}

const SOURCES: [&str; 4] = ["examples", "src", "crates/smpp-wire/src", "crates/smpp-session/src"];
