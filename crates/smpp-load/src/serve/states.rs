//! What receipts say: `DELIVRD:95%,UNDELIV:5%`.

use std::str::FromStr;

use super::Share;

/// States of receipts (SMPP v3.4 appendix B), and their shares; what is left is DELIVRD.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct States(Vec<(&'static str, f64)>);

impl States {
    /// The state for a throw of the dice from 0 to 1.
    pub(super) fn at(&self, mut throw: f64) -> &'static str {
        for (state, share) in &self.0 {
            if throw < *share {
                return state;
            }
            throw -= share;
        }
        DELIVERED
    }
}

impl FromStr for States {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut states = Vec::new();
        for word in text.split(',') {
            let (state, share) = word.trim().split_once(':').ok_or("not a state")?;
            let state = FINAL.into_iter().find(|known| *known == state).ok_or("not a state")?;
            states.push((state, share.parse::<Share>()?.0));
        }
        let total: f64 = states.iter().map(|(_, share)| share).sum();
        if total <= 1.0 { Ok(Self(states)) } else { Err("more than all receipts") }
    }
}

const DELIVERED: &str = "DELIVRD";
const FINAL: [&str; 7] = [DELIVERED, "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD", "UNKNOWN", "REJECTD"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_share_the_dice_and_the_rest_is_delivered() {
        let states: States = "UNDELIV:10%, EXPIRED:20%".parse().unwrap();
        assert_eq!([0.05, 0.15, 0.5].map(|throw| states.at(throw)), ["UNDELIV", "EXPIRED", "DELIVRD"]);
        for text in ["", "GONE:1%", "UNDELIV", "UNDELIV:60%,EXPIRED:60%"] {
            assert!(text.parse::<States>().is_err(), "{text}");
        }
    }
}
