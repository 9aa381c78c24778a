// Package preset knows mail providers and server kinds, and finds the server
// that holds a domain's mail.
//
// A [Preset] is what is public about one provider: hosts, how to sign in, the
// limits and quirks that an administrator should know before the first run.
// One provider is one file; [All] keeps their order.
//
// [Discover] goes from sure to unsure: a provider's own domains, the domain's
// MX records, the servers that the domain announces (which the caller looks up:
// SRV records and autoconfig files), then connecting to the usual names. Probing reads a greeting and
// a certificate and takes its leave; it never sends a name or a password, and
// it believes nothing that it can't check: whoever uses a [Candidate] still
// verifies the certificate when signing in.
package preset
