//! How receipts find their messages, and how long they are waited for.

use std::{str::FromStr, time::Duration};

use clap::Args;
use smpp_wire::receipt::{IdMatching, Radix};

use super::duration_or_none;

/// Receipts.
#[derive(Args, Clone, Debug, PartialEq)]
#[command(next_help_heading = "Receipts")]
pub struct ReceiptOptions {
    /// How the server writes a message_id in its answer and in its receipt: exact (the same), ignore-case,
    /// ignore-zeros, dec, hex, hex:dec (answers in hex, receipts in decimal) or dec:hex
    #[arg(long, value_name = "FORM", default_value = "exact")]
    pub receipt_id: IdForm,

    /// How long to wait for more receipts behind the last answer or receipt
    #[arg(long, value_name = "TIME", default_value = "60s", allow_negative_numbers = true,
        value_parser = duration_or_none)]
    pub receipt_wait: Duration,
}

/// How the ids of answers and receipts are made comparable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdForm(pub IdMatching);

impl FromStr for IdForm {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let radix = |word: &str| match word {
            "dec" => Ok(Radix::Decimal),
            "hex" => Ok(Radix::Hexadecimal),
            _ => Err("not a form of ids"),
        };
        let text_form =
            |ignore_case, ignore_leading_zeros| IdMatching::Text { ignore_case, ignore_leading_zeros };
        Ok(Self(match text {
            "exact" => IdMatching::EXACT,
            "ignore-case" => text_form(true, false),
            "ignore-zeros" => text_form(false, true),
            _ => {
                let (response, receipt) = text.split_once(':').unwrap_or((text, text));
                IdMatching::Number { response: radix(response)?, receipt: radix(receipt)? }
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_makes_the_ids_alike_that_it_says() {
        for (form, answer, receipt) in [
            ("exact", "a1", "a1"),
            ("ignore-case", "a1", "A1"),
            ("ignore-zeros", "7", "007"),
            ("hex:dec", "0A1B2C3D", "0169552957"),
            ("dec:hex", "255", "FF"),
            ("dec", "12", "0012"),
            ("hex", "ff", "00FF"),
        ] {
            let IdForm(matching) = form.parse().unwrap();
            let of_receipt = matching.of_receipt(receipt.as_bytes());
            assert_eq!(matching.of_response(answer.as_bytes()), of_receipt, "{form}");
        }
        assert!("oct".parse::<IdForm>().is_err() && "hex:".parse::<IdForm>().is_err());
    }
}
