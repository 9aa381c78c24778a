package report

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"mxodus/engine"
)

// The files of a report.
const (
	HTMLFile     = "report.html"
	UsersFile    = "users.csv"
	MessagesFile = "messages.csv"
	JSONFile     = "report.json"
)

// Files are the names of all files that Write writes.
func Files() []string { return []string{HTMLFile, UsersFile, MessagesFile, JSONFile} }

// Write writes the report into a folder, which is made when it is missing. Files
// of an earlier report there are replaced, each as a whole; nothing else is
// touched, in no other folder, whatever links stand there. Only the owner can
// read them.
func (r Report) Write(dir string) error {
	contents := map[string][]byte{UsersFile: r.usersCSV(), MessagesFile: r.messagesCSV()}
	var err error
	if contents[JSONFile], err = r.JSON(); err != nil {
		return err
	}
	if contents[HTMLFile], err = r.HTML(); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	for _, name := range Files() {
		if err := replace(root, name, contents[name]); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return nil
}

// replace writes beside the file and moves it into its place, so that nobody
// sees half of it, and a link there is replaced and not followed.
func replace(root *os.Root, name string, content []byte) error {
	temp := ".mxodus-" + rand.Text()
	f, err := root.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = root.Rename(temp, name)
	}
	if err != nil {
		_ = root.Remove(temp)
	}
	return err
}

// JSON is report.json.
func (r Report) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", " ")
	if err := e.Encode(r); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Account is the account in a report.json. It refuses what is no report, a
// report of another version, one without an account, and one whose digest
// doesn't fit what it says.
func Account(doc []byte) (*engine.Proof, error) {
	var head struct {
		Format  string          `json:"format"`
		Version int             `json:"version"`
		Account json.RawMessage `json:"account"`
	}
	if err := json.Unmarshal(doc, &head); err != nil || head.Format != Format {
		return nil, errors.New("this is no report.json of mxodus")
	}
	if head.Version != Version {
		return nil, fmt.Errorf("this report has version %d: this mxodus reads version %d", head.Version, Version)
	}
	if len(head.Account) == 0 || string(head.Account) == "null" {
		return nil, errors.New("this report was made before any verification: it holds no account")
	}
	return engine.ReadProof(head.Account)
}
