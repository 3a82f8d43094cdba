//! The report as one HTML page that needs nothing else: no script, no font, no picture, no network.

use std::fmt::{self, Write};

use crate::fleet::line::{FleetFinding, RootLine, UserLine};
use crate::fleet::report::{AccountReport, Content, FleetReport, Sums};

/// The page.
pub fn html(report: &FleetReport) -> String {
    let mut page = String::new();
    // Writing into a string cannot fail.
    let _ = write_page(&mut page, report);
    page
}

fn write_page(page: &mut String, report: &FleetReport) -> fmt::Result {
    let made = report.made.as_deref().unwrap_or("an unknown time");
    write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>MFA report, {made}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>MFA report</h1>\n\
         <p class=\"muted\">Made {made} for {accounts}.</p>\n</header>\n<main>\n",
        made = escaped(made),
        accounts = counted(report.accounts.len(), "AWS account"),
    )?;
    sums(page, &report.total)?;
    for account in &report.accounts {
        section(page, account)?;
    }
    page.push_str("</main>\n</body>\n</html>\n");
    Ok(())
}

fn sums(page: &mut String, sums: &Sums) -> fmt::Result {
    page.push_str("<ul class=\"sums\">\n");
    let bad = |count: usize| if count == 0 { "good" } else { "bad" };
    let warning = |count: usize| if count == 0 { "muted" } else { "warning" };
    let cells = [
        (sums.users, "users", "muted", true),
        (sums.with_mfa, "with MFA", "muted", true),
        (sums.without_mfa, "without MFA", bad(sums.without_mfa), true),
        (
            sums.without_mfa_in_console,
            "of them with a console password",
            bad(sums.without_mfa_in_console),
            true,
        ),
        (sums.unknown, "not known", warning(sums.unknown), false),
        (sums.only_sms, "text messages only", warning(sums.only_sms), false),
        (
            sums.one_device,
            "with one device only",
            warning(sums.one_device),
            true,
        ),
        (
            sums.stale_devices,
            "stale devices",
            warning(sums.stale_devices),
            true,
        ),
        (
            sums.unrotated_hand_offs,
            "hand-offs not rotated",
            warning(sums.unrotated_hand_offs),
            false,
        ),
        (
            sums.roots_without_mfa,
            "root users without MFA",
            bad(sums.roots_without_mfa),
            false,
        ),
        (
            sums.unread_accounts,
            "accounts not read",
            bad(sums.unread_accounts),
            false,
        ),
    ];
    for (count, label, class, always) in cells {
        if always || count > 0 {
            writeln!(page, "<li><b class=\"{class}\">{count}</b>{label}</li>")?;
        }
    }
    page.push_str("</ul>\n");
    Ok(())
}

fn section(page: &mut String, account: &AccountReport) -> fmt::Result {
    let name = match &account.name {
        Some(name) => format!(
            "{} <span class=\"muted\">{}</span>",
            escaped(name),
            escaped(&account.account)
        ),
        None => escaped(&account.account),
    };
    writeln!(page, "<section>\n<h2>{name}</h2>")?;
    if let Some(error) = &account.error {
        writeln!(
            page,
            "<p class=\"notice\"><span class=\"bad\">This account could not be read.</span> {} {}</p>",
            escaped(&error.message),
            escaped(&error.remedy)
        )?;
    }
    if let Some(content) = &account.content {
        filled(page, content)?;
    }
    page.push_str("</section>\n");
    Ok(())
}

fn filled(page: &mut String, content: &Content) -> fmt::Result {
    let report = content.credential_report.as_deref();
    writeln!(
        page,
        "<p class=\"muted\">{} of {} have MFA. {}</p>\n<p>{}</p>",
        content.sums.with_mfa,
        counted(content.sums.users, "user"),
        match report {
            Some(made) => format!("AWS's credential report is from {}.", escaped(made)),
            None => "There is no credential report.".to_owned(),
        },
        root_words(&content.root)
    )?;
    for remark in &content.remarks {
        writeln!(
            page,
            "<p class=\"notice\"><span class=\"warning\">Not complete:</span> {}.</p>",
            escaped(remark)
        )?;
    }
    let needs_care = |user: &&UserLine| {
        user.findings
            .iter()
            .any(|finding| *finding != FleetFinding::OneDevice)
    };
    let first: Vec<&UserLine> = content.users.iter().filter(needs_care).collect();
    if !first.is_empty() {
        page.push_str("<h3>To look after</h3>\n");
        users(page, &first)?;
    }
    stale(page, content)?;
    hand_offs(page, content)?;
    page.push_str("<h3>All users</h3>\n");
    if content.users.iter().any(|user| user.mfa_words() != user.mfa) {
        page.push_str(
            "<p class=\"muted\">Where it says “maybe more”, only virtual devices were looked for: security keys and others may \
             be there besides. <code>lockstep fleet report --exact</code> asks about each user.</p>\n",
        );
    }
    users(page, &content.users.iter().collect::<Vec<_>>())
}

fn root_words(root: &RootLine) -> String {
    let mfa = match root.mfa {
        Some(true) => "<span class=\"good\">Root has MFA.</span>",
        Some(false) => {
            "<span class=\"bad\">Root has no MFA.</span> Only root itself can change that, in the console."
        }
        None => "<span class=\"warning\">Whether root has MFA is not known.</span>",
    };
    let keys = match root.has_keys {
        Some(true) => " <span class=\"bad\">Root has access keys.</span>",
        Some(false) | None => "",
    };
    format!("{mfa}{keys}")
}

fn users(page: &mut String, users: &[&UserLine]) -> fmt::Result {
    let head = [
        "User",
        "Path",
        "MFA",
        "To note",
        "Console",
        "Last seen",
        "Keys",
        "Oldest key",
    ];
    table(page, &head, |page| {
        for user in users {
            let console = match user.console {
                Some(true) => "yes",
                Some(false) => "no",
                None => "not known",
            };
            let keys = user
                .active_keys()
                .map_or_else(|| "not known".to_owned(), |keys| keys.to_string());
            let age = user
                .oldest_key_days()
                .map_or_else(String::new, |days| counted_u64(days, "day"));
            writeln!(
                page,
                "<tr><td>{}</td><td>{}</td><td class=\"{}\">{}</td><td>{}</td><td>{console}</td><td>{}</td>\
                 <td class=\"number\">{keys}</td><td class=\"number\">{age}</td></tr>",
                escaped(&user.user),
                escaped(&user.path),
                mfa_class(user),
                escaped(&user.mfa_words()),
                notes(user),
                escaped(&user.last_seen),
            )?;
        }
        Ok(())
    })
}

fn mfa_class(user: &UserLine) -> &'static str {
    match user.mfa.as_str() {
        "none" => "bad",
        "unknown" | "sms" => "warning",
        _ => "good",
    }
}

fn notes(user: &UserLine) -> String {
    let words: Vec<&str> = user.findings.iter().map(|finding| finding.words()).collect();
    words.join(", ")
}

fn stale(page: &mut String, content: &Content) -> fmt::Result {
    let unassigned = content.unassigned_devices.as_deref().unwrap_or_default();
    if unassigned.is_empty() && content.astray_devices.is_empty() {
        return Ok(());
    }
    page.push_str("<h3>Stale devices</h3>\n");
    table(page, &["Device", "Why"], |page| {
        for serial in unassigned {
            writeln!(
                page,
                "<tr><td><code>{}</code></td><td>nobody's</td></tr>",
                escaped(serial)
            )?;
        }
        for device in &content.astray_devices {
            writeln!(
                page,
                "<tr><td><code>{}</code></td><td>of {}, who is not listed</td></tr>",
                escaped(&device.serial),
                escaped(&device.user)
            )?;
        }
        Ok(())
    })
}

fn hand_offs(page: &mut String, content: &Content) -> fmt::Result {
    if content.unrotated_hand_offs.is_empty() {
        return Ok(());
    }
    page.push_str("<h3>Hand-offs that were not rotated</h3>\n");
    table(page, &["User", "Device", "Handed over", "Ago"], |page| {
        for hand_off in &content.unrotated_hand_offs {
            writeln!(
                page,
                "<tr><td>{}</td><td><code>{}</code></td><td>{}</td><td class=\"number\">{}</td></tr>",
                escaped(&hand_off.user),
                escaped(&hand_off.serial),
                escaped(hand_off.handed_over.as_deref().unwrap_or("not known")),
                counted_u64(hand_off.days, "day")
            )?;
        }
        Ok(())
    })
}

fn table(page: &mut String, head: &[&str], rows: impl FnOnce(&mut String) -> fmt::Result) -> fmt::Result {
    page.push_str("<div class=\"scroll\"><table>\n<thead><tr>");
    for title in head {
        write!(page, "<th scope=\"col\">{title}</th>")?;
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    rows(page)?;
    page.push_str("</tbody>\n</table></div>\n");
    Ok(())
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn counted_u64(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Text that cannot become markup, and cannot turn the direction of what stands beside it.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                safe.push('\u{fffd}');
            }
            other if other.is_control() => safe.push('\u{fffd}'),
            other => safe.push(other),
        }
    }
    safe
}

const STYLE: &str = include_str!("page.css");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        assert_eq!(
            escaped("<img src=x onerror='a'>&\"\u{202e}\n"),
            "&lt;img src=x onerror=&#39;a&#39;&gt;&amp;&quot;\u{fffd}\u{fffd}"
        );
    }
}
