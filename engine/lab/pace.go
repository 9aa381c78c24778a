package lab

import (
	"sync"
	"time"
)

// pace makes the server take at most that many messages a second, from all its
// connections together; 0 ends that. It takes the place of OnCommand.
func (s *Server) pace(perSecond int) {
	if perSecond <= 0 {
		s.OnCommand(nil)
		return
	}
	var mu sync.Mutex
	var next time.Time
	s.OnCommand(func(c Command) error {
		if c.Name != "APPEND" {
			return nil
		}
		mu.Lock()
		if now := time.Now(); next.Before(now) {
			next = now
		}
		turn := next
		next = next.Add(time.Second / time.Duration(perSecond))
		mu.Unlock()
		time.Sleep(time.Until(turn))
		return nil
	})
}
