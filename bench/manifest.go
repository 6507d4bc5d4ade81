package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// manifestName is the file of a results folder that says what the bench is and how far it came.
const manifestName = "bench.json"

// manifestVersion is the version of its format.
const manifestVersion = 1

const (
	// maxManifest is how long bench.json may be, in bytes.
	maxManifest = 1 << 20
	// maxLimits is how many limits a bench may have.
	maxLimits = 100
)

// manifest is what bench.json holds.
type manifest struct {
	Version     int                 `json:"version"`
	SearchTypes []fanout.SearchType `json:"searchTypes"`
	Limits      []int               `json:"limits"`
	Scripts     string              `json:"scripts,omitempty"`
	Recall      float64             `json:"recall,omitempty"`
	Variables   map[string]string   `json:"variables"`
	Done        []string            `json:"done"`
}

// readManifest reads bench.json. It comes from a folder that may have been somebody else's: what names files is held to what it may be.
func readManifest(from io.Reader) (*manifest, error) {
	text, err := io.ReadAll(io.LimitReader(from, maxManifest+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxManifest {
		return nil, fmt.Errorf("it is longer than %d MiB", maxManifest>>20)
	}
	m := &manifest{}
	if err := json.Unmarshal(text, m); err != nil {
		return nil, err
	}
	switch {
	case m.Version != manifestVersion:
		return nil, fmt.Errorf("it is of version %d, and this binary reads version %d", m.Version, manifestVersion)
	case len(m.SearchTypes) == 0 || len(m.Limits) == 0:
		return nil, errors.New("it has no tests")
	case len(m.Limits) > maxLimits:
		return nil, fmt.Errorf("it has %d limits: %d are the most", len(m.Limits), maxLimits)
	case slices.Min(m.Limits) < 1:
		return nil, fmt.Errorf("it has a limit of %d: limits are whole numbers from 1 up", slices.Min(m.Limits))
	}
	for i, t := range m.SearchTypes {
		if !slices.Contains(fanout.SearchTypes(), t) || slices.Contains(m.SearchTypes[:i], t) {
			return nil, fmt.Errorf("it has a search type %q, which is none, or is there twice", t)
		}
	}
	return m, nil
}
