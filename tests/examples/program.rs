//! An example as a process of its own.

use std::{
    io::{BufRead, BufReader, Lines},
    process::{Child, ChildStdout, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::binary::binary;

/// A running example; killed when it is dropped.
pub(crate) struct Program {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Program {
    pub(crate) fn start(name: &str, arguments: &[&str]) -> Self {
        let mut process =
            Command::new(binary(name)).args(arguments).stdout(Stdio::piped()).spawn().expect("it was built");
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines }
    }

    /// What is left of the next line that starts like this.
    pub(crate) fn line(&mut self, start: &str) -> String {
        let mut said = Vec::new();
        for line in self.lines.by_ref() {
            let line = line.unwrap();
            if let Some(rest) = line.strip_prefix(start) {
                return rest.to_owned();
            }
            said.push(line);
        }
        panic!("no line starts with {start:?}: {said:#?}");
    }

    /// Asks it to end.
    pub(crate) fn terminate(&self) {
        kill_process(Pid::from_child(&self.process), Signal::TERM).unwrap();
    }

    /// Waits for its end in order, and gives the lines that it has said since.
    pub(crate) fn finish(mut self) -> Vec<String> {
        let said: Vec<_> = self.lines.by_ref().map(Result::unwrap).collect();
        let status = self.process.wait().unwrap();
        assert!(status.success(), "{status}: {said:#?}");
        said
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ended_before = self.process.kill();
        let _ = self.process.wait();
    }
}
