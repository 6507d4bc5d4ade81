package record

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// The server's metrics that are read.
const (
	metricCPU        = "process_cpu_seconds_total"
	metricMemory     = "process_resident_memory_bytes"
	metricGoroutines = "go_goroutines"
	metricQueries    = "queries_durations_ms"
)

const (
	// maxMetrics is how much of a reply is read, maxWanted how much of it is looked at (which takes dozens of times its length), and
	// maxMetricLine how long a line of it may be, in bytes.
	maxMetrics    = 64 << 20
	maxWanted     = 16 << 20
	maxMetricLine = 64 << 10
	// maxServerQueries is how many pairs of collection and type are kept, maxLabel how many characters of each of the two.
	maxServerQueries = 1000
	maxLabel         = 256

	microsecondsPerMillisecond = int64(time.Millisecond / time.Microsecond)
)

// scraped is what the server told of itself at one time.
type scraped struct {
	time       time.Time
	cpu        int64 // µs
	memory     int64 // bytes
	goroutines int64
	queries    map[queryKey]queryTotal
}

type queryKey struct{ collection, kind string }

type queryTotal struct {
	count int64
	time  int64 // µs
}

// scraper asks a server for its metrics in Prometheus's text format.
type scraper struct {
	address string
	client  *http.Client
}

func newScraper(address string) scraper {
	return scraper{address, &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConns: 1}}}
}

func (s scraper) scrape(ctx context.Context) (*scraped, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.address, http.NoBody)
	if err != nil {
		return nil, errors.New("WEAVIATE_METRICS_URL is no address: write it as http://host:2112/metrics")
	}
	reply, err := s.client.Do(request)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err // its text would have the address, whose query may be a secret
		}
		return nil, fmt.Errorf("the server does not tell its metrics: %w", err)
	}
	defer func() { _ = reply.Body.Close() }()
	if reply.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answers %s for its metrics", reply.Status)
	}
	return parseMetrics(io.LimitReader(reply.Body, maxMetrics), time.Now())
}

// parseMetrics reads what the server tells. Of the hundreds of kilobytes that it writes only a few lines are looked at.
func parseMetrics(text io.Reader, now time.Time) (*scraped, error) {
	var wanted bytes.Buffer
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, maxMetricLine)
	for lines.Scan() {
		if isWanted(lines.Bytes()) {
			wanted.Write(lines.Bytes())
			wanted.WriteByte('\n')
		}
		if wanted.Len() > maxWanted {
			return nil, fmt.Errorf("the server's metrics of its searches are longer than %d MiB", maxWanted>>20)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("the server's metrics cannot be read: %w", err)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(&wanted)
	if err != nil {
		return nil, fmt.Errorf("the server's metrics cannot be read: %w", err)
	}
	if families[metricCPU] == nil && families[metricGoroutines] == nil {
		return nil, errors.New("there are no metrics of a process: is WEAVIATE_METRICS_URL the server's /metrics?")
	}
	s := &scraped{
		time:       now,
		cpu:        scaled(number(families[metricCPU]), microsecondsPerSecond),
		memory:     scaled(number(families[metricMemory]), 1),
		goroutines: scaled(number(families[metricGoroutines]), 1),
		queries:    make(map[queryKey]queryTotal),
	}
	for _, metric := range families[metricQueries].GetMetric() {
		s.addQueries(metric)
	}
	return s, nil
}

// isWanted says whether a line is about one of the metrics that are read. The buckets of histograms are not.
func isWanted(line []byte) bool {
	line = bytes.TrimPrefix(line, []byte("# TYPE "))
	for _, name := range []string{metricCPU, metricMemory, metricGoroutines} {
		if rest, ok := bytes.CutPrefix(line, []byte(name)); ok {
			return len(rest) > 0 && (rest[0] == ' ' || rest[0] == '{')
		}
	}
	rest, ok := bytes.CutPrefix(line, []byte(metricQueries))
	return ok && (bytes.HasPrefix(rest, []byte(" ")) || bytes.HasPrefix(rest, []byte("_sum")) ||
		bytes.HasPrefix(rest, []byte("_count")))
}

// number is the value of a metric of which there is one; 0 when there is none.
func number(family *dto.MetricFamily) float64 {
	if len(family.GetMetric()) == 0 {
		return 0
	}
	metric := family.GetMetric()[0]
	return metric.GetCounter().GetValue() + metric.GetGauge().GetValue() + metric.GetUntyped().GetValue()
}

// scaled is a number in a smaller unit, kept within what can be added up, whatever a server tells.
func scaled(x float64, unit int64) int64 {
	if math.IsNaN(x) {
		return 0
	}
	return int64(min(max(x*float64(unit), 0), maxCount))
}

func (s *scraped) addQueries(metric *dto.Metric) {
	var key queryKey
	for _, label := range metric.GetLabel() {
		switch label.GetName() {
		case "class_name":
			key.collection = label.GetValue()
		case "query_type":
			key.kind = label.GetValue()
		}
	}
	if _, known := s.queries[key]; !known && len(s.queries) >= maxServerQueries {
		return
	}
	total := s.queries[key]
	histogram, summary := metric.GetHistogram(), metric.GetSummary()
	total.count = min(maxCount, total.count+scaled(float64(histogram.GetSampleCount())+float64(summary.GetSampleCount()), 1))
	total.time = min(maxCount, total.time+scaled(histogram.GetSampleSum()+summary.GetSampleSum(), microsecondsPerMillisecond))
	s.queries[key] = total
}

// since are the searches since another time. ok is false when there are fewer than there were then, or took less: the server was started
// anew.
func (s *scraped) since(before *scraped) (queries []ServerQueries, ok bool) {
	for key, now := range s.queries {
		then := before.queries[key]
		if now.count < then.count || now.time < then.time {
			return nil, false
		}
		if now.count > then.count {
			queries = append(queries, ServerQueries{
				Collection: key.collection, Type: key.kind,
				Count: now.count - then.count, Time: now.time - then.time,
			})
		}
	}
	slices.SortFunc(queries, func(a, b ServerQueries) int {
		return cmp.Or(cmp.Compare(a.Collection, b.Collection), cmp.Compare(a.Type, b.Type))
	})
	return queries, true
}
