package truth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"

	"github.com/cenkalti/backoff/v5"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

const (
	// pageSize is about how large a page of objects is, in bytes: few requests, and short of what hurts a server.
	pageSize = 4 << 20
	// mostPaged and leastPaged bound the objects in a page.
	mostPaged  = 2000
	leastPaged = 50

	// pageTries is how often a page is asked for.
	pageTries = 5
)

// scan compares all objects of a collection with all its queries, in one pass.
type scan struct {
	source     Source
	collection *Collection
	dimensions int
	nearest    []*nearest
	progress   func(done int64)

	read    int64 // objects
	vectors int64 // those of them that have one
}

// run reads the objects, page by page, while those of the page before are compared.
func (s *scan) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	pages := make(chan []fanout.StoredObject, 1)
	group.Go(func() error {
		defer close(pages)
		return s.readAll(ctx, pages)
	})
	group.Go(func() error {
		for page := range pages {
			if err := s.compare(page); err != nil {
				return err
			}
			s.progress(s.read)
		}
		return nil
	})
	return group.Wait()
}

func (s *scan) readAll(ctx context.Context, pages chan<- []fanout.StoredObject) error {
	page := fanout.Page{
		Collection: s.collection.Name, Tenant: s.collection.Tenant, Vector: s.collection.Vector,
		Limit: min(mostPaged, max(leastPaged, pageSize/(4*s.dimensions))),
	}
	for {
		objects, err := backoff.Retry(ctx, func() ([]fanout.StoredObject, error) { return s.readPage(ctx, &page) },
			backoff.WithMaxTries(pageTries))
		if err != nil {
			return fmt.Errorf("cannot read the objects of %s: %w", s.collection.Name, explained(err))
		}
		if len(objects) == 0 {
			return nil
		}
		for i := range objects {
			if bytes.Compare(page.After[:], objects[i].ID[:]) >= 0 {
				return fmt.Errorf("cannot read the objects of %s: the server lists %v after %v, so the list has no end",
					s.collection.Name, uuid.UUID(objects[i].ID), uuid.UUID(page.After))
			}
			page.After = objects[i].ID
		}
		select {
		case pages <- objects:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// readPage reads a page, once. What may be tried again is an error that is not backoff.Permanent.
func (s *scan) readPage(ctx context.Context, page *fanout.Page) ([]fanout.StoredObject, error) {
	objects, err := s.source.ReadPage(ctx, page)
	switch status.Code(err) {
	case codes.OK, codes.Unavailable, codes.DeadlineExceeded, codes.Aborted:
		return objects, err
	default:
		return nil, backoff.Permanent(err)
	}
}

// explained is an error without what gRPC adds to its text.
func explained(err error) error {
	if s, ok := status.FromError(err); ok {
		return errors.New(s.Message())
	}
	return err
}

// compare compares the objects of a page with the queries. Each processor has queries of its own, and takes each vector once for all
// of them.
func (s *scan) compare(page []fanout.StoredObject) error {
	with := 0
	for i := range page {
		switch length := len(page[i].Vector); length {
		case 0:
			continue
		case s.dimensions:
			with++
		default:
			return fmt.Errorf("the vectors of %s have %d numbers and those of the queries %d: make query files that match",
				s.collection.Name, length, s.dimensions)
		}
	}
	s.read += int64(len(page))
	s.vectors += int64(with)
	errs := make([]error, min(runtime.GOMAXPROCS(0), len(s.nearest)))
	var workers sync.WaitGroup
	for worker := range errs {
		own := s.nearest[worker*len(s.nearest)/len(errs) : (worker+1)*len(s.nearest)/len(errs)]
		workers.Go(func() { errs[worker] = s.compareWith(own, page) })
	}
	workers.Wait()
	return errors.Join(errs[:1]...) // they are all the same
}

func (s *scan) compareWith(queries []*nearest, page []fanout.StoredObject) error {
	p := point{x: make([]float64, 0, s.dimensions)}
	for i := range page {
		if len(page[i].Vector) == 0 {
			continue
		}
		p.set(page[i].Vector)
		if math.IsNaN(p.norm) || math.IsInf(p.norm, 0) {
			return fmt.Errorf("the vector of object %v of %s has numbers that are none", uuid.UUID(page[i].ID), s.collection.Name)
		}
		for _, q := range queries {
			distance, size := s.collection.Distance.between(&q.query, &p, q.worst)
			q.add(page[i].ID, distance, size)
		}
	}
	return nil
}
