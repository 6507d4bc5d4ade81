package recorded

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

// process puts a made-up process in the place of the one that recorded: this test.
func (m *maker) process(run *record.Run) {
	random := rand.New(rand.NewPCG(m.o.Seed, 1)) //nolint:gosec // the same again each time
	began := m.o.Began.Add(-8 * time.Second)     // setup() comes before the first batch
	end := m.o.Began.Add(m.length() + 2*time.Second)
	p := &record.Process{
		ID:    fmt.Sprintf("%08x%08x", m.o.Seed, m.o.Began.Unix()+int64(m.o.Part)),
		Start: began.UnixMicro() + int64(m.o.Part), End: end.UnixMicro(), Complete: true, Batches: m.recorded, Dispatched: m.recorded + m.o.Lost,
		Versions: record.Versions{Extension: "v0.1.0", K6: "v2.2.0", Go: "go1.26.0"},
		Machine:  record.Machine{OS: "linux", Arch: "amd64", CPU: "Example CPU @ 3.00GHz", CPUs: 4, Procs: 4},
		CommandLine: []string{
			"k6", "run", "--quiet", "--out", "weaviate=run.weaviate", string(m.o.SearchType) + ".js",
		},
		Script:  string(m.o.SearchType) + ".js",
		Options: json.RawMessage(`{"setupTimeout":"10m"}`),
		Info:    m.info(),
	}
	if len(m.plan.Blocks()) > 0 {
		p.FirstBlock = m.o.Began.UnixMicro()
	}
	if m.o.Parts > 1 {
		p.Segment = fmt.Sprintf("%d/%d:%d/%d", m.o.Part, m.o.Parts, m.o.Part+1, m.o.Parts)
	}
	if m.o.Cut > 0 && m.o.Cut < m.plan.Length() {
		p.Stopped = "test run was aborted because k6 received a 'interrupt' signal"
		p.End = m.o.Began.Add(m.o.Cut).UnixMicro()
	}
	p.Client.Step = 1
	for at := began.Unix(); at < end.Unix(); at++ {
		users := int64(0)
		if at >= m.o.Began.Unix() {
			moment := m.plan.At(time.Duration(at-m.o.Began.Unix()) * time.Second)
			users = int64(m.users / m.o.Parts)
			if moment.Block >= 0 {
				users = int64(m.plan.Blocks()[moment.Block].Users / m.o.Parts)
			}
		}
		p.Client.Rows = append(p.Client.Rows, record.ClientRow{
			At: at, Span: 1_000_000, CPU: 300_000 + random.Int64N(400_000), Memory: 120<<20 + random.Int64N(8<<20),
			Heap: 40<<20 + random.Int64N(20<<20), Collections: 3, Pause: random.Int64N(300), Latency: 50 + random.Int64N(100), Held: random.Int64N(10_000),
			Goroutines: 60 + 11*users, Users: users,
		})
	}
	if !m.o.NoServer {
		p.Server = m.server(run, random)
	}
	run.Processes = []*record.Process{p}
}

// info is what setup() would have told.
func (m *maker) info() *measure.RunInfo {
	o := m.plan.Options()
	info := &measure.RunInfo{
		URL: "http://127.0.0.1:8080", GRPC: "127.0.0.1:50051", Server: m.o.Version,
		Queries: measure.QueryInfo{
			File: string(m.o.SearchType) + ".json", SHA256: strings.Repeat("0f", 32), SearchType: m.o.SearchType, Sets: 40, Limit: m.o.Limit,
		},
		Options: map[string]string{"timeout": timeLimit.String()},
		Plan: &measure.Plan{
			Seed: o.Seed, Strategies: o.Strategies, Users: o.Users, Rate: o.Rate, RunTime: m.plan.Length(), Ramp: m.plan.Ramp(),
		},
		Settle:     &measure.Settle{Settled: !m.o.Unsettled, After: 6 * time.Second, Drift: 0.04},
		Comparison: &measure.Comparison{Sets: 40, Different: m.o.Differing},
	}
	if m.o.Recall > 0 {
		info.Truth = &measure.Truth{Depth: truthDepth, Sets: 30, Rate: recallRate}
	}
	if m.o.Unsettled {
		info.Settle.Drift = 0.31
	}
	for _, c := range collections {
		info.Collections = append(info.Collections, measure.CollectionInfo{Name: c.name, Objects: c.objects, Dimensions: 384})
	}
	for i := range min(m.o.Differing, 20) {
		info.Comparison.Differences = append(info.Comparison.Differences, measure.Difference{
			Set: i, Collection: collections[0].name, Strategy: o.Strategies[len(o.Strategies)-1],
			Text: "1 of 200 objects differ",
		})
	}
	if blocks := m.plan.Blocks(); len(blocks) > 0 {
		info.Plan.Block, info.Plan.Warmup, info.Plan.Drain = o.Block, o.Warmup, o.Drain
		for _, block := range blocks {
			info.Plan.Blocks = append(info.Plan.Blocks, measure.PlannedBlock{Strategy: block.Strategy, Round: block.Round, Users: block.Users})
		}
	} else if o.Rate > 0 {
		info.Plan.Warmup = o.Warmup
	}
	return info
}

// server is what the server would have used: a core's time for each second of searching, nearly.
func (m *maker) server(run *record.Run, random *rand.Rand) *record.Server {
	s := &record.Server{URL: "http://127.0.0.1:2112/metrics", Scrapes: 100}
	for _, block := range run.Blocks() {
		var batches int64
		for _, series := range []*record.Series{block.Warmup, block.Measure} {
			if series != nil {
				batches += series.Batches()
			}
		}
		start := m.o.Began.Add(time.Duration(block.Number) * m.plan.Options().Block)
		span := &record.ServerSpan{
			Block: block.Number, Start: start.UnixMicro(), End: start.Add(m.plan.Options().Block).UnixMicro(),
			CPU: batches * perBatch(block.Strategy), Memory: 900<<20 + random.Int64N(50<<20), Goroutines: 400 + random.Int64N(100),
		}
		for _, c := range collections {
			span.Queries = append(span.Queries, record.ServerQueries{
				Collection: c.name, Type: "get_graphql", Count: batches, Time: batches * c.median.Microseconds(),
			})
		}
		slices.SortFunc(span.Queries, func(a, b record.ServerQueries) int { return strings.Compare(a.Collection, b.Collection) })
		s.Spans = append(s.Spans, span)
	}
	s.Timeline.Step = 1
	for at := m.o.Began.Unix(); at < m.o.Began.Add(m.length()).Unix(); at += 5 {
		s.Timeline.Rows = append(s.Timeline.Rows, record.ServerRow{
			At: at, Span: 5_000_000, CPU: 8_000_000 + random.Int64N(1_500_000), Memory: 900<<20 + random.Int64N(50<<20),
			Goroutines: 400 + random.Int64N(100),
		})
	}
	return s
}

// perBatch is the server's CPU time of a batch in µs.
func perBatch(strategy fanout.Strategy) int64 {
	if strategy.Protocol() == fanout.GRPC {
		return 31_000
	}
	if strategy.FansOut() {
		return 46_000
	}
	return 42_000
}
