package dataset

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/go-openapi/strfmt"
	"github.com/google/uuid"
	"github.com/weaviate/weaviate/entities/models"

	"github.com/xk6-weaviate/xk6-weaviate/embed"
)

// attempts is how often a batch is sent when its request fails as a whole. Sending it again is safe: songs have fixed ids.
const attempts = 3

// importSongs sends songs from..total-1, in batches, by several workers. Memory does not grow with their number: each worker
// makes the songs of its batch when it sends them.
func (s *seeder) importSongs(ctx context.Context, name string, from, had, total int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		mutex sync.Mutex
		next  = from
		done  = from
		all   sync.WaitGroup
	)
	take := func() (int, int) {
		mutex.Lock()
		defer mutex.Unlock()
		first := next
		next = min(total, next+s.options.BatchSize)
		return first, next
	}
	finish := func(n int) {
		mutex.Lock()
		defer mutex.Unlock()
		done += n
		s.summary.Imported += n
		s.progress(Progress{name, had, max(had, done), total})
	}
	for range s.options.Workers {
		all.Go(func() {
			embedder, err := embed.NewHash(s.options.Dimensions)
			if err != nil {
				cancel(err)
				return
			}
			for ctx.Err() == nil {
				first, end := take()
				if first == end {
					return
				}
				if err := s.sendBatch(ctx, name, first, end, embedder); err != nil {
					cancel(err)
					return
				}
				finish(end - first)
			}
		})
	}
	all.Wait()
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("stopped after %d of %d objects (%w): run the same command again to go on", done, total, err)
	}
	return nil
}

// sendBatch imports songs first..end-1.
func (s *seeder) sendBatch(ctx context.Context, name string, first, end int, embedder *embed.Hash) error {
	objects := make([]*models.Object, 0, end-first)
	for i := first; i < end; i++ {
		object, err := songObject(name, i, embedder)
		if err != nil {
			return err
		}
		objects = append(objects, object)
	}
	var err error
	for range attempts {
		var replies []models.ObjectsGetResponse
		replies, err = s.api.Batch().ObjectsBatcher().WithObjects(objects...).Do(ctx)
		if err == nil {
			return refused(replies)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return fmt.Errorf("cannot import objects %d to %d: %w", first, end-1, err)
}

// refused reports what the server did not take: a batch import can fail in part.
func refused(replies []models.ObjectsGetResponse) error {
	count, reason := 0, ""
	for i := range replies {
		result := replies[i].Result
		if result == nil || result.Errors == nil {
			continue
		}
		for _, e := range result.Errors.Error {
			count++
			if reason == "" {
				reason = e.Message
			}
			break
		}
	}
	if count == 0 {
		return nil
	}
	return fmt.Errorf("the server refused %d of %d objects of a batch: %w", count, len(replies), errors.New(reason))
}

// idSpace is the namespace of the songs' ids (UUID version 5), so that a song imported twice is there once.
//
//nolint:gochecknoglobals // a constant in all but name
var idSpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/xk6-weaviate/xk6-weaviate"))

func songObject(collection string, i int, embedder *embed.Hash) (*models.Object, error) {
	song := MakeSong(collection, i)
	vector, err := embedder.Embed(song.Text())
	if err != nil {
		return nil, err
	}
	return &models.Object{
		Class: collection,
		ID:    strfmt.UUID(uuid.NewSHA1(idSpace, fmt.Appendf(nil, "%s/%d", collection, i)).String()),
		Properties: map[string]any{
			"title": song.Title, "artist": song.Artist, "year": song.Year, "genre": song.Genre, "lyrics": song.Lyrics,
		},
		Vector: vector,
	}, nil
}
