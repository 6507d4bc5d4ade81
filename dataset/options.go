package dataset

import (
	"fmt"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/embed"
	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Options say what to seed.
type Options struct {
	// URL and GRPC are the addresses of the Weaviate; an empty GRPC is where it is by convention.
	URL, GRPC, APIKey string
	// From is a file of songs; made-up songs if empty.
	From string
	// Scale is the share of the full sizes, above 0 and at most 1; every collection gets at least one object.
	Scale float64
	// Dimensions is the length of the vectors; 0 for DefaultDimensions or, if the file of songs has vectors, for theirs.
	Dimensions int
	// Replace deletes collections that are in the way.
	Replace bool
	// Workers send batches of BatchSize objects at the same time. A batch, here, is what one import request holds.
	Workers, BatchSize int
	// Pause is how long to wait before a request that failed is sent again; it doubles each time. 500 ms if 0.
	Pause time.Duration
	// Note is told what a person should know, and Progress what is in; nil for nobody. They are called from several goroutines, but
	// never at the same time.
	Note     func(string)
	Progress func(Progress)
}

// Defaults and bounds of the options.
const (
	DefaultScale     = 0.02
	DefaultWorkers   = 4
	DefaultBatchSize = 200

	maxWorkers   = 64
	maxBatchSize = 1000
	defaultPause = 500 * time.Millisecond
)

// Check says which option is wrong, by the name of its flag.
func (o *Options) Check() error {
	switch {
	case !(o.Scale > 0 && o.Scale <= 1): // so that NaN is wrong too
		return fmt.Errorf("--scale is %v: use a number above 0 and up to 1 (the full million)", o.Scale)
	case o.Workers < 1 || o.Workers > maxWorkers:
		return fmt.Errorf("--workers is %d: use 1 to %d", o.Workers, maxWorkers)
	case o.BatchSize < 1 || o.BatchSize > maxBatchSize:
		return fmt.Errorf("--batch-size is %d: use 1 to %d", o.BatchSize, maxBatchSize)
	}
	if o.Dimensions != 0 {
		if _, err := embed.NewHash(o.Dimensions); err != nil {
			return fmt.Errorf("--dimensions: %w", err)
		}
	}
	if o.From != "" {
		if _, err := formatOf(o.From); err != nil {
			return fmt.Errorf("--from: %w", err)
		}
	}
	base, err := fanout.ParseURL(o.URL)
	if err != nil {
		return fmt.Errorf("--url: %w", err)
	}
	if _, _, err := fanout.GRPCAddress(base, o.GRPC); err != nil {
		return fmt.Errorf("--grpc: %w", err)
	}
	return nil
}

// Summary is what a seed left.
type Summary struct {
	// Objects are in all nine collections now, and Total are to be in.
	Objects, Total int
	// Imported is how many of them this seed brought in, and Sent how many it sent: those that a seed before may have left out are
	// sent again.
	Imported, Sent int
	// Elapsed is how long the import took.
	Elapsed time.Duration
	// Making and Waiting are the workers' time, added up: how long they made songs and how long they waited for the server.
	Making, Waiting time.Duration
}

// Progress is how far the seed is.
type Progress struct {
	// Collection is the one that has just grown.
	Collection string
	// Had is what was there before, Done what is in now and Total what is to be in: of the collection, and of all nine.
	Had, Done, Total          int
	AllHad, AllDone, AllTotal int
}
