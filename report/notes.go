package report

import (
	"fmt"
	"slices"
	"time"

	"go.k6.io/k6/v2/lib"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

// notes say what is odd about the run. asked is the baseline that was asked for.
func (p *part) notes(asked fanout.Strategy) []Note {
	var notes []Note
	add := func(format string, args ...any) { notes = append(notes, Note{Text: fmt.Sprintf(format, args...)}) }
	quote := func(text string) { notes[len(notes)-1].Quote = text }
	if asked != "" && asked != p.baseline && len(p.run.Series) > 0 {
		add("%s was asked for as the baseline and did not run: %s is the baseline here.", asked, p.baseline)
	}
	for _, process := range p.run.Processes {
		switch {
		case process.Stopped != "":
			add("The run ended early or failed.")
			quote(process.Stopped)
		case !process.Complete:
			add("A k6 process did not come to its end: what it recorded after %s is missing.",
				time.UnixMicro(process.End).UTC().Format("15:04:05 UTC"))
		}
		if process.ClockSet != 0 {
			add("The clock of the day was set by %v while the run went on, or the machine slept: times here are told as if it had not been.",
				(time.Duration(process.ClockSet) * time.Microsecond).Round(time.Second/10))
		}
		if process.Lost() != 0 {
			add("INVALID: %s batches were dispatched and %s recorded, so that this is not all that happened.",
				grouped(process.Dispatched), grouped(process.Batches))
		}
		if s := process.Server; s != nil && s.Failed > 0 {
			add("The server's metrics could not be read %d of %d times. The last time:", s.Failed, s.Scrapes)
			quote(s.Error)
		}
	}
	if covered := covered(p.run.Processes); covered < 0.999 {
		add("The run was shared out, and %.0f %% of it are here: the run files of the other parts are missing.", 100*covered)
	}
	cut := 0
	for _, b := range p.blocks {
		if !b.whole {
			cut++
		}
	}
	if cut > 0 {
		add("%d of %d blocks did not run to their end and are not judged.", cut, len(p.blocks))
	}
	var canceled, outside int64
	for _, s := range p.run.Series {
		known := slices.ContainsFunc(p.blocks, func(b *block) bool { return b.Number == s.Block && b.Strategy == s.Strategy })
		if s.Phase == measure.Measured && len(p.blocks) > 0 && !known {
			outside += s.Batches()
		}
		if s.Phase == measure.Canceled {
			canceled += s.Batches()
		}
	}
	if canceled > 0 {
		add("The end of the run cut short batches that were under way, %s of them: they are counted, and in no table, for nobody knows how long "+
			"they would have taken.", grouped(canceled))
	}
	if outside > 0 {
		add("%s batches belong to no block of the plan and are not judged.", grouped(outside))
	}
	return notes
}

// covered is the share of the run that the processes had; 1 when it was not shared out.
func covered(processes []*record.Process) float64 {
	sum := 0.0
	for _, p := range processes {
		var segment lib.ExecutionSegment
		if p.Segment == "" || segment.UnmarshalText([]byte(p.Segment)) != nil {
			return 1
		}
		sum += segment.FloatLength()
	}
	if len(processes) == 0 {
		return 1
	}
	return sum
}
