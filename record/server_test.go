package record

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// told is what Weaviate tells, with other metrics between those that are read.
func told(cpu float64, queries int) string {
	return fmt.Sprintf(`# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total %v
# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes 1.32030464e+08
# TYPE process_resident_memory_bytes_other gauge
process_resident_memory_bytes_other 5
# TYPE go_goroutines gauge
go_goroutines 59
# TYPE object_count gauge
object_count{class_name="A\"}{",shard_name="x"} 1000
# HELP queries_durations_ms Duration of queries in milliseconds
# TYPE queries_durations_ms histogram
queries_durations_ms_bucket{class_name="A",query_type="get_graphql",le="10"} 1
queries_durations_ms_bucket{class_name="A",query_type="get_graphql",le="+Inf"} %d
queries_durations_ms_sum{class_name="A",query_type="get_graphql"} %d
queries_durations_ms_count{class_name="A",query_type="get_graphql"} %d
queries_durations_ms_sum{class_name="B",query_type="get_graphql"} 7
queries_durations_ms_count{class_name="B",query_type="get_graphql"} 1
`, cpu, queries, 10*queries, queries)
}

func TestMetricsOfTheServer(t *testing.T) {
	t.Parallel()
	before, err := parseMetrics(strings.NewReader(told(1.5, 10)), began)
	require.NoError(t, err)
	require.EqualValues(t, 1_500_000, before.cpu)
	require.EqualValues(t, 132030464, before.memory)
	require.EqualValues(t, 59, before.goroutines)
	require.Equal(t, queryTotal{10, 100_000}, before.queries[queryKey{"A", "get_graphql"}])

	now, err := parseMetrics(strings.NewReader(told(2, 25)), began.Add(time.Second))
	require.NoError(t, err)
	queries, ok := now.since(before)
	require.True(t, ok)
	require.Equal(t, []ServerQueries{{Collection: "A", Type: "get_graphql", Count: 15, Time: 150_000}}, queries,
		"what did not change is left out")
	_, ok = before.since(now)
	require.False(t, ok, "the server was started anew")

	for name, c := range map[string]struct{ text, says string }{
		"nothing":      {"", "no metrics of a process"},
		"a page":       {"<html>", "no metrics of a process"},
		"other":        {"# TYPE go_threads gauge\ngo_threads 5\n", "is WEAVIATE_METRICS_URL the server's /metrics?"},
		"no number":    {"go_goroutines many\n", "cannot be read"},
		"half a label": {`queries_durations_ms_count{class_name="A` + "\n", "cannot be read"},
		"a long line":  {"go_goroutines " + strings.Repeat("1", maxMetricLine), "cannot be read"},
	} {
		_, err := parseMetrics(strings.NewReader(c.text), began)
		require.ErrorContains(t, err, c.says, name)
	}
	for _, value := range []string{"NaN", "-5", "+Inf", "1e308"} {
		odd, err := parseMetrics(strings.NewReader("process_cpu_seconds_total "+value+"\n"), began)
		require.NoError(t, err)
		require.GreaterOrEqual(t, odd.cpu, int64(0))
		require.LessOrEqual(t, odd.cpu, int64(maxCount))
	}
	var many strings.Builder
	many.WriteString("# TYPE queries_durations_ms histogram\n")
	for i := range 3 * maxServerQueries {
		fmt.Fprintf(&many, "queries_durations_ms_count{class_name=\"C%d\"} 1\n", i)
	}
	bounded, err := parseMetrics(strings.NewReader(many.String()+"go_goroutines 1\n"), began)
	require.NoError(t, err)
	require.Len(t, bounded.queries, maxServerQueries)
}

// TestAServerCannotSpoilTheRunFile: what it counts backwards, or beyond what can be added up, and how it names what it counts, leaves a file
// that can be read, and that holds no key.
func TestAServerCannotSpoilTheRunFile(t *testing.T) {
	t.Parallel()
	var many strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&many, "queries_durations_ms_sum{class_name=\"A\",shard=\"%d\"} 1e300\nqueries_durations_ms_count{class_name=\"A\",shard=\"%d\"} 1e18\n", i, i)
	}
	const histogram = "# TYPE queries_durations_ms histogram\n"
	long := strings.Repeat("L", 60_000)
	for name, said := range map[string][2]string{
		"less time":  {`queries_durations_ms_sum{class_name="A"} 9` + "\n" + `queries_durations_ms_count{class_name="A"} 1` + "\n", `queries_durations_ms_sum{class_name="A"} 5` + "\n" + `queries_durations_ms_count{class_name="A"} 2` + "\n"},
		"overflow":   {"", many.String()},
		"the key":    {"", `queries_durations_ms_count{class_name="marked-secret",query_type="of marked-secret"} 1` + "\n"},
		"long names": {"", `queries_durations_ms_count{class_name="` + long + `"} 1` + "\n"},
	} {
		s := newServer(t)
		s.answer.Store(func(w http.ResponseWriter, _ *http.Request) {
			n := s.asked.Load()
			_, _ = fmt.Fprintf(w, "process_cpu_seconds_total %d\n%s%s", n, histogram, said[n-1])
		})
		w := newServerWatch(s.URL, newCleaner(map[string]string{"WEAVIATE_API_KEY": "marked-secret"}), time.Time.UnixMicro)
		w.turn(nil)
		w.ends(&span{}, w.scrape())
		server := w.state()
		require.Zero(t, server.Failed, server.Error)
		for _, span := range server.Spans {
			require.NoError(t, span.check(), name)
			for _, q := range span.Queries {
				require.NotContains(t, q.Collection+q.Type, "marked-secret", name)
				require.LessOrEqual(t, len(q.Collection), maxLabel+len(hidden), name)
			}
		}
		require.Equal(t, name != "less time", len(server.Spans) == 1, "%s: it was started anew, or it was not", name)
	}
	_, err := parseMetrics(strings.NewReader("go_goroutines 1\n"+strings.Repeat("queries_durations_ms_count 1\n", 1+maxWanted/29)), began)
	require.ErrorContains(t, err, "the server's metrics of its searches are longer than 16 MiB")
}

func FuzzMetrics(f *testing.F) {
	f.Add(told(1, 5))
	f.Add("queries_durations_ms{quantile=\"0.5\"} 1\n# TYPE queries_durations_ms summary\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parseMetrics(strings.NewReader(text), began)
		if err != nil {
			return
		}
		for _, q := range s.queries {
			require.NoError(t, checkCounts(q.count, q.time))
		}
		require.NoError(t, checkCounts(s.cpu, s.memory, s.goroutines))
	})
}

// server is one that tells of its work: a second of processor time and ten searches each time that it is asked.
type server struct {
	*httptest.Server

	asked  atomic.Int64
	answer atomic.Value // func(http.ResponseWriter, *http.Request)
}

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{}
	s.answer.Store(func(w http.ResponseWriter, _ *http.Request) {
		n := s.asked.Load()
		_, _ = fmt.Fprint(w, told(float64(n), int(10*n)))
	})
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked.Add(1)
		s.answer.Load().(func(http.ResponseWriter, *http.Request))(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// watching starts a watch; what it returns ends it.
func watching(w *serverWatch) (stop func() *Server) {
	stopped, ended := make(chan struct{}), make(chan struct{})
	go func() {
		w.watch(stopped)
		close(ended)
	}()
	return func() *Server {
		close(stopped)
		<-ended
		return w.state()
	}
}

func TestServerSpansAreBlocks(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	w := newServerWatch(s.URL, newCleaner(), time.Time.UnixMicro)
	w.every = time.Hour
	stop := watching(w)
	asked := func(n int64) {
		require.Eventually(t, func() bool { return s.asked.Load() == n && len(w.spans) == 0 }, time.Minute, time.Millisecond)
	}
	asked(1)
	w.begins(span{block: 0, end: time.Now().Add(100 * time.Millisecond)})
	asked(3) // when the block was seen, and when it ended
	w.begins(span{block: 1, end: time.Now().Add(100 * time.Millisecond)})
	asked(4) // it began with what the one before ended with
	w.begins(span{block: 2})
	asked(4)
	w.begins(span{block: 3, end: time.Now().Add(time.Hour)})
	asked(5)       // nobody knew when the block before was to end: it ended with this one
	told := stop() // the run ends within the block
	require.EqualValues(t, 6, told.Scrapes)
	require.Zero(t, told.Failed)
	require.Len(t, told.Spans, 4)
	for i, span := range told.Spans {
		require.Equal(t, i, span.Block)
		require.Empty(t, span.Phase)
		require.EqualValues(t, 1_000_000, span.CPU, "a second in block %d", i)
		require.Equal(t, []ServerQueries{{"A", "get_graphql", 10, 100_000}}, span.Queries)
		require.Less(t, span.Start, span.End)
		require.NoError(t, span.check())
	}
	require.Equal(t, told.Spans[0].End, told.Spans[1].Start)
	var cpu int64
	for _, row := range told.Timeline.Rows {
		cpu += row.CPU
	}
	require.EqualValues(t, 5_000_000, cpu)
}

func TestMemoryOfASpanIsItsPeak(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	memory := []int{9, 5, 7, 3}
	s.answer.Store(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, "process_resident_memory_bytes %d\ngo_goroutines 1\n", memory[s.asked.Load()-1])
	})
	w := newServerWatch(s.URL, newCleaner(), time.Time.UnixMicro)
	w.scrape() // before the block
	w.turn(nil)
	w.scrape()
	w.ends(&span{}, w.scrape())
	require.EqualValues(t, 7, w.state().Spans[0].Memory)
}

func TestServerThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	good := s.answer.Load()
	w := newServerWatch(strings.Replace(s.URL, "://", "://me:marked-secret@", 1)+"/?sig=marked-secret", newCleaner(), time.Time.UnixMicro)
	w.every = time.Hour
	stop := watching(w)
	asked := func(n int64) {
		require.Eventually(t, func() bool { return s.asked.Load() == n && w.state().Scrapes == n }, time.Minute, time.Millisecond)
	}
	asked(1)
	s.answer.Store(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	w.begins(span{block: 0})
	asked(2)
	w.begins(span{block: 1})
	asked(3)
	require.Equal(t, "the server answers 503 Service Unavailable for its metrics", w.state().Error)
	s.answer.Store(func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, told(0.1, 1)) })
	w.begins(span{block: 2})
	asked(4)
	s.answer.Store(good)
	w.begins(span{block: 3})
	asked(5)
	s.answer.Store(func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, told(0.1, 1)) }) // started anew
	told := stop()
	require.EqualValues(t, 6, told.Scrapes)
	require.EqualValues(t, 2, told.Failed)
	require.Len(t, told.Spans, 1, "what has no beginning or no end is left out")
	require.Equal(t, 2, told.Spans[0].Block)
	var cpu int64
	for _, row := range told.Timeline.Rows {
		cpu += row.CPU
	}
	require.EqualValues(t, 4_900_000, cpu, "what a server that was started anew used before is not taken off")
	require.Equal(t, s.URL+"/", told.URL, "without user, password and query")

	s.Close()
	_, err := w.scraper.scrape(t.Context())
	require.ErrorContains(t, err, "the server does not tell its metrics: dial tcp")
	require.NotContains(t, err.Error(), "marked-secret")
	_, err = newScraper("http://me:marked-secret@host:x/").scrape(t.Context())
	require.EqualError(t, err, "WEAVIATE_METRICS_URL is no address: write it as http://host:2112/metrics")
}

// TestSlowServerStallsNothing asks one that never answers.
func TestSlowServerStallsNothing(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.answer.Store(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	w := newServerWatch(s.URL, newCleaner(), time.Time.UnixMicro)
	w.limit = 10 * time.Millisecond
	stop := watching(w)
	for block := range 1000 {
		w.begins(span{block: block}) // returns at once
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err := w.scraper.scrape(ctx)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	told := stop()
	require.Equal(t, told.Scrapes, told.Failed)
	require.Empty(t, told.Spans)
	require.NotEmpty(t, told.Error)
}

// TestSpansOutsideOfBlocks are the phases.
func TestSpansOutsideOfBlocks(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	path := t.TempDir() + "/run.weaviate"
	o, _ := newOutput(t, path, map[string]string{"WEAVIATE_METRICS_URL": s.URL})
	require.NoError(t, o.Start())
	stream := newStream(t, 1)
	o.AddMetricSamples(containers([]*measure.Batch{
		stream.batch("multi", measure.Ramp, -1, began), stream.batch("multi", measure.Measured, -1, began.Add(time.Second)),
	}))
	require.Eventually(t, func() bool { return s.asked.Load() == 3 }, time.Minute, time.Millisecond)
	require.NoError(t, o.Stop())
	told := readRun(t, path).Processes[0].Server
	require.Len(t, told.Spans, 2)
	require.Equal(t, measure.Ramp, told.Spans[0].Phase)
	require.Equal(t, measure.Measured, told.Spans[1].Phase)
	require.Equal(t, -1, told.Spans[1].Block)
}
