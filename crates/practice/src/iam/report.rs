//! The credential report: asked for, made, fetched, and too old after four hours.

use std::time::Duration;

use data_encoding::BASE64;
use lockstep_device::time::UnixTime;

use crate::call::Call;
use crate::directory::{AccessKey, Directory, ROOT, Report, User, timestamp};
use crate::refusal::Refusal;
use crate::verification::visible_after;
use crate::xml::Reply;

/// How long a report is given out, and how often a new one is made (IAM user guide, "Getting credential reports").
const LIFETIME: Duration = Duration::from_hours(4);

const COLUMNS: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
    password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
    access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
    access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
    cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

/// `GenerateCredentialReport`: STARTED, INPROGRESS while it is made, COMPLETE until it is too old.
pub fn generate(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    call.authorise("iam:GenerateCredentialReport", "*")?;
    let (now, duration) = (call.now, call.account.report_duration);
    let report = call.directory().report.as_ref();
    let (state, description) = match report {
        Some(report) if now < report.ready => ("INPROGRESS", None),
        Some(report) if !is_too_old(report, now) => ("COMPLETE", None),
        Some(_) => (
            "STARTED",
            Some("The existing report is too old. Starting a new report generation task."),
        ),
        None => (
            "STARTED",
            Some("No report exists. Starting a new report generation task"),
        ),
    };
    if state == "STARTED" {
        let directory = call.directory_mut();
        directory.report = Some(Report {
            asked: now,
            ready: visible_after(duration, now),
            content: content(directory),
        });
    }
    Ok(Reply::result(|xml| {
        xml.text("State", state);
        if let Some(description) = description {
            xml.text("Description", description);
        }
    }))
}

/// `GetCredentialReport`.
pub fn get(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    call.authorise("iam:GetCredentialReport", "*")?;
    let now = call.now;
    let refused = |code, status, message: &str| Err(Refusal::new(code, status, message));
    match call.directory().report.as_ref() {
        None => refused(
            "ReportNotPresent",
            410,
            "No report exists. You must generate a report first.",
        ),
        Some(report) if now < report.ready => {
            refused("ReportInProgress", 404, "The report is still being generated.")
        }
        Some(report) if is_too_old(report, now) => refused(
            "ReportExpired",
            410,
            "The report is expired. You must generate a new report.",
        ),
        Some(report) => Ok(Reply::result(|xml| {
            xml.text("Content", &BASE64.encode(report.content.as_bytes()));
            xml.text("ReportFormat", "text/csv");
            xml.text("GeneratedTime", &timestamp(report.asked));
        })),
    }
}

fn is_too_old(report: &Report, now: UnixTime) -> bool {
    report.asked.saturating_add(LIFETIME) <= now
}

/// The CSV.
fn content(directory: &Directory) -> String {
    let mut rows = vec![COLUMNS.to_owned(), root_row(directory)];
    rows.extend(directory.users.values().map(|user| user_row(directory, user)));
    rows.join("\n")
}

/// RFC 4180 §2: names may hold commas, and paths quotation marks.
fn row(fields: &[String]) -> String {
    let quoted = fields.iter().map(|field| {
        if field.contains([',', '"']) {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            field.clone()
        }
    });
    quoted.collect::<Vec<_>>().join(",")
}

fn root_row(directory: &Directory) -> String {
    let mut fields = vec![
        ROOT.to_owned(),
        directory.arn("root"),
        moment(directory.created),
        "not_supported".to_owned(),
        "no_information".to_owned(),
        "not_supported".to_owned(),
        "not_supported".to_owned(),
        directory.root_mfa.to_string(),
    ];
    fields.extend(key_fields(None));
    fields.extend(key_fields(None));
    fields.extend(certificate_fields());
    row(&fields)
}

fn user_row(directory: &Directory, user: &User) -> String {
    let has_device = directory.devices_of(&user.name).next().is_some();
    let not = || "N/A".to_owned();
    let no_information = || "no_information".to_owned();
    let mut fields = vec![
        user.name.clone(),
        directory.user_arn(&user.name),
        moment(user.created),
        user.password.is_some().to_string(),
        match user.password {
            Some(_) => user.signed_in.map_or_else(no_information, moment),
            None => not(),
        },
        user.password.map_or_else(not, moment),
        not(),
        has_device.to_string(),
    ];
    fields.extend(key_fields(user.keys.first()));
    fields.extend(key_fields(user.keys.get(1)));
    fields.extend(certificate_fields());
    row(&fields)
}

fn key_fields(key: Option<&AccessKey>) -> [String; 5] {
    let used = key.and_then(|key| key.used);
    let not = || "N/A".to_owned();
    [
        key.is_some().to_string(),
        key.map_or_else(not, |key| moment(key.created)),
        used.map_or_else(not, |(time, _)| moment(time)),
        used.map_or_else(not, |_| "us-east-1".to_owned()),
        used.map_or_else(not, |(_, service)| service.to_owned()),
    ]
}

fn certificate_fields() -> [String; 4] {
    ["false", "N/A", "false", "N/A"].map(str::to_owned)
}

/// The report writes `+00:00` where answers write `Z`.
fn moment(time: UnixTime) -> String {
    timestamp(time).replace('Z', "+00:00")
}
