package command

import (
	"cmp"
	"fmt"
	"io"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/dataset"
	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

const (
	// showInterval is how often progress is shown.
	showInterval = time.Second

	// paceInterval is how far apart the marks are that the rate is taken between: long enough to be steady, and short enough
	// to follow an index that slows down as it grows.
	paceInterval = 15 * time.Second
)

// seedProgress shows the progress of a seed, or of what else goes through collections: in a line that changes on a terminal, in lines
// of their own elsewhere, and in any case a line for each collection that is done.
type seedProgress struct {
	w     io.Writer
	tty   bool
	said  string // of a collection that is done, with its name and how many objects; that it has them if empty
	open  bool   // the terminal's last line may change
	shown time.Time
	pace  pace
	full  map[string]bool // the collections that were said to be
}

func (s *seedProgress) show(p dataset.Progress, now time.Time) {
	s.pace.mark(p.AllDone, now)
	if p.Done == p.Total && p.Done > p.Had && !s.full[p.Collection] {
		if s.full == nil {
			s.full = make(map[string]bool)
		}
		s.full[p.Collection] = true
		s.line(fmt.Sprintf(cmp.Or(s.said, "%s has its %d objects"), p.Collection, p.Total))
		return
	}
	if p.AllDone == p.AllTotal || now.Sub(s.shown) < showInterval {
		return
	}
	s.shown = now
	text := fmt.Sprintf("%s %d/%d, all %d/%d (%d %%)",
		p.Collection, p.Done, p.Total, p.AllDone, p.AllTotal, 100*p.AllDone/max(1, p.AllTotal))
	if rate := s.pace.rate(p.AllDone, now); rate > 0 {
		left := time.Duration(float64(p.AllTotal-p.AllDone) / rate * float64(time.Second))
		text += fmt.Sprintf(", %.0f/s, %v left", rate, left.Round(time.Second))
	}
	if !s.tty {
		s.line(text)
		return
	}
	_, _ = fmt.Fprintf(s.w, "%s%s", clearLine, text)
	s.open = true
}

// clearLine goes to the beginning of a terminal's line and clears it.
const clearLine = "\r\x1b[K"

// line writes a line that stays.
func (s *seedProgress) line(text string) {
	if s.open {
		text = clearLine + text
	}
	s.open = false
	_, _ = fmt.Fprintln(s.w, text)
}

func (s *seedProgress) note(text string) { s.line("note: " + fanout.Plain(text)) }

// end clears the line that changes.
func (s *seedProgress) end() {
	if s.open {
		_, _ = fmt.Fprint(s.w, clearLine)
	}
	s.open = false
}

// pace is the rate of late: since the older of two marks.
type pace struct{ older, newer mark }

type mark struct {
	done int
	at   time.Time
}

func (p *pace) mark(done int, now time.Time) {
	if p.older.at.IsZero() {
		p.older, p.newer = mark{done, now}, mark{done, now}
	}
	if now.Sub(p.newer.at) >= paceInterval {
		p.older, p.newer = p.newer, mark{done, now}
	}
}

// rate is in objects a second; 0 when it is not known yet.
func (p *pace) rate(done int, now time.Time) float64 {
	elapsed := now.Sub(p.older.at)
	if elapsed <= 0 {
		return 0
	}
	return float64(done-p.older.done) / elapsed.Seconds()
}
