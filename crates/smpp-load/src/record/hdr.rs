//! HdrHistograms as other programs read them: base64 of the V2 deflate form, in the report and in an interval log.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
    time::{Duration, SystemTime},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use hdrhistogram::serialization::{
    Serializer, V2DeflateSerializer,
    interval_log::{IntervalLogWriterBuilder, Tag},
};
use serde::{Deserialize, Serialize};

use super::Latency;

/// The histograms of a run, each as base64 of the V2 deflate form; values are nanoseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histograms {
    /// From the intended start to the answer; `None` in a closed loop.
    pub latency: Option<String>,
    /// From the sending to the answer.
    pub uncorrected: String,
    /// From the sending to the receipt; `None` when none was asked for.
    pub receipt_latency: Option<String>,
}

/// `--hdr`: a log with the histograms of each interval, one line each, tagged with [`Histograms::NAMES`].
#[derive(Debug)]
pub(crate) struct HdrLog {
    file: BufWriter<File>,
    failed: Option<String>,
}

impl Histograms {
    /// The tags of an interval log.
    pub(super) const NAMES: [&str; 3] = ["latency", "uncorrected", "receipt_latency"];
}

impl Latency {
    /// As base64 of the V2 deflate form; values are nanoseconds.
    #[must_use]
    pub fn to_base64(&self) -> String {
        let mut octets = Vec::new();
        // Writing to a vector can't fail.
        let _ = V2DeflateSerializer::new().serialize(self.histogram(), &mut octets);
        BASE64_STANDARD.encode(octets)
    }
}

impl HdrLog {
    /// Creates the file, or empties it; times in it count from `started`.
    ///
    /// # Errors
    /// When it can't be created or written.
    pub(crate) fn create(path: &Path, started: SystemTime) -> io::Result<Self> {
        let mut file = BufWriter::new(File::create(path)?);
        // The version line is what other readers look for first.
        writeln!(file, "#[Histogram log format version 1.3]")?;
        IntervalLogWriterBuilder::new()
            .add_comment("[smpp-load: values are nanoseconds]")
            .with_start_time(started)
            .with_base_time(started)
            .begin_log_with(&mut file, &mut V2DeflateSerializer::new())?;
        file.flush()?;
        Ok(Self { file, failed: None })
    }

    /// Adds the histograms of an interval that hold something.
    pub(super) fn write<'l>(
        &mut self,
        histograms: impl Iterator<Item = (&'l str, &'l Latency)>,
        from: Duration,
        to: Duration,
    ) {
        for (name, latency) in histograms.filter(|(_, latency)| !latency.histogram().is_empty()) {
            if self.failed.is_none() {
                self.failed = self.line(name, latency, from, to).err();
            }
        }
    }

    fn line(&mut self, name: &str, latency: &Latency, from: Duration, to: Duration) -> Result<(), String> {
        let mut serializer = V2DeflateSerializer::new();
        // Without start and base time it writes no head.
        let mut line = Vec::new();
        let tag = Tag::new(name).ok_or_else(|| format!("{name} is no tag"))?;
        IntervalLogWriterBuilder::new()
            .begin_log_with(&mut line, &mut serializer)
            .map_err(|error| error.to_string())?
            .write_histogram(latency.histogram(), from, to.saturating_sub(from), Some(tag))
            .map_err(|error| error.to_string())?;
        self.file.write_all(&line).and_then(|()| self.file.flush()).map_err(|error| error.to_string())
    }

    /// Ends it; gives why it is not whole.
    pub(super) fn finish(self) -> Option<String> {
        self.failed
    }
}
