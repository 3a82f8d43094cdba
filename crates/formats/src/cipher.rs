//! The ciphers that several apps use. Whether what does not open has a wrong password or is damaged is for the
//! format to say.

use aes::Aes256;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt, KeyInit, KeyIvInit};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

/// Opens AES-256-GCM: a ciphertext with the tag at its end. Nothing when any part of it was made with another key or
/// changed.
pub(crate) fn open_gcm(
    key: &[u8; 32],
    nonce: &[u8; 12],
    associated: &[u8],
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let mut buffer = Zeroizing::new(sealed.to_vec());
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let size = gcm(key)
        .open_in_place(nonce, Aad::from(associated), &mut buffer)
        .ok()?
        .len();
    buffer.truncate(size);
    Some(buffer)
}

/// Seals with AES-256-GCM: the ciphertext with the tag at its end. The nonce must be new for this key.
pub(crate) fn seal_gcm(key: &[u8; 32], nonce: [u8; 12], plain: &[u8]) -> Vec<u8> {
    let mut buffer = Zeroizing::new(Vec::with_capacity(plain.len().saturating_add(16)));
    buffer.extend_from_slice(plain);
    let nonce = Nonce::assume_unique_for_key(nonce);
    gcm(key)
        .seal_in_place_append_tag(nonce, Aad::empty(), &mut *buffer)
        .expect("no text in memory has the 64 GiB that would be too much");
    std::mem::take(&mut *buffer)
}

/// Opens AES-256-CBC with PKCS #7 padding. Nothing when the padding is none: the key is another, or it was changed.
pub(crate) fn open_cbc(key: &[u8; 32], iv: &[u8; 16], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    open_cbc_with::<Aes256>(key, iv, sealed)
}

/// The same with any cipher of such blocks and keys.
pub(crate) fn open_cbc_with<C>(key: &[u8; 32], iv: &[u8; 16], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>>
where
    C: BlockCipherDecrypt + KeyInit,
    cbc::Decryptor<C>: KeyIvInit,
{
    let mut buffer = Zeroizing::new(sealed.to_vec());
    let cipher = cbc::Decryptor::<C>::new_from_slices(key, iv).ok()?;
    let size = cipher.decrypt_padded::<Pkcs7>(&mut buffer).ok()?.len();
    buffer.truncate(size);
    Some(buffer)
}

fn gcm(key: &[u8; 32]) -> LessSafeKey {
    let key = UnboundKey::new(&AES_256_GCM, key).expect("the cipher takes keys of 256 bits");
    LessSafeKey::new(key)
}
