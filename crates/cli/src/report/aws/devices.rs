//! Devices as AWS lists them.

use lockstep_device::account::AccountId;
use lockstep_iam::device::{DeviceKind, MfaDevice};
use lockstep_iam::name::Tag;
use lockstep_iam::work::Held;
use serde::Serialize;
use serde_json::Value;

use crate::report::{Look, Report, rfc3339, short, table, value, visible_cell};

/// What `aws devices` shows.
#[derive(Serialize)]
pub(crate) struct DevicesReport {
    pub(crate) devices: Vec<DeviceRow>,
}

/// One device.
#[derive(Serialize)]
pub(crate) struct DeviceRow {
    serial: String,
    kind: DeviceKind,
    user: Option<String>,
    enabled: Option<String>,
    here: bool,
    id: Option<AccountId>,
    /// What can be done with it from here; empty when everything can.
    limits: &'static str,
}

impl DeviceRow {
    /// `here` are the devices whose seeds are here.
    pub(crate) fn new(device: MfaDevice, here: &[Held]) -> Self {
        let held = here.iter().find(|held| held.serial == device.serial);
        let kind = device.kind();
        Self {
            kind,
            user: device.user.map(String::from),
            enabled: device.enabled.and_then(|moment| rfc3339(moment.seconds())),
            here: held.is_some(),
            id: held.map(|held| held.account.clone()),
            limits: limits(kind),
            serial: device.serial.into(),
        }
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.serial.clone(),
            kind_word(self.kind).to_owned(),
            visible_cell(self.user.as_deref().unwrap_or_default()),
            self.enabled.clone().unwrap_or_default(),
            self.id.as_ref().map_or("", |id| short(id.as_str())).to_owned(),
            self.limits.to_owned(),
        ]
    }
}

fn limits(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Virtual => "",
        DeviceKind::Hardware => "enable and resync here with typed codes",
        DeviceKind::Fido | DeviceKind::Sms => "deactivate here, enable in the console only",
        DeviceKind::Unknown => "deactivate here",
    }
}

fn kind_word(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Virtual => "virtual",
        DeviceKind::Hardware => "hardware",
        DeviceKind::Fido => "fido",
        DeviceKind::Sms => "sms",
        DeviceKind::Unknown => "unknown",
    }
}

impl Report for DevicesReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, look: Look) -> String {
        if self.devices.is_empty() {
            return if look.terminal {
                "No device.\n".to_owned()
            } else {
                String::new()
            };
        }
        let rows: Vec<_> = self.devices.iter().map(DeviceRow::cells).collect();
        table(&["SERIAL", "KIND", "USER", "ENABLED", "HERE", "LIMITS"], &rows)
    }
}

/// What `aws device-tags` shows.
#[derive(Serialize)]
pub(crate) struct TagsReport {
    pub(crate) serial: String,
    pub(crate) tags: Vec<Tag>,
}

impl Report for TagsReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, look: Look) -> String {
        if self.tags.is_empty() && look.terminal {
            return format!("{} has no tags.\n", self.serial);
        }
        let line = |tag: &Tag| format!("{}={}\n", visible_cell(&tag.key), visible_cell(&tag.value));
        self.tags.iter().map(line).collect()
    }
}
