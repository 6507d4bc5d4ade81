package fanout

import (
	"fmt"
	"strings"
	"testing"
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
