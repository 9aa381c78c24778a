package preset

// filterOf names the mail filter that an MX host belongs to. Behind a filter
// the MX says nothing about where the mailboxes are.
func filterOf(mx string) (title string, ok bool) {
	for _, f := range [...]struct{ suffix, title string }{
		{"mimecast.com", "Mimecast"}, {"mimecast.co.za", "Mimecast"}, {"mimecast-offshore.com", "Mimecast"},
		{"pphosted.com", "Proofpoint"}, {"ppe-hosted.com", "Proofpoint Essentials"},
		{"barracudanetworks.com", "Barracuda"}, {"messagelabs.com", "Symantec Email Security"},
		{"hornetsecurity.com", "Hornetsecurity"}, {"antispameurope.com", "Hornetsecurity"}, {"spamhero.com", "SpamHero"},
		{"mailspamprotection.com", "SiteGround's filter"}, {"spamexperts.com", "SpamExperts"}, {"antispamcloud.com", "SpamExperts"},
		{"iphmx.com", "Cisco Secure Email"}, {"sophos.com", "Sophos Email"}, {"trendmicro.com", "Trend Micro"},
		{"mailguard.com.au", "MailGuard"}, {"mailcontrol.com", "Forcepoint"}, {"mx.cloudflare.net", "Cloudflare Email Routing"},
		{"improvmx.com", "ImprovMX"}, {"registrar-servers.com", "Namecheap's forwarding"},
	} {
		if below(mx, f.suffix) {
			return f.title, true
		}
	}
	return "", false
}
