//! The first octets of a ledger.

/// What holds for every entry of a file: 64 octets at its front.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The run's seed, so that it can be repeated.
    pub seed: u64,
    /// Whether each message asked for a receipt.
    pub receipts: bool,
}

impl Head {
    /// Its size in octets; what is not used is zero.
    pub const LEN: usize = 64;

    pub(super) fn octets(&self) -> [u8; Self::LEN] {
        let mut octets = [0; Self::LEN];
        let parts = [&MAGIC[..], &self.seed.to_le_bytes(), &[u8::from(self.receipts)]].concat();
        for (place, octet) in octets.iter_mut().zip(parts) {
            *place = octet;
        }
        octets
    }

    /// `None` when these are not the first octets of a ledger of this version.
    pub(super) fn read(octets: &[u8; Self::LEN]) -> Option<Self> {
        let (magic, rest) = octets.split_first_chunk::<8>()?;
        let (seed, rest) = rest.split_first_chunk::<8>()?;
        let receipts = match rest.first()? {
            0 => false,
            1 => true,
            _ => return None,
        };
        (magic == MAGIC).then(|| Self { seed: u64::from_le_bytes(*seed), receipts })
    }
}

/// The last octet is the version.
const MAGIC: &[u8; 8] = b"SMPPLDG1";
