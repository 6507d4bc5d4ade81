package fanout

import (
	"encoding/json"
	"strconv"

	"google.golang.org/protobuf/proto"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
)

// kept is a reply kept whole, for the ids of its objects. That is for whoever compares answers: a measured batch has nil.
type kept struct{ reply []byte }

func (b *batch) newKept() *kept {
	if b.options.IDs {
		return &kept{}
	}
	return nil
}

func (k *kept) keep(piece []byte) {
	if k != nil {
		k.reply = append(k.reply, piece...)
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

// keepDocumentIDs sorts the ids of a reply to one document into the members that begin at first. What cannot be read has no
// ids: why is said by the members' failures.
func (b *batch) keepDocumentIDs(k *kept, first, members int) {
	if k == nil {
		return
	}
	var reply idReply
	if json.Unmarshal(k.reply, &reply) != nil {
		return
	}
	for i := range members {
		b.result.IDs[first+i] = reply.ids(i)
	}
}

// keepBulkIDs does the same with a reply to a list of documents.
func (b *batch) keepBulkIDs(k *kept) {
	if k == nil {
		return
	}
	var replies []idReply
	if json.Unmarshal(k.reply, &replies) != nil {
		return
	}
	for i := range replies[:min(len(replies), len(b.result.IDs))] {
		b.result.IDs[i] = replies[i].ids(0)
	}
}

// keepSearchIDs does the same with a gRPC reply to one member.
func (b *batch) keepSearchIDs(k *kept, member int) {
	if k == nil {
		return
	}
	var reply protocol.SearchReply
	if proto.Unmarshal(k.reply, &reply) != nil {
		return
	}
	ids := make([]string, len(reply.GetResults()))
	for i, result := range reply.GetResults() {
		ids[i] = result.GetMetadata().GetId()
	}
	b.result.IDs[member] = ids
}
