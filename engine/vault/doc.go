// Package vault keeps a project's secrets at rest: passwords, tokens, keys.
//
// # What is stored
//
// One blob within the project file, a JSON envelope with two age files
// (https://age-encryption.org/v1):
//
//   - key: a random X25519 identity, sealed by the passphrase with scrypt;
//   - map: the secrets by name as JSON (each in base64: they are bytes), sealed
//     for that identity.
//
// The passphrase's scrypt is slow on purpose, and paid once, when the vault is
// unlocked. Storing a secret seals only the map anew, for the identity: that
// takes no time. A new passphrase makes a new identity too, so that whoever
// knows the old passphrase and an old copy of the file can't read what is stored
// later. A checksum tells a damaged blob from a wrong passphrase.
//
// scrypt runs with N = 2^15, r = 8: some 32 MiB and a sixth of a second for
// each guess: every command pays it, and it counts against the memory of a run.
//
// # What it never does
//
// It never writes a secret anywhere but into the blob, and none appears in an
// error, in what any verb prints of a Vault, or in a panic. It keeps no copy of
// the passphrase. The system's keyring (keyring.go) is optional: its failures
// never stop anything.
package vault
