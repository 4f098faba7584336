//! With which code a command ends.

/// What was asked for could not be done: standard error says why.
pub(crate) const FAILED: u8 = 1;
/// Wrong configuration or flags: nothing was done.
pub(crate) const BAD_CONFIG: u8 = 2;
/// Done, but not all of it.
#[cfg(feature = "sqlite")]
pub(crate) const IN_PART: u8 = 3;

/// For the help and the man pages.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  it could not be done: standard error says why
  2  wrong configuration or flags: nothing was done
  3  done in part: erase kept messages that are on their way";
