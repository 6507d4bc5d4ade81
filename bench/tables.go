package bench

import (
	"errors"
	"io"
	"os"
)

// tables writes the test's CSV files.
func (t *Test) tables(o *Options) error {
	if t.Run == nil {
		return nil // load has said so
	}
	return errors.Join(
		writeFile(t.path(o, endingStats), t.Run.WriteStats),
		writeFile(t.path(o, endingHistory), t.Run.WriteHistory),
		writeFile(t.path(o, endingFailures), t.Run.WriteFailures),
	)
}

func writeFile(path string, write func(io.Writer) error) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(file), file.Close())
}
