package dataset

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

const (
	settleLimit = 5 * time.Minute // without any progress
	settlePause = 500 * time.Millisecond
)

// awaitIndex waits until every vector is in the index: with asynchronous indexing, searches would not find it before.
func (s *seeder) awaitIndex(ctx context.Context) error {
	least, since := int64(-1), time.Now()
	for {
		queue, err := s.queue(ctx)
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("%w: all objects are in, but %d vectors are not indexed yet, which the server goes on with", errStopped, max(0, least))
		case err != nil:
			s.note("all objects are in, but whether they are indexed is not known: the server does not tell (%v)", err)
			return nil
		case queue == 0:
			return nil
		case least < 0:
			s.note("waiting for the server to index %s", fanout.Count(queue, "vector", "vectors"))
			least = queue
		case queue < least:
			least, since = queue, time.Now()
		case time.Since(since) > settleLimit:
			return fmt.Errorf("all objects are in, but %d vectors are not indexed and have not become fewer for %v: see the server's log",
				queue, settleLimit)
		}
		pause(ctx, settlePause)
	}
}

// queue is how many vectors of the nine collections wait to be indexed.
func (s *seeder) queue(ctx context.Context) (int64, error) {
	nodes, err := s.api.Cluster().NodesStatusGetter().WithOutput("verbose").Do(ctx)
	if err != nil {
		return 0, inner(err)
	}
	queue := int64(0)
	for _, node := range nodes.Nodes {
		if node == nil {
			continue
		}
		for _, shard := range node.Shards {
			if shard != nil && slices.Contains(Names(), shard.Class) {
				queue += shard.VectorQueueLength
			}
		}
	}
	return queue, nil
}
