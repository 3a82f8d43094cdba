//! The page as PDF, with fonts that every viewer has (ISO 32000-1 §9.6.2.2), so that nothing is embedded.

use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};
use zeroize::Zeroizing;

use super::{Area, Colour, Face, HEIGHT, Mark, WIDTH};

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const PAGE: Ref = Ref::new(3);
const CONTENT: Ref = Ref::new(4);
const FONTS: [(Face, Name<'static>, &[u8], Ref); 3] = [
    (Face::Regular, Name(b"R"), b"Helvetica", Ref::new(5)),
    (Face::Bold, Name(b"B"), b"Helvetica-Bold", Ref::new(6)),
    (Face::Code, Name(b"C"), b"Courier-Bold", Ref::new(7)),
];

pub(crate) fn draw(marks: &[Mark]) -> Zeroizing<Vec<u8>> {
    let mut pdf = Pdf::new();
    pdf.catalog(CATALOG).pages(PAGES);
    pdf.pages(PAGES).kids([PAGE]).count(1);
    let mut page = pdf.page(PAGE);
    page.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT))
        .parent(PAGES)
        .contents(CONTENT);
    let mut resources = page.resources();
    let mut fonts = resources.fonts();
    for (_, name, _, reference) in FONTS {
        fonts.pair(name, reference);
    }
    fonts.finish();
    resources.finish();
    page.finish();
    for (_, _, font, reference) in FONTS {
        pdf.type1_font(reference)
            .base_font(Name(font))
            .encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    let mut content = Content::new();
    for mark in marks {
        draw_mark(&mut content, mark);
    }
    let content = Zeroizing::new(content.finish().into_vec());
    pdf.stream(CONTENT, &content);
    Zeroizing::new(pdf.finish())
}

fn draw_mark(content: &mut Content, mark: &Mark) {
    match mark {
        Mark::Text {
            x,
            y,
            size,
            face,
            colour,
            text,
        } => {
            let name = FONTS
                .iter()
                .find(|(one, ..)| one == face)
                .map_or(Name(b"R"), |(_, name, ..)| *name);
            fill(content, *colour);
            content
                .begin_text()
                .set_font(name, *size)
                .next_line(*x, HEIGHT - y);
            content.show(Str(&win_ansi(text))).end_text();
        }
        Mark::Filled(area, radius, colour) => {
            fill(content, *colour);
            outline(content, area, *radius);
            content.fill_nonzero();
        }
        Mark::Outline(area, radius) => {
            content.set_line_width(1.5);
            outline(content, area, *radius);
            content.stroke();
        }
    }
}

fn fill(content: &mut Content, Colour(red, green, blue): Colour) {
    let part = |value: u8| f32::from(value) / 255.0;
    content.set_fill_rgb(part(red), part(green), part(blue));
}

/// PDF counts from the lower left corner.
fn outline(content: &mut Content, area: &Area, radius: f32) {
    let (left, bottom) = (area.x, HEIGHT - area.y - area.height);
    if radius == 0.0 {
        content.rect(left, bottom, area.width, area.height);
        return;
    }
    let (right, top) = (left + area.width, bottom + area.height);
    // How far the control points of a quarter of a circle lie beyond its ends.
    let round = radius * (1.0 - 0.552_284_8);
    content
        .move_to(left + radius, bottom)
        .line_to(right - radius, bottom)
        .cubic_to(
            right - round,
            bottom,
            right,
            bottom + round,
            right,
            bottom + radius,
        )
        .line_to(right, top - radius)
        .cubic_to(right, top - round, right - round, top, right - radius, top)
        .line_to(left + radius, top)
        .cubic_to(left + round, top, left, top - round, left, top - radius)
        .line_to(left, bottom + radius)
        .cubic_to(left, bottom + round, left + round, bottom, left + radius, bottom)
        .close_path();
}

/// The standard fonts have Latin letters only; what they lack is shown as a question mark.
fn win_ansi(text: &str) -> Zeroizing<Vec<u8>> {
    let byte = |character: char| match character {
        ' '..='~' | '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(character)).unwrap_or(b'?'),
        _ => b'?',
    };
    Zeroizing::new(text.chars().map(byte).collect())
}
