package fanout

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
)

// Field numbers of weaviate.v1.SearchReply.
const (
	replyTook    = 1 // float, seconds
	replyResults = 2 // repeated SearchResult
)

// searchReply is what a member needs of a SearchReply, found by walking the top-level fields of the message on the wire.
type searchReply struct {
	took    time.Duration
	objects int
	size    int
	err     error
	kept    *kept
}

func (r *searchReply) scan(data mem.BufferSlice) {
	r.size = data.Len()
	for _, buffer := range data {
		r.kept.keep(buffer.ReadOnlyData())
	}
	w := wireReader{buffers: data}
	for r.err == nil && w.more() {
		r.err = r.scanField(&w)
	}
}

func (r *searchReply) scanField(w *wireReader) error {
	tag, err := w.varint()
	if err != nil {
		return err
	}
	number, kind := protowire.DecodeTag(tag)
	if number < protowire.MinValidNumber {
		return fmt.Errorf("field number %d", number)
	}
	switch kind {
	case protowire.VarintType:
		_, err = w.varint()
		return err
	case protowire.Fixed32Type:
		bits, err := w.fixed32()
		if number == replyTook {
			r.took = seconds(math.Float32frombits(bits))
		}
		return err
	case protowire.Fixed64Type:
		return w.skip(8)
	case protowire.BytesType:
		length, err := w.varint()
		if err != nil {
			return err
		}
		if number == replyResults {
			r.objects++
		}
		return w.skip(length)
	default:
		return fmt.Errorf("wire type %d in field %d", kind, number)
	}
}

// seconds turns the server's float into a duration; what is no time becomes 0.
func seconds(s float32) time.Duration {
	if !(s > 0) || float64(s) > math.MaxInt64/float64(time.Second) {
		return 0
	}
	return time.Duration(float64(s) * float64(time.Second))
}

// wireReader reads protobuf's wire format across the buffers in which gRPC received it, without joining them.
type wireReader struct {
	buffers mem.BufferSlice
	rest    []byte
}

var errCutShort = errors.New("it ends in the middle of a field")

// more says whether anything is left, and moves to the buffer that holds it.
func (w *wireReader) more() bool {
	for len(w.rest) == 0 {
		if len(w.buffers) == 0 {
			return false
		}
		w.rest, w.buffers = w.buffers[0].ReadOnlyData(), w.buffers[1:]
	}
	return true
}

func (w *wireReader) readByte() (byte, error) {
	if !w.more() {
		return 0, errCutShort
	}
	b := w.rest[0]
	w.rest = w.rest[1:]
	return b, nil
}

func (w *wireReader) varint() (uint64, error) {
	if value, n := binary.Uvarint(w.rest); n > 0 { // it lies in one buffer: nearly all do
		w.rest = w.rest[n:]
		return value, nil
	}
	var value uint64
	for shift := 0; shift < 64; shift += 7 {
		b, err := w.readByte()
		if err != nil {
			return 0, err
		}
		value |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return value, nil
		}
	}
	return 0, errors.New("a number is longer than 64 bits")
}

func (w *wireReader) fixed32() (uint32, error) {
	var value uint32
	for shift := 0; shift < 32; shift += 8 {
		b, err := w.readByte()
		if err != nil {
			return 0, err
		}
		value |= uint32(b) << shift
	}
	return value, nil
}

func (w *wireReader) skip(n uint64) error {
	for n > 0 {
		if !w.more() {
			return errCutShort
		}
		step := min(n, uint64(len(w.rest)))
		w.rest = w.rest[step:]
		n -= step
	}
	return nil
}
