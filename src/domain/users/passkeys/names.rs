//! Names that users can tell their passkeys by.

/// Makers by AAGUID, as the makers publish them.
const MAKERS: [(&str, &str); 14] = [
    ("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4", "Google Password Manager"),
    ("adce0002-35bc-c60a-648b-0b25f1f05503", "Chrome on Mac"),
    ("08987058-cadc-4b81-b6e1-30de50dcbe96", "Windows Hello"),
    ("9ddd1817-af5a-4672-a2b9-3e3dd95000a9", "Windows Hello"),
    ("6028b017-b1d4-4c02-b4b3-afcdafc96bb2", "Windows Hello"),
    ("fbfc3007-154e-4ecc-8c0b-6e020557d7bd", "iCloud Keychain"),
    ("dd4ec289-e01d-41c9-bb89-70fa845d4bf2", "iCloud Keychain (Managed)"),
    ("bada5566-a7aa-401f-bd96-45619a55120d", "1Password"),
    ("d548826e-79b4-db40-a3d8-11116f7e8349", "Bitwarden"),
    ("531126d6-e717-415c-9320-3d9aa6981239", "Dashlane"),
    ("53414d53-554e-4700-0000-000000000000", "Samsung Pass"),
    ("b84e4048-15dc-4dd0-8640-f4f60813c8af", "NordPass"),
    ("0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6", "Keeper"),
    ("fdb141b2-5d84-443e-8a35-4698c205a502", "KeePassXC"),
];

/// A name by the maker that the authenticator data (unproven) names, else by how the authenticator is attached.
pub(super) fn friendly(authenticator_data: Option<&[u8]>, attachment: Option<&str>) -> String {
    let aaguid =
        authenticator_data.and_then(|data| data.get(37..53)).and_then(|bytes| uuid::Uuid::from_slice(bytes).ok());
    let maker = aaguid.map(|id| id.to_string()).and_then(|id| MAKERS.iter().find(|(known, _)| *known == id));
    let name = match (maker, attachment) {
        (Some((_, name)), _) => name,
        (None, Some("cross-platform")) => "Security key",
        (None, _) => "Passkey",
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makers_are_named_where_known() {
        let mut data = vec![0; 37];
        data.extend([0xba, 0xda, 0x55, 0x66, 0xa7, 0xaa, 0x40, 0x1f, 0xbd, 0x96, 0x45, 0x61, 0x9a, 0x55, 0x12, 0x0d]);
        assert_eq!(friendly(Some(&data), None), "1Password");
        assert_eq!(friendly(data.get(..40), Some("cross-platform")), "Security key");
        assert_eq!(friendly(None, Some("platform")), "Passkey");
    }
}
