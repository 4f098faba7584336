//! The ledger: each message's fate in a file, so that a run across restarts of the server can be proved afterwards.
//!
//! A file is a [`Head`] and then blocks, only ever appended: the length of the payload (4 octets), its CRC-32 (4), the payload.
//! A payload is whole [`Entry`]s, one behind the other; numbers are little endian. What a crash leaves of the last block is told
//! from damage: a cut block is the end of the file, a wrong checksum is an error that names its offset.

mod entry;
mod head;
mod reader;
mod verify;
mod writer;

pub use entry::{Entry, Fate, IdDigest};
pub use head::Head;
pub use reader::{LedgerError, LedgerReader};
pub use verify::{Verdict, verify};
pub use writer::LedgerWriter;

/// The largest payload of a block, in octets.
const BLOCK_MAX: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn entries(count: u64) -> Vec<Entry> {
        let message = |number: u64| Entry::Message {
            number,
            fate: match number % 4 {
                0 => Fate::TimedOut,
                1 => Fate::Answered(0x58),
                _ => Fate::Answered(0),
            },
            intended: number * 1_000,
            sent: number * 1_000 + 10,
            ended: number * 1_000 + 700,
            id: IdDigest::of(number.to_string().as_bytes()),
        };
        let receipt =
            |number: u64| Entry::Receipt { at: number, id: IdDigest::of(number.to_string().as_bytes()) };
        (0..count).flat_map(|number| [message(number), receipt(number)]).collect()
    }

    fn written(entries: &[Entry]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut writer = LedgerWriter::create(file.path(), &Head { seed: 7, receipts: true }).unwrap();
        for entry in entries {
            writer.record(entry);
        }
        writer.finish().unwrap();
        file
    }

    fn read(file: &tempfile::NamedTempFile) -> Result<(Vec<Entry>, bool), LedgerError> {
        let mut reader = LedgerReader::open(file.path())?;
        let mut entries = Vec::new();
        while let Some(block) = reader.next_block()? {
            entries.extend(block);
        }
        Ok((entries, reader.is_cut()))
    }

    #[test]
    fn what_is_recorded_is_read_back_in_order() {
        let entries = entries(5_000);
        let file = written(&entries);
        assert_eq!(LedgerReader::open(file.path()).unwrap().head(), Head { seed: 7, receipts: true });
        assert_eq!(read(&file).unwrap(), (entries, false));
    }

    #[test]
    fn a_cut_file_is_read_up_to_its_last_whole_block_at_every_length() {
        let all = entries(2_000);
        let file = written(&all);
        let octets = std::fs::read(file.path()).unwrap();
        for len in (Head::LEN..octets.len()).step_by(997) {
            let mut cut = tempfile::NamedTempFile::new().unwrap();
            cut.write_all(&octets[..len]).unwrap();
            let (entries, is_cut) = read(&cut).unwrap();
            assert!(all.starts_with(&entries) && entries.len() < all.len());
            assert!(is_cut || len == Head::LEN || entries.len().is_multiple_of(2), "length {len}");
        }
    }

    #[test]
    fn a_changed_octet_is_an_error_that_says_where() {
        let file = written(&entries(2_000));
        let mut octets = std::fs::read(file.path()).unwrap();
        octets[Head::LEN + 100] ^= 1;
        std::fs::write(file.path(), octets).unwrap();
        let error = read(&file).unwrap_err().to_string();
        assert!(error.contains("checksum") && error.contains(&format!("octet {}", Head::LEN)), "{error}");
    }

    #[test]
    fn a_file_of_another_kind_is_refused() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&[b'x'; 200]).unwrap();
        let error = LedgerReader::open(file.path()).unwrap_err().to_string();
        assert!(error.contains("is no ledger"), "{error}");
    }
}
