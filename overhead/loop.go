package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"time"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
	"go.k6.io/k6/v2/metrics"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
)

// batchLimit is what all contenders allow a batch: more than any pause of theirs, in which time goes on.
const batchLimit = 10 * time.Minute

// loopConfig is what a loop is told by its argument.
type loopConfig struct {
	At       addresses
	Strategy fanout.Strategy
	Users    int
	Limit    int
}

// playLoop sends batches by a loop without k6, each user on connections of its own.
func playLoop(role string) error {
	var config loopConfig
	if err := json.Unmarshal([]byte(os.Args[1]), &config); err != nil {
		return err
	}
	sets, err := querySets(config.Limit)
	if err != nil {
		return err
	}
	var newUser func(config *loopConfig, sets []*fanout.Set) (user, error)
	switch role {
	case roleBare:
		newUser = newBare(sets)
	case roleGenerated:
		newUser = newGenerated(sets)
	case roleEngine:
		newUser = newEngine()
	default:
		return fmt.Errorf("no role %q", role)
	}
	failed := make(chan error)
	for range config.Users {
		send, err := newUser(&config, sets)
		if err != nil {
			return err
		}
		go func() {
			for {
				if err := send(rand.IntN(len(sets))); err != nil { //nolint:gosec // not a secret
					failed <- err
				}
			}
		}()
	}
	return <-failed
}

// user sends query set i as a batch and waits for all of it.
type user func(i int) error

// querySets are the project's sets of vector queries.
func querySets(limit int) ([]*fanout.Set, error) {
	file, err := queries.Files.Open(queryFile)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	read, err := queries.Read(file, queryFile)
	if err != nil {
		return nil, err
	}
	return read.QuerySets(limit)
}

// queryFile is one of the project's own.
const queryFile = "vector.json"

// together runs f for each member, all at once, and returns what went wrong.
func together(members int, f func(member int) error) error {
	failed := make([]error, members)
	var all sync.WaitGroup
	for i := range members {
		all.Go(func() { failed[i] = f(i) })
	}
	all.Wait()
	return errors.Join(failed...)
}

// newBare makes users that are a bare net/http loop: it sends what was encoded once, and discards the replies unread but for
// their status.
func newBare(sets []*fanout.Set) func(*loopConfig, []*fanout.Set) (user, error) {
	bodies := make([][][]byte, len(sets))
	for i, set := range sets {
		for _, q := range set.Queries() {
			bodies[i] = append(bodies[i], graphqlBody(&q))
		}
	}
	return func(config *loopConfig, _ []*fanout.Set) (user, error) {
		url := config.At.HTTP + fanout.ParallelGraphQL.Path()
		client := http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: len(bodies[0])}}
		return func(i int) error {
			ctx, cancel := context.WithTimeout(context.Background(), batchLimit)
			defer cancel()
			return together(len(bodies[i]), func(member int) error {
				request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(bodies[i][member]))
				if err != nil {
					return err
				}
				request.Header.Set("Content-Type", "application/json")
				reply, err := client.Do(request)
				if err != nil {
					return err
				}
				defer func() { _ = reply.Body.Close() }()
				if reply.StatusCode != http.StatusOK {
					return fmt.Errorf("HTTP %d", reply.StatusCode)
				}
				_, err = io.Copy(io.Discard, reply.Body)
				return err
			})
		}, nil
	}
}

func graphqlBody(q *fanout.Query) []byte {
	vector, err := json.Marshal(q.Vector)
	if err != nil {
		panic(err) // it was read from JSON
	}
	body, err := json.Marshal(map[string]string{"query": fmt.Sprintf(
		"{Get{m0:%s(limit:%d,nearVector:{vector:%s}){title artist _additional{id}}}}", q.Collection, q.Limit, vector)})
	if err != nil {
		panic(err) // a string always marshals
	}
	return body
}

func searchRequest(q *fanout.Query) *protocol.SearchRequest {
	vector, err := binary.Append(nil, binary.LittleEndian, q.Vector)
	if err != nil {
		panic(err) // numbers always encode
	}
	return &protocol.SearchRequest{
		Collection: q.Collection,
		Limit:      uint32(q.Limit), //nolint:gosec // a few hundred
		Properties: &protocol.PropertiesRequest{NonRefProperties: q.Properties},
		Metadata:   &protocol.MetadataRequest{Uuid: true},
		NearVector: &protocol.NearVector{VectorBytes: vector}, //nolint:staticcheck // understood by all servers from 1.23 on
		// What today's clients set.
		Uses_123Api: true, //nolint:staticcheck // deprecated, and still what servers look at
		Uses_125Api: true, //nolint:staticcheck // the same
		Uses_127Api: true,
	}
}

// newGenerated makes users that are a loop around the client that is generated of Weaviate's protocol: it decodes every object.
func newGenerated(sets []*fanout.Set) func(*loopConfig, []*fanout.Set) (user, error) {
	searches := make([][]*protocol.SearchRequest, len(sets))
	for i, set := range sets {
		for _, q := range set.Queries() {
			searches[i] = append(searches[i], searchRequest(&q))
		}
	}
	return func(config *loopConfig, _ []*fanout.Set) (user, error) {
		conn, err := grpc.NewClient("passthrough:///"+config.At.GRPC, grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxReply)))
		if err != nil {
			return nil, err
		}
		client := protocol.NewWeaviateClient(conn)
		return func(i int) error {
			ctx, cancel := context.WithTimeout(context.Background(), batchLimit)
			defer cancel()
			return together(len(searches[i]), func(member int) error {
				reply, err := client.Search(ctx, searches[i][member])
				if err == nil && len(reply.GetResults()) != config.Limit {
					err = fmt.Errorf("%d objects instead of %d", len(reply.GetResults()), config.Limit)
				}
				return err
			})
		}, nil
	}
}

// maxReply is the longest reply that the generated client takes, in bytes: its own 4 MiB would do for any here.
const maxReply = 100 << 20

// newEngine makes users that are the extension without k6: its batches, and the samples of each.
func newEngine() func(*loopConfig, []*fanout.Set) (user, error) {
	registry := metrics.NewRegistry()
	registered, err := measure.Register(registry)
	return func(config *loopConfig, sets []*fanout.Set) (user, error) {
		if err != nil {
			return nil, err
		}
		client, err := fanout.NewClient(fanout.Config{URL: config.At.HTTP, GRPC: config.At.GRPC, Timeout: batchLimit})
		if err != nil {
			return nil, err
		}
		var tagger measure.Tagger
		base := measure.Context{
			Base: metrics.TagsAndMeta{Tags: registry.RootTagSet()}, Phase: measure.Measured, Block: -1,
		}
		return func(i int) error {
			result, err := client.Do(context.Background(), sets[i], config.Strategy, fanout.Options{})
			if err != nil {
				return err
			}
			if result.Outcome() != fanout.Full {
				return fmt.Errorf("a batch is %s: %s", result.Outcome(), result.Members[0].Error)
			}
			registered.Measure(&tagger, result, base)
			return nil
		}, nil
	}
}
