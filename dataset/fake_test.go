package dataset

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/weaviate/weaviate/entities/models"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthgrpc "google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
)

// fake is a Weaviate that keeps collections and objects in memory, and fails where it is told to.
type fake struct {
	protocol.UnimplementedWeaviateServer
	url, grpc string

	mutex    sync.Mutex
	classes  map[string]*models.Class
	objects  map[string]map[string]*protocol.BatchObject // by collection and id
	requests int
	received int // objects, again those that came before
	queue    []int64

	// failing is asked before a request is looked at: an error is the reply.
	failing func(ctx context.Context, request int) error
	// refusing is asked for every object: a reason refuses it.
	refusing func(object *protocol.BatchObject) string
}

func startFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{classes: make(map[string]*models.Class), objects: make(map[string]map[string]*protocol.BatchObject)}
	web := httptest.NewServer(f.routes())
	t.Cleanup(web.Close)
	f.url = web.URL
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	f.grpc = listener.Addr().String()
	server := grpc.NewServer()
	protocol.RegisterWeaviateServer(server, f)
	healthpb.RegisterHealthServer(server, healthgrpc.NewServer())
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return f
}

func (f *fake) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/.well-known/ready", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /v1/meta", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) })
	mux.HandleFunc("GET /v1/schema", func(w http.ResponseWriter, _ *http.Request) {
		f.mutex.Lock()
		defer f.mutex.Unlock()
		schema := models.Schema{}
		for _, class := range f.classes {
			schema.Classes = append(schema.Classes, class)
		}
		_ = json.NewEncoder(w).Encode(schema)
	})
	mux.HandleFunc("POST /v1/schema", func(w http.ResponseWriter, r *http.Request) {
		class := &models.Class{}
		if err := json.NewDecoder(r.Body).Decode(class); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		f.add(class)
		_ = json.NewEncoder(w).Encode(class)
	})
	mux.HandleFunc("DELETE /v1/schema/{name}", func(_ http.ResponseWriter, r *http.Request) {
		f.mutex.Lock()
		defer f.mutex.Unlock()
		delete(f.classes, r.PathValue("name"))
		delete(f.objects, r.PathValue("name"))
	})
	mux.HandleFunc("GET /v1/nodes", func(w http.ResponseWriter, _ *http.Request) {
		f.mutex.Lock()
		defer f.mutex.Unlock()
		shard := &models.NodeShardStatus{Class: "SongLyrics"}
		if len(f.queue) > 0 {
			shard.VectorQueueLength, f.queue = f.queue[0], f.queue[1:]
		}
		foreign := &models.NodeShardStatus{Class: "Other", VectorQueueLength: 99}
		_ = json.NewEncoder(w).Encode(models.NodesStatusResponse{Nodes: []*models.NodeStatus{{Shards: []*models.NodeShardStatus{shard, foreign}}}})
	})
	return mux
}

func (f *fake) add(class *models.Class) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.classes[class.Class] = class
	f.objects[class.Class] = make(map[string]*protocol.BatchObject)
}

// put fills a collection with some songs.
func (f *fake) put(collection string, songs ...int) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for _, i := range songs {
		f.objects[collection][songID(collection, i)] = &protocol.BatchObject{}
	}
}

func (f *fake) BatchObjects(ctx context.Context, request *protocol.BatchObjectsRequest) (*protocol.BatchObjectsReply, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.requests++
	if f.failing != nil {
		if err := f.failing(ctx, f.requests); err != nil {
			return nil, err
		}
	}
	reply := &protocol.BatchObjectsReply{}
	for i, object := range request.GetObjects() {
		f.received++
		if f.refusing != nil {
			if reason := f.refusing(object); reason != "" {
				reply.Errors = append(reply.Errors, &protocol.BatchObjectsReply_BatchError{Index: int32(i), Error: reason})
				continue
			}
		}
		f.objects[object.GetCollection()][object.GetUuid()] = object
	}
	return reply, nil
}

func (f *fake) Aggregate(_ context.Context, request *protocol.AggregateRequest) (*protocol.AggregateReply, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	objects, there := f.objects[request.GetCollection()]
	if !there {
		return nil, status.Error(codes.Unknown, "could not find class "+request.GetCollection())
	}
	count := int64(len(objects))
	return &protocol.AggregateReply{Result: &protocol.AggregateReply_SingleResult{
		SingleResult: &protocol.AggregateReply_Single{ObjectsCount: &count},
	}}, nil
}

// counts are the numbers of objects of the nine collections.
func (f *fake) counts() []int {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	counts := make([]int, 0, len(Collections()))
	for _, name := range Names() {
		counts = append(counts, len(f.objects[name]))
	}
	return counts
}

// log keeps the notes of a seed.
type log struct {
	mutex sync.Mutex
	notes []string
}

func (l *log) note(text string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.notes = append(l.notes, text)
}

func (l *log) String() string { return strings.Join(l.notes, "\n") }

// options are those of a small seed of the fake.
func (f *fake) options(notes *log) Options {
	return Options{
		URL: f.url, GRPC: f.grpc, Scale: 0.0005, Dimensions: 8, Workers: 3, BatchSize: 50, Pause: time.Millisecond, Note: notes.note,
	}
}
