//! The word `stat` of a receipt, and the state that it names.

use crate::values::MessageState;

/// The state that a word names, in any case: the seven letters of appendix B, the unabbreviated name, and what message centres say
/// for a message that is still under way. `None` for a word that is not known: count that as not delivered.
#[must_use]
pub fn state(word: &[u8]) -> Option<MessageState> {
    let named = |(name, state): &(&[u8], MessageState)| name.eq_ignore_ascii_case(word).then_some(*state);
    WORDS.iter().find_map(named)
}

/// The seven letters of a state, `None` for one that has no word.
#[must_use]
pub fn stat_word(state: MessageState) -> Option<&'static [u8]> {
    WORDS.iter().find(|(_, named)| *named == state).map(|(word, _)| *word)
}

/// SMPP v3.4 appendix B, table B-2, first; then habits.
const WORDS: [(&[u8], MessageState); 18] = [
    (b"DELIVRD", MessageState::DELIVERED),
    (b"EXPIRED", MessageState::EXPIRED),
    (b"DELETED", MessageState::DELETED),
    (b"UNDELIV", MessageState::UNDELIVERABLE),
    (b"ACCEPTD", MessageState::ACCEPTED),
    (b"UNKNOWN", MessageState::UNKNOWN),
    (b"REJECTD", MessageState::REJECTED),
    (b"ENROUTE", MessageState::ENROUTE),
    (b"SCHEDLD", MessageState::SCHEDULED),
    (b"SKIPPED", MessageState::SKIPPED),
    (b"DELIVERED", MessageState::DELIVERED),
    (b"UNDELIVERABLE", MessageState::UNDELIVERABLE),
    (b"ACCEPTED", MessageState::ACCEPTED),
    (b"REJECTED", MessageState::REJECTED),
    (b"SCHEDULED", MessageState::SCHEDULED),
    (b"BUFFRED", MessageState::ENROUTE),
    (b"BUFFERD", MessageState::ENROUTE),
    (b"ACKED", MessageState::ENROUTE),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_word_of_seven_letters_that_names_it() {
        for value in 0..=u8::MAX {
            let named = MessageState(value);
            match stat_word(named) {
                Some(word) => assert_eq!((word.len(), state(word)), (7, Some(named))),
                None => assert_eq!(named.name(), None),
            }
        }
    }

    #[test]
    fn a_state_is_named_in_full_and_in_any_case_too() {
        assert_eq!(state(b"Undeliverable"), Some(MessageState::UNDELIVERABLE));
        assert_eq!(state(b"delivrd"), Some(MessageState::DELIVERED));
        for value in 0..=9 {
            let name = MessageState(value).name().unwrap();
            assert_eq!(state(name.as_bytes()), Some(MessageState(value)));
        }
        assert_eq!((state(b"NOROUTE"), state(b"")), (None, None));
    }
}
