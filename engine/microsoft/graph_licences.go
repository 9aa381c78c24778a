package microsoft

import (
	"context"
	"strings"

	"mxodus/engine"
)

// graphSKU is a licence as Graph has it.
type graphSKU struct {
	ID         string `json:"skuId"`
	Part       string `json:"skuPartNumber"`
	AppliesTo  string `json:"appliesTo"`
	Capability string `json:"capabilityStatus"`
	Used       int    `json:"consumedUnits"`
	Prepaid    struct {
		Enabled int `json:"enabled"`
	} `json:"prepaidUnits"`
	Plans []struct {
		ID        string `json:"servicePlanId"`
		Name      string `json:"servicePlanName"`
		AppliesTo string `json:"appliesTo"`
	} `json:"servicePlans"`
}

// Licences lists what the tenant has bought for users. Seats that were paid for
// and have run out are not counted as seats.
func (g *Graph) Licences(ctx context.Context) ([]engine.Licence, error) {
	skus, err := g.skuList(ctx)
	if err != nil {
		return nil, err
	}
	var out []engine.Licence
	for _, s := range skus {
		if strings.EqualFold(s.AppliesTo, "Company") {
			continue
		}
		out = append(out, engine.Licence{ID: engine.Clean(s.ID, 100), Name: engine.Clean(s.Part, 100), Title: title(engine.Clean(s.Part, 100)),
			Seats: s.Prepaid.Enabled, Used: s.Used, Mailbox: holdsMailbox(s), Active: s.Capability == "" || s.Capability == "Enabled" || s.Capability == "Warning"})
	}
	return out, nil
}

func (g *Graph) skuList(ctx context.Context) ([]graphSKU, error) {
	skus, err := list[graphSKU](ctx, g, g.at("", "subscribedSkus"))
	if err != nil {
		return nil, err
	}
	plans, licences := map[string]bool{}, map[string]bool{}
	for _, s := range skus {
		licences[strings.ToLower(s.ID)] = holdsMailbox(s)
		for _, p := range s.Plans {
			if isMailPlan(p.Name) {
				plans[strings.ToLower(p.ID)] = true
			}
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.plans, g.skus = plans, licences
	return skus, nil
}

// knowPlans asks once which service plans hold a mailbox: users' plans are told
// by numbers only.
func (g *Graph) knowPlans(ctx context.Context) error {
	g.mu.Lock()
	known := g.plans != nil
	g.mu.Unlock()
	if known {
		return nil
	}
	_, err := g.skuList(ctx)
	return err
}

// holdsMailbox says that a mailbox is part of a licence. One whose parts aren't
// told is taken to hold one.
func holdsMailbox(s graphSKU) bool {
	for _, p := range s.Plans {
		if isMailPlan(p.Name) {
			return true
		}
	}
	return len(s.Plans) == 0
}

// isMailPlan knows the service plans that hold a mailbox by their names:
// EXCHANGE_S_STANDARD, EXCHANGE_S_ENTERPRISE, EXCHANGE_S_DESKLESS,
// EXCHANGE_L_STANDARD, EXCHANGE_B_STANDARD, and those of governments. Nearly
// every licence has EXCHANGE_S_FOUNDATION, which holds none.
func isMailPlan(name string) bool {
	name = strings.ToUpper(name)
	kind, rest, ok := strings.Cut(strings.TrimPrefix(name, "EXCHANGE_"), "_")
	if !ok || !strings.HasPrefix(name, "EXCHANGE_") || len(kind) != 1 {
		return false
	}
	for _, other := range []string{"FOUNDATION", "ARCHIVE", "ADDON"} {
		if strings.Contains(rest, other) {
			return false
		}
	}
	return true
}

// title is a licence as the shop calls it.
func title(part string) string {
	if t, ok := titles()[strings.ToUpper(part)]; ok {
		return t
	}
	return part
}

func titles() map[string]string {
	return map[string]string{
		"O365_BUSINESS_ESSENTIALS":       "Microsoft 365 Business Basic",
		"SMB_BUSINESS_ESSENTIALS":        "Microsoft 365 Business Basic",
		"O365_BUSINESS_PREMIUM":          "Microsoft 365 Business Standard",
		"SMB_BUSINESS_PREMIUM":           "Microsoft 365 Business Standard",
		"SPB":                            "Microsoft 365 Business Premium",
		"O365_BUSINESS":                  "Microsoft 365 Apps for business",
		"OFFICESUBSCRIPTION":             "Microsoft 365 Apps for enterprise",
		"EXCHANGESTANDARD":               "Exchange Online (Plan 1)",
		"EXCHANGEENTERPRISE":             "Exchange Online (Plan 2)",
		"EXCHANGEDESKLESS":               "Exchange Online Kiosk",
		"EXCHANGE_S_ESSENTIALS":          "Exchange Online Essentials",
		"STANDARDPACK":                   "Office 365 E1",
		"ENTERPRISEPACK":                 "Office 365 E3",
		"ENTERPRISEPREMIUM":              "Office 365 E5",
		"DESKLESSPACK":                   "Office 365 F3",
		"SPE_E3":                         "Microsoft 365 E3",
		"SPE_E5":                         "Microsoft 365 E5",
		"SPE_F1":                         "Microsoft 365 F3",
		"M365_F1":                        "Microsoft 365 F1",
		"STANDARDPACK_GOV":               "Office 365 G1",
		"ENTERPRISEPACK_GOV":             "Office 365 G3",
		"STANDARDWOFFPACK_FACULTY":       "Office 365 A1 for faculty",
		"STANDARDWOFFPACK_STUDENT":       "Office 365 A1 for students",
		"EXCHANGESTANDARD_ALUMNI":        "Exchange Online (Plan 1) for alumni",
		"EXCHANGEARCHIVE_ADDON":          "Exchange Online Archiving",
		"DEVELOPERPACK_E5":               "Microsoft 365 E5 Developer",
		"FLOW_FREE":                      "Power Automate Free",
		"POWER_BI_STANDARD":              "Power BI Free",
		"TEAMS_EXPLORATORY":              "Teams Exploratory",
		"AAD_PREMIUM":                    "Entra ID P1",
		"EMS":                            "Enterprise Mobility + Security E3",
		"MICROSOFT_365_BUSINESS_PREMIUM": "Microsoft 365 Business Premium",
	}
}
