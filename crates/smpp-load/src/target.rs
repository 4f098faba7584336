//! The server to measure, as a URL, and where its password comes from.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// `smpps://SYSTEM_ID[:PASSWORD]@HOST[:PORT]` (TLS) or `smpp://..` (plain). Neither Debug nor Display shows the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    /// True for `smpps`.
    pub tls: bool,
    /// The account to bind as.
    pub system_id: String,
    /// The password, when the URL has one.
    pub password: Option<String>,
    /// A name or an address; IPv6 without its brackets.
    pub host: String,
    /// The port, 2775 when the URL has none.
    pub port: u16,
}

impl Target {
    /// The password: from the first line of the file, else from the URL, else from the environment (`SMPP_PASSWORD`).
    ///
    /// # Errors
    /// One line, when the file can't be read or is empty, or when there is no password in any of the three places.
    pub fn password(&self, env: Option<String>, file: Option<&Path>) -> Result<String, String> {
        if let Some(file) = file {
            return password_in(file);
        }
        let given = self.password.clone().or_else(|| env.filter(|password| !password.is_empty()));
        given.ok_or_else(|| {
            format!(
                "no password for {self}, allowed is one by --password-file, in the URL, or in SMPP_PASSWORD"
            )
        })
    }
}

impl FromStr for Target {
    type Err = String;

    /// One line: what is wrong, the URL without its password, what is allowed.
    fn from_str(url: &str) -> Result<Self, String> {
        parts(url).map_err(|wrong| format!("target {} {wrong}, allowed is {ALLOWED}", redacted(url)))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "smpps" } else { "smpp" };
        let system_id = utf8_percent_encode(&self.system_id, RESERVED);
        if self.host.contains(':') {
            write!(f, "{scheme}://{system_id}@[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{scheme}://{system_id}@{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({self})")
    }
}

/// The text with `***` for the password of a URL in it, and control characters as `?`, so that it may stand in a
/// one-line error. Rather hides a port too many than shows a password: `smpp://user:secret` may have lost its host.
pub(crate) fn redacted(text: &str) -> String {
    let text = text.replace(char::is_control, "?");
    let (scheme, rest) = text.split_once("://").map_or(("", text.as_str()), |(scheme, rest)| (scheme, rest));
    let (user, host) = rest.rsplit_once('@').map_or((rest, None), |(user, host)| (user, Some(host)));
    let Some((system_id, _)) = user.split_once(':').filter(|_| host.is_some() || !scheme.is_empty()) else {
        return text;
    };
    let separator = if scheme.is_empty() { "" } else { "://" };
    let host = host.map(|host| format!("@{host}")).unwrap_or_default();
    format!("{scheme}{separator}{system_id}:***{host}")
}

fn parts(url: &str) -> Result<Target, &'static str> {
    let (scheme, rest) = url.split_once("://").ok_or("is no URL")?;
    let tls = match scheme.to_ascii_lowercase().as_str() {
        "smpps" => true,
        "smpp" => false,
        _ => return Err("has another scheme"),
    };
    // The last @: a password may hold one that nobody encoded.
    let (user, address) = rest.rsplit_once('@').ok_or("has no system_id")?;
    let (system_id, password) =
        user.split_once(':').map_or((user, None), |(id, password)| (id, Some(password)));
    let system_id = decoded(system_id)?;
    if system_id.is_empty() {
        return Err("has no system_id");
    }
    let password = password.map(decoded).transpose()?;
    let (host, port) = host_and_port(address.strip_suffix('/').unwrap_or(address))?;
    Ok(Target { tls, system_id, password, host: host.to_owned(), port })
}

fn decoded(text: &str) -> Result<String, &'static str> {
    let text = percent_decode_str(text).decode_utf8().map_err(|_| "holds octets that are not UTF-8")?;
    if text.contains('\0') { Err("holds a NUL") } else { Ok(text.into_owned()) }
}

fn host_and_port(address: &str) -> Result<(&str, u16), &'static str> {
    let (host, port) = match address.strip_prefix('[') {
        Some(bracketed) => {
            let (host, after) = bracketed.split_once(']').ok_or("has no ] after its IPv6 address")?;
            host.parse::<std::net::Ipv6Addr>().map_err(|_| "has no IPv6 address in its brackets")?;
            let port = if after.is_empty() { None } else { Some(after.strip_prefix(':').ok_or(BAD_PORT)?) };
            (host, port)
        }
        None => address.split_once(':').map_or((address, None), |(host, port)| (host, Some(port))),
    };
    if host.is_empty() {
        return Err("has no host");
    }
    if host.contains(|c: char| c.is_whitespace() || c.is_control() || "/?#".contains(c)) {
        return Err("has more than a host and a port");
    }
    let port = port.map_or(Ok(DEFAULT_PORT), |port| port.parse().map_err(|_| BAD_PORT))?;
    if port == 0 { Err(BAD_PORT) } else { Ok((host, port)) }
}

fn password_in(file: &Path) -> Result<String, String> {
    let allowed = "allowed is a file with the password on its first line";
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("--password-file is {} ({error}), {allowed}", file.display()))?;
    match text.lines().next() {
        Some(password) if !password.is_empty() => Ok(password.to_owned()),
        _ => Err(format!("--password-file is {} (its first line is empty), {allowed}", file.display())),
    }
}

const ALLOWED: &str =
    "smpps://SYSTEM_ID[:PASSWORD]@HOST[:PORT] (TLS) or smpp://SYSTEM_ID[:PASSWORD]@HOST[:PORT] (plain)";

const BAD_PORT: &str = "has a port that is not 1 to 65535";

/// The port registered for SMPP.
const DEFAULT_PORT: u16 = 2775;

/// What would end the system_id early if it stood in a URL as it is.
const RESERVED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b':')
    .add(b'?')
    .add(b'@')
    .add(b'[')
    .add(b']');

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: &str) -> Target {
        url.parse().unwrap()
    }

    #[test]
    fn every_part_of_a_url_is_read() {
        let expected = Target {
            tls: true,
            system_id: "Test:Co".to_owned(),
            password: Some("p@ss/w".to_owned()),
            host: "sms.example".to_owned(),
            port: 3550,
        };
        assert_eq!(target("smpps://Test%3ACo:p%40ss%2Fw@sms.example:3550"), expected);
        assert_eq!(target("SMPPS://Test%3ACo:p@ss/w@sms.example:3550/"), expected);
    }

    #[test]
    fn password_and_port_may_be_left_out_and_ipv6_stands_in_brackets() {
        let short = target("smpp://TestCo@localhost");
        assert_eq!((short.tls, short.password.as_deref(), short.port), (false, None, 2775));
        let six = target("smpp://TestCo@[::1]:9");
        assert_eq!(
            (six.host.as_str(), six.port, six.to_string().as_str()),
            ("::1", 9, "smpp://TestCo@[::1]:9")
        );
    }

    #[test]
    fn neither_debug_nor_display_nor_an_error_shows_the_password() {
        let target = target("smpps://Test%3ACo:secret@h");
        assert_eq!(format!("{target}"), "smpps://Test%3ACo@h:2775");
        assert_eq!(format!("{target:?}"), "Target(smpps://Test%3ACo@h:2775)");
        for url in [
            "http://a:secret@h",
            "smpp://a:secret@h:0",
            "smpp://a:secret",
            "a:secret@h",
            "smpp://a:x@secret@h:x",
        ] {
            let error = url.parse::<Target>().unwrap_err();
            assert!(error.contains("***") && !error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn an_error_is_one_line_with_what_the_url_and_what_is_allowed() {
        let cases = [
            ("localhost:2775", "target localhost:2775 is no URL"),
            ("http://a@h", "target http://a@h has another scheme"),
            ("smpp://h", "target smpp://h has no system_id"),
            ("smpp://:p@h", "target smpp://:***@h has no system_id"),
            ("smpp://a@", "target smpp://a@ has no host"),
            ("smpp://a@h:70000", "target smpp://a@h:70000 has a port that is not 1 to 65535"),
            ("smpp://a@[::1", "target smpp://a@[::1 has no ] after its IPv6 address"),
            ("smpp://a@h/x", "target smpp://a@h/x has more than a host and a port"),
            ("smpp://a%00@h", "target smpp://a%00@h holds a NUL"),
            ("smpp://a%ff@h", "target smpp://a%ff@h holds octets that are not UTF-8"),
            ("smpp://a\nb", "target smpp://a?b has no system_id"),
        ];
        for (url, start) in cases {
            assert_eq!(url.parse::<Target>().unwrap_err(), format!("{start}, allowed is {ALLOWED}"));
        }
    }

    #[test]
    fn the_password_file_comes_before_the_url_and_the_url_before_the_environment() {
        let file = std::env::temp_dir().join(format!("smpp-load-password-{}", std::process::id()));
        std::fs::write(&file, "from file\r\nrest\n").unwrap();
        let env = || Some("from env".to_owned());
        let (with, without) = (target("smpp://a:url@h"), target("smpp://a@h"));
        let from_file = with.password(env(), Some(&file));
        std::fs::write(&file, "\n").unwrap();
        let from_empty_file = with.password(env(), Some(&file));
        std::fs::remove_file(&file).unwrap();
        assert_eq!(from_file.as_deref(), Ok("from file"));
        assert!(from_empty_file.unwrap_err().contains("its first line is empty"));
        assert!(with.password(env(), Some(&file)).unwrap_err().starts_with("--password-file is "));
        assert_eq!(with.password(env(), None).as_deref(), Ok("url"));
        assert_eq!(without.password(env(), None).as_deref(), Ok("from env"));
        let error = without.password(Some(String::new()), None).unwrap_err();
        assert!(
            ["--password-file", "URL", "SMPP_PASSWORD"].iter().all(|place| error.contains(place)),
            "{error}"
        );
    }
}
