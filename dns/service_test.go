package dns

import "testing"

func TestServiceRecordsSayWhatIsWanted(t *testing.T) {
	got := FromService(GCCHigh, "Acme.example.", []Record{
		{Name: "acme.example", Type: "Txt", Value: " MS=ms123 "},
		{Name: "acme.example", Type: "MX", Value: "ms123.msv1.invalid", Priority: 32767}, // proof, leads nowhere
		{Name: "acme.example", Type: "Mx", Value: "acme-example.Mail.protection.office365.us."},
		{Name: "sub.acme.example", Type: "MX", Value: "other.mail.protection.office365.us"},
		{Name: "acme.example", Type: "TXT", Value: "v=spf1 include:spf.special.example -all"},
		{Name: "acme.example", Type: "TXT", Value: "v=spf1"},
		{Name: "Autodiscover.acme.example", Type: "CNAME", Value: "autodiscover.special.example"},
		{Name: "sip.acme.example", Type: "CNAME", Value: "sipdir.special.example"},
		{Name: "selector2._domainkey.acme.example", Type: "CName", Value: "s2.special.example"},
	})
	want := Wanted{Cloud: GCCHigh, MX: "acme-example.mail.protection.office365.us", Proof: "MS=ms123", SPF: "spf.special.example",
		Autodiscover: "autodiscover.special.example", DKIM: [2]string{"", "s2.special.example"}}
	if got.MX != want.MX || got.Proof != want.Proof || got.SPF != want.SPF || got.Autodiscover != want.Autodiscover || got.DKIM != want.DKIM || got.Cloud != want.Cloud {
		t.Errorf("%+v, expected %+v", got, want)
	}
	if n := namesOf(GCCHigh).as(got); n.spf != "spf.special.example" || n.autodiscover != "autodiscover.special.example" || len(n.mx) != 1 {
		t.Errorf("%+v", n)
	}
	if n := namesOf(Worldwide).as(Wanted{}); n.spf != "spf.protection.outlook.com" || n.autodiscover != "autodiscover.outlook.com" {
		t.Errorf("%+v", n)
	}
}
