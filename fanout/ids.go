package fanout

import (
	"encoding/json"
	"strconv"

	"google.golang.org/protobuf/proto"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
)

// kept is a reply kept whole, for the ids of its objects.
type kept struct{ reply []byte }

// keptOf is where the reply to request i is kept, or nil.
func (b *batch) keptOf(i int) *kept {
	if b.kept == nil {
		return nil
	}
	return &b.kept[i]
}

func (k *kept) keep(piece []byte) {
	if k != nil {
		k.reply = append(k.reply, piece...)
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
		reply := b.kept[i].reply
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
	}
	for i := range r.Members {
		if !r.Members[i].OK() {
			r.IDs[i] = nil
		}
	}
}

// idObject is an object of a GraphQL reply.
type idObject struct {
	Additional struct {
		ID string `json:"id"`
	} `json:"_additional"`
}

type idReply struct {
	Data struct {
		Get map[string][]idObject
	} `json:"data"`
}

// ids are the ids in member k's list.
func (r *idReply) ids(k int) []string {
	objects := r.Data.Get["m"+strconv.Itoa(k)]
	ids := make([]string, len(objects))
	for i := range objects {
		ids[i] = objects[i].Additional.ID
	}
	return ids
}

// documentIDs are those of a reply to one document, by member.
func documentIDs(kept []byte, ids [][]string) {
	var reply idReply
	if json.Unmarshal(kept, &reply) != nil {
		return
	}
	for i := range ids {
		ids[i] = reply.ids(i)
	}
}

// bulkIDs are those of a reply to a list of documents, one a member.
func bulkIDs(kept []byte, ids [][]string) {
	var replies []idReply
	if json.Unmarshal(kept, &replies) != nil {
		return
	}
	for i := range replies[:min(len(replies), len(ids))] {
		ids[i] = replies[i].ids(0)
	}
}

// searchIDs are those of a gRPC reply to one member.
func searchIDs(kept []byte) []string {
	var reply protocol.SearchReply
	if proto.Unmarshal(kept, &reply) != nil {
		return nil
	}
	ids := make([]string, len(reply.GetResults()))
	for i, result := range reply.GetResults() {
		ids[i] = result.GetMetadata().GetId()
	}
	return ids
}
