package handover

import (
	"crypto/rand"
	"errors"
	"os"

	"mxodus/engine"
)

// WriteScripts puts files into a folder, which is made when it is missing, each as
// a whole, for the owner only. A link in the place of one is replaced and not
// followed. What else is in the folder, as a script's record, stays.
func WriteScripts(dir string, files []engine.SetupFile) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	for _, f := range files {
		if err := replaceFile(root, f.Name, f.Data); err != nil {
			return err
		}
	}
	return nil
}

func replaceFile(root *os.Root, name string, data []byte) error {
	temp := ".mxodus-" + rand.Text()
	f, err := root.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err == nil {
		err = root.Rename(temp, name)
	}
	if err != nil {
		_ = root.Remove(temp)
	}
	return err
}
