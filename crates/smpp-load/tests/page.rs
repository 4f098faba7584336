//! The HTML report in a browser that nobody here wrote: headless Chromium, without a network.
#![expect(clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// What the browser makes of a page, and what it says on its console.
fn browse(page: &Path, flags: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new("chromium");
    command.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--enable-logging=stderr",
    ]);
    command.arg(format!("--user-data-dir={}", home.path().display())).env("HOME", home.path());
    // Whatever the page asks of a network fails, and is on the console.
    command.args(["--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:1"]).args(flags);
    command.arg(format!("file://{}", page.display())).output().unwrap()
}

/// The page of a run, with a script that puts what the browser drew of each plot into the title.
fn measured_page(name: &str) -> PathBuf {
    let page = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let run = Command::new(env!("CARGO_BIN_EXE_smpp-load"))
        .args([
            "-R",
            "1000",
            "-d",
            "3s",
            "-w",
            "500",
            "--receipts",
            "--quiet",
            "--threshold",
            "errors<1%",
            "--html",
        ])
        .arg(&page)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(!html.contains("<script"), "the page itself runs none");
    let script = "<script>for (const plot of document.querySelectorAll('section svg')) {
        for (const line of plot.querySelectorAll('polyline, rect')) {
            const box = line.getBBox();
            const ink = getComputedStyle(line);
            const drawn = box.width > 1 && (ink.stroke !== 'none' || ink.fill !== 'none');
            line.setAttribute('data-drawn', `${plot.closest('section').id}:${drawn}:${line.points ? line.points.numberOfItems : 1}`);
        }
    }</script></body>";
    let with_script = page.with_extension("measured.html");
    std::fs::write(&with_script, html.replace("</body>", script)).unwrap();
    with_script
}

#[test]
fn every_plot_is_drawn_and_the_console_stays_empty() {
    if !smpp_debian::is_available("chromium", "chromium") {
        return;
    }
    let page = measured_page("page.html");
    let browsed = browse(&page, &["--dump-dom"]);
    let (dom, console) = (String::from_utf8_lossy(&browsed.stdout), String::from_utf8_lossy(&browsed.stderr));
    assert!(browsed.status.success(), "{console}");
    assert!(!console.contains("CONSOLE"), "{console}");
    let drawn: Vec<Vec<&str>> = dom
        .split("data-drawn=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap_or_default().split(':').collect())
        .collect();
    // Offered, sent, answered; p50, p99, max; three latencies by share; one status; receipts, and those still to come.
    for (plot, lines) in [("rate", 3), ("latency", 3), ("distribution", 3), ("statuses", 1), ("receipts", 2)]
    {
        let of_plot: Vec<_> = drawn.iter().filter(|line| line.first() == Some(&plot)).collect();
        assert_eq!(of_plot.len(), lines, "{plot}: {drawn:?}");
        for line in of_plot {
            assert_eq!(line.get(1), Some(&"true"), "{plot}: {line:?}");
            let points: u32 = line.get(2).unwrap().parse().unwrap();
            assert!(points >= if plot == "statuses" { 1 } else { 2 }, "{plot}: {line:?}");
        }
    }
}

#[test]
fn light_dark_and_print_are_three_different_pages() {
    if !smpp_debian::is_available("chromium", "chromium") {
        return;
    }
    let page = measured_page("looks.html");
    let look = |name: &str, flags: &[&str]| {
        let file = page.with_file_name(name);
        let shot = format!("--screenshot={}", file.display());
        let browsed = browse(&page, &[&[shot.as_str(), "--window-size=1100,2400"], flags].concat());
        assert!(browsed.status.success(), "{}", String::from_utf8_lossy(&browsed.stderr));
        std::fs::read(&file).unwrap()
    };
    let light = look("page-light.png", &["--blink-settings=preferredColorScheme=1"]);
    let dark = look("page-dark.png", &["--blink-settings=preferredColorScheme=0"]);
    assert!(light != dark, "the page follows the colours that are asked for");
    let pdf = page.with_file_name("page.pdf");
    browse(&page, &[&format!("--print-to-pdf={}", pdf.display())]);
    assert!(std::fs::read(&pdf).unwrap().starts_with(b"%PDF"));
}
