package dataset

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"time"

	api "github.com/weaviate/weaviate-go-client/v5/weaviate"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Options say what to seed.
type Options struct {
	URL, GRPC, APIKey string
	// Scale is the share of the full sizes, above 0 and at most 1; every collection gets at least one object.
	Scale float64
	// Dimensions is the length of the vectors.
	Dimensions int
	// Replace deletes collections that are in the way.
	Replace bool
	// Workers send batches of BatchSize objects at the same time.
	Workers, BatchSize int
	// Progress is told what is in, from several goroutines but never at the same time; nil for nobody.
	Progress func(Progress)
}

// Progress is how far one collection is.
type Progress struct {
	Collection string
	// Had is what was there before, Done what is in now and Total what is to be in.
	Had, Done, Total int
}

// Summary is what a seed left.
type Summary struct {
	// Objects is the number of objects in all collections.
	Objects int
	// Imported is how many of them this seed sent.
	Imported int
	// Notes are things that a person should know.
	Notes []string
}

const (
	requestLimit = time.Minute
	settleLimit  = 5 * time.Minute
	settlePause  = 500 * time.Millisecond
)

// seeder carries one seed.
type seeder struct {
	options Options
	api     *api.Client
	engine  *fanout.Client
	summary Summary
}

// Seed creates and fills the nine collections. What is there already is kept and topped up; a collection that seed did not make
// is only touched with Replace.
func Seed(ctx context.Context, o Options) (Summary, error) {
	if !(o.Scale > 0 && o.Scale <= 1) {
		return Summary{}, fmt.Errorf("scale is %v: use a number above 0 and up to 1 (the full million)", o.Scale)
	}
	s, err := newSeeder(o)
	if err != nil {
		return Summary{}, err
	}
	defer func() { _ = s.engine.Close() }()
	for _, c := range Collections() {
		total := max(1, int(math.Round(o.Scale*float64(c.Objects))))
		if err := s.fill(ctx, c.Name, total); err != nil {
			return s.summary, fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	return s.summary, s.awaitIndex(ctx)
}

func newSeeder(o Options) (*seeder, error) {
	base, err := fanout.ParseURL(o.URL)
	if err != nil {
		return nil, err
	}
	address, secure, err := fanout.ParseGRPC(o.GRPC)
	if err != nil {
		return nil, err
	}
	header, headers := make(http.Header), make(map[string]string)
	if o.APIKey != "" {
		header.Set("Authorization", "Bearer "+o.APIKey)
		headers["Authorization"] = "Bearer " + o.APIKey
	}
	s := &seeder{options: o}
	s.engine, err = fanout.NewClient(fanout.Config{
		URL: o.URL, GRPC: address, GRPCSecure: secure, Header: header, Timeout: requestLimit,
	})
	if err != nil {
		return nil, err
	}
	s.api, err = api.NewClient(api.Config{
		Scheme: base.Scheme, Host: base.Host + base.Path, Headers: headers, ConnectionClient: s.engine.HTTPClient(),
	})
	return s, err
}

// fill makes one collection hold its songs.
func (s *seeder) fill(ctx context.Context, name string, total int) error {
	had, err := s.prepare(ctx, name)
	if err != nil {
		return err
	}
	if had > total {
		s.summary.Notes = append(s.summary.Notes, fmt.Sprintf(
			"%s has %d objects, more than the %d of this scale, and was left as it is: --replace makes it anew", name, had, total))
		s.summary.Objects += had
		s.progress(Progress{name, had, had, had})
		return nil
	}
	// A seed that was cut short may have left holes, but none further back than what its workers had in flight.
	from := max(0, had-2*s.options.Workers*s.options.BatchSize)
	if had == total {
		from = total
	}
	s.progress(Progress{name, had, had, total})
	count := had
	for count != total {
		if err := s.importSongs(ctx, name, from, had, total); err != nil {
			return err
		}
		if count, err = s.count(ctx, name); err != nil {
			return err
		}
		if count != total && from == 0 {
			return fmt.Errorf("%d objects were sent and %d are there: see the server's log", total, count)
		}
		from = 0
	}
	s.summary.Objects += total
	return nil
}

// prepare makes the collection, or checks the one that is there, and returns how many objects it has.
func (s *seeder) prepare(ctx context.Context, name string) (int, error) {
	exists, err := s.api.Schema().ClassExistenceChecker().WithClassName(name).Do(ctx)
	if err != nil {
		return 0, fmt.Errorf("cannot read the schema at %s: %w", s.options.URL, err)
	}
	if exists {
		found, err := s.api.Schema().ClassGetter().WithClassName(name).Do(ctx)
		if err != nil {
			return 0, fmt.Errorf("cannot read the schema: %w", err)
		}
		if found.Description == marker(s.options.Dimensions) && !s.options.Replace {
			return s.count(ctx, name)
		}
		if !s.options.Replace {
			return 0, fmt.Errorf("a collection of this name is there that this seed did not make (its description is %q): "+
				"--replace deletes it and all its objects", found.Description)
		}
		if err := s.api.Schema().ClassDeleter().WithClassName(name).Do(ctx); err != nil {
			return 0, fmt.Errorf("cannot delete it: %w", err)
		}
	}
	if err := s.api.Schema().ClassCreator().WithClass(class(name, s.options.Dimensions)).Do(ctx); err != nil {
		return 0, fmt.Errorf("cannot create it: %w", err)
	}
	return 0, nil
}

func (s *seeder) count(ctx context.Context, name string) (int, error) {
	n, err := s.engine.Count(ctx, name)
	if err != nil {
		return 0, fmt.Errorf("cannot count its objects over gRPC at %s: %w", s.options.GRPC, err)
	}
	return int(n), nil
}

func (s *seeder) progress(p Progress) {
	if s.options.Progress != nil {
		s.options.Progress(p)
	}
}

// awaitIndex waits until every vector is in the index: with asynchronous indexing, searches would not find it before.
func (s *seeder) awaitIndex(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, settleLimit)
	defer cancel()
	for {
		nodes, err := s.api.Cluster().NodesStatusGetter().WithOutput("verbose").Do(ctx)
		if err != nil {
			return fmt.Errorf("cannot read the state of the index: %w", err)
		}
		queue := int64(0)
		for _, node := range nodes.Nodes {
			for _, shard := range node.Shards {
				queue += shard.VectorQueueLength
			}
		}
		if queue == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("%d vectors are not indexed yet", queue), ctx.Err())
		case <-time.After(settlePause):
		}
	}
}
