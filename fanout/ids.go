package fanout

import (
	"strconv"
	"strings"
	"sync"

	"github.com/tidwall/gjson"
	"google.golang.org/protobuf/encoding/protowire"
)

// kept is a reply kept whole, for the ids of its objects.
type kept struct{ reply *[]byte }

// keptReplies are used again: they have grown to the size of a reply, so that the next is copied and nothing else.
//
//nolint:gochecknoglobals // a pool is shared by design
var keptReplies = sync.Pool{New: func() any { return new([]byte) }}

// keptOf is where the reply to request i is kept, or nil.
func (b *batch) keptOf(i int) *kept {
	if b.kept == nil {
		return nil
	}
	reply := keptReplies.Get().(*[]byte)
	*reply = (*reply)[:0]
	b.kept[i].reply = reply
	return &b.kept[i]
}

func (k *kept) keep(piece []byte) {
	if k != nil {
		*k.reply = append(*k.reply, piece...)
	}
}

// readIDs reads the ids out of the replies that were kept. That is done after the batch was timed. What cannot be read has no ids: why
// is said by the members' failures.
func (b *batch) readIDs() {
	if b.kept == nil {
		return
	}
	r := b.result
	r.IDs = make([][]string, len(r.Members))
	for i := range b.kept {
		if b.kept[i].reply == nil {
			continue // the request was not sent
		}
		reply := *b.kept[i].reply
		switch {
		case r.Strategy.Protocol() == GRPC:
			r.IDs[i] = searchIDs(reply)
		case r.Strategy == Bulk:
			bulkIDs(reply, r.IDs)
		case r.Requests == 1:
			documentIDs(reply, r.IDs)
		default:
			documentIDs(reply, r.IDs[i:i+1])
		}
		keptReplies.Put(b.kept[i].reply)
	}
	for i := range r.Members {
		if !r.Members[i].OK() {
			r.IDs[i] = nil
		}
	}
}

// documentIDs are those of a reply to one document, by member. The scanner has seen whether it is JSON.
func documentIDs(reply []byte, ids [][]string) {
	gjson.GetBytes(reply, "data.Get").ForEach(func(name, objects gjson.Result) bool {
		if i, err := strconv.Atoi(strings.TrimPrefix(name.Str, "m")); err == nil && i >= 0 && i < len(ids) {
			ids[i] = listIDs(objects)
		}
		return true
	})
}

// bulkIDs are those of a reply to a list of documents, one a member.
func bulkIDs(reply []byte, ids [][]string) {
	i := 0
	gjson.ParseBytes(reply).ForEach(func(_, document gjson.Result) bool {
		if i < len(ids) {
			ids[i] = listIDs(document.Get("data.Get.m0"))
		}
		i++
		return i < len(ids)
	})
}

// listIDs are those of a list of objects; none of what is no list.
func listIDs(objects gjson.Result) []string {
	if !objects.IsArray() {
		return nil
	}
	var ids []string
	objects.ForEach(func(_, object gjson.Result) bool {
		ids = append(ids, strings.Clone(object.Get("_additional.id").Str)) // what is kept must not keep the reply
		return true
	})
	return ids
}

// Field numbers of weaviate.v1.SearchResult and of its MetadataResult.
const (
	resultMetadata = 2
	metadataID     = 1
)

// searchIDs are those of a gRPC reply to one member, read off the wire: most of a result is of no use here.
func searchIDs(reply []byte) []string {
	var ids []string
	eachField(reply, replyResults, func(result []byte) {
		id := ""
		eachField(result, resultMetadata, func(metadata []byte) {
			eachField(metadata, metadataID, func(text []byte) { id = string(text) })
		})
		ids = append(ids, id)
	})
	return ids
}

// eachField calls use with each occurrence of a field of bytes in a message, until it ends or cannot be read.
func eachField(message []byte, wanted protowire.Number, use func(value []byte)) {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return
		}
		message = message[n:]
		if n = protowire.ConsumeFieldValue(number, kind, message); n < 0 {
			return
		}
		if number == wanted && kind == protowire.BytesType {
			value, _ := protowire.ConsumeBytes(message)
			use(value)
		}
		message = message[n:]
	}
}
