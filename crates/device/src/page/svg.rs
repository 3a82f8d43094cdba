//! The page as SVG.

use std::fmt::Write as _;

use zeroize::Zeroizing;

use super::{Area, Colour, Face, HEIGHT, Mark, WIDTH};

pub(crate) fn draw(marks: &[Mark]) -> Zeroizing<String> {
    // Room for all of it at once: growing would leave copies of the identity behind.
    let mut svg = Zeroizing::new(String::with_capacity(marks.len() * 200 + 1024));
    // Writing into a string cannot fail.
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"210mm\" height=\"297mm\" viewBox=\"0 0 {WIDTH} {HEIGHT}\">\n\
         <path fill=\"#fff\" d=\"M0 0h{WIDTH}v{HEIGHT}H0z\"/>\n"
    );
    for mark in marks {
        draw_mark(&mut svg, mark);
    }
    svg.push_str("</svg>\n");
    svg
}

fn draw_mark(svg: &mut String, mark: &Mark) {
    match mark {
        Mark::Text {
            x,
            y,
            size,
            face,
            colour,
            text,
        } => {
            let family = match face {
                Face::Regular => "Helvetica, Arial, sans-serif",
                Face::Bold => "Helvetica, Arial, sans-serif\" font-weight=\"700",
                Face::Code => "Courier, monospace\" font-weight=\"700",
            };
            let _ = write!(
                svg,
                "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" font-family=\"{family}\" fill=\"{}\" xml:space=\"preserve\">",
                hex(*colour)
            );
            for character in text.chars() {
                match character {
                    '<' => svg.push_str("&lt;"),
                    '>' => svg.push_str("&gt;"),
                    '&' => svg.push_str("&amp;"),
                    // Control characters are not allowed in XML, and nothing that is printed here needs one.
                    character if character.is_control() => {}
                    character => svg.push(character),
                }
            }
            svg.push_str("</text>\n");
        }
        Mark::Filled(Area { x, y, width, height }, radius, colour) => {
            let _ = writeln!(
                svg,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\" fill=\"{}\"/>",
                hex(*colour)
            );
        }
        Mark::Outline(Area { x, y, width, height }, radius) => {
            let _ = writeln!(
                svg,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\" fill=\"none\" stroke=\"#000\" stroke-width=\"1.5\"/>"
            );
        }
    }
}

fn hex(Colour(red, green, blue): Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}
