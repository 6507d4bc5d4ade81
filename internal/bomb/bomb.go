// Package bomb bounds what comes out of a decompressor by what went in.
package bomb

import "io"

// Counter counts the bytes that are read from a reader.
type Counter struct {
	From  io.Reader
	Count int64
}

// Read implements io.Reader.
func (c *Counter) Read(p []byte) (int, error) {
	n, err := c.From.Read(p)
	c.Count += int64(n)
	return n, err
}

// Bounds say how much may come out, in bytes.
type Bounds struct {
	// Ratio is how many bytes each byte that went in may become, beyond a first Least.
	Ratio, Least int64
	// Most is where it ends in any case; 0 for nowhere.
	Most int64
	// Err is the error then.
	Err error
}

// Reader fails when more text comes out than what went in can hold.
type Reader struct {
	Bounds

	From   io.Reader // the decompressor
	Packed *Counter  // what it reads
	count  int64
}

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (int, error) {
	n, err := r.From.Read(p)
	r.count += int64(n)
	if r.count > r.Least+r.Ratio*r.Packed.Count || r.Most > 0 && r.count > r.Most {
		return 0, r.Err
	}
	return n, err
}
