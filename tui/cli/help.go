package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// wrapUsage makes help fit the terminal: cobra's own lines run on.
func (a *app) wrapUsage(cmd *cobra.Command) {
	columns := width(a.Stdout)
	if columns == 0 {
		columns = 100
	}
	cobra.AddTemplateFunc("wrapped", func(f *pflag.FlagSet) string { return f.FlagUsagesWrapped(columns) })
	t := cmd.UsageTemplate()
	for _, set := range []string{".LocalFlags", ".InheritedFlags"} {
		t = strings.ReplaceAll(t, set+".FlagUsages", "wrapped "+set)
	}
	cmd.SetUsageTemplate(t)
}
