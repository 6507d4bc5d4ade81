package dataset

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/embed"
)

const (
	// window bounds how far a collection's batches may run ahead of its oldest one that is not in yet, in objects. So a seed that
	// was cut short, however that came, left holes in no more than the last songs of what is there, and the next one need
	// not send all of it again.
	window = 4096

	// grace is how long batches under way may take to get in when the seed is stopped.
	grace = 5 * time.Second
)

// resumeFrom is the first song that may be missing from a collection.
func (s *seeder) resumeFrom(had, total int) int {
	if had >= total {
		return total
	}
	return max(0, had-window)
}

// importer carries one pass over the songs.
type importer struct {
	*seeder
	from, had []int

	abort context.CancelCauseFunc // ends the pass

	mutex   sync.Mutex
	landed  sync.Cond
	flying  [][]int // of each collection, the first songs of the batches under way
	grown   []int   // of each collection, how many songs beyond those that it had are in
	refused refusals
}

// importSongs sends the songs of each collection from one on, by several workers. Memory does not grow with their number: a
// batch's objects are made when it is sent.
func (s *seeder) importSongs(ctx context.Context, from, had []int) error {
	passing, abort := context.WithCancelCause(ctx)
	defer abort(nil)
	im := &importer{
		seeder: s, from: from, had: slices.Clone(had), abort: abort,
		flying: make([][]int, len(from)), grown: make([]int, len(from)),
	}
	im.landed.L = &im.mutex
	defer context.AfterFunc(passing, im.wake)()
	sending, hurry := graceful(passing)
	defer hurry()

	batches := make(chan batch)
	var workers sync.WaitGroup
	for range s.options.Workers {
		workers.Go(func() { im.work(sending, batches) })
	}
	im.dispatch(passing, batches)
	close(batches)
	workers.Wait()
	if err := context.Cause(passing); err != nil {
		return err
	}
	return im.refused.err()
}

// graceful is a context that lives a little longer than another.
func graceful(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(grace, cancel)
		context.AfterFunc(longer, func() { timer.Stop() })
	})
	return longer, func() { stop(); cancel() }
}

// dispatch hands out the batches until there are no more or the pass ends.
func (im *importer) dispatch(ctx context.Context, batches chan<- batch) {
	for b, err := range im.supply.batches(ctx, im.from, im.options.BatchSize) {
		if err != nil {
			im.abort(err)
			return
		}
		if !im.launch(ctx, &b) {
			return
		}
		select {
		case batches <- b:
		case <-ctx.Done():
			return
		}
	}
}

// launch waits until a batch is within the window and counts it as under way. It is false when the pass ends first.
func (im *importer) launch(ctx context.Context, b *batch) bool {
	im.mutex.Lock()
	defer im.mutex.Unlock()
	for ctx.Err() == nil {
		flying := im.flying[b.collection]
		if len(flying) == 0 || b.end()-slices.Min(flying) <= window {
			im.flying[b.collection] = append(flying, b.first)
			return true
		}
		im.landed.Wait()
	}
	return false
}

// wake lets launch see that the pass has ended. It takes the lock, or launch could be just about to wait.
func (im *importer) wake() {
	im.mutex.Lock()
	defer im.mutex.Unlock()
	im.landed.Broadcast()
}

// land takes note of a batch that is in, but for some objects.
func (im *importer) land(b *batch, refused []refusal) {
	im.mutex.Lock()
	defer im.mutex.Unlock()
	c := b.collection
	im.flying[c] = slices.DeleteFunc(im.flying[c], func(first int) bool { return first == b.first })
	im.landed.Broadcast()
	im.summary.Sent += b.count
	for _, r := range refused {
		im.refused.add(r)
		if im.refused.count <= namedRefusals {
			im.note("the server refused %s: %s", r.what, r.reason)
		}
	}
	if im.refused.tooMany() {
		im.abort(im.refused.err())
	}
	beyond := min(b.count, max(0, b.end()-im.had[c])) // the others were there before
	grown := max(0, beyond-len(refused))
	im.grown[c] += grown
	im.summary.Objects += grown
	im.report(c)
}

// report tells of a collection's progress. The lock is held.
func (im *importer) report(c int) {
	if im.options.Progress == nil {
		return
	}
	im.options.Progress(Progress{
		Collection: Collections()[c].Name,
		Had:        im.seeder.had[c], Done: min(im.totals[c], im.had[c]+im.grown[c]), Total: im.totals[c],
		AllHad: sum(im.seeder.had), AllDone: min(sum(im.totals), sum(im.had)+sum(im.grown)), AllTotal: sum(im.totals),
	})
}

// work sends batches until there are no more. Batches that are handed out are sent even when the pass has ended meanwhile: the
// fewer holes, the better.
func (im *importer) work(ctx context.Context, batches <-chan batch) {
	embedder, err := embed.NewHash(im.options.Dimensions)
	if err != nil {
		im.abort(err)
		return
	}
	for b := range batches {
		start := time.Now()
		objects, err := makeObjects(&b, embedder)
		made := time.Now()
		var refused []refusal
		if err == nil {
			refused, err = im.send(ctx, &b, objects)
		}
		im.spent(made.Sub(start), time.Since(made))
		if err != nil {
			im.abort(fmt.Errorf("cannot import songs %d to %d of %s: %w", b.first, b.end()-1, Collections()[b.collection].Name, err))
			return
		}
		im.land(&b, refused)
	}
}

func (im *importer) spent(making, waiting time.Duration) {
	im.mutex.Lock()
	defer im.mutex.Unlock()
	im.summary.Making += making
	im.summary.Waiting += waiting
}
