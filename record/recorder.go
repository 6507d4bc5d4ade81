package record

import (
	"sync"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// A script that gives every batch a block of its own, or an alpha, must not fill the memory: what goes beyond these counts as outside of
// blocks, and what is of more search types than a file may have as mixed.
const (
	// maxSeries is how many series a run has at most: a day of blocks of ten seconds.
	maxSeries = 20_000
	// maxLive is how many series are recorded at a time, until they are taken.
	maxLive = 200
)

// recorder takes batches in. It is for the goroutine that adds and for one that takes out.
type recorder struct {
	clean *cleaner
	// began is read off two clocks at once: times are told from it by the one that is never set.
	began time.Time
	// limit is maxSeries.
	limit int

	mutex sync.Mutex
	live  map[Key]*live
	last  *live // the one that was added to last
	seen  map[Key]bool
	types map[fanout.SearchType]bool // those of seen
	// What runs: the last block that began, and outside of blocks the last phase.
	block int
	phase measure.Phase

	batches    int64
	tally      *measure.Tally // nil as long as no batch has told
	info       *measure.RunInfo
	firstBlock int64 // Process.FirstBlock
}

func newRecorder(clean *cleaner, began time.Time) *recorder {
	return &recorder{
		clean: clean, began: began, limit: maxSeries, live: make(map[Key]*live), seen: make(map[Key]bool), types: make(map[fanout.SearchType]bool), block: -1,
	}
}

// at is a time in µs since 1970.
func (r *recorder) at(t time.Time) int64 {
	return r.began.UnixMicro() + t.Sub(r.began).Microseconds()
}

// leastSet is what is taken for a clock that was set: steps of less are of no matter for times that are shown in seconds.
const leastSet = 100 * time.Millisecond

// clockSet is by how much the clock of the day was set since recording began, in µs; 0 when it was not.
func (r *recorder) clockSet(now time.Time) int64 {
	set := now.Round(0).Sub(r.began.Round(0)) - now.Sub(r.began) // Round takes the reading of the other clock away
	if set.Abs() < leastSet {
		return 0
	}
	return set.Microseconds()
}

// add counts a batch. fresh says that it is the first of a block, or of a phase outside of blocks. The mutex must be held.
func (r *recorder) add(batch *measure.Batch) (fresh bool) {
	key := Key{batch.Block, batch.Phase, batch.Result.Strategy, batch.Result.Set.SearchType()}
	if batch.Result.Canceled() {
		key.Phase = measure.Canceled
	}
	l := r.last
	if l == nil || l.key != key {
		l = r.find(key)
		r.last = l
		fresh = r.begins(batch)
		r.findFirstBlock(batch)
	}
	l.add(batch, r.at(batch.Result.Start), r.clean.errorText)
	r.batches++
	r.tally = batch.Tally
	return fresh
}

func (r *recorder) find(key Key) *live {
	if len(r.types) >= maxSearchTypes-1 && !r.types[key.SearchType] {
		key.SearchType = fanout.SearchMixed
	}
	if r.live[key] == nil && (len(r.live) >= maxLive || !r.seen[key] && len(r.seen) >= r.limit) {
		key.Block, key.SearchType = -1, fanout.SearchMixed
	}
	r.seen[key], r.types[key.SearchType] = true, true
	l := r.live[key]
	if l == nil {
		l = newLive(key)
		r.live[key] = l
	}
	return l
}

// findFirstBlock tells when the first block began from when the block of a batch ends. It takes the plan, which setup() tells before any
// batch.
func (r *recorder) findFirstBlock(batch *measure.Batch) {
	if r.firstBlock == 0 && !batch.BlockEnd.IsZero() && r.info != nil && r.info.Plan != nil {
		r.firstBlock = r.at(batch.BlockEnd) - int64(batch.Block+1)*r.info.Plan.Block.Microseconds()
	}
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
	// dispatched is how many the process began to send; 0 when nobody counted them.
	dispatched int64
	info       *measure.RunInfo
	firstBlock int64
}

// take hands over what was recorded. Adding goes on with empty hands, and waits for nothing. What belongs to the block or phase
// that runs is left unless it is asked for.
func (r *recorder) take(running bool) taken {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	t := taken{live: r.live, batches: r.batches, info: r.info, firstBlock: r.firstBlock}
	if r.tally != nil {
		t.dispatched = r.tally.Dispatched()
	}
	r.live, r.last = make(map[Key]*live), nil
	if running {
		return t
	}
	for key, l := range t.live {
		if key.Block == r.block && (key.Block >= 0 || key.Phase == r.phase) {
			r.live[key] = l
			delete(t.live, key)
		}
	}
	return t
}
