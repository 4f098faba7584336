//! The Prometheus text format, version 0.0.4.

use std::fmt::{Display, Write as _};

/// A text under construction.
#[derive(Debug, Default)]
pub(super) struct Exposition {
    text: String,
    name: &'static str,
}

impl Exposition {
    /// Begins a family; the samples that follow are its.
    pub(super) fn family(&mut self, name: &'static str, kind: &str, help: &str) -> &mut Self {
        self.name = name;
        self.write(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"))
    }

    /// A sample with these labels.
    pub(super) fn sample(&mut self, labels: &[(&str, &str)], value: impl Display) -> &mut Self {
        self.suffixed("", labels, value)
    }

    /// A sample of a part of the family, such as `_sum`.
    pub(super) fn suffixed(
        &mut self,
        suffix: &str,
        labels: &[(&str, &str)],
        value: impl Display,
    ) -> &mut Self {
        self.text.push_str(self.name);
        self.text.push_str(suffix);
        for (index, (label, text)) in labels.iter().enumerate() {
            let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let open = if index == 0 { '{' } else { ',' };
            self.write(format_args!("{open}{label}=\"{text}\""));
        }
        let close = if labels.is_empty() { "" } else { "}" };
        self.write(format_args!("{close} {value}\n"))
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    fn write(&mut self, text: std::fmt::Arguments<'_>) -> &mut Self {
        // Writing to a string can't fail.
        let _always = self.text.write_fmt(text);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_may_hold_anything() {
        let mut text = Exposition::default();
        text.family("up", "gauge", "Is it?").sample(&[], 1).sample(&[("a", "q\"b\\s\nn"), ("b", "")], 0.5);
        let expected = "# HELP up Is it?\n# TYPE up gauge\nup 1\nup{a=\"q\\\"b\\\\s\\nn\",b=\"\"} 0.5\n";
        assert_eq!(text.finish(), expected);
    }
}
