package record

import (
	"cmp"
	"encoding/csv"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// The CSV files have the columns that Locust writes, for what reads those. The type (in failures: the method) is the
// strategy. The name is a collection, or nameBatch for whole batches: there is no row that mixes the two.
const (
	nameBatch = "batch"
	// unknown stands where a strategy cannot know a value, as in Locust's files.
	unknown = "N/A"
)

// percentiles are the columns for percentiles, as Locust names them.
var percentiles = []struct {
	name     string
	quantile float64
}{
	{"50%", 0.5}, {"66%", 0.66}, {"75%", 0.75}, {"80%", 0.8}, {"90%", 0.9}, {"95%", 0.95}, {"98%", 0.98}, {"99%", 0.99},
	{"99.9%", 0.999}, {"99.99%", 0.9999}, {"100%", 1},
}

func percentileNames() []string {
	names := make([]string, len(percentiles))
	for i, p := range percentiles {
		names[i] = p.name
	}
	return names
}

// WriteStats writes what Locust calls _stats.csv: for every strategy a row of its batches and one for each collection, of the
// phase measure.
func (r *Run) WriteStats(w io.Writer) error {
	rows := [][]string{append([]string{
		"Type", "Name", "Request Count", "Failure Count", "Median Response Time", "Average Response Time", "Min Response Time",
		"Max Response Time", "Average Content Size", "Requests/s", "Failures/s",
	}, percentileNames()...)}
	for _, strategy := range r.Strategies() {
		total := r.Total(strategy, measure.Measured)
		if total == nil {
			continue
		}
		elapsed := r.Measured(strategy).Seconds()
		var bytes int64
		for _, c := range total.Collections {
			bytes += c.Bytes
		}
		add := func(name string, count, failed, bytes int64, duration *Histogram) {
			row := []string{string(strategy), text(name), integer(count), integer(failed)}
			row = append(row, summary(duration)...)
			row = append(row, quotient(float64(bytes), float64(count)), quotient(float64(count), elapsed), quotient(float64(failed), elapsed))
			rows = append(rows, append(row, quantiles(duration)...))
		}
		add(nameBatch, total.Batches(), total.Failed.Count(), bytes, total.Duration)
		for _, c := range total.Collections {
			add(c.Name, c.Queries, c.FailedQueries(), c.Bytes, c.Duration)
		}
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// WriteHistory writes what Locust calls _stats_history.csv: for every second a row of the batches of the strategy that ran.
// What was recorded outside of the phase measure is there too: the last column tells the phase.
func (r *Run) WriteHistory(w io.Writer) error {
	rows := [][]string{slices.Concat(
		[]string{"Timestamp", "User Count", "Type", "Name", "Requests/s", "Failures/s"}, percentileNames(),
		[]string{
			"Total Request Count", "Total Failure Count", "Total Median Response Time", "Total Average Response Time",
			"Total Min Response Time", "Total Max Response Time", "Total Average Content Size", "Phase",
		},
	)}
	users := r.users()
	for _, strategy := range r.Strategies() {
		type second struct {
			BatchRow

			phase measure.Phase
			step  int64
		}
		var seconds []second
		for _, s := range r.Series {
			if s.Strategy == strategy {
				for _, row := range s.Timeline.Rows {
					seconds = append(seconds, second{row, s.Phase, s.Timeline.Step})
				}
			}
		}
		slices.SortStableFunc(seconds, func(a, b second) int { return cmp.Compare(a.At, b.At) })
		var total BatchRow
		for _, s := range seconds {
			total = total.merge(s.BatchRow)
			row := []string{
				integer(s.At), users(s.At), string(strategy), nameBatch,
				quotient(float64(s.Batches), float64(s.step)), quotient(float64(s.Failed), float64(s.step)),
			}
			row = append(row, quantiles(s.Duration)...)
			row = append(row, integer(total.Batches), integer(total.Failed))
			row = append(row, summary(total.Duration)...)
			rows = append(rows, append(row, quotient(float64(total.Bytes), float64(total.Batches)), string(s.phase)))
		}
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// users tells how many users there were at a time, in seconds since 1970.
func (r *Run) users() func(at int64) string {
	return func(at int64) string {
		var sum int64
		known := false
		for _, p := range r.Processes {
			i, found := slices.BinarySearchFunc(p.Client.Rows, at, func(row ClientRow, at int64) int {
				return cmp.Compare(row.At+p.Client.Step-1, at)
			})
			if found || i < len(p.Client.Rows) && p.Client.Rows[i].At <= at {
				sum += p.Client.Rows[i].Users
				known = true
			}
		}
		if !known {
			return unknown
		}
		return integer(sum)
	}
}

// WriteFailures writes what Locust calls _failures.csv: the failed members of the phase measure by strategy, collection and
// error.
func (r *Run) WriteFailures(w io.Writer) error {
	rows := [][]string{{"Method", "Name", "Error", "Occurrences"}}
	for _, strategy := range r.Strategies() {
		total := r.Total(strategy, measure.Measured)
		if total == nil {
			continue
		}
		for _, c := range total.Collections {
			for _, category := range slices.Sorted(maps.Keys(c.Failures)) {
				failure := c.Failures[category]
				others := failure.Count
				for _, t := range failure.Texts {
					others -= t.Count
					rows = append(rows, []string{string(strategy), text(c.Name), text(string(category) + ": " + t.Text), integer(t.Count)})
				}
				if others > 0 {
					rows = append(rows, []string{string(strategy), text(c.Name), text(string(category) + ": other errors"), integer(others)})
				}
			}
		}
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// summary is the median, the mean, the least and the greatest of a distribution, in ms.
func summary(h *Histogram) []string {
	if h.Count() == 0 {
		return []string{unknown, unknown, unknown, unknown}
	}
	return []string{milliseconds(h.Quantile(0.5)), milliseconds(h.Mean()), milliseconds(h.Min()), milliseconds(h.Max())}
}

func quantiles(h *Histogram) []string {
	cells := make([]string, len(percentiles))
	for i, p := range percentiles {
		cells[i] = unknown
		if h.Count() > 0 {
			cells[i] = milliseconds(h.Quantile(p.quantile))
		}
	}
	return cells
}

func integer(n int64) string { return strconv.FormatInt(n, 10) }

func milliseconds(d time.Duration) string { return number6(float64(d) / float64(time.Millisecond)) }

// quotient is a / b; unknown when b is 0.
func quotient(a, b float64) string {
	if b == 0 {
		return unknown
	}
	return number6(a / b)
}

// number6 writes a number with up to six decimals.
func number6(x float64) string { return strconv.FormatFloat(math.Round(x*1e6)/1e6, 'f', -1, 64) }

// text makes a cell that no spreadsheet takes for a formula.
func text(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
