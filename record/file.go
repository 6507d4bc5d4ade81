package record

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// spare is how much room a run file keeps on the disk for what is recorded until it is written the next time.
const spare = 512 << 10

// zstdMagic is what every run file begins with.
var zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}

// file is a run file that is replaced by a whole new one each time: whatever happens while it is written, it holds the last
// good state. The room for the next state is taken beforehand, so a disk that gets full is found out while the run can still
// be stopped for it, and what was recorded by then has its place.
type file struct {
	path    string
	next    *os.File // holds room for the next state; nil when there was none to have
	written time.Time
}

// openFile makes sure that the file can be written before the run, not after it.
func openFile(path string) (*file, error) {
	if err := checkTarget(path); err != nil {
		return nil, fmt.Errorf("cannot record to %s: %w", path, err)
	}
	f := &file{path: path}
	if err := f.reserve(spare); err != nil {
		_ = f.close() // the error to tell is the other
		return nil, fmt.Errorf("cannot record to %s: %w", path, advised(err))
	}
	return f, nil
}

// checkTarget refuses to replace what is no run file.
func checkTarget(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return errors.New("it is a folder: name a file")
	case !info.Mode().IsRegular():
		return errors.New("it is not a regular file: name one, or one that is not there yet")
	}
	old, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = old.Close() }()
	magic := make([]byte, len(zstdMagic))
	if n, err := io.ReadFull(old, magic); n > 0 && (err != nil || !bytes.Equal(magic, zstdMagic)) {
		return errors.New("it holds something else than a recorded run: name another file")
	}
	return nil
}

// reserve makes the next file, as large as what it is to hold at least.
func (f *file) reserve(size int) error {
	next, err := createAnew(f.path + ".tmp")
	if err != nil {
		return err
	}
	f.next = next
	zeros := make([]byte, min(size, 64<<10))
	for left := size; left > 0; left -= len(zeros) {
		if _, err := next.Write(zeros[:min(left, len(zeros))]); err != nil {
			return err
		}
	}
	return nil
}

// createAnew makes a new file, whatever is there: it may be a link, by which somebody else would have another file overwritten. A device
// is taken as it is; it holds nothing that could be lost.
func createAnew(path string) (*os.File, error) {
	if info, err := os.Stat(path); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		return os.OpenFile(path, os.O_RDWR, 0)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // results are for all to read
}

// write replaces the file by one of some parts, and makes room for the next unless it is the last. When it fails, the file is
// what it was before, or new, if it is the room that there was none for.
func (f *file) write(parts [][]byte, last bool) error {
	if f.next == nil {
		if err := f.reserve(0); err != nil {
			return f.failed(err)
		}
	}
	size, err := f.fill(parts)
	if err != nil {
		return f.failed(err)
	}
	if err := os.Rename(f.path+".tmp", f.path); err != nil {
		return f.failed(err)
	}
	syncFolder(filepath.Dir(f.path))
	f.written = time.Now()
	if last {
		return nil
	}
	if err := f.reserve(size + spare); err != nil {
		return f.failed(err)
	}
	return nil
}

// fill writes the parts over the zeros of the next file, and brings it to the disk.
func (f *file) fill(parts [][]byte) (size int, err error) {
	next := f.next
	if _, err := next.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	for _, part := range parts {
		n, err := next.Write(part)
		size += n
		if err != nil {
			return size, err
		}
	}
	if err := next.Truncate(int64(size)); err != nil {
		return size, err
	}
	if err := next.Sync(); err != nil {
		return size, err
	}
	f.next = nil
	return size, next.Close()
}

func (f *file) failed(err error) error {
	err = advised(err)
	if f.written.IsZero() {
		return fmt.Errorf("cannot record to %s: %w", f.path, err)
	}
	return fmt.Errorf("cannot record to %s: %w; it holds what was recorded until %s", f.path, err, f.written.Format(time.TimeOnly))
}

// advised says what to do about an error that does not say it itself.
func advised(err error) error {
	if errors.Is(err, syscall.EFBIG) {
		return fmt.Errorf("%w: raise the limit of a file's size (ulimit -f)", err)
	}
	return err
}

// close gives the room back.
func (f *file) close() error {
	if f.next == nil {
		return nil
	}
	err := errors.Join(f.next.Close(), os.Remove(f.path+".tmp"))
	f.next = nil
	return err
}

// syncFolder brings a renaming to the disk, where the system can do that.
func syncFolder(path string) {
	folder, err := os.Open(path)
	if err != nil {
		return
	}
	_ = folder.Sync() // Windows cannot
	_ = folder.Close()
}
