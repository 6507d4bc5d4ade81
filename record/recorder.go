package record

import (
	"sync"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// maxSeries is how many series a run has at most: three days of blocks. A script that gives every batch a block of its own
// must not fill the memory: what is beyond counts as outside of blocks.
const maxSeries = 50_000

// recorder takes batches in. It is for the goroutine that adds and for one that takes out.
type recorder struct {
	clean *cleaner
	// began is read off two clocks at once: times are told from it by the one that is never set.
	began time.Time

	mutex sync.Mutex
	live  map[Key]*live
	last  *live // the one that was added to last

	// Only the goroutine that adds uses these.
	seen  map[Key]bool
	block int
	phase measure.Phase

	batches int64
	info    *measure.RunInfo
}

func newRecorder(clean *cleaner, began time.Time) *recorder {
	return &recorder{
		clean: clean, began: began, live: make(map[Key]*live), seen: make(map[Key]bool), block: -1,
	}
}

// at is a time in µs since 1970.
func (r *recorder) at(t time.Time) int64 {
	return r.began.UnixMicro() + t.Sub(r.began).Microseconds()
}

// add counts a batch. fresh says that it is the first of a block, or of a phase outside of blocks. The mutex must be held.
func (r *recorder) add(batch *measure.Batch) (fresh bool) {
	key := Key{batch.Block, batch.Phase, batch.Result.Strategy, batch.Result.Set.SearchType()}
	l := r.last
	if l == nil || l.key != key {
		l = r.find(key)
		r.last = l
		fresh = r.begins(batch)
	}
	l.add(batch, r.at(batch.Result.Start), r.clean.errorText)
	r.batches++
	return fresh
}

func (r *recorder) find(key Key) *live {
	if !r.seen[key] {
		if len(r.seen) >= maxSeries {
			key.Block, key.SearchType = -1, fanout.SearchMixed
		}
		r.seen[key] = true
	}
	l := r.live[key]
	if l == nil {
		l = newLive(key)
		r.live[key] = l
	}
	return l
}

// begins says whether a batch is the first of a block, or of a phase outside of blocks.
func (r *recorder) begins(batch *measure.Batch) bool {
	switch {
	case batch.Block > r.block:
		r.block = batch.Block
		return true
	case batch.Block < 0 && r.block < 0 && batch.Phase != r.phase:
		r.phase = batch.Phase
		return true
	default:
		return false
	}
}

// taken is what a recorder has recorded since it was asked last, and in all.
type taken struct {
	live    map[Key]*live
	batches int64
	info    *measure.RunInfo
}

// take hands over what was recorded: adding goes on with empty hands, and waits for nothing.
func (r *recorder) take() taken {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	t := taken{r.live, r.batches, r.info}
	r.live, r.last = make(map[Key]*live), nil
	return t
}
