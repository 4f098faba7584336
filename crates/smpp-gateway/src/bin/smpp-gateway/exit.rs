//! With which code a command ends.

/// What was asked for could not be done: standard error says why.
pub(crate) const FAILED: u8 = 1;
/// Wrong configuration or flags: nothing was done.
pub(crate) const BAD_CONFIG: u8 = 2;
/// Done, but not all of it.
pub(crate) const IN_PART: u8 = 3;
/// What became of it is not known.
pub(crate) const UNKNOWN: u8 = 4;

/// For the help and the man pages.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  it could not be done: standard error says why
  2  wrong configuration or flags: nothing was done
  3  done in part: erase kept messages that are on their way; restart ended sessions, and the old process serves again
  4  what became of a restart is not known: the running gateway ended without an answer";
