//! The certificate that a gateway makes for itself.

use jiff::{Zoned, tz::TimeZone};
use rcgen::{Certificate, CertificateParams, DnType, Error, KeyPair, date_time_ymd};

/// Signs a certificate for localhost, 127.0.0.1 and ::1 with its own key.
///
/// It holds for ten years, from the first of this month: a client whose clock is a little behind accepts it too.
pub(crate) fn self_signed(pair: &KeyPair) -> Result<Certificate, Error> {
    let mut params = CertificateParams::new(["localhost", "127.0.0.1", "::1"].map(str::to_owned))?;
    params.distinguished_name.push(DnType::CommonName, "smpp-gateway");
    let today = Zoned::now().with_time_zone(TimeZone::UTC).date();
    let month = today.month().unsigned_abs();
    params.not_before = date_time_ymd(today.year().into(), month, 1);
    params.not_after = date_time_ymd(i32::from(today.year()) + YEARS, month, 1);
    params.self_signed(pair)
}

const YEARS: i32 = 10;

#[cfg(test)]
mod tests {
    use rustls::{
        pki_types::{CertificateDer, ServerName},
        server::ParsedCertificate,
    };

    use super::*;

    fn made() -> CertificateDer<'static> {
        self_signed(&KeyPair::generate().unwrap()).unwrap().der().clone()
    }

    #[test]
    fn it_is_for_this_machine_only() {
        let certificate = made();
        let parsed = ParsedCertificate::try_from(&certificate).unwrap();
        let is_for = |name: &'static str| {
            rustls::client::verify_server_name(&parsed, &ServerName::try_from(name).unwrap()).is_ok()
        };
        assert!(["localhost", "127.0.0.1", "::1"].into_iter().all(is_for));
        assert!(!is_for("example.com"));
    }

    #[test]
    fn it_holds_from_the_first_of_a_month_for_ten_years() {
        let first = Zoned::now().with_time_zone(TimeZone::UTC).date().first_of_month();
        // DER writes a year below 2050 with two digits.
        let written =
            |years: i16| format!("{:02}{:02}01000000Z", (first.year() + years) % 100, first.month());
        let certificate = made();
        for date in [written(0), written(10)] {
            assert!(certificate.windows(date.len()).any(|octets| octets == date.as_bytes()), "{date}");
        }
    }
}
