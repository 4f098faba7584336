//! COMPLAINTS.md lists what users of other gateways complain about; here is what keeps the list true.
#![expect(clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{fs, path::Path};

#[test]
fn every_test_that_the_list_names_exists() {
    let lines = include_str!("COMPLAINTS.md").lines().filter(|line| line.starts_with("| "));
    for line in lines.filter(|line| !line.starts_with("| complaint")) {
        let tests: Vec<_> = line.split('`').filter(|part| part.contains("::")).collect();
        assert!(!tests.is_empty(), "no test: {line}");
        for test in tests {
            assert!(exists(test), "{test} is no test");
        }
    }
}

/// True when a file below `tests` or `src` of the crate has this test.
fn exists(test: &str) -> bool {
    let (path, name) = test.split_once("::").unwrap();
    let (package, file) = path.split_once('/').unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name(package);
    ["tests", "src"].iter().any(|folder| {
        let source =
            fs::read_to_string(root.join(folder).join(file).with_extension("rs")).unwrap_or_default();
        source.contains(&format!("fn {name}("))
    })
}
