//! What peers in the field are known to do, played by octets; GOTCHAS.md lists it all, with the test of each line.

use std::fs;
use std::path::Path;

mod client;
mod raw;
mod server;

#[test]
fn every_test_that_the_list_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    for folder in ["crates", "tests"] {
        read_into(&mut sources, &root.join(folder));
    }
    let rows = include_str!("../GOTCHAS.md").lines().filter_map(|line| line.strip_prefix("| "));
    let tests: Vec<_> = rows.flat_map(|row| row.split('`').skip(1).step_by(2)).collect();
    assert!(tests.len() > 40);
    for test in tests {
        assert!(sources.contains(&format!("fn {test}(")), "{test} is no test");
    }
}

/// All Rust sources below a folder.
fn read_into(sources: &mut String, folder: &Path) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            read_into(sources, &path);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}
