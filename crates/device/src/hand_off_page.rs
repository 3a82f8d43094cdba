//! One device on paper, for somebody who is there in person: a page with the QR code to scan. It is as secret as the seed.

use std::path::Path;

use zeroize::Zeroizing;

use crate::backup::kit::{Form, date};
use crate::page::{Area, BLACK, Face, GREY, LEFT, Mark, Page, RIGHT, pdf, svg};
use crate::qr::encode::Modules;
use crate::serial::SerialNumber;
use crate::time::UnixTime;

/// Draws the page as a file.
pub type Drawing = fn(&HandOffPage) -> Zeroizing<Vec<u8>>;

/// What a file's name asks for by its ending: `.pdf` or `.svg` in either case.
pub fn drawing(path: &Path) -> Option<Drawing> {
    match Form::of(path)? {
        Form::Pdf => Some(HandOffPage::to_pdf),
        Form::Svg => Some(|page| Zeroizing::new(page.to_svg().as_bytes().to_vec())),
        Form::Text => None,
    }
}

/// What stands on the page.
pub struct HandOffPage {
    /// The device's QR code.
    pub picture: Modules,
    /// What the account is called, such as `Amazon Web Services:maya@halden`.
    pub label: String,
    /// The device.
    pub serial: SerialNumber,
    /// When the page was made.
    pub made: UnixTime,
}

impl HandOffPage {
    /// One page of PDF (A4).
    pub fn to_pdf(&self) -> Zeroizing<Vec<u8>> {
        pdf::draw(&self.lay_out())
    }

    /// One page of SVG (A4).
    pub fn to_svg(&self) -> Zeroizing<String> {
        svg::draw(&self.lay_out())
    }

    fn lay_out(&self) -> Vec<Mark> {
        let mut page = Page::new();
        page.icon();
        page.text((103.0, 66.0), 10.5, Face::Bold, "Lockstep");
        page.text((103.0, 89.0), 22.0, Face::Bold, "A device to scan");
        page.coloured((380.0, 74.0), 9.0, Face::Regular, GREY, "Made");
        page.text((408.0, 74.0), 9.0, Face::Regular, &date(self.made));
        page.rule((LEFT, 103.0), RIGHT - LEFT, 1.5, BLACK);
        for (line, y) in LEAD.iter().zip([128.0, 145.0]) {
            page.text((LEFT, y), 12.0, Face::Regular, line);
        }
        page.outline(Area {
            x: (LEFT + RIGHT - FRAME) / 2.0,
            y: 170.0,
            width: FRAME,
            height: FRAME,
        });
        let corner = ((LEFT + RIGHT - SIDE) / 2.0, 170.0 + (FRAME - SIDE) / 2.0);
        page.qr(&self.picture, corner, SIDE);
        let mut y = 170.0 + FRAME + 32.0;
        for (name, value) in [
            ("For", self.label.as_str()),
            ("Serial number", self.serial.as_str()),
        ] {
            page.coloured((LEFT, y), 9.0, Face::Regular, GREY, name);
            for line in in_lines(value) {
                page.text((LEFT + 84.0, y), 10.0, Face::Code, &line);
                y += 14.0;
            }
            y += 6.0;
        }
        y += 10.0;
        for (number, step) in (1..).zip(STEPS) {
            page.text((LEFT, y), 10.5, Face::Regular, &format!("{number}. {step}"));
            y += 17.0;
        }
        page.marks()
    }
}

/// A serial number has up to 256 characters and no blanks.
fn in_lines(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    characters
        .chunks(WIDEST)
        .map(|line| line.iter().collect())
        .collect()
}

const LEAD: [&str; 2] = [
    "For one person, who scans it here and now. Whoever sees this page can make the codes of",
    "this device, so it is destroyed as soon as it was scanned.",
];
const STEPS: [&str; 4] = [
    "Scan the code with Lockstep or another authenticator.",
    "Sign in once with a code of it.",
    "Destroy this page.",
    "Replace the device, so that no other copy works: lockstep aws rotate",
];

/// The side of the QR code, which a phone reads from an arm's length.
const SIDE: f32 = 230.0;
/// The side of the frame around it; what lies between is its quiet zone.
const FRAME: f32 = 290.0;
/// Characters of a fixed width that fit into a line.
const WIDEST: usize = 68;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;
    use crate::qr::encode::modules;

    fn page(label: &str, serial: &str) -> HandOffPage {
        HandOffPage {
            picture: modules("otpauth://totp/x?secret=KRUGKIDROVUWG2ZAMJZG653OEBTG66BA").unwrap(),
            label: label.to_owned(),
            serial: SerialNumber::try_from(serial.to_owned()).unwrap(),
            made: UnixTime::from_seconds(1_764_093_774),
        }
    }

    #[test]
    fn the_page_says_whose_device_it_is_and_to_destroy_it_and_its_secret_only_as_a_picture() {
        let page = page("AWS:maya <& co>", "arn:aws:iam::123456789012:mfa/maya-1");
        let svg = page.to_svg();
        for said in [
            "AWS:maya &lt;&amp; co&gt;",
            "arn:aws:iam::123456789012:mfa/maya-1",
            "25 November 2025",
            "Destroy this page.",
        ] {
            assert!(svg.contains(said), "{said} is missing");
        }
        let pdf = page.to_pdf();
        assert!(pdf.starts_with(b"%PDF-"));
        for form in [svg.as_bytes(), pdf.as_slice()] {
            assert!(!String::from_utf8_lossy(form).contains("KRUGKIDR"));
        }
    }

    #[test]
    fn the_longest_serial_number_is_there_to_its_end_and_in_lines_that_fit() {
        let serial = format!("arn:aws:iam::123456789012:mfa/{}", "m".repeat(226));
        let svg = page("maya", &serial).to_svg();
        let whole: String = in_lines(&serial).concat();
        assert_eq!(whole, serial);
        for line in in_lines(&serial) {
            assert!(line.chars().count() <= WIDEST && svg.contains(&line));
        }
    }
}
