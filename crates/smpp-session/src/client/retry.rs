//! All numbers that say when a supervised client tries again.

use std::time::Duration;

/// When a client tries again; [`Retry::default`] is gentle to a server that many clients lost at once.
///
/// | what happened | the next attempt at this endpoint |
/// |---|---|
/// | it can't be reached, the handshake failed, the bind was not answered | at a random instant within the back-off: `first`, doubled with each failure in a row, at most `cap` |
/// | the bind was refused: ESME_RBINDFAIL, ESME_RALYBND, or anything not below | the same for `fast_refusals` refusals in a row, then at the slow pace |
/// | ESME_RINVPASWD, ESME_RINVSYSID, ESME_RINVSYSTYP | at the slow pace at once, unless `stop_on_auth_error` |
/// | the session was lost | within `first` if it had lasted for `stable`, else as for an endpoint that can't be reached |
///
/// Other endpoints are tried meanwhile, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// The first back-off. Default 1 s.
    pub first: Duration,
    /// The largest back-off. Default 30 s.
    pub cap: Duration,
    /// Refused binds in a row before the slow pace. Some servers answer ESME_RBINDFAIL to a wrong password. Default 5.
    pub fast_refusals: u32,
    /// The slow pace: the next attempt comes after between half of this and all of it. Default 5 min.
    pub slow: Duration,
    /// How long a session must last for its endpoint to count as well again. Default 30 s.
    pub stable: Duration,
    /// How long a client that is bound elsewhere leaves an endpoint alone that failed, before it returns. An endpoint whose session
    /// did not last is left alone for `slow`. Default 60 s.
    pub return_after: Duration,
    /// End, instead of trying refused credentials again; not as long as there is a session with another server. Default false.
    pub stop_on_auth_error: bool,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            cap: Duration::from_secs(30),
            fast_refusals: 5,
            slow: Duration::from_secs(300),
            stable: Duration::from_secs(30),
            return_after: Duration::from_secs(60),
            stop_on_auth_error: false,
        }
    }
}
