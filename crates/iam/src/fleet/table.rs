//! The report as CSV, for spreadsheets: one table with a row for each user, root, stale device, open hand-off and account that
//! could not be read.

use crate::csv_table::Table;
use crate::fleet::line::{RootLine, UserLine};
use crate::fleet::report::{AccountReport, Content, FleetReport};

/// The columns, in order.
const COLUMNS: [&str; 16] = [
    "record",
    "account",
    "account_name",
    "user",
    "path",
    "created",
    "console",
    "last_sign_in",
    "last_seen",
    "mfa",
    "devices",
    "devices_complete",
    "active_keys",
    "oldest_key_days",
    "findings",
    "remark",
];

/// The report as CSV.
pub fn csv(report: &FleetReport) -> Vec<u8> {
    let mut table = Table::plain();
    table.row(&COLUMNS.map(str::to_owned));
    for account in &report.accounts {
        if let Some(content) = &account.content {
            content_rows(&mut table, account, content);
        } else {
            let error = account.error.as_ref();
            let why = error.map_or_else(String::new, |error| error.message.clone());
            table.row(&row(
                "account",
                account,
                &[("findings", "not-read".to_owned()), ("remark", why)],
            ));
        }
    }
    table.finish()
}

fn content_rows(table: &mut Table, account: &AccountReport, content: &Content) {
    table.row(&root_row(account, &content.root));
    for user in &content.users {
        table.row(&user_row(account, user));
    }
    for serial in content.unassigned_devices.iter().flatten() {
        let fields = [("devices", serial.clone()), ("findings", "unassigned".to_owned())];
        table.row(&row("device", account, &fields));
    }
    for device in &content.astray_devices {
        let fields = [
            ("user", device.user.clone()),
            ("devices", device.serial.clone()),
            ("findings", "user-not-listed".to_owned()),
        ];
        table.row(&row("device", account, &fields));
    }
    for hand_off in &content.unrotated_hand_offs {
        let fields = [
            ("user", hand_off.user.clone()),
            ("devices", hand_off.serial.clone()),
            ("created", hand_off.handed_over.clone().unwrap_or_default()),
            ("findings", "hand-off-not-rotated".to_owned()),
        ];
        table.row(&row("hand-off", account, &fields));
    }
    for remark in &content.remarks {
        table.row(&row("remark", account, &[("remark", remark.clone())]));
    }
}

fn root_row(account: &AccountReport, root: &RootLine) -> [String; COLUMNS.len()] {
    let (mfa, finding) = match root.mfa {
        Some(true) => ("active", ""),
        Some(false) => ("none", "no-mfa"),
        None => ("unknown", "mfa-unknown"),
    };
    let fields = [
        ("user", "<root>".to_owned()),
        ("last_sign_in", root.last_sign_in.clone()),
        ("mfa", mfa.to_owned()),
        ("devices", root.device.clone().unwrap_or_default()),
        ("findings", finding.to_owned()),
    ];
    row("root", account, &fields)
}

fn user_row(account: &AccountReport, user: &UserLine) -> [String; COLUMNS.len()] {
    let number = |number: Option<String>| number.unwrap_or_else(|| "unknown".to_owned());
    let serials: Vec<&str> = user.devices.iter().map(|device| device.serial.as_str()).collect();
    let findings: Vec<&str> = user.findings.iter().map(|finding| finding.word()).collect();
    let fields = [
        ("user", user.user.clone()),
        ("path", user.path.clone()),
        ("created", user.created.clone().unwrap_or_default()),
        ("console", number(user.console.map(|console| console.to_string()))),
        ("last_sign_in", user.last_sign_in.clone()),
        ("last_seen", user.last_seen.clone()),
        ("mfa", user.mfa.clone()),
        ("devices", serials.join(" ")),
        ("devices_complete", user.devices_complete.to_string()),
        (
            "active_keys",
            number(user.active_keys().map(|keys| keys.to_string())),
        ),
        (
            "oldest_key_days",
            user.oldest_key_days()
                .map(|days| days.to_string())
                .unwrap_or_default(),
        ),
        ("findings", findings.join(" ")),
    ];
    row("user", account, &fields)
}

/// A row of this kind with these fields; the others are empty.
fn row(record: &str, account: &AccountReport, fields: &[(&str, String)]) -> [String; COLUMNS.len()] {
    COLUMNS.map(|column| match column {
        "record" => record.to_owned(),
        "account" => account.account.clone(),
        "account_name" => account.name.clone().unwrap_or_default(),
        column => {
            let given = fields.iter().find(|(name, _)| *name == column);
            given.map(|(_, value)| value.clone()).unwrap_or_default()
        }
    })
}
