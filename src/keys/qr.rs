//! QR codes as PNG images, small and sharp: one bit per pixel, black on white.

use png::{BitDepth, ColorType, Encoder};
use qrcodegen::{QrCode, QrCodeEcc};

/// Pixels along each side of a module (one black or white square). Eight, so that a module is one byte of a row.
const SCALE: usize = 8;
/// White modules around the code; ISO/IEC 18004 asks for four.
const QUIET: i32 = 4;

/// Why no image could be made. It never contains the text, which may be a secret.
#[derive(Debug, thiserror::Error)]
pub enum QrError {
    #[error("the text is too long for a QR code")]
    TooLong,
    #[error("the image could not be written")]
    Image,
}

/// The QR code of a text as a PNG, with medium error correction.
pub fn png(text: &str) -> Result<Vec<u8>, QrError> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(|_| QrError::TooLong)?;
    let places = -QUIET..code.size() + QUIET;
    let pixels = u32::try_from(places.len() * SCALE).map_err(|_| QrError::TooLong)?;
    // Outside the code `get_module` answers white.
    let row = |y: i32| -> Vec<u8> { places.clone().map(|x| if code.get_module(x, y) { 0 } else { 0xff }).collect() };
    let image: Vec<u8> = places.clone().flat_map(|y| row(y).repeat(SCALE)).collect();

    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, pixels, pixels);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    let mut writer = encoder.write_header().map_err(|_| QrError::Image)?;
    writer.write_image_data(&image).map_err(|_| QrError::Image)?;
    writer.finish().map_err(|_| QrError::Image)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    #[test]
    fn the_image_shows_the_code_within_its_quiet_zone() {
        let text = "otpauth://totp/Shop:ann%40example.com?secret=GEZDGNBVGY3TQOJQ&issuer=Shop";
        let made = png(text).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(made)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
        let side = (code.size() + 2 * QUIET) as usize;
        assert_eq!((info.width as usize, info.height as usize), (side * SCALE, side * SCALE));
        for y in 0..side * SCALE {
            for x in 0..side {
                let module = code.get_module(x as i32 - QUIET, (y / SCALE) as i32 - QUIET);
                assert_eq!(pixels[y * side + x], if module { 0 } else { 0xff }, "module {x} of row {y}");
            }
        }
    }

    #[test]
    fn a_text_that_is_too_long_is_an_error() {
        assert!(matches!(png(&"x".repeat(5000)), Err(QrError::TooLong)));
    }
}
