package measure

import (
	"encoding/json"
	"time"

	"go.k6.io/k6/v2/metrics"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// MetadataRunInfo is the metadata key under which the sample of weaviate_run_info carries a RunInfo as JSON.
const MetadataRunInfo = "run_info"

// RunInfo is what there is to know of a run besides its batches. setup() tells it once. It holds no secrets.
type RunInfo struct {
	// URL and GRPC are the endpoints, without user and password.
	URL  string `json:"url,omitempty"`
	GRPC string `json:"grpc,omitempty"`
	// Server is the version of Weaviate.
	Server string `json:"server,omitempty"`
	// Collections are those that are searched, in the order of the query sets.
	Collections []CollectionInfo `json:"collections,omitempty"`
	// Queries is the query file.
	Queries QueryInfo `json:"queries,omitzero"`
	// Options are the client's options by name, like timeout, concurrency, consistencyLevel: no keys, no headers.
	Options map[string]string `json:"options,omitempty"`
	// Plan is the schedule; nil when the script has none.
	Plan *Plan `json:"plan,omitempty"`
	// Settle is what became of waiting for the server to settle; nil when nothing waited.
	Settle *Settle `json:"settle,omitempty"`
	// Comparison is what became of comparing what the strategies find; nil when nothing was compared.
	Comparison *Comparison `json:"comparison,omitempty"`
	// Truth is what recall is measured against; nil when it is not measured.
	Truth *Truth `json:"truth,omitempty"`
}

// CollectionInfo is a collection as setup() found it.
type CollectionInfo struct {
	Name       string `json:"name"`
	Objects    int64  `json:"objects"`
	Dimensions int    `json:"dimensions,omitempty"`
}

// QueryInfo says which queries were sent.
type QueryInfo struct {
	// File is the name of the query file, and SHA256 its hash in hexadecimal digits.
	File   string `json:"file,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
	// SearchType is what the query sets do.
	SearchType fanout.SearchType `json:"searchType,omitempty"`
	// Sets is the number of query sets, Limit how many objects each query asks for.
	Sets  int `json:"sets,omitempty"`
	Limit int `json:"limit,omitempty"`
}

// Plan is the schedule of a run. Durations are in nanoseconds in JSON.
type Plan struct {
	Seed       uint64            `json:"seed"`
	Strategies []fanout.Strategy `json:"strategies"`
	// Users are the numbers of users: several for a sweep.
	Users []int `json:"users"`
	// Rate is the number of batches that an open model starts each second; 0 for a closed one.
	Rate int `json:"rate,omitempty"`
	// RunTime is the length of the whole run, Ramp the part of it in which users are added: 0 for a run in blocks or at a rate.
	RunTime time.Duration `json:"runTime"`
	Ramp    time.Duration `json:"ramp,omitempty"`
	// Block is the length of a block; 0 when one strategy runs by itself.
	Block time.Duration `json:"block,omitempty"`
	// Warmup is the beginning of a block, or of a run at a rate, that is not measured. In the last Drain of a block no batch
	// starts.
	Warmup time.Duration `json:"warmup,omitempty"`
	Drain  time.Duration `json:"drain,omitempty"`
	// Blocks are in the order of their numbers; none when one strategy runs by itself.
	Blocks []PlannedBlock `json:"blocks,omitempty"`
}

// PlannedBlock is one block of a plan.
type PlannedBlock struct {
	Strategy fanout.Strategy `json:"strategy"`
	// Round counts from 0.
	Round int `json:"round"`
	Users int `json:"users"`
}

// Measured is how long the phase measure of a block is, or of the whole run when it has no blocks.
func (p *Plan) Measured() time.Duration {
	switch {
	case len(p.Blocks) > 0:
		return p.Block - p.Warmup - p.Drain
	case p.Rate > 0:
		return p.RunTime - p.Warmup
	default:
		return p.RunTime - p.Ramp
	}
}

// Truth is what recall is measured against: for some query sets, the objects that are truly nearest.
type Truth struct {
	// Depth is the most objects that it holds for a query: what is measured is recall at that, or at the query's limit where that is
	// smaller.
	Depth int `json:"depth"`
	// Sets is the number of query sets that have one.
	Sets int `json:"sets"`
	// Rate is the share of their batches of which recall is measured.
	Rate float64 `json:"rate"`
}

// Settle says whether the server answered evenly before the run began.
type Settle struct {
	Settled bool `json:"settled"`
	// After is how long it was waited for, in nanoseconds in JSON.
	After time.Duration `json:"after"`
	// Drift is by how much its times changed last, all strategies together: 0.1 for 10 %.
	Drift float64 `json:"drift"`
}

// Comparison says whether all strategies find the same objects.
type Comparison struct {
	// Sets is the number of query sets that every strategy was asked.
	Sets int `json:"sets"`
	// Unsteady is the number of queries that the first strategy itself answered differently when it was asked twice.
	Unsteady int `json:"unsteady,omitempty"`
	// Different is the number of queries that were answered differently; Differences are the first of them.
	Different   int          `json:"different"`
	Differences []Difference `json:"differences,omitempty"`
}

// Difference is a query that two strategies answered differently.
type Difference struct {
	// Set is the number of the query set, from 0.
	Set        int             `json:"set"`
	Collection string          `json:"collection"`
	Strategy   fanout.Strategy `json:"strategy"`
	// Text says what differs from the first strategy's answer.
	Text string `json:"text"`
}

// RunInfoSample is a RunInfo on its way through k6's sample channel. An output that knows the type sees the struct; every
// other output sees one sample of weaviate_run_info with the value 1 and the JSON of the struct as metadata.
type RunInfoSample struct {
	Info *RunInfo

	samples []metrics.Sample
}

var _ metrics.SampleContainer = (*RunInfoSample)(nil)

// GetSamples implements metrics.SampleContainer.
func (s *RunInfoSample) GetSamples() []metrics.Sample { return s.samples }

// RunInfo makes the sample of a run's info. base are the VU's tags and metadata. Nothing must write to the info afterwards.
func (m *Metrics) RunInfo(base metrics.TagsAndMeta, info *RunInfo, now time.Time) (*RunInfoSample, error) {
	text, err := json.Marshal(info)
	if err != nil {
		return nil, err
	}
	return &RunInfoSample{info, []metrics.Sample{{
		TimeSeries: metrics.TimeSeries{Metric: m.Info, Tags: base.Tags},
		Time:       now, Value: 1, Metadata: with(base.Metadata, MetadataRunInfo, string(text)),
	}}}, nil
}
