//! A table of the file.

use std::{cell::RefCell, ops::RangeInclusive, path::PathBuf, time::Duration};

use toml::{Spanned, de::DeTable};

use super::{Document, Entry, refusal};

/// A table of the file, or one that is not there and holds nothing.
pub(in crate::config) struct Section<'d> {
    document: &'d Document<'d>,
    table: Option<&'d DeTable<'d>>,
    /// Where it begins.
    line: usize,
    /// What stands before its keys, such as `limits.`.
    prefix: String,
    /// What stands behind them, such as ` of "alice"`.
    owner: RefCell<String>,
    asked: RefCell<Vec<&'static str>>,
    /// Keys of a kind that was asked for.
    known: RefCell<Vec<&'d str>>,
}

/// A longer timer would rather be a mistake of unit.
const DAY_SECONDS: u64 = 86_400;

impl<'d> Section<'d> {
    /// The whole file.
    pub(in crate::config) fn top(document: &'d Document<'d>, table: &'d Spanned<DeTable<'d>>) -> Self {
        Self::new(document, Some(table.get_ref()), 1, String::new())
    }

    pub(super) fn new(
        document: &'d Document<'d>,
        table: Option<&'d DeTable<'d>>,
        line: usize,
        prefix: String,
    ) -> Self {
        Self {
            document,
            table,
            line,
            prefix,
            owner: RefCell::default(),
            asked: RefCell::default(),
            known: RefCell::default(),
        }
    }

    /// Says whose keys these are, in every mistake from here on.
    pub(in crate::config) fn belongs_to(&self, owner: &str) {
        *self.owner.borrow_mut() = format!(" of {owner:?}");
    }

    pub(in crate::config) fn get(&self, key: &'static str) -> Option<Entry<'d>> {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&key) {
            asked.push(key);
        }
        let (key, value) = self.table?.get_key_value(key)?;
        let line = self.document.line(key.span().start);
        Some(Entry::new(self.document, self.named(key.get_ref()), line, value))
    }

    /// A key that must be there.
    pub(in crate::config) fn required(&self, key: &'static str, allowed: &str) -> Option<Entry<'d>> {
        let entry = self.get(key);
        if entry.is_none() {
            self.missing(key, allowed);
        }
        entry
    }

    /// Notes that a key is not there.
    pub(in crate::config) fn missing(&self, key: &str, allowed: &str) {
        if !self.document.is_broken {
            self.document.note(self.line, &self.named(key), refusal("missing", allowed));
        }
    }

    /// Notes a mistake of the table as a whole.
    pub(in crate::config) fn refuse(&self, key: &str, shown: &str, allowed: &str) {
        self.document.note(self.line, &self.named(key), refusal(shown, allowed));
    }

    /// The number if it is given and within the range, else the default.
    pub(in crate::config) fn number<T>(&self, key: &'static str, default: T, range: RangeInclusive<T>) -> T
    where
        T: TryFrom<i64> + PartialOrd + std::fmt::Display,
    {
        self.optional(key, range).unwrap_or(default)
    }

    /// The number if it is given and within the range.
    pub(in crate::config) fn optional<T>(&self, key: &'static str, range: RangeInclusive<T>) -> Option<T>
    where
        T: TryFrom<i64> + PartialOrd + std::fmt::Display,
    {
        self.get(key).and_then(|entry| entry.number(range))
    }

    /// 1 second to a day.
    pub(in crate::config) fn seconds(&self, key: &'static str, default: Duration) -> Duration {
        self.optional(key, 1..=DAY_SECONDS).map_or(default, Duration::from_secs)
    }

    pub(in crate::config) fn path(&self, key: &'static str) -> Option<PathBuf> {
        self.get(key).and_then(|entry| entry.text("a path")).map(PathBuf::from)
    }

    /// A text that means something, else the default.
    pub(in crate::config) fn parsed<T>(
        &self,
        key: &'static str,
        default: T,
        allowed: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> T {
        self.get(key).and_then(|entry| entry.parsed(allowed, parse)).unwrap_or(default)
    }

    /// A list of texts that mean something, or a single one; empty when it is not given.
    pub(in crate::config) fn list<T>(
        &self,
        key: &'static str,
        allowed: &str,
        parse: impl FnMut(&str) -> Option<T>,
    ) -> Vec<T> {
        self.get(key).map(|entry| entry.list(allowed, parse)).unwrap_or_default()
    }

    /// A table in this one; when it is not given, an empty one.
    pub(in crate::config) fn section(&self, key: &'static str) -> Self {
        let section = self.get(key).and_then(|entry| entry.section());
        section.unwrap_or_else(|| Self::new(self.document, None, self.line, format!("{}{key}.", self.prefix)))
    }

    /// A list of tables in this one.
    pub(in crate::config) fn sections(&self, key: &'static str) -> Vec<Self> {
        self.get(key).map(|entry| entry.sections()).unwrap_or_default()
    }

    /// The keys that are of a kind, such as numbers, with their values; `kind` is what they are called where another one is refused.
    pub(in crate::config) fn numbered(
        &self,
        kind: &'static str,
        is_one: impl Fn(&str) -> bool + Copy,
    ) -> Vec<(&'d str, Entry<'d>)> {
        self.asked.borrow_mut().push(kind);
        let all = self.table.into_iter().flat_map(DeTable::iter);
        let ours = all.filter(|(key, _)| is_one(key.get_ref()));
        let entries = ours.map(|(key, value)| {
            let line = self.document.line(key.span().start);
            let name: &'d str = key.get_ref();
            (name, Entry::new(self.document, self.named(name), line, value))
        });
        let entries: Vec<_> = entries.collect();
        self.known.borrow_mut().extend(entries.iter().map(|(name, _)| *name));
        entries
    }

    fn named(&self, key: &str) -> String {
        format!("{}{key}{}", self.prefix, self.owner.borrow())
    }
}

/// Whatever nobody asked for is unknown.
impl Drop for Section<'_> {
    fn drop(&mut self) {
        let asked = self.asked.borrow();
        for key in self.table.into_iter().flat_map(DeTable::keys) {
            let name = key.get_ref().as_ref();
            if !asked.contains(&name) && !self.known.borrow().contains(&name) {
                let line = self.document.line(key.span().start);
                let what = format!("is unknown, allowed is {}", asked.join(", "));
                self.document.note(line, &self.named(key.get_ref()), what);
            }
        }
    }
}
