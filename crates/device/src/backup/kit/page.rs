//! Where everything stands on the recovery kit's page: A4 in points, from the upper left corner. What is drawn fits a Letter page
//! too.

use super::{LEAD, RecoveryKit, WITH, WITHOUT, date};
use crate::backup::recovery::lines;
use crate::page::{Area, BLACK, Face, GREY, LEFT, Mark, Page, RIGHT, RULE};
use crate::qr::encode::EncodeError;

const MIDDLE: f32 = 311.0;
const QR_SIDE: f32 = 130.0;

/// The page that is being filled.
struct KitPage(Page);

pub(super) fn lay_out(kit: &RecoveryKit) -> Result<Vec<Mark>, EncodeError> {
    let mut page = KitPage(Page::new());
    page.head(kit);
    page.key(kit)?;
    page.words(kit);
    page.steps(kit);
    Ok(page.0.marks())
}

impl KitPage {
    fn head(&mut self, kit: &RecoveryKit) {
        self.0.icon();
        self.0.text((103.0, 66.0), 10.5, Face::Bold, "Lockstep");
        self.0.text((103.0, 89.0), 22.0, Face::Bold, "Recovery kit");
        self.0.coloured((380.0, 74.0), 9.0, Face::Regular, GREY, "Made");
        self.0.text((408.0, 74.0), 9.0, Face::Regular, &date(kit.made));
        if !kit.made_for.is_empty() {
            self.0.coloured((380.0, 88.0), 9.0, Face::Regular, GREY, "For");
            self.0.text((408.0, 88.0), 9.0, Face::Regular, &kit.made_for);
        }
        self.0.rule((LEFT, 103.0), RIGHT - LEFT, 1.5, BLACK);
        for (line, y) in LEAD.lines().zip([128.0, 145.0]) {
            self.0.text((LEFT, y), 12.0, Face::Regular, line);
        }
    }

    fn key(&mut self, kit: &RecoveryKit) -> Result<(), EncodeError> {
        self.0.outline(Area {
            x: LEFT,
            y: 164.0,
            width: RIGHT - LEFT,
            height: 170.0,
        });
        self.0.qr(&kit.qr()?, (72.0, 184.0), QR_SIDE);
        self.0.text((231.0, 198.0), 10.5, Face::Bold, "Recovery identity");
        for ((line, y), number) in lines(&kit.identity.to_text())
            .iter()
            .zip([226.0, 253.0, 280.0, 307.0])
            .zip(1..)
        {
            self.0
                .coloured((231.0, y), 9.0, Face::Regular, GREY, &number.to_string());
            self.0.text((246.0, y), 16.0, Face::Code, line);
        }
        Ok(())
    }

    fn words(&mut self, kit: &RecoveryKit) {
        self.0.text(
            (LEFT, 362.0),
            10.5,
            Face::Bold,
            "The same as words, to be typed in this order",
        );
        for (row, words) in (0_u8..).zip(kit.identity.to_words().chunks(4)) {
            let y = 382.0 + f32::from(row) * 17.0;
            for (column, word) in (0_u8..).zip(words) {
                let x = LEFT + f32::from(column) * 123.0;
                self.0.coloured(
                    (x, y),
                    9.0,
                    Face::Regular,
                    GREY,
                    &(row * 4 + column + 1).to_string(),
                );
                self.0.text((x + 16.0, y), 11.0, Face::Code, word);
            }
        }
    }

    fn steps(&mut self, kit: &RecoveryKit) {
        for (x, title, steps) in [
            (LEFT, "With Lockstep", WITH),
            (MIDDLE, "Without Lockstep", WITHOUT),
        ] {
            self.0.text((x, 510.0), 10.5, Face::Bold, title);
            let mut y = 528.0;
            for (number, step) in (1..).zip(steps) {
                self.0.text((x, y), 10.5, Face::Regular, &format!("{number}."));
                for line in step {
                    self.0.text((x + 14.0, y), 10.5, Face::Regular, line);
                    y += 14.0;
                }
                y += 3.0;
            }
        }
        for (x, title) in [
            (LEFT, "Where the backup files are"),
            (MIDDLE, "Who may use this page"),
        ] {
            self.0.coloured((x, 636.0), 9.0, Face::Regular, GREY, title);
            self.0.rule((x, 664.0), RIGHT - MIDDLE, 0.75, RULE);
        }
        self.0.rule((LEFT, 688.0), RIGHT - LEFT, 0.75, BLACK);
        self.0
            .text((LEFT, 706.0), 9.0, Face::Regular, &kit.where_they_lie());
        self.0.text((LEFT, 720.0), 9.0, Face::Regular, &kit.which_kit());
    }
}
