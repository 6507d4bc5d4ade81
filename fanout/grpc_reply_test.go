package fanout

import (
	"bytes"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
)

// scanSearch scans a message that came in buffers of the given size.
func scanSearch(message []byte, size int) *searchReply {
	var buffers mem.BufferSlice
	for len(message) > 0 {
		n := min(size, len(message))
		buffers = append(buffers, mem.SliceBuffer(message[:n]))
		message = message[n:]
	}
	reply := &searchReply{}
	reply.scan(buffers)
	return reply
}

// replyOfThree is a proper reply of three objects.
func replyOfThree(tb testing.TB) []byte {
	tb.Helper()
	object := &protocol.SearchResult{Metadata: &protocol.MetadataResult{Id: "00000000-0000-4000-8000-000000000001"}}
	message, err := proto.Marshal(&protocol.SearchReply{Took: 0.25, Results: []*protocol.SearchResult{object, object, object}})
	require.NoError(tb, err)
	return message
}

func TestSearchReply(t *testing.T) {
	t.Parallel()
	whole := replyOfThree(t)
	took := func(seconds float32) []byte {
		return protowire.AppendFixed32(protowire.AppendTag(nil, replyTook, protowire.Fixed32Type), math.Float32bits(seconds))
	}
	unknown := protowire.AppendVarint(protowire.AppendTag(nil, 99, protowire.VarintType), 1<<63)
	unknown = protowire.AppendFixed64(protowire.AppendTag(unknown, 100, protowire.Fixed64Type), 1)
	long := bytes.Repeat([]byte{0xff}, 11)
	for name, c := range map[string]struct {
		message []byte
		objects int
		took    time.Duration
		wrong   string
	}{
		"whole":               {message: whole, objects: 3, took: 250 * time.Millisecond},
		"empty":               {},
		"unknown fields":      {message: append(unknown, whole...), objects: 3, took: 250 * time.Millisecond},
		"a negative time":     {message: took(-1)},
		"no time":             {message: took(float32(math.NaN()))},
		"an endless time":     {message: took(float32(math.Inf(1)))},
		"cut in a result":     {message: whole[:len(whole)-3], wrong: "it ends in the middle of a field"},
		"cut in the time":     {message: took(1)[:3], wrong: "it ends in the middle of a field"},
		"cut in a number":     {message: unknown[:5], wrong: "it ends in the middle of a field"},
		"a number too long":   {message: long, wrong: "a number is longer than 64 bits"},
		"field 0":             {message: []byte{0x02, 0x00}, wrong: "field number 0"},
		"a group":             {message: protowire.AppendTag(nil, 1, protowire.StartGroupType), wrong: "wire type 3 in field 1"},
		"longer than it says": {message: []byte{0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, wrong: "it ends in the middle of a field"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, size := range []int{1, 2, 3, 7, 1 << 20} {
				reply := scanSearch(c.message, size)
				require.Equal(t, len(c.message), reply.size)
				if c.wrong != "" {
					require.EqualError(t, reply.err, c.wrong, "buffers of %d", size)
					continue
				}
				require.NoError(t, reply.err, "buffers of %d", size)
				require.Equal(t, c.objects, reply.objects)
				require.Equal(t, c.took, reply.took)
			}
		})
	}
}

// FuzzSearchReply holds the scanner against the generated decoder: what that takes, the scanner takes and counts alike, however it
// came in. (Groups, which no Weaviate sends, are all that it refuses more.)
func FuzzSearchReply(f *testing.F) {
	f.Add(replyOfThree(f), 3)
	f.Add([]byte{}, 1)
	f.Add([]byte{0x12, 0x00, 0x0d, 0x00, 0x00, 0x80, 0x7f}, 2)
	f.Fuzz(func(t *testing.T, message []byte, size int) {
		reply := scanSearch(message, max(1, size&1023))
		once := scanSearch(message, len(message)+1)
		require.Equal(t, once.err, reply.err)
		require.Equal(t, once.objects, reply.objects)
		require.Equal(t, once.took, reply.took)
		require.GreaterOrEqual(t, reply.took, time.Duration(0))
		var decoded protocol.SearchReply
		if proto.Unmarshal(message, &decoded) != nil {
			return
		}
		if reply.err != nil {
			require.Contains(t, reply.err.Error(), "wire type")
			return
		}
		require.Len(t, decoded.GetResults(), reply.objects)
		require.Equal(t, seconds(decoded.GetTook()), reply.took)
	})
}
