//! ARCHITECTURE.md draws the way of a PDU; here is what keeps it true.
#![expect(clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{fs, path::Path};

#[test]
fn every_function_on_the_way_of_a_pdu_exists() {
    let page = include_str!("../ARCHITECTURE.md");
    let (_, behind) = page.split_once("## The way of a PDU").unwrap();
    let (way, _) = behind.split_once("\n## ").unwrap();
    let mut sources = Vec::new();
    for krate in ["smpp-wire", "smpp-session"] {
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("crates").join(krate).join("src"), &mut sources);
    }
    let functions: Vec<_> = way
        .split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':')
        .filter_map(|word| word.trim_end_matches(':').split_once("::"))
        .filter(|(owner, _)| *owner != "Event")
        .collect();
    assert!(functions.len() > 30, "{functions:?}");
    for (owner, function) in functions {
        let declared = |source: &&String| {
            ["(", "<"].iter().any(|next| source.contains(&format!("fn {function}{next}")))
                && source.lines().any(|line| declares(line, owner))
        };
        assert!(sources.iter().any(|source| declared(&source)), "{owner}::{function} is no function");
    }
}

/// True for the first line of an `impl` of this type, or of the trait.
fn declares(line: &str, owner: &str) -> bool {
    let head = line.strip_prefix("impl").or_else(|| line.strip_prefix("pub trait "));
    head.is_some_and(|head| head.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == owner))
}

/// All sources below a folder.
fn collect(folder: &Path, sources: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            collect(&entry.path(), sources);
        } else {
            sources.push(fs::read_to_string(entry.path()).unwrap());
        }
    }
}
