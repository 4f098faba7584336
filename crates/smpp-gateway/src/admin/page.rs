//! `/status` for people: one page without scripts that refreshes itself; light, dark, and on a phone.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::status::{AccountStatus, Status};

/// The whole page.
pub(super) fn html(status: &Status) -> String {
    let state = if status.ready { "serving" } else { "stopping" };
    let started = i64::try_from(status.started).ok().and_then(|at| Timestamp::from_second(at).ok());
    let started = started.map(|at| at.to_string()).unwrap_or_default();
    let mut page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
         <meta http-equiv=refresh content=5><title>smpp-gateway: {state}</title><style>{STYLE}</style>\
         <h1>smpp-gateway <span class={state}>{state}</span></h1>\
         <p>version {}, since {started}, store {} (start {}, {} batches open)</p>",
        status.version, status.store.name, status.store.starts, status.store.depth
    );
    #[cfg(feature = "sqlite")]
    for announcement in &status.maintenance {
        let _always = write!(page, "<p class=planned>{}</p>", escaped(&announcement.to_string()));
    }
    accounts(&mut page, &status.accounts);
    sessions(&mut page, &status.accounts);
    page.push_str("<h2>Since the start</h2><div class=counts>");
    counts(&mut page, "submit_sm", status.submits.iter().map(|(name, count)| (name.as_str(), *count)));
    counts(&mut page, "binds", status.binds.iter().map(|(name, count)| (name.as_str(), *count)));
    counts(&mut page, "requests sent", status.requests.iter().map(|(name, count)| (*name, *count)));
    for (kind, fates) in &status.deliveries {
        counts(&mut page, &format!("{kind} deliveries"), fates.iter().map(|(name, count)| (*name, *count)));
    }
    let unowned = [("received", status.unowned.received), ("waiting", status.unowned.waiting as u64)];
    counts(&mut page, "incoming without an owner", unowned.into_iter());
    counts(&mut page, "connections", status.connections.iter().map(|(name, count)| (*name, *count)));
    page.push_str("</div></html>");
    page
}

fn accounts(page: &mut String, accounts: &[AccountStatus]) {
    let names = ["account", "sessions", "messages/s", "accepted", "on their way", "receipts", "oldest"];
    table(page, "Accounts", &names, accounts, |account| {
        vec![
            account.system_id.clone(),
            format!("{} of {}", account.sessions.len(), account.max_binds),
            of(format!("{:.1}", account.rate), account.rate_limit),
            account.accepted.to_string(),
            of(account.queued.to_string(), account.queue_limit),
            account.receipts_pending.to_string(),
            format!("{} s", account.oldest_receipt_seconds),
        ]
    });
}

fn sessions(page: &mut String, accounts: &[AccountStatus]) {
    let all = accounts.iter().flat_map(|account| account.sessions.iter().map(move |one| (account, one)));
    let shown: Vec<_> = all.clone().take(SHOWN).collect();
    let names = ["session", "account", "mode", "from", "unanswered", "PDUs in", "PDUs out"];
    table(page, "Sessions", &names, &shown, |(account, session)| {
        vec![
            session.number.to_string(),
            account.system_id.clone(),
            session.mode.to_owned(),
            session.address.clone(),
            session.in_flight.to_string(),
            session.pdus_in.to_string(),
            session.pdus_out.to_string(),
        ]
    });
    let more = all.count() - shown.len();
    if more > 0 {
        let _always = write!(page, "<p>and {more} more: see /status.json</p>");
    }
}

fn of(now: String, limit: Option<impl std::fmt::Display>) -> String {
    match limit {
        Some(limit) => format!("{now} of {limit}"),
        None => now,
    }
}

/// On a phone each row is a card whose cells say what they are.
fn table<T>(page: &mut String, title: &str, names: &[&str], rows: &[T], cells: impl Fn(&T) -> Vec<String>) {
    let _always = write!(page, "<h2>{title}</h2><table><thead><tr>");
    for name in names {
        let _always = write!(page, "<th>{name}");
    }
    page.push_str("<tbody>");
    for row in rows {
        page.push_str("<tr>");
        for (name, cell) in names.iter().zip(cells(row)) {
            let _always = write!(page, "<td data-name='{name}'>{}", escaped(&cell));
        }
    }
    page.push_str("</table>");
    if rows.is_empty() {
        page.push_str("<p>none</p>");
    }
}

fn counts<'a>(page: &mut String, title: &str, counts: impl Iterator<Item = (&'a str, u64)>) {
    let _always = write!(page, "<dl><dt>{title}");
    for (name, count) in counts.filter(|(_, count)| *count > 0) {
        let _always = write!(page, "<dd><b>{count}</b> {}", escaped(name));
    }
    page.push_str("</dl>");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\'', "&#39;")
        .replace('"', "&quot;")
}

/// More rows than anybody reads on a page.
const SHOWN: usize = 200;

const STYLE: &str = "\
:root{color-scheme:light dark;--back:#fff;--text:#1b1f24;--line:#d5dae1;--soft:#5b6573;--good:#12733a;--bad:#b3261e}\
@media(prefers-color-scheme:dark){:root{--back:#12161b;--text:#e6e9ee;--line:#323a45;--soft:#9aa5b4;--good:#5fd38d;--bad:#ff8a80}}\
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:1rem auto;padding:0 1rem;background:var(--back);color:var(--text)}\
h1{font-size:1.4rem}h2{font-size:1.1rem;margin:1.5rem 0 .5rem}p{color:var(--soft)}\
.planned{color:var(--text);border-left:4px solid var(--bad);padding-left:.6rem}.serving{color:var(--good)}.stopping{color:var(--bad)}\
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}\
th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--line)}th{color:var(--soft);font-weight:600}\
.counts{display:flex;flex-wrap:wrap;gap:1rem 3rem}dl{margin:0}dt{color:var(--soft)}dd{margin:0}\
@media(max-width:40rem){thead{display:none}tr{display:block;border-bottom:1px solid var(--line);padding:.5rem 0}\
td{display:flex;justify-content:space-between;border:0;padding:.1rem 0}td::before{content:attr(data-name);color:var(--soft)}}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_looks_like_html_is_shown_as_it_is() {
        assert_eq!(escaped("<b a='1'>&\""), "&lt;b a=&#39;1&#39;&gt;&amp;&quot;");
    }
}
