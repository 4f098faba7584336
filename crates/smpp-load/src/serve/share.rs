//! Shares of messages on the command line: `1%`, `0.001`, and `ESME_RTHROTTLED:1%`.

use std::str::FromStr;

use smpp_wire::CommandStatus;

/// A part of all messages, 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share(pub f64);

impl FromStr for Share {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (number, factor) = text.strip_suffix('%').map_or((text, 1.0), |number| (number, 0.01));
        let share: f64 = number.parse::<f64>().map_err(|_| "not a share")? * factor;
        if (0.0..=1.0).contains(&share) { Ok(Self(share)) } else { Err("not a share") }
    }
}

/// Statuses, and the share of messages that each is answered to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refusals(Vec<(CommandStatus, f64)>);

impl Refusals {
    /// The status for a throw of the dice from 0 to 1.
    pub(super) fn at(&self, mut throw: f64) -> CommandStatus {
        for (status, share) in &self.0 {
            if throw < *share {
                return *status;
            }
            throw -= share;
        }
        CommandStatus::ESME_ROK
    }
}

impl FromStr for Refusals {
    type Err = &'static str;

    /// `ESME_RTHROTTLED:1%,0x400:0.5%`
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut refusals = Vec::new();
        for word in text.split(',') {
            let (status, share) = word.trim().split_once(':').ok_or("not a refusal")?;
            refusals.push((status_of(status).ok_or("not a status")?, share.parse::<Share>()?.0));
        }
        let total: f64 = refusals.iter().map(|(_, share)| share).sum();
        if total <= 1.0 { Ok(Self(refusals)) } else { Err("more than all messages") }
    }
}

/// By its specification name, or as a number.
fn status_of(text: &str) -> Option<CommandStatus> {
    if let Some(hex) = text.strip_prefix("0x") {
        return u32::from_str_radix(hex, 16).ok().map(CommandStatus);
    }
    (0..=HIGHEST_NAMED).map(CommandStatus).find(|status| status.name() == Some(text))
}

/// Every named status is below (SMPP v5.0 §4.7.6).
const HIGHEST_NAMED: u32 = 0xFFFF;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_percent_or_fractions() {
        assert_eq!("5%".parse(), Ok(Share(0.05)));
        assert_eq!("0.25".parse(), Ok(Share(0.25)));
        for text in ["", "%", "101%", "-1%", "x"] {
            assert!(text.parse::<Share>().is_err(), "{text}");
        }
    }

    #[test]
    fn refusals_share_the_dice() {
        let refusals: Refusals = "ESME_RTHROTTLED:10%, 0x400:20%".parse().unwrap();
        let at = [0.05, 0.15, 0.31].map(|throw| refusals.at(throw));
        assert_eq!(at, [CommandStatus::ESME_RTHROTTLED, CommandStatus(0x400), CommandStatus::ESME_ROK]);
        for text in ["ESME_RNOTHING:1%", "ESME_RTHROTTLED", "0x58:60%,0x14:60%"] {
            assert!(text.parse::<Refusals>().is_err(), "{text}");
        }
    }
}
