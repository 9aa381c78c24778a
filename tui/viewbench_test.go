package tui

import "testing"

// BenchmarkView draws every scene of every step, at the size that costs most. At
// ten a second, 3 % of a core are 3 ms each:
//
//	go test ./tui -run '^$' -bench View
func BenchmarkView(b *testing.B) {
	for _, s := range allScenes {
		b.Run(s.name, func(b *testing.B) {
			r := s.make()
			r.width, r.height = 200, 60
			for b.Loop() {
				if r.View() == "" {
					b.Fatal("nothing is drawn")
				}
			}
		})
	}
}
