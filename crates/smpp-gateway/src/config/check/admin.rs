//! `[admin]` against what is allowed.

use crate::config::{AdminConfig, reader::Section};

pub(super) fn admin(section: &Section<'_>) -> Option<AdminConfig> {
    let token_file = section.path("token_file");
    let listen = section.required("listen", LISTEN)?.parsed(LISTEN, |text| text.parse().ok())?;
    let config = AdminConfig { listen, token_file };
    if !config.listen.ip().is_loopback() && config.token_file.is_none() {
        section.missing("token_file", "a path, because listen is not a loopback address");
    }
    Some(config)
}

const LISTEN: &str = "an address and a port such as 127.0.0.1:2776";

#[cfg(test)]
mod tests {
    use crate::config::check::testing::{error, parse};

    #[test]
    fn only_this_machine_may_look_without_a_token() {
        let admin = parse("[admin]\nlisten = \"127.0.0.1:2776\"").admin.unwrap();
        assert_eq!((admin.listen.to_string().as_str(), admin.token_file), ("127.0.0.1:2776", None));
        let text = "[admin]\nlisten = \"0.0.0.0:2776\"";
        let expected = "a path, because listen is not a loopback address";
        assert_eq!(error(text), format!("admin.token_file is missing, allowed is {expected}"));
        assert!(parse(&format!("{text}\ntoken_file = \"token\"")).admin.unwrap().token_file.is_some());
        assert_eq!(
            error("[admin]\nlisten = \"here\""),
            "admin.listen is \"here\", allowed is an address and a port such as 127.0.0.1:2776"
        );
        assert!(parse("").admin.is_none());
    }
}
