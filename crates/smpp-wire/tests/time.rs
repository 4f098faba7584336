//! SMPP time against the specification's examples, and its calendar against jiff's.
#![cfg(feature = "std")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::civil;
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Timestamp, ToSpan};
use proptest::prelude::*;
use smpp_wire::time::{
    Absolute, Century, DateTime, Relative, Time, TimeError, check, check_final_date, parse,
};
use toml::{Table, Value};

const V34: Century = Century::V34;

fn facts(name: &str) -> Vec<Table> {
    let mut facts: Table = include_str!("spec/smpp34.toml").parse().expect("TOML");
    let list = facts.remove(name).expect("a list");
    list.as_array().expect("a list").iter().map(|fact| fact.as_table().expect("a table").clone()).collect()
}

fn text<'t>(fact: &'t Table, key: &str) -> &'t [u8] {
    fact.get(key).and_then(Value::as_str).unwrap_or_default().as_bytes()
}

/// The instants, or the time from now, that the examples mean.
fn meaning(text: &[u8]) -> Option<Time> {
    let at = |instant: &str, quarters| {
        let instant: Timestamp = instant.parse().expect("an instant");
        Time::Absolute(Absolute::from_unix_millis(instant.as_millisecond(), quarters).expect("an instant"))
    };
    let none = Relative::default();
    Some(match text {
        b"250131235959000+" => at("2025-01-31T23:59:59Z", 0),
        b"250131235959904+" => at("2025-01-31T22:59:59.9Z", 4),
        b"991231120000020-" => at("1999-12-31T17:00:00Z", -20),
        b"240229120000022+" => at("2024-02-29T06:30:00Z", 22),
        b"000000000500000R" => Time::Relative(Relative { minutes: 5, ..none }),
        b"000007000000000R" => Time::Relative(Relative { days: 7, ..none }),
        b"020610233429000R" => {
            Time::Relative(Relative { years: 2, months: 6, days: 10, hours: 23, minutes: 34, seconds: 29 })
        }
        b"250131235959" => Time::Local(DateTime::new(2025, 1, 31, 23, 59, 59).expect("a date")),
        _ => return None,
    })
}

#[test]
fn every_example_of_the_specification_means_what_it_says_and_is_written_back() {
    let examples = facts("time_example");
    assert_eq!(examples.len(), 8);
    for example in &examples {
        let text = text(example, "text");
        let time = parse(text, V34).unwrap().expect("a time");
        assert_eq!(Some(time), meaning(text), "{}", text.escape_ascii());
        let written = match time {
            Time::Absolute(time) => time.to_octets(V34).unwrap().to_vec(),
            Time::Relative(time) => time.to_octets().unwrap().to_vec(),
            Time::Local(time) => time.to_octets(V34).unwrap().to_vec(),
            _ => unreachable!(),
        };
        assert_eq!(written, text);
        let (requested, answered) = (check(text), check_final_date(text));
        assert_eq!(answered, Ok(()));
        assert_eq!(requested, if text.len() == 12 { Err(TimeError::Length(12)) } else { Ok(()) });
    }
}

#[test]
fn every_invalid_time_of_the_specification_says_what_is_wrong_and_where() {
    let wrong: [(&str, TimeError, usize); 9] = [
        ("13 characters", TimeError::Length(13), 0),
        ("15 characters, no p", TimeError::Length(15), 0),
        ("month 13", TimeError::Month, 2),
        ("30 February", TimeError::Day, 4),
        ("hour 24", TimeError::Hour, 6),
        ("minute 60", TimeError::Minute, 8),
        ("nn 60: outside 00-48 of the spec and of any real zone", TimeError::Offset, 13),
        ("p must be +, - or R", TimeError::Sign, 15),
        ("non digit", TimeError::NotDigit(13), 13),
    ];
    let invalid = facts("time_invalid");
    assert_eq!(invalid.len(), wrong.len());
    for fact in &invalid {
        let (_, error, offset) =
            wrong.iter().find(|(why, ..)| why.as_bytes() == text(fact, "why")).expect("a known reason");
        for result in [check(text(fact, "text")), parse(text(fact, "text"), V34).map(drop)] {
            assert_eq!(result, Err(*error));
        }
        assert_eq!(error.offset(), Some(*offset));
    }
}

#[test]
fn an_empty_field_is_no_time_and_no_error() {
    assert_eq!((parse(b"", V34), check(b""), check_final_date(b"")), (Ok(None), Ok(()), Ok(())));
}

#[test]
fn limits_are_exact() {
    let cases: [(&[u8; 16], Result<(), TimeError>); 14] = [
        (b"000101000000000+", Ok(())),
        (b"991231235959956-", Ok(())),
        (b"250131235959057+", Err(TimeError::Offset)),
        (b"250100000000000+", Err(TimeError::Day)),
        (b"250001000000000+", Err(TimeError::Month)),
        (b"250101000060000+", Err(TimeError::Second)),
        (b"000229000000000+", Ok(())),
        (b"250229000000000+", Err(TimeError::Day)),
        (b"250431000000000+", Err(TimeError::Day)),
        (b"000000000000000R", Ok(())),
        (b"991231235959999R", Ok(())),
        (b"001300000000000R", Err(TimeError::Month)),
        (b"000032000000000R", Err(TimeError::Day)),
        (b"0000000000000 0R", Err(TimeError::NotDigit(13))),
    ];
    for (text, expected) in cases {
        assert_eq!(check(text), expected, "{}", text.escape_ascii());
        assert_eq!(parse(text, V34).map(drop), expected, "{}", text.escape_ascii());
    }
}

#[test]
fn the_century_decides_which_year_two_digits_mean_and_which_can_be_written() {
    let year = |century| match parse(b"380101000000", century) {
        Ok(Some(Time::Local(date))) => date.year(),
        other => panic!("{other:?}"),
    };
    assert_eq!((year(V34), year(Century::starting(1990))), (1938, 2038));
    assert_eq!(parse(b"000229000000", Century::starting(2001)), Err(TimeError::Day));
    let date = DateTime::new(2038, 1, 1, 0, 0, 0).unwrap();
    assert_eq!(date.to_octets(V34), Err(TimeError::Year));
    assert_eq!(date.to_octets(Century::starting(1990)), Ok(*b"380101000000"));
}

#[test]
fn instants_of_the_standard_library_go_there_and_back() {
    let now = UNIX_EPOCH + Duration::from_millis(1_738_364_399_950);
    let time = Absolute::from_system_time(now, 4).unwrap();
    assert_eq!(time.to_octets(V34), Ok(*b"250131235959904+"));
    assert_eq!(time.to_system_time(), Ok(now - Duration::from_millis(50)));
    let before_1970 = Absolute::from_system_time(UNIX_EPOCH - Duration::from_millis(100), 0).unwrap();
    assert_eq!(before_1970.to_octets(V34), Ok(*b"691231235959900+"));
    assert_eq!(before_1970.to_system_time(), Ok(UNIX_EPOCH - Duration::from_millis(100)));
    let resolved = |text: &[u8]| parse(text, V34).unwrap().expect("a time").to_system_time(now);
    assert_eq!(resolved(b"000007000000000R"), Ok(now + Duration::from_secs(7 * 86_400)));
    assert_eq!(resolved(b"250131235959"), Err(TimeError::NoZone));
    let later = now + Duration::from_millis(86_400_000 + 999);
    assert_eq!(Relative::between_system_times(now, later).unwrap().days, 1);
    assert_eq!(Relative::between_system_times(later, now), Err(TimeError::OutOfReach));
    assert_eq!(
        Relative::between_system_times(now, now - Duration::from_nanos(1)),
        Err(TimeError::OutOfReach)
    );
    assert_eq!(Relative::default().after_system_time(UNIX_EPOCH), Ok(UNIX_EPOCH));
}

/// Milliseconds of the years 1583 to 9999.
fn millis() -> impl Strategy<Value = i64> {
    prop_oneof![-12_212_553_600_000_i64..253_402_207_200_000, -1_009_843_200_000_i64..2_145_916_800_000,]
}

fn jiff_date(millis: i64, quarters: i8) -> civil::DateTime {
    let zone = TimeZone::fixed(Offset::from_seconds(i32::from(quarters) * 900).expect("a zone"));
    zone.to_datetime(Timestamp::from_millisecond(millis).expect("in its calendar"))
}

/// Sixteen octets that are a time, or nearly one.
fn nearly_a_time() -> impl Strategy<Value = Vec<u8>> {
    let digits = prop::collection::vec(prop_oneof![6 => b'0'..=b'3', 2 => b'0'..=b'9', 1 => any::<u8>()], 15);
    let sign = prop_oneof![4 => Just(b'+'), 4 => Just(b'-'), 4 => Just(b'R'), 1 => any::<u8>()];
    (digits, sign).prop_map(|(mut text, sign)| {
        text.push(sign);
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn dates_are_those_of_jiff(millis in millis(), quarters in -56_i8..=56) {
        let date = jiff_date(millis, quarters);
        prop_assume!(date.year() >= 1583);
        let ours = Absolute::from_unix_millis(millis, quarters).unwrap();
        prop_assert_eq!(ours.local().to_string(), date.strftime("%Y-%m-%dT%H:%M:%S").to_string());
        prop_assert_eq!(i32::from(ours.tenth()), date.subsec_nanosecond() / 100_000_000);
        prop_assert_eq!(ours.unix_millis(), millis.div_euclid(100) * 100);
        let century = Century::starting(ours.local().year().saturating_sub(50));
        let written = ours.to_octets(century).unwrap();
        prop_assert_eq!(parse(&written, century), Ok(Some(Time::Absolute(ours))));
        prop_assert_eq!(check(&written).is_ok(), !written.starts_with(b"000229") || date.year() % 400 == 0);
    }

    #[test]
    fn a_day_exists_in_jiff_or_is_refused(year in 1583_i16..=9999, month in 0_i8..=13, day in 0_i8..=32) {
        let ours = DateTime::new(year.unsigned_abs(), month.unsigned_abs(), day.unsigned_abs(), 0, 0, 0);
        prop_assert_eq!(ours.is_ok(), civil::Date::new(year, month, day).is_ok());
    }

    #[test]
    fn relative_times_lead_where_jiff_does(
        now in -1_009_843_200_i64..4_000_000_000,
        (years, months, days) in (0_u8..=99, 0_u8..=12, 0_u8..=31),
        (hours, minutes, seconds) in (0_u8..24, 0_u8..60, 0_u8..60),
    ) {
        let relative = Relative { years, months, days, hours, minutes, seconds };
        let span: Span = i64::from(years).years().months(months).days(days).hours(hours).minutes(minutes).seconds(seconds);
        let then = (jiff_date(now * 1000, 0) + span).to_zoned(TimeZone::UTC).unwrap().timestamp().as_second();
        prop_assert_eq!(relative.after(now), Ok(then));
        let written = relative.to_octets().unwrap();
        prop_assert_eq!(check(&written), Ok(()));
        prop_assert_eq!(parse(&written, V34), Ok(Some(Time::Relative(relative))));
    }

    #[test]
    fn what_lies_between_leads_there(now in -1_009_843_200_i64..4_000_000_000, distance in 0_i64..3_000_000_000) {
        let relative = Relative::between(now, now + distance).unwrap();
        prop_assert_eq!(relative.after(now), Ok(now + distance));
        prop_assert!(relative.to_octets().is_ok());
    }

    #[test]
    fn the_quick_check_agrees_with_the_parser(text in nearly_a_time()) {
        prop_assert_eq!(check(&text), parse(&text, V34).map(drop));
    }

    #[test]
    fn arbitrary_octets_are_no_panic(text in prop::collection::vec(any::<u8>(), 0..40)) {
        let _ = (check(&text), check_final_date(&text), parse(&text, Century::starting(u16::MAX)));
    }

    #[test]
    fn any_instant_is_a_time_or_an_error(millis: i64, quarters: i8, seconds: u64) {
        let _ = Absolute::from_unix_millis(millis, quarters);
        let _ = Relative::between(millis, millis / 2);
        if let Some(time) = UNIX_EPOCH.checked_add(Duration::from_secs(seconds)) {
            let back = Absolute::from_system_time(time, 0).and_then(Absolute::to_system_time);
            prop_assert!(back.is_err() || back == Ok::<SystemTime, _>(time));
        }
    }
}
