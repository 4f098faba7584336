//! npm's `smpp` as an SMSC, against our client.
//!
//! `peers::node()` gives the peer; `server()` starts the SMSC in the clear, `tls_server(key_pem, cert_pem)` over TLS.

// to be completed
