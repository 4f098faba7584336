//! A bench of several groups of rows, of which a run may name some.

use std::env;
use std::io::{self, Write};

use crate::files;
use crate::interleave::Effort;
use crate::table::{Row, Table};

/// Measures the rows of one subject.
pub type Group<World> = fn(&World, Effort) -> Vec<Row>;

/// Measures every group, or those that the command line names, and prints their table; one with all groups is kept as a file too.
///
/// # Errors
/// When the world can't be started, or the table not be written.
pub fn measure<World>(
    bench: &str,
    groups: &[(&str, Group<World>)],
    start: impl FnOnce() -> io::Result<World>,
) -> io::Result<()> {
    let effort = Effort::from_args();
    let named: Vec<_> = env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    files::allow_many()?;
    let world = start()?;
    let mut table = Table::new(bench);
    for (name, group) in groups {
        if named.is_empty() || named.iter().any(|named| named == name) {
            group(&world, effort).into_iter().for_each(|row| table.push(row));
        }
    }
    if effort == Effort::Smoke {
        return Ok(());
    }
    table.print()?;
    if named.is_empty() {
        writeln!(io::stdout(), "written to {}", table.write()?.display())?;
    }
    Ok(())
}
