package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// outputFile is a file to be written.
type outputFile struct {
	name  string
	text  []byte
	about string // what is said of it when it is there
}

// writeAll writes files into a folder, all or none: under other names first, so that a full disk leaves nothing half-done.
func writeAll(folder string, files []outputFile) error {
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // what is written there is for all to read
		return fmt.Errorf("cannot make the folder of --out: %w", err)
	}
	temporary := make([]string, 0, len(files))
	defer func() {
		for _, path := range temporary {
			_ = os.Remove(path) // the renamed ones are gone from there
		}
	}()
	for i := range files {
		path, err := writeBeside(folder, &files[i])
		if path != "" {
			temporary = append(temporary, path)
		}
		if err != nil {
			return fmt.Errorf("cannot write to the folder of --out, and nothing was: %w", err)
		}
	}
	for i := range files {
		path := filepath.Join(folder, files[i].name)
		if err := os.Rename(temporary[i], path); err != nil {
			return fmt.Errorf("cannot write %s (%w); written before it: %s", path, err, orNothing(files[:i]))
		}
	}
	return nil
}

// writeBeside writes a file under a name of its own in the folder where it is to be. What it cannot write it names too.
func writeBeside(folder string, file *outputFile) (path string, err error) {
	if info, err := os.Lstat(filepath.Join(folder, file.name)); err == nil && info.IsDir() {
		return "", fmt.Errorf("%s there is a folder", file.name)
	}
	temporary, err := os.CreateTemp(folder, "."+file.name+".*")
	if err != nil {
		return "", err
	}
	_, err = temporary.Write(file.text)
	return temporary.Name(), errors.Join(err, temporary.Chmod(0o644), temporary.Close())
}

func orNothing(files []outputFile) string {
	if len(files) == 0 {
		return "nothing"
	}
	names := make([]string, len(files))
	for i := range files {
		names[i] = files[i].name
	}
	return strings.Join(names, ", ")
}
