package bench

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/record"
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
	seen    time.Time // when the run file was last written
	said    string    // the line that was written last
	run     *record.Run
}

func newProgress(o *Options, title string, test *Test) *progress {
	p := &progress{options: o, title: title, test: test}
	p.line("%s: checks the server and waits until it has settled", false)
	return p
}

// follow shows the progress of a test until stop is called.
func (p *progress) follow(file string) (stop func()) {
	p.file = file
	_ = os.Remove(file) // one of an earlier attempt would be taken for this one's
	interval := lineInterval
	if p.options.Terminal {
		interval = progressInterval
	}
	ended := make(chan struct{})
	var following sync.WaitGroup
	following.Go(func() {
		ticker := time.NewTicker(interval)
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

// end says what became of the test.
func (p *progress) end(err error) {
	if err != nil {
		p.line("%s: failed: "+strings.ReplaceAll(err.Error(), "%", "%%"), true)
		return
	}
	p.line("%s: done", true)
}

// line writes a line, over the one before on a terminal. last keeps it there.
func (p *progress) line(format string, last bool, args ...any) {
	text := fmt.Sprintf(format, append([]any{p.title}, args...)...)
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
	if p.run == nil || len(p.run.Series) == 0 {
		p.line("%s: checks the server and waits until it has settled", false)
		return
	}
	plan := p.test.Schedule
	last, batches, failed := p.recorded()
	if last < 0 { // one strategy by itself
		p.line("%s: %d batches, %d failed", false, batches, failed)
		return
	}
	o, blocks := plan.Options(), plan.Blocks()
	now := min(last+1, len(blocks)-1)
	left := time.Duration(len(blocks)-1-last)*o.Block - time.Since(p.seen)
	p.line("%s: round %d of %d, %s, %v left; %.1f batches/s before, %d failed", false, blocks[now].Round+1, plan.Rounds(),
		blocks[now].Strategy, max(0, left).Round(time.Second), float64(batches)/(o.Block-o.Drain).Seconds(), failed)
}

// recorded tells of the last block that is in the run file: its number, its batches, and how many failed in all blocks. Without
// blocks it is -1 and all batches.
func (p *progress) recorded() (last int, batches, failed int64) {
	last = -1
	for _, s := range p.run.Series {
		last = max(last, s.Block)
	}
	for _, s := range p.run.Series {
		if s.Block == last {
			batches += s.Batches()
		}
		failed += s.Batches() - s.Outcomes[fanout.Full]
	}
	return last, batches, failed
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
	}
}
