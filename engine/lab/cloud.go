package lab

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
)

// WriteCloud writes the files that describe a practice cloud of an authority and
// an Exchange-like server, and returns the name of the description.
func WriteCloud(dir string, a *Authority, s *Server) (string, error) {
	e := s.Endpoint()
	description, err := json.MarshalIndent(map[string]any{
		"name": "practice", "authority": a.URL(), "graph": a.graphBase(),
		"imap_host": e.Host, "imap_port": e.Port, "ca_file": "ca.pem",
	}, "", "  ")
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "ca.pem"), slices.Concat(a.Certificate(), s.Certificate()), 0o600); err != nil {
		return "", err
	}
	file := filepath.Join(dir, "cloud.json")
	return file, os.WriteFile(file, description, 0o600)
}
