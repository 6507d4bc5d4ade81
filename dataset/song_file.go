package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strings"
)

// songFile is a file of songs that was read to its end once and found good. It is read again to import it, so memory does not
// grow with it.
type songFile struct {
	path       string
	columns    columns
	songs      int    // rows
	dimensions int    // of the vectors; 0 for a file without any
	digest     string // of the content, uncompressed
}

// Formats says which files of songs are read.
const Formats = ".csv or .jsonl, also with .gz"

// formatOf is the reader for a file, by its name.
func formatOf(path string) (func(*source) rowReader, error) {
	name, _ := strings.CutSuffix(strings.ToLower(path), ".gz")
	switch filepath.Ext(name) {
	case ".csv":
		return newCSVReader, nil
	case ".jsonl", ".ndjson":
		return newJSONLReader, nil
	default:
		return nil, fmt.Errorf("the song file %s has a name that does not say what it holds: name it %s", path, Formats)
	}
}

// checkSongFile reads a file of songs to its end. The error says where it is wrong.
func checkSongFile(ctx context.Context, path string) (*songFile, error) {
	f := &songFile{path: path}
	hash := sha256.New()
	err := f.read(ctx, hash, func(r *row) error {
		f.songs++
		if f.songs == 1 {
			if err := requireColumns(r.line, r.names()); err != nil {
				return err
			}
		}
		vector, err := f.columns.learn(r)
		switch {
		case err != nil:
			return err
		case f.songs == 1:
			f.dimensions = len(vector)
		case len(vector) != f.dimensions:
			return r.wrong(vectorColumn, fmt.Errorf("%s, and %s in the rows before: give all rows vectors of one length, or none any",
				numbers(len(vector)), numbers(f.dimensions)))
		}
		return nil
	})
	if err != nil {
		return nil, f.wrong(err)
	}
	if f.songs < len(Collections()) {
		return nil, f.wrong(fmt.Errorf("it has %d songs, which is not enough for %d collections", f.songs, len(Collections())))
	}
	f.digest = hex.EncodeToString(hash.Sum(nil))[:12]
	return f, nil
}

var errChanged = errors.New("it has changed while it was imported")

// records reads the file again and gives its songs. One that has become wrong since it was checked ends them.
func (f *songFile) records(ctx context.Context) iter.Seq2[record, error] {
	errEnough := errors.New("enough")
	return func(yield func(record, error) bool) {
		err := f.read(ctx, io.Discard, func(r *row) error {
			made, err := f.columns.record(r)
			if err == nil && len(made.vector) != f.dimensions {
				err = r.wrong(vectorColumn, errChanged)
			}
			if err != nil {
				return err
			}
			if !yield(made, nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(record{}, f.wrong(err))
		}
	}
}

// read gives each row of the file to a function, and the content to a writer.
func (f *songFile) read(ctx context.Context, content io.Writer, each func(*row) error) error {
	format, err := formatOf(f.path)
	if err != nil {
		return err
	}
	s, err := openSource(f.path, content)
	if err != nil {
		return err
	}
	defer s.close()
	for rows := format(s); ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.nextRow()
		r, err := rows.read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := each(&r); err != nil {
			return err
		}
	}
}

func (f *songFile) wrong(err error) error { return fmt.Errorf("the song file %s: %w", f.path, err) }

// describe says what the file holds.
func (f *songFile) describe() string {
	vectors := "no vectors: they are hash embeddings of title and lyrics"
	if f.dimensions > 0 {
		vectors = fmt.Sprintf("vectors of %d numbers", f.dimensions)
	}
	return fmt.Sprintf("%s has %d songs with %s; %s", f.path, f.songs, f.columns.describe(), vectors)
}

func numbers(n int) string {
	if n == 0 {
		return "no vector"
	}
	return fmt.Sprintf("a vector of %d numbers", n)
}
