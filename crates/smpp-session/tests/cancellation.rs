//! Whoever drops a future of ours knows what becomes of its work: the documentation of each `async fn` says so.
#![expect(clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{fs, path::Path};

#[test]
fn every_public_async_function_says_what_its_cancellation_does() {
    let mut functions = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut functions);
    assert!(functions.len() > 10, "{functions:?}");
    let silent: Vec<_> =
        functions.iter().filter(|(_, docs)| !docs.to_lowercase().contains("cancellation")).collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

/// The public async functions of all sources below a folder, and the documentation of each.
fn collect(folder: &Path, functions: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            collect(&entry.path(), functions);
            continue;
        }
        let mut docs = String::new();
        for line in fs::read_to_string(entry.path()).unwrap().lines().map(str::trim) {
            if line.starts_with("pub async fn ") {
                functions.push((line.to_owned(), std::mem::take(&mut docs)));
            } else if line.starts_with("///") || line.starts_with("#[") {
                docs.push_str(line);
            } else {
                docs.clear();
            }
        }
    }
}
