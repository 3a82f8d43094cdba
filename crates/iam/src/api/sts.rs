//! The operations of STS.

use lockstep_device::otp::Code;
use lockstep_device::serial::SerialNumber;
use zeroize::Zeroizing;

use crate::api::failure::Failure;
use crate::api::{Api, TemporaryCredentials, moment};

/// A device and its code, as STS takes them.
pub type DeviceCode<'a> = (&'a SerialNumber, &'a Code);

/// A role to take on (STS API: `AssumeRole`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its ARN.
    pub arn: String,
    /// What the session is called: 2 to 64 characters out of `[\w+=,.@-]`.
    pub session_name: String,
    /// What the other account may ask for besides.
    pub external_id: Option<String>,
}

impl Api {
    /// STS API: `GetCallerIdentity`: the caller's ARN and account.
    pub fn caller_identity(&self) -> Result<(String, String), Failure> {
        let answer = self.query(self.sts.get_caller_identity().send())?;
        match (answer.arn, answer.account) {
            (Some(arn), Some(account)) => Ok((arn, account)),
            _ => Err(Failure::Unusable {
                reason: "it does not say who is asking".to_owned(),
            }),
        }
    }

    /// STS API: `GetSessionToken`, with a code. `seconds` is the wanted duration, 900 to 129 600.
    pub fn session_token(
        &self,
        (serial, code): DeviceCode<'_>,
        seconds: u32,
    ) -> Result<TemporaryCredentials, Failure> {
        let request = self
            .sts
            .get_session_token()
            .serial_number(serial.as_str())
            .token_code(code.as_str())
            .duration_seconds(i32::try_from(seconds).unwrap_or(i32::MAX));
        let answer = self.call(request.send())?;
        credentials(answer.credentials)
    }

    /// STS API: `AssumeRole`, with a code where the role wants one. `seconds` is the wanted duration, 900 to 43 200.
    pub fn assume_role(
        &self,
        role: &Role,
        device: Option<DeviceCode<'_>>,
        seconds: u32,
    ) -> Result<TemporaryCredentials, Failure> {
        let request = self
            .sts
            .assume_role()
            .role_arn(&role.arn)
            .role_session_name(&role.session_name)
            .set_external_id(role.external_id.clone())
            .set_serial_number(device.map(|(serial, _)| serial.to_string()))
            .set_token_code(device.map(|(_, code)| code.as_str().to_owned()))
            .duration_seconds(i32::try_from(seconds).unwrap_or(i32::MAX));
        let answer = self.call(request.send())?;
        credentials(answer.credentials)
    }
}

fn credentials(answer: Option<aws_sdk_sts::types::Credentials>) -> Result<TemporaryCredentials, Failure> {
    let credentials = answer.ok_or_else(|| Failure::Unusable {
        reason: "there are no credentials in it".to_owned(),
    })?;
    Ok(TemporaryCredentials {
        access_key_id: credentials.access_key_id,
        secret_access_key: Zeroizing::new(credentials.secret_access_key),
        session_token: Zeroizing::new(credentials.session_token),
        expiration: moment(&credentials.expiration),
    })
}
