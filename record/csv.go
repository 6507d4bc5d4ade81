package record

import (
	"cmp"
	"encoding/csv"
	"io"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
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
		add := func(name string, count, failed int64, size string, duration *Histogram) {
			rows = append(rows, slices.Concat(
				[]string{string(strategy), text(name), integer(count), integer(failed)}, summary(duration),
				[]string{
					size, quotient(float64(count), elapsed), quotient(float64(failed), elapsed),
				}, quantiles(duration),
			))
		}
		add(nameBatch, total.Batches(), total.Failed.Count(), quotient(float64(bytes), float64(total.Batches())), total.Duration)
		for _, c := range total.Collections {
			size := unknown // members of one document share one reply
			if strategy.TimesMembers() {
				size = quotient(float64(c.Bytes), float64(c.Queries))
			}
			add(c.Name, c.Queries, c.FailedQueries(), size, c.Duration)
		}
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// WriteHistory writes what Locust calls _stats_history.csv: for every second a row of the batches of the strategy that ran.
// What was recorded outside of the phase measure is there too: the last column tells the phase.
func (r *Run) WriteHistory(w io.Writer) error {
	seconds := r.seconds()
	rows := make([][]string, 0, 1+len(seconds))
	rows = append(rows, slices.Concat(
		[]string{"Timestamp", "User Count", "Type", "Name", "Requests/s", "Failures/s"}, percentileNames(),
		[]string{
			"Total Request Count", "Total Failure Count", "Total Median Response Time", "Total Average Response Time",
			"Total Min Response Time", "Total Max Response Time", "Total Average Content Size", "Phase",
		},
	))
	totals := make(map[fanout.Strategy]BatchRow)
	for _, second := range seconds {
		total := totals[second.Strategy].merge(second.BatchRow)
		totals[second.Strategy] = total
		step := float64(second.step)
		rows = append(rows, slices.Concat(
			[]string{
				integer(second.At), r.usersAt(second.At), string(second.Strategy), nameBatch,
				quotient(float64(second.Batches), step), quotient(float64(second.Failed), step),
			},
			quantiles(second.Duration), []string{integer(total.Batches), integer(total.Failed)}, summary(total.Duration),
			[]string{quotient(float64(total.Bytes), float64(total.Batches)), string(second.Phase)},
		))
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// second is a row of a time line with what it is a part of.
type second struct {
	Key
	BatchRow

	step int64
}

// seconds are the rows of all time lines, in the order of their times.
func (r *Run) seconds() []second {
	var all []second
	for _, s := range r.Series {
		for _, row := range s.Timeline.Rows {
			all = append(all, second{s.Key, row, s.Timeline.Step})
		}
	}
	slices.SortStableFunc(all, func(a, b second) int { return cmp.Compare(a.At, b.At) })
	return all
}

// usersAt is how many users all processes had at a time, in seconds since 1970.
func (r *Run) usersAt(at int64) string {
	var sum int64
	known := false
	for _, p := range r.Processes {
		// The last row that begins at or before the time, if it lasts until then.
		i, found := slices.BinarySearchFunc(p.Client.Rows, at, func(row ClientRow, at int64) int { return cmp.Compare(row.At, at) })
		if !found {
			i--
		}
		if i >= 0 && p.Client.Rows[i].At+p.Client.Step > at {
			sum, known = sum+p.Client.Rows[i].Users, true
		}
	}
	if !known {
		return unknown
	}
	return integer(sum)
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

// formula matches what a spreadsheet may take for one, by its first character: some look past spaces, and some take the characters of
// the width of East Asian scripts for the others.
var formula = regexp.MustCompile(`^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])`)

// text makes a cell that no spreadsheet takes for a formula.
func text(cell string) string {
	if formula.MatchString(cell) {
		return "'" + cell
	}
	return cell
}
