package fanout

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
)

func benchReply(objects, text int) []byte {
	var b strings.Builder
	b.WriteString(`{"data":{"Get":{"m0":[`)
	for i := range objects {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"_additional":{"id":"69a76c44-2489-4a40-bcbb-%012d"},"artist":"The Midnight Rivers","title":"%s"}`, i, strings.Repeat("Love in the rain ", text))
	}
	b.WriteString(`]}}}`)
	return []byte(b.String())
}

func BenchmarkScan(b *testing.B) {
	for _, text := range []int{1, 40} {
		r := benchReply(200, text)
		b.Run(fmt.Sprint(len(r)), func(b *testing.B) {
			b.SetBytes(int64(len(r)))
			for b.Loop() {
				s := replyScanner{fields: make([]field, 1)}
				for p := r; len(p) > 0; {
					k := min(len(p), 32768)
					s.scan(p[:k])
					p = p[k:]
				}
				if s.finish() != nil || s.fields[0].objects != 200 {
					b.Fatal()
				}
			}
		})
	}
}

// BenchmarkScanWire scans a gRPC reply with 200 objects in the frames in which it comes in.
func BenchmarkScanWire(b *testing.B) {
	const frame, objects = 16 << 10, 200
	reply := protowire.AppendFixed32(protowire.AppendTag(nil, replyTook, protowire.Fixed32Type), 1)
	for range objects {
		reply = protowire.AppendBytes(protowire.AppendTag(reply, replyResults, protowire.BytesType), make([]byte, 150))
	}
	var frames mem.BufferSlice
	for p := reply; len(p) > 0; {
		n := min(frame, len(p))
		frames, p = append(frames, mem.SliceBuffer(p[:n])), p[n:]
	}
	b.SetBytes(int64(len(reply)))
	for b.Loop() {
		var r searchReply
		r.scan(frames)
		if r.err != nil || r.objects != objects {
			b.Fatal(r.err, r.objects)
		}
	}
}
