package recorded

import (
	"path/filepath"
	"testing"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

const (
	// truthDepth is how many objects the truth holds for a query.
	truthDepth = 100
	// recallRate is the share of batches of which recall is measured.
	recallRate = 0.1
)

// measureRecall makes up what the members of a batch found, if it is one of those of which that is measured. A batch whose query set is hard
// to find misses more in all collections.
func (m *maker) measureRecall(b *measure.Batch) {
	share, apart := m.o.Recalls[b.Result.Strategy]
	if !apart {
		share = m.o.Recall
	}
	if share == 0 || m.recall.Float64() >= recallRate {
		return
	}
	missing := (1 - share) * m.recall.ExpFloat64()
	b.Recall = make([]measure.Recall, m.set.Len())
	for i, query := range m.set.Queries() {
		if query.Type != fanout.Vector || !b.Result.Members[i].OK() {
			continue
		}
		own := measure.Recall{Wanted: min(truthDepth, query.Limit)}
		for range own.Wanted {
			if m.recall.Float64() >= missing {
				own.Found++
			}
		}
		b.Recall[i] = own
	}
}

// Recalls makes up two results folders in a folder, one before and one after a change that made searches faster and let them find less.
func Recalls(tb testing.TB, folder string) [2]string {
	tb.Helper()
	var made [2]string
	for i, o := range []Options{{Slowness: 3, Recall: 0.97}, {Seed: 9, Slowness: 2.4, Recall: 0.85}} {
		o.Variables = map[string]string{"BLOCK": "4s", "WARMUP": "1s", "DRAIN": "500ms"}
		made[i] = filepath.Join(folder, []string{"before", "after"}[i])
		Bench(tb, made[i], o, fanout.SearchVector, fanout.SearchBM25)
	}
	return made
}
