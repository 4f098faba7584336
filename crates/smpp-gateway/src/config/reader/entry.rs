//! A key with its value.

use std::{fmt, ops::RangeInclusive};

use toml::{Spanned, de::DeValue};

use super::{Document, Section, refusal};

/// A key with its value, which is not judged yet.
pub(in crate::config) struct Entry<'d> {
    document: &'d Document<'d>,
    key: String,
    line: usize,
    value: &'d Spanned<DeValue<'d>>,
}

impl<'d> Entry<'d> {
    pub(super) const fn new(
        document: &'d Document<'d>,
        key: String,
        line: usize,
        value: &'d Spanned<DeValue<'d>>,
    ) -> Self {
        Self { document, key, line, value }
    }

    /// Notes that this value is not allowed.
    pub(in crate::config) fn refuse(&self, shown: impl fmt::Display, allowed: impl fmt::Display) {
        self.document.note(self.line, &self.key, refusal(shown, allowed));
    }

    pub(in crate::config) fn text(&self, allowed: &str) -> Option<&'d str> {
        let text = self.value.get_ref().as_str();
        if text.is_none() {
            self.refuse(self.shown(), allowed);
        }
        text
    }

    /// A text that is never shown, whatever stands there.
    pub(in crate::config) fn secret(&self, allowed: &str) -> Option<&'d str> {
        let text = self.value.get_ref().as_str();
        if text.is_none() {
            self.refuse("no text", allowed);
        }
        text
    }

    pub(in crate::config) fn number<T>(&self, range: RangeInclusive<T>) -> Option<T>
    where
        T: TryFrom<i64> + PartialOrd + fmt::Display,
    {
        let whole = self.value.get_ref().as_integer();
        let whole = whole.and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok());
        let fits = whole.and_then(|number| T::try_from(number).ok()).filter(|number| range.contains(number));
        if fits.is_none() {
            self.refuse(self.shown(), format_args!("{} to {}", range.start(), range.end()));
        }
        fits
    }

    /// A number with or without a fraction.
    pub(in crate::config) fn fraction(&self, range: RangeInclusive<f64>) -> Option<f64> {
        let number = match self.value.get_ref() {
            DeValue::Float(number) => number.as_str().parse().ok(),
            DeValue::Integer(number) => number.as_str().parse().ok(),
            _ => None,
        };
        let fits = number.filter(|number| range.contains(number));
        if fits.is_none() {
            self.refuse(self.shown(), format_args!("{} to {}", range.start(), range.end()));
        }
        fits
    }

    pub(in crate::config) fn parsed<T>(
        &self,
        allowed: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let parsed = parse(self.text(allowed)?);
        if parsed.is_none() {
            self.refuse(self.shown(), allowed);
        }
        parsed
    }

    /// A list of texts, or a single one.
    pub(in crate::config) fn list<T>(
        &self,
        allowed: &str,
        mut parse: impl FnMut(&str) -> Option<T>,
    ) -> Vec<T> {
        let Some(values) = self.value.get_ref().as_array() else {
            return self.parsed(allowed, parse).into_iter().collect();
        };
        if values.is_empty() {
            self.refuse("an empty list", allowed);
        }
        let entries = values.iter().map(|value| self.item(value));
        entries.filter_map(|entry| entry.parsed(allowed, &mut parse)).collect()
    }

    /// The texts of a list, or a single one; what else is in it was refused by [`list`](Self::list).
    pub(in crate::config) fn texts(&self) -> impl Iterator<Item = &'d str> {
        let value = self.value.get_ref();
        let listed = value.as_array().into_iter().flatten().filter_map(|item| item.get_ref().as_str());
        listed.chain(value.as_str())
    }

    pub(in crate::config) fn section(&self) -> Option<Section<'d>> {
        let table = self.value.get_ref().as_table();
        if table.is_none() {
            self.refuse(self.shown(), "a table");
        }
        table.map(|table| Section::new(self.document, Some(table), self.line, format!("{}.", self.key)))
    }

    pub(in crate::config) fn sections(&self) -> Vec<Section<'d>> {
        let Some(values) = self.value.get_ref().as_array() else {
            self.refuse(self.shown(), "a list of tables");
            return Vec::new();
        };
        values.iter().filter_map(|value| self.item(value).section()).collect()
    }

    /// One of a list, at its own line.
    fn item(&self, value: &'d Spanned<DeValue<'d>>) -> Self {
        let line = self.document.line(value.span().start);
        Self::new(self.document, self.key.clone(), line, value)
    }

    /// The value as the file has it; the first line of it, where it has more.
    pub(in crate::config) fn shown(&self) -> &'d str {
        let text = self.document.text.get(self.value.span()).unwrap_or_default();
        text.lines().next().unwrap_or_default()
    }
}
