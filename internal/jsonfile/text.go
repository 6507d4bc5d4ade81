// Package jsonfile reads the project's own JSON files strictly, however they came to be, and writes them so that a person can read
// them.
package jsonfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// Kind is a kind of file: what errors say of it.
type Kind struct {
	Name    string // "query file"
	Command string // what makes one
	Version int    // of the format
	MaxSize int64  // in bytes; a whole number of MiB
	TooLong string // what to do about a longer one
	// Unknown says what there is to say of a key that nothing reads, after its name; nil, or a nil error, for nothing.
	Unknown func(key string) error
}

// Read reads the whole of a file, whose version must be the kind's: read its keys, and check what was read. name is what errors call
// the file. They are whole sentences.
func (k *Kind) Read(r io.Reader, name string, read func(*Walker) error, check func() error) error {
	w, err := k.open(r, name)
	if err != nil {
		return err
	}
	if err = read(w); err == nil {
		err = check()
	}
	if err != nil {
		return k.wrong(name, err)
	}
	return nil
}

// open reads the text of a file. What it returns is valid JSON.
func (k *Kind) open(r io.Reader, name string) (*Walker, error) {
	text, err := io.ReadAll(io.LimitReader(r, k.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("cannot read the %s %s: %w", k.Name, name, err)
	}
	if int64(len(text)) > k.MaxSize {
		return nil, fmt.Errorf("the %s %s is larger than %d MiB: %s", k.Name, name, k.MaxSize>>20, k.TooLong)
	}
	text, err = PlainText(text)
	if err == nil {
		err = k.checkVersion(text)
	}
	if err != nil {
		return nil, k.wrong(name, err)
	}
	return &Walker{text: text, decoder: newDecoder(text), unknown: k.Unknown}, nil
}

// wrong says which file an error is about.
func (k *Kind) wrong(name string, err error) error {
	return fmt.Errorf("the %s %s is wrong: %w", k.Name, name, err)
}

// checkVersion looks at the version before anything else: another one may have other keys.
func (k *Kind) checkVersion(text []byte) error {
	if len(bytes.TrimSpace(text)) == 0 {
		return fmt.Errorf("it is empty: make one with `%s`", k.Command)
	}
	var head struct {
		Version json.RawMessage `json:"version"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return k.malformed(text, err)
	}
	if version := string(head.Version); version != strconv.Itoa(k.Version) {
		if version == "" {
			version = "missing"
		}
		return fmt.Errorf("its version is %s, and this binary reads version %d: make the file again with `%s`",
			Excerpt([]byte(version)), k.Version, k.Command)
	}
	return nil
}

// ErrNotUTF8 says that a file is no text.
var ErrNotUTF8 = errors.New("it is not UTF-8 text (UTF-16, or no text at all): save it as UTF-8")

// PlainText is a file's text without a byte order mark, which editors on Windows add.
func PlainText(text []byte) ([]byte, error) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) || bytes.IndexByte(text, 0) >= 0 {
		return nil, ErrNotUTF8
	}
	return text, nil
}

// malformed says in which line a file stops being JSON.
func (k *Kind) malformed(text []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind):
		return fmt.Errorf("it holds one %s: a %s is an object, as `%s` makes it", kind.Value, k.Name, k.Command)
	case !errors.As(err, &syntax):
		return err
	case syntax.Offset >= int64(len(text)):
		return errors.New("it ends in the middle: it was cut short, so get a whole copy or make it again")
	case bytes.IndexByte([]byte("NI"), text[syntax.Offset-1]) >= 0:
		return fmt.Errorf("line %d: NaN and Infinity are not JSON: use finite numbers", lineOf(text, syntax.Offset))
	default:
		return fmt.Errorf("line %d: it is not JSON there (%w)", lineOf(text, syntax.Offset), err)
	}
}

// Excerpt is the beginning of a JSON text, for error messages.
func Excerpt(text []byte) string {
	const most = 40
	if runes := []rune(string(text)); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(text)
}
