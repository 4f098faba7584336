//! What a running gateway takes from a changed config.

use std::fmt;

use crate::{Changes, Config};

/// What a reload did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reload {
    /// Accounts that came, changed and went.
    pub accounts: Changes,
    /// The certificate or the ticket keys are others.
    pub certificate: bool,
    /// Keys whose new values wait for the next start.
    pub needs_restart: Vec<&'static str>,
}

impl fmt::Display for Reload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Changes { added, changed, removed, ended } = self.accounts;
        write!(f, "accounts: {added} added, {changed} changed, {removed} removed; {ended} sessions ended")?;
        if self.certificate {
            f.write_str("; new TLS files")?;
        }
        if !self.needs_restart.is_empty() {
            write!(f, "; need a restart: {}", self.needs_restart.join(", "))?;
        }
        Ok(())
    }
}

/// The keys that differ and that a running gateway can't follow.
pub(crate) fn needs_restart(old: &Config, new: &Config) -> Vec<&'static str> {
    let keys = [
        ("listen", old.listen != new.listen),
        ("proxies", old.proxies != new.proxies),
        ("state_dir", old.state_dir != new.state_dir),
        ("certificate, private_key", old.certificate != new.certificate),
        ("ticket_keys", old.ticket_keys != new.ticket_keys),
        ("node", old.node != new.node),
        ("receipt_timezone", old.receipt_timezone != new.receipt_timezone),
        ("receipt_status", old.receipt_status != new.receipt_status),
        ("validity_seconds", old.validity != new.validity),
        ("delivery_lifetime_seconds", old.delivery_lifetime != new.delivery_lifetime),
        ("store", old.store != new.store),
        ("limits", old.limits != new.limits),
        ("simulator", old.simulator != new.simulator),
        ("cdr", old.cdr != new.cdr),
        ("log", old.log_format != new.log_format || old.log_numbers != new.log_numbers),
        #[cfg(feature = "admin")]
        ("admin", old.admin != new.admin),
    ];
    keys.into_iter().filter_map(|(key, differs)| differs.then_some(key)).collect()
}
