//! The status page in a browser: what it shows, on a desk and on a phone, by day and by night.

use std::{path::Path, process::Command};

use serde_json::Value;

use crate::http::{CUSTOMER, start};

/// Shows the page in a frame of this width, and tells what a person would see of it.
fn measure(page: &str, width: u32, is_dark: bool, directory: &Path) -> Value {
    let quoted = page.replace('&', "&amp;").replace('"', "&quot;");
    let wrapper = format!(
        r#"<!doctype html><iframe style="border:0;width:{width}px;height:800px" srcdoc="{quoted}" onload="
        const page = this.contentDocument, style = (one) => getComputedStyle(page.querySelector(one));
        document.body.innerText = 'SEEN' + JSON.stringify({{
            text: page.body.innerText, wide: page.documentElement.scrollWidth, background: style('body').backgroundColor,
            color: style('body').color, head: style('thead').display, scripts: page.scripts.length,
            refresh: page.querySelector('meta[http-equiv=refresh]').content,
        }}) + 'END'"></iframe>"#
    );
    let file = directory.join("wrapper.html");
    std::fs::write(&file, wrapper).unwrap();
    let scheme = if is_dark { 0 } else { 1 };
    let output = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--dump-dom"])
        .arg(format!("--blink-settings=preferredColorScheme={scheme}"))
        .arg(format!("--user-data-dir={}", directory.join("profile").display()))
        .args(["--window-size=1200,900", "--virtual-time-budget=2000"])
        .arg(format!("file://{}", file.display()))
        .output()
        .unwrap();
    let dom = String::from_utf8(output.stdout).unwrap();
    let seen = dom.split_once("SEEN").and_then(|(_, rest)| rest.split_once("END")).map(|(seen, _)| seen);
    let seen = seen.unwrap_or_else(|| panic!("{dom}\n{}", String::from_utf8_lossy(&output.stderr)));
    let text = seen.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ").replace("&amp;", "&");
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn the_page_shows_accounts_and_sessions_on_a_desk_and_on_a_phone_by_day_and_by_night() {
    let running = start(None).await;
    let page = running.get("/status").await;
    assert_eq!(page.status, 200);
    assert!(page.head.contains("content-security-policy: default-src 'none'"), "{}", page.head);
    if !smpp_debian::is_available("chromium", "chromium") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let desk = measure(&page.body, 1_100, false, directory.path());
    let text = desk["text"].as_str().unwrap();
    for words in [CUSTOMER, "serving", "2 of 2", "1 of 8", "transceiver", "127.0.0.1", "ESME_RMSGQFUL"] {
        assert!(text.contains(words), "no {words} in {text}");
    }
    assert_eq!((&desk["scripts"], &desk["refresh"]), (&0.into(), &"5".into()));
    assert_eq!(
        (&desk["head"], &desk["background"]),
        (&"table-header-group".into(), &"rgb(255, 255, 255)".into())
    );

    let phone = measure(&page.body, 360, true, directory.path());
    assert_eq!(phone["head"], "none", "rows are cards");
    assert!(phone["wide"].as_u64().unwrap() <= 360, "nothing to scroll sideways: {}", phone["wide"]);
    assert_ne!(phone["background"], desk["background"], "dark");
    assert_ne!(phone["color"], desk["color"]);
}
