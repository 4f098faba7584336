//! A body that shrinks as its fields are read: applies the leaf parsers and says which field failed, and where.

use crate::{Field, PduError, PduErrorKind, Tlvs, frame::HEADER_LEN, leaf};

/// What is left of a body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    body_len: usize,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(body: &'a [u8]) -> Self {
        Self { rest: body, body_len: body.len() }
    }

    #[inline]
    pub(crate) fn c_octet_string(&mut self, field: Field) -> Result<&'a [u8], PduError> {
        let parsed = leaf::c_octet_string(self.rest);
        self.take(parsed, field)
    }

    /// `N` one-octet fields that stand side by side.
    #[inline]
    pub(crate) fn octets<const N: usize>(&mut self, fields: &[Field; N]) -> Result<[u8; N], PduError> {
        match leaf::octets::<N>(self.rest) {
            Ok((rest, value)) => {
                self.rest = rest;
                Ok(value)
            }
            Err(_) => Err(self.cut_among(fields)),
        }
    }

    /// A text and the `sm_length` before it.
    #[inline]
    pub(crate) fn octet_string(&mut self, len: u8, field: Field) -> Result<&'a [u8], PduError> {
        let parsed = leaf::octet_string(self.rest, usize::from(len));
        self.take(parsed, field)
    }

    /// All that is left, checked for the shape of TLVs.
    #[inline]
    pub(crate) fn tlvs(self) -> Result<Tlvs<'a>, PduError> {
        if self.rest.is_empty() {
            return Ok(Tlvs::default());
        }
        let start = self.offset();
        Tlvs::parse(self.rest).map_err(|error| PduError::new(error.kind, error.field, start + error.offset))
    }

    /// What is left.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Octets from the start of the PDU to the next field.
    pub(crate) const fn offset(&self) -> usize {
        HEADER_LEN + self.body_len - self.rest.len()
    }

    #[inline]
    fn take<T>(&mut self, parsed: leaf::Parsed<'a, T>, field: Field) -> Result<T, PduError> {
        match parsed {
            Ok((rest, value)) => {
                self.rest = rest;
                Ok(value)
            }
            Err(error) => Err(self.error(error, field)),
        }
    }

    #[cold]
    fn error(&self, error: nom::Err<PduErrorKind>, field: Field) -> PduError {
        let kind = match error {
            nom::Err::Error(kind) | nom::Err::Failure(kind) => kind,
            nom::Err::Incomplete(_) => PduErrorKind::Truncated,
        };
        PduError::new(kind, field, self.offset())
    }

    #[cold]
    fn cut_among(&self, fields: &[Field]) -> PduError {
        let field = fields.get(self.rest.len()).copied().unwrap_or(Field::Body);
        PduError::new(PduErrorKind::Truncated, field, HEADER_LEN + self.body_len)
    }
}
