package dataset

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"

	"github.com/xk6-weaviate/xk6-weaviate/embed"
	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// attempts is how often a request is sent, with pauses in between that come to 31 times the first one. To send it again is safe, also
// when its reply got lost: songs have fixed ids.
const attempts = 6

// send imports the objects of a batch and says which of them the server refused, after they were sent once more by
// themselves: a reason may pass, like a replica that restarts.
func (im *importer) send(ctx context.Context, b *batch, objects []*protocol.BatchObject) ([]refusal, error) {
	refused, err := im.request(ctx, objects)
	if err != nil || len(refused) == 0 {
		return nil, err
	}
	if !pause(ctx, im.options.Pause) {
		return nil, ctx.Err()
	}
	again := make([]*protocol.BatchObject, len(refused))
	for i, r := range refused {
		again[i] = objects[r.Index]
	}
	still, err := im.request(ctx, again)
	if err != nil {
		return nil, err
	}
	list := make([]refusal, len(still))
	for i, r := range still {
		list[i] = refusal{b.name(refused[r.Index].Index), r.Reason.Error()}
	}
	return list, nil
}

// request sends one request, again and again while that makes sense.
func (im *importer) request(ctx context.Context, objects []*protocol.BatchObject) ([]fanout.Refusal, error) {
	wait := im.options.Pause
	for attempt := 1; ; attempt++ {
		refused, err := im.engine.Import(ctx, objects)
		if err == nil {
			return refused, nil
		}
		if attempt == attempts || !mayPass(err) || !pause(ctx, wait) {
			return nil, failed(err, attempt)
		}
		wait *= 2
	}
}

// failed says why a request failed.
func failed(err error, attempt int) error {
	s := status.Convert(err)
	switch {
	case attempt > 1:
		return fmt.Errorf("%s: %s (%d times)", s.Code(), s.Message(), attempt)
	case tooLarge(s):
		return fmt.Errorf("%s: %s; use a smaller --batch-size", s.Code(), s.Message())
	default:
		return fmt.Errorf("%s: %s", s.Code(), s.Message())
	}
}

// tooLarge says whether the request is larger than the server takes, which has the same code as having no room just now.
func tooLarge(s *status.Status) bool { return strings.Contains(s.Message(), "larger than max") }

// pause waits. It is false when the context ends first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// mayPass says whether an error may not come again: a lost connection, a server that restarts or has too much to do.
func mayPass(err error) bool {
	s := status.Convert(err)
	switch s.Code() {
	case codes.Unavailable, codes.DeadlineExceeded, codes.Aborted:
		return true
	case codes.ResourceExhausted:
		return !tooLarge(s)
	case codes.Unknown, codes.Internal:
		for _, reason := range []string{"429", "503", "Too many requests", "not enough memory"} {
			if strings.Contains(s.Message(), reason) {
				return true
			}
		}
	}
	return false
}

// name says which song the batch's song i is.
func (b *batch) name(i int) string {
	if line := b.song(i).line; line > 0 {
		return fmt.Sprintf("the song in line %d", line)
	}
	return fmt.Sprintf("song %d of %s", b.first+i, Collections()[b.collection].Name)
}

// idSpace is the namespace of the songs' ids (UUID version 5), so that a song imported twice is there once.
//
//nolint:gochecknoglobals // a constant in all but name
var idSpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/xk6-weaviate/xk6-weaviate"))

// songID is the id of song i of a collection, always the same.
func songID(collection string, i int) string {
	return uuid.NewSHA1(idSpace, fmt.Appendf(nil, "%s/%d", collection, i)).String()
}

func makeObjects(b *batch, embedder *embed.Hash) ([]*protocol.BatchObject, error) {
	name := Collections()[b.collection].Name
	objects := make([]*protocol.BatchObject, b.count)
	for i := range objects {
		song := b.song(i)
		vector := song.vector
		if vector == nil {
			var err error
			if vector, err = embedder.Embed(song.text); err != nil {
				return nil, err
			}
		}
		objects[i] = &protocol.BatchObject{
			Collection: name, Uuid: songID(name, b.first+i), VectorBytes: vectorBytes(vector),
			Properties: &protocol.BatchObject_Properties{NonRefProperties: &structpb.Struct{Fields: song.properties}},
		}
	}
	return objects, nil
}

// vectorBytes is a vector as gRPC carries it: little-endian float32.
func vectorBytes(vector []float32) []byte {
	bytes := make([]byte, 0, 4*len(vector))
	for _, x := range vector {
		bytes = binary.LittleEndian.AppendUint32(bytes, math.Float32bits(x))
	}
	return bytes
}
