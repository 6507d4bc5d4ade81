package dataset

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/internal/bomb"
)

// maxRow bounds a row, so that a quote which is never closed does not read the rest of the file into memory. (A reader may
// have one buffer more in its hands.)
const maxRow = 2 << 20

// readAhead is the buffer of a source.
const readAhead = 64 << 10

// Songs are compressed three-fold, or ten-fold if many come again. A file that grows more than maxRatio-fold, beyond a first minText
// bytes, is no file of songs but a bomb.
const (
	maxRatio = 100
	minText  = 64 << 20
)

// source is the text of a file: UTF-8 without a byte order mark, uncompressed.
type source struct {
	*bufio.Reader
	file *os.File
	left int // bytes that the row may still take
	from io.Reader
}

// openSource opens a file and checks how it is encoded. All its text also goes to content.
func openSource(path string, content io.Writer) (*source, error) {
	file, err := openFile(path)
	if err != nil {
		return nil, err
	}
	s := &source{file: file, from: io.TeeReader(file, content), left: maxRow}
	if strings.HasSuffix(strings.ToLower(path), ".gz") {
		packed := &bomb.Counter{From: file}
		unzipped, err := gzip.NewReader(packed)
		if err != nil {
			s.close()
			return nil, fmt.Errorf("it is not compressed by gzip, as its name says (%w)", err)
		}
		s.from = io.TeeReader(&bomb.Reader{From: unzipped, Packed: packed, Bounds: bounds()}, content)
	}
	s.Reader = bufio.NewReaderSize(limited{s}, readAhead)
	if err := s.checkEncoding(); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// bounds are those of a compressed file.
func bounds() bomb.Bounds {
	return bomb.Bounds{
		Ratio: maxRatio, Least: minText, Err: errors.New("it grows more than a hundred-fold when it is decompressed, as no songs do"),
	}
}

func openFile(path string) (*os.File, error) {
	info, err := os.Stat(path)
	var cause *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("there is no such file: check --from")
	case errors.As(err, &cause):
		return nil, fmt.Errorf("it cannot be read: %w", cause.Err)
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errors.New("it is a folder: give --from a file")
	case !info.Mode().IsRegular():
		return nil, errors.New("it is no regular file, which it must be because it is read twice: write what it gives into one")
	case info.Size() == 0:
		return nil, errors.New("it is empty")
	}
	file, err := os.Open(path)
	if errors.As(err, &cause) {
		err = fmt.Errorf("it cannot be read: %w", cause.Err)
	}
	return file, err
}

func (s *source) close() { _ = s.file.Close() }

// nextRow says that a row begins.
func (s *source) nextRow() { s.left = maxRow }

var errRowTooLong = fmt.Errorf("a row is longer than %d MiB: is a quote not closed?", maxRow>>20)

// limited reads a source up to what a row may take.
type limited struct{ s *source }

func (l limited) Read(p []byte) (int, error) {
	if l.s.left <= 0 {
		return 0, errRowTooLong
	}
	n, err := l.s.from.Read(p)
	l.s.left -= n
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends in the middle: copy it here again")
	}
	return n, err
}

// checkEncoding passes over the byte order mark of UTF-8, and refuses UTF-16, which every other letter of a Latin text tells.
func (s *source) checkEncoding() error {
	head, err := s.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	var utf8Mark, littleMark, bigMark = []byte("\xef\xbb\xbf"), []byte("\xff\xfe"), []byte("\xfe\xff")
	switch {
	case bytes.HasPrefix(head, utf8Mark):
		_, err = s.Discard(len(utf8Mark))
		return err
	case bytes.HasPrefix(head, littleMark), bytes.HasPrefix(head, bigMark), bytes.IndexByte(head, 0) >= 0:
		return errors.New("it is UTF-16, or no text: convert it with iconv -f UTF-16 -t UTF-8 OLD >NEW")
	}
	return nil
}

// errNotUTF8 is what to do with a text in another encoding.
var errNotUTF8 = errors.New("it is not UTF-8: if the file is Latin-1, convert it with iconv -f LATIN1 -t UTF-8 OLD >NEW")
