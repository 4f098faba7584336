//! What the elements of a user data header and the national languages are called (3GPP TS 23.040 §9.2.3.24, TS 23.038 annex A).

/// The name of an information element, `None` for a reserved one.
#[must_use]
pub const fn element_name(id: u8) -> Option<&'static str> {
    Some(match id {
        0x00 => "concatenated 8-bit",
        0x01 => "special SMS message indication",
        0x04 => "ports 8-bit",
        0x05 => "ports 16-bit",
        0x06 => "SMSC control parameters",
        0x07 => "UDH source indicator",
        0x08 => "concatenated 16-bit",
        0x09 => "WCMP",
        0x0A => "text formatting (EMS)",
        0x0B => "predefined sound",
        0x0C => "user defined sound",
        0x0D => "predefined animation",
        0x0E => "large animation",
        0x0F => "small animation",
        0x10 => "large picture",
        0x11 => "small picture",
        0x12 => "variable picture",
        0x13 => "user prompt indicator",
        0x14 => "extended object",
        0x15 => "reused extended object",
        0x16 => "compression control",
        0x17 => "object distribution indicator",
        0x18 => "standard WVG object",
        0x19 => "character size WVG object",
        0x1A => "extended object data request",
        0x20 => "RFC 822 e-mail header",
        0x21 => "hyperlink format",
        0x22 => "reply address",
        0x23 => "enhanced voice mail information",
        0x24 => "national language single shift",
        0x25 => "national language locking shift",
        0x70..=0x7F => "SIM toolkit security headers",
        0x80..=0x9F => "SME to SME",
        0xC0..=0xDF => "SC specific",
        _ => return None,
    })
}

/// The name of a national language, as the shifts of a header give its number.
#[must_use]
pub const fn language_name(language: u8) -> Option<&'static str> {
    Some(match language {
        1 => "Turkish",
        2 => "Spanish",
        3 => "Portuguese",
        4 => "Bengali",
        5 => "Gujarati",
        6 => "Hindi",
        7 => "Kannada",
        8 => "Malayalam",
        9 => "Oriya",
        10 => "Punjabi",
        11 => "Tamil",
        12 => "Telugu",
        13 => "Urdu",
        _ => return None,
    })
}
