//! What is handed over and cannot be taken: code, message, remedy and exit code, and nothing is changed by it.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use support::{Person, Ran, SEED, png, uri};

/// Adds with and without `--json`; both must say the same, and leave the data folder as it was.
fn refused(person: &Person, arguments: &[&str], input: &str) -> Ran {
    let before = person.contents();
    let words = person.run_with(arguments, input);
    let json = person.run_with(&[&["--json"], arguments].concat(), input);
    assert_eq!(
        person.contents(),
        before,
        "a refused input must not change anything"
    );
    let error = &json.json()["error"];
    let message = error["message"].as_str().unwrap();
    assert!(
        words.stderr.contains(&format!("error: {message}\n")),
        "{}",
        words.stderr
    );
    let remedy = error["remedy"].as_str().unwrap();
    assert!(
        remedy.is_empty() || words.stderr.contains(&format!("help: {remedy}\n")),
        "{}",
        words.stderr
    );
    assert_eq!(words.stdout, "");
    assert_eq!(words.code, json.code);
    json
}

fn refused_picture(bytes: Vec<u8>) -> String {
    let person = Person::with_vault();
    let picture = person.file("picture.png", bytes);
    refused(&person, &["add", "--yes", "--image", &picture], "").shown(&person)
}

fn refused_uri(uri: &str) -> String {
    let person = Person::with_vault();
    refused(&person, &["add", "--yes", "--uri-file", "-"], uri).shown(&person)
}

#[test]
fn a_text_file_that_is_called_png_is_named_as_what_it_is() {
    insta::assert_snapshot!(refused_picture(b"just words, no picture\n".to_vec()));
}

#[test]
fn a_picture_of_twenty_thousand_by_twenty_thousand_is_refused_before_it_is_unpacked() {
    let started = std::time::Instant::now();
    insta::assert_snapshot!(refused_picture(bomb(20_000)));
    assert!(
        started.elapsed().as_secs() < 20,
        "it took {:?}",
        started.elapsed()
    );
}

/// The beginning of a PNG that says it has this many pixels on each side, with a body of nothing.
fn bomb(side: u32) -> Vec<u8> {
    fn chunk(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
        let mut all = u32::try_from(body.len()).unwrap().to_be_bytes().to_vec();
        let checked = [kind.as_slice(), body].concat();
        all.extend(&checked);
        all.extend(crc32(&checked).to_be_bytes());
        all
    }
    let mut header = [side.to_be_bytes(), side.to_be_bytes()].concat();
    header.extend([8, 6, 0, 0, 0]);
    // One stored deflate block without data, and the Adler-32 of nothing.
    let body = [0x78, 0x01, 0x01, 0, 0, 0xff, 0xff, 0, 0, 0, 1];
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(*b"IHDR", &header),
        chunk(*b"IDAT", &body),
        chunk(*b"IEND", b""),
    ]
    .concat()
}

/// CRC-32 of ISO 3309, as PNG (ISO/IEC 15948 annex D) wants it.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[test]
fn an_animated_gif_gives_the_code_of_its_first_frame() {
    let person = Person::with_vault();
    let still = image::load_from_memory(&png(&uri("Frame:first", "&issuer=Frame")))
        .unwrap()
        .to_rgba8();
    let blank = image::RgbaImage::from_pixel(still.width(), still.height(), image::Rgba([255; 4]));
    let mut bytes = vec![];
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    encoder
        .encode_frames([image::Frame::new(still), image::Frame::new(blank)])
        .unwrap();
    drop(encoder);
    let picture = person.file("moving.gif", bytes);
    person.run(&["add", "--yes", "--image", &picture]).succeeds();
    assert_eq!(person.names(), ["first"]);
}

#[test]
fn a_picture_without_a_code_says_so() {
    let blank = image::DynamicImage::new_luma8(300, 300);
    let mut bytes = std::io::Cursor::new(vec![]);
    blank.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    insta::assert_snapshot!(refused_picture(bytes.into_inner()));
}

#[test]
fn a_code_with_a_web_address_is_not_for_an_authenticator() {
    insta::assert_snapshot!(refused_picture(png("https://aws.amazon.com/console")));
}

#[test]
fn a_picture_that_is_not_there_is_named() {
    let person = Person::with_vault();
    let missing = person.folder().join("gone.png");
    let ran = refused(
        &person,
        &["add", "--yes", "--image", missing.to_str().unwrap()],
        "",
    );
    insta::assert_snapshot!(ran.shown(&person));
}

#[test]
fn every_invalid_parameter_of_a_key_uri_has_its_own_words() {
    let refusals = [
        "otpauth://totp/A:b?secret=",
        "otpauth://totp/A:b",
        "otpauth://totp/A:b?secret=JBSW1Y3DP",
        &uri("A:b", "&algorithm=MD5"),
        &uri("A:b", "&digits=4"),
        &uri("A:b", "&digits=eleven"),
        &uri("A:b", "&period=0"),
        &uri("A:b", "&period=86401"),
        &format!("otpauth://hotp/A:b?secret={SEED}"),
        &format!("otpauth://hotp/A:b?secret={SEED}&counter=-1"),
        &format!("otpauth://yubico/A:b?secret={SEED}"),
        &format!("otpauth://totp/A:b?secret={SEED}&secret=JBSWY3DPEHPK3PXP"),
        "otpauth-migration://offline?data=AAAA",
        "otpauth://",
    ]
    .map(refused_uri);
    insta::assert_snapshot!(refusals.join("\n"));
}

#[test]
fn a_secret_with_a_damaged_character_is_refused_without_being_repeated() {
    let person = Person::with_vault();
    let arguments = [
        "add",
        "--yes",
        "--secret-file",
        "-",
        "--issuer",
        "A",
        "--name",
        "b",
    ];
    let ran = refused(&person, &arguments, "JBSW Y3DP 1\n");
    insta::assert_snapshot!(ran.shown(&person));
    assert!(!ran.stdout.contains("JBSW") && !ran.stderr.contains("JBSW"));
}

#[test]
fn a_secret_is_taken_in_every_way_people_write_it() {
    let person = Person::with_vault();
    for (number, written) in [
        "gezd gnbv gy3t qojq gezd gnbv gy3t qojq",
        "GEZDGNBV-GY3TQOJQ-GEZDGNBV-GY3TQOJQ====\r\n",
    ]
    .into_iter()
    .enumerate()
    {
        let arguments = [
            "--json",
            "add",
            "--yes",
            "--secret-file",
            "-",
            "--issuer",
            "A",
            "--name",
            "b",
        ];
        let added = person.run_with(&arguments, written).succeeds().json();
        let outcome = if number == 0 { "added" } else { "duplicate" };
        assert_eq!(added["accounts"][0]["outcome"], outcome, "{written:?}");
    }
    // RFC 6238 appendix B: 94287082 at 59 s, its last six digits.
    assert_eq!(person.code_at("A:b", 59), "287082");
}

#[test]
fn an_empty_file_of_links_holds_nothing() {
    insta::assert_snapshot!(refused_uri("\n  \n"));
}

#[test]
fn a_file_that_is_not_text_is_refused() {
    let person = Person::with_vault();
    let file = person.file("links", [0xff, 0xfe, 0x00]);
    let ran = refused(&person, &["add", "--yes", "--uri-file", &file], "");
    insta::assert_snapshot!(ran.shown(&person));
}

#[test]
fn the_same_secret_twice_is_noticed_and_the_account_that_has_it_is_named() {
    let person = Person::with_accounts(&[("AWS:maya", SEED)]);
    let picture = person.picture("again.png", &uri("Other:label", "&issuer=Other"));
    let ran = person
        .run(&["--json", "add", "--yes", "--image", &picture])
        .succeeds();
    let row = &ran.json()["accounts"][0];
    assert_eq!(row["outcome"], "duplicate");
    assert_eq!(row["reason"], "already here with the same secret, as AWS:maya");
    assert_eq!(person.names(), ["maya"]);
}

#[test]
fn what_can_be_read_is_added_and_what_cannot_makes_the_exit_code_one() {
    let person = Person::with_vault();
    let good = person.picture("good.png", &uri("Good:one", "&issuer=Good"));
    let bad = person.file("bad.png", "no picture");
    let ran = person.run(&["--json", "add", "--yes", "--image", &bad, "--image", &good]);
    assert_eq!(ran.code, Some(1));
    let added = ran.json();
    assert_eq!(added["accounts"][0]["outcome"], "skipped");
    assert_eq!(added["accounts"][1]["outcome"], "added");
    assert_eq!(person.names(), ["one"]);
}

#[test]
fn several_codes_in_one_picture_are_all_added() {
    let person = Person::with_vault();
    let one = image::load_from_memory(&png(&uri("Two:first", "&issuer=Two")))
        .unwrap()
        .to_luma8();
    let two = image::load_from_memory(&png(
        "otpauth://totp/Two:second?secret=JBSWY3DPEHPK3PXPJBSWY3DP&issuer=Two",
    ))
    .unwrap()
    .to_luma8();
    let mut both = image::GrayImage::from_pixel(
        one.width() + two.width(),
        one.height().max(two.height()),
        image::Luma([255]),
    );
    image::imageops::overlay(&mut both, &one, 0, 0);
    image::imageops::overlay(&mut both, &two, i64::from(one.width()), 0);
    let path = person.folder().join("both.png");
    both.save(&path).unwrap();
    person
        .run(&["add", "--yes", "--image", path.to_str().unwrap(), "--tag", "team"])
        .succeeds();
    assert_eq!(person.names(), ["first", "second"]);
    let listed = person.run(&["--json", "list", "#team"]).succeeds().json();
    assert_eq!(listed["accounts"].as_array().unwrap().len(), 2);
}

#[test]
fn without_a_terminal_nothing_is_added_unasked() {
    let person = Person::with_vault();
    let picture = person.picture("code.png", &uri("A:b", ""));
    let ran = refused(&person, &["add", "--image", &picture], "");
    assert_eq!(ran.code, Some(2));
    insta::assert_snapshot!(ran.shown(&person));
}

#[test]
fn a_label_that_would_steer_the_terminal_is_shown_without_its_power() {
    let person = Person::with_vault();
    person
        .run_with(
            &["add", "--yes", "--uri-file", "-"],
            &uri("Evil:%1b%5b2Jname", "&issuer=Evil"),
        )
        .succeeds();
    let listed = person.run(&["list"]).succeeds();
    assert!(!listed.stdout.contains('\u{1b}'), "{:?}", listed.stdout);
}

#[test]
fn reading_a_picture_prints_what_it_says_and_stores_nothing() {
    let person = Person::new();
    let picture = person.picture("code.png", "https://example.org/not-a-secret");
    let ran = person.run(&["qr", "read", &picture]).succeeds();
    assert_eq!(ran.stdout, "https://example.org/not-a-secret\n");
    let ran = person
        .run(&["--json", "qr", "read", &picture, &picture])
        .succeeds();
    assert_eq!(ran.json()["texts"].as_array().unwrap().len(), 2);
    assert!(person.contents().is_empty());
}
