package weaviate

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/truth"
)

// defaultRecallRate is the share of the batches with a truth whose recall is measured when the script does not say.
const defaultRecallRate = 0.1

// truthObject is the truth of query sets as scripts see it.
type truthObject struct {
	Depth       int                     `js:"depth"`
	Sets        int                     `js:"sets"`
	Collections []truthCollectionObject `js:"collections"`
}

// truthCollectionObject is what a truth was made of.
type truthCollectionObject struct {
	Name    string `js:"name"`
	Tenant  string `js:"tenant"`
	Objects int    `js:"objects"`
}

// truthOf reads the truth of a query file, through the init environment's file system as the file itself.
func (f *queryFiles) truthOf(env *common.InitEnvironment, path string, file *queryFile) (*truth.File, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	found := f.truths[path]
	if found == nil {
		reader, err := env.FileSystems["file"].Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("no truth at %s: `k6 x weaviate truth` makes it, and a relative path is relative to the script", path)
		}
		if err != nil {
			return nil, fmt.Errorf("cannot open the truth: %w", err)
		}
		defer func() { _ = reader.Close() }()
		if found, err = truth.Read(reader, path); err != nil {
			return nil, err
		}
		if f.truths == nil {
			f.truths = make(map[string]*truth.File)
		}
		f.truths[path] = found
	}
	if found.Queries != file.hash() {
		return nil, fmt.Errorf("the truth %s is that of another query file: make this one's with `k6 x weaviate truth --queries …`", path)
	}
	return found, nil
}

func newTruthObject(f *truth.File) *truthObject {
	o := &truthObject{Depth: f.Depth, Sets: f.Covers()}
	for _, c := range f.Collections {
		o.Collections = append(o.Collections, truthCollectionObject{c.Name, c.Tenant, int(c.Objects)})
	}
	return o
}

// readShare accepts numbers from 0 to 1.
func readShare(to *float64) func(sobek.Value) error {
	return func(value sobek.Value) error {
		var share float64
		if readNumber(&share)(value) != nil || !(share >= 0 && share <= 1) {
			return fmt.Errorf("must be a number from 0 to 1, not %s", describe(value))
		}
		*to = share
		return nil
	}
}

// samplesRecall says whether the recall of a batch is to be measured.
func (s *sending) samplesRecall(given *querySet) bool {
	return given.truth != nil && !s.method.unmeasured && rand.Float64() < s.client.options.recallRate //nolint:gosec // no secret
}

// recall says how much of what is true the ids hold, and takes them from the result unless the script asked for them.
func (s *sending) recall(result *fanout.Result) []measure.Recall {
	if s.truth == nil {
		return nil
	}
	queries := s.set.Queries()
	recall := make([]measure.Recall, len(queries))
	for i := range queries {
		if result.Members[i].OK() {
			recall[i].Found, recall[i].Wanted = s.truth.Recall(i, queries[i].Limit, result.IDs[i])
		}
	}
	if !s.params.ids {
		result.IDs = nil
	}
	return recall
}
