package bench

import (
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/schedule"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// progressInterval is how often the progress of a test is shown: on a terminal, and elsewhere, where each time is a line.
const (
	progressInterval = time.Second
	lineInterval     = 15 * time.Second
)

// progress says how far one test is. A test writes its run file anew at the end of each block: that is where its numbers come
// from.
type progress struct {
	options *Options
	title   string
	test    *Test
	file    string
	seen    time.Time // when the run file was last written, as the file system has it
	written time.Time // the same by this process's clocks, of which one is never set
	said    string    // the line that was written last
	warned  bool      // only once a test
	run     *record.Run
}

func newProgress(o *Options, title string, test *Test) *progress {
	p := &progress{options: o, title: title, test: test}
	p.line("checks the server and waits until it has settled", false)
	return p
}

// follow shows the progress of a test until stop is called.
func (p *progress) follow(file string) (stop func()) {
	p.file = file
	_ = os.Remove(file) // one of an earlier attempt would be taken for this one's
	ended := make(chan struct{})
	var following sync.WaitGroup
	following.Go(func() {
		ticker := time.NewTicker(p.options.interval())
		defer ticker.Stop()
		for {
			select {
			case <-ended:
				return
			case <-ticker.C:
				p.show()
			}
		}
	})
	return func() {
		close(ended)
		following.Wait()
	}
}

// end says what became of the test. before is why the one before it failed, so that the same is not told again.
func (p *progress) end(err error, before string) {
	switch why := reason(err); why {
	case "":
		p.line("done", true)
	case before:
		p.line("failed for the same reason", true)
	default:
		p.line("failed: "+why, true)
	}
}

// reason is why a test failed; empty when it did not.
func reason(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// line writes a line, over the one before on a terminal. last keeps it there.
func (p *progress) line(text string, last bool) {
	text = p.title + ": " + text
	if text == p.said {
		return
	}
	p.said = text
	switch {
	case !p.options.Terminal:
		text += "\n"
	case last:
		text = "\r\x1b[K" + text + "\n"
	default:
		text = "\r\x1b[K" + text
	}
	_, _ = fmt.Fprint(p.options.Progress, text)
}

// show says where the test is, by what it has recorded and the time since.
func (p *progress) show() {
	p.reload()
	if p.run == nil || len(p.run.Series) == 0 || len(p.run.Processes) == 0 {
		p.line("checks the server and waits until it has settled", false)
		return
	}
	text, warning := standing(p.test.Schedule, p.run, time.Since(p.written))
	if warning != "" && !p.warned {
		p.warned = true
		p.line(warning, true)
	}
	p.line(text, false)
}

// standing says where a run is, whose file was written so long ago, and what is wrong with it, so that nobody waits for its end in vain.
// All times in the file are of one clock, that of its process as it was at its start: they are set off against each other, and not against
// a clock of today, which somebody may have set.
func standing(plan *schedule.Schedule, run *record.Run, ago time.Duration) (text, warning string) {
	var batches, failed int64
	seen := run.Processes[0].End
	began := seen
	for _, s := range run.Series {
		batches += s.Batches()
		failed += s.Batches() - s.Outcomes[fanout.Full]
		if s.Block >= 0 { // what setup() of a script sends comes before the plan
			began = min(began, s.Start)
		}
	}
	until := time.Duration(seen-began) * time.Microsecond // of the plan, is in the file
	now := until + ago
	o, blocks := plan.Options(), plan.Blocks()
	if len(blocks) == 0 { // one strategy by itself
		return fmt.Sprintf("%d batches, %d failed", batches, failed), ""
	}
	// The run file holds the block that runs, too, if that is a long one: its rate is not known yet.
	whole := int((until+o.Drain)/o.Block) - 1
	before := ""
	if all, measured := blockBatches(run, whole); all > 0 {
		before = fmt.Sprintf(" %.1f batches/s before,", float64(all)/(o.Block-o.Drain).Seconds())
		if atLeast := verdict.P50.Batches(); measured < atLeast {
			warning = fmt.Sprintf("a block of %s has %d batches that count, and its median needs %d: %s", blocks[whole].Strategy, measured, atLeast,
				verdict.Lengthen(o.Block-o.Warmup-o.Drain, measured, atLeast))
		}
	}
	running := blocks[min(int(now/o.Block), len(blocks)-1)]
	return fmt.Sprintf("round %d of %d, %s, %v left;%s %d failed", running.Round+1, plan.Rounds(), running.Strategy,
		max(0, plan.Length()-now).Round(time.Second), before, failed), warning
}

// blockBatches are all batches of a block, and those of them that count.
func blockBatches(run *record.Run, block int) (all, measured int64) {
	for _, s := range run.Series {
		if s.Block < 0 || s.Block != block {
			continue
		}
		all += s.Batches()
		if s.Phase == measure.Measured {
			measured += s.Batches()
		}
	}
	return all, measured
}

// reload reads the run file if the test has written it again.
func (p *progress) reload() {
	info, err := os.Stat(p.file)
	if err != nil || info.ModTime().Equal(p.seen) {
		return
	}
	file, err := os.Open(p.file)
	if err != nil {
		return
	}
	defer func() { _ = file.Close() }()
	if run, err := record.Read(file, p.file); err == nil {
		p.run, p.seen = run, info.ModTime()
		now := time.Now()
		p.written = now.Add(-min(max(0, now.Sub(p.seen)), p.options.interval())) // it is looked at so often: all else is a clock that was set
	}
}

// interval is how often progress is shown.
func (o *Options) interval() time.Duration {
	if o.Terminal {
		return progressInterval
	}
	return lineInterval
}
