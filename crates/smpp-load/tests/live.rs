//! The full screen, in a terminal that tmux plays.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use serde_json::Value;

/// A tmux server of its own with one window; it ends with this.
struct Terminal {
    socket: PathBuf,
}

impl Terminal {
    /// Runs a shell's line; the window stays when it has ended.
    fn run(name: &str, line: &str) -> Self {
        let socket = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let terminal = Self { socket };
        // One that a killed test left behind.
        let _none = terminal.tmux(&["kill-server"]);
        let line = format!("{line}; echo \"ended with $?\"; stty -a | grep -o ' echo '; exec cat");
        let started =
            terminal.tmux(&["-f", "/dev/null", "new-session", "-d", "-x", "140", "-y", "40", &line]);
        assert!(started.is_some(), "tmux starts");
        terminal
    }

    fn tmux(&self, arguments: &[&str]) -> Option<String> {
        let output = Command::new("tmux").arg("-S").arg(&self.socket).args(arguments).output().unwrap();
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// What is on the screen, once it is as wanted.
    fn wait(&self, what: &str, is_it: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let screen = self.tmux(&["capture-pane", "-p"]).unwrap_or_default();
            if is_it(&screen) {
                return screen;
            }
            assert!(Instant::now() < deadline, "no {what} in\n{screen}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ended = self.tmux(&["kill-server"]);
    }
}

const PATIENCE: Duration = Duration::from_secs(60);

/// How many seconds the run has lasted, as the screen says.
fn seconds(screen: &str) -> Option<u32> {
    let before = screen.split(" s of ").next()?;
    before.rsplit(|sign: char| !sign.is_ascii_digit()).next()?.parse().ok()
}

#[test]
fn the_screen_shows_headings_and_figures_that_change_and_is_given_back() {
    if !smpp_debian::is_available("tmux", "tmux") {
        return;
    }
    let report = Path::new(env!("CARGO_TARGET_TMPDIR")).join("live.json");
    let line = format!("{} -d 60s --receipts --json {}", env!("CARGO_BIN_EXE_smpp-load"), report.display());
    let terminal = Terminal::run("live.tmux", &line);
    let first = terminal.wait("second", |screen| seconds(screen).is_some_and(|seconds| seconds > 0));
    for heading in [
        "embedded gateway, closed loop",
        "Messages a second",
        "Latency",
        "Messages",
        "Last second",
        "Window",
        "Answers",
        "ESME_ROK",
    ] {
        assert!(first.contains(heading), "no {heading} in\n{first}");
    }
    let at = seconds(&first);
    let later = terminal.wait("later second", |screen| seconds(screen) > at && seconds(screen) >= Some(4));
    let answered =
        |screen: &str| screen.lines().find_map(|line| line.split("answered").nth(1).map(str::to_owned));
    assert_ne!(answered(&first), answered(&later));

    terminal.tmux(&["send-keys", "x", "C-c"]).unwrap();
    let end = terminal.wait("end", |screen| screen.contains("ended with") && screen.contains(" echo"));
    // The report stands where the screen was, nothing of what was typed, and signs that are typed are shown again.
    assert!(end.contains("ended with 130") && !end.contains("Last second"), "{end}");

    let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    let cpu = |key: &str| report["cpu"][key].as_f64().unwrap();
    assert!(cpu("live_seconds") > 0.0, "{}", report["cpu"]);
    // Drawing takes many times as long without optimisation.
    if !cfg!(debug_assertions) {
        assert!(cpu("live_seconds") <= cpu("process_seconds") / 100.0, "{}", report["cpu"]);
    }
}

#[test]
fn no_tui_is_a_line_a_second_on_a_terminal_too() {
    if !smpp_debian::is_available("tmux", "tmux") {
        return;
    }
    let line = format!("{} -R 100 -d 2s --no-tui", env!("CARGO_BIN_EXE_smpp-load"));
    let terminal = Terminal::run("lines.tmux", &line);
    terminal.wait("line", |screen| screen.contains("1 s  ") && screen.contains("msg/s  in flight"));
    terminal.wait("end", |screen| screen.contains("ended with 0"));
}
