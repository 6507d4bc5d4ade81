package record

import (
	"context"
	"net/url"
	"sync"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

const (
	// scrapeEvery is how often the server is asked what it used; besides, it is asked at the ends of blocks.
	scrapeEvery = 5 * time.Second
	// scrapeLimit is how long it may take to answer.
	scrapeLimit = 3 * time.Second
)

// Server is what the server used, by its own account (WEAVIATE_METRICS_URL).
type Server struct {
	// URL is where it was asked, without user, password and query.
	URL string `json:"url"`
	// Scrapes is how often it was asked; Failed of them had no answer that could be read, the last for the reason Error.
	Scrapes int64  `json:"scrapes"`
	Failed  int64  `json:"failed,omitempty"`
	Error   string `json:"error,omitempty"`

	// Spans are the blocks of the run, or its phases when it has no blocks, in the order in which they began. One at whose
	// beginning or end the server did not answer is left out.
	Spans []*ServerSpan `json:"-"`
	// Timeline says what it used when.
	Timeline Timeline[ServerRow] `json:"-"`
}

// ServerRow is what the server used in one step.
type ServerRow struct {
	// At is the beginning of the step, in seconds since 1970.
	At int64 `json:"at"`
	// Span is the time between two answers, in µs, and CPU the processor time used in it, in µs.
	Span int64 `json:"span"`
	CPU  int64 `json:"cpu"`
	// Memory is the resident memory in bytes.
	Memory     int64 `json:"memory"`
	Goroutines int64 `json:"goroutines"`
}

func (r ServerRow) at() int64 { return r.At }

func (r ServerRow) moveTo(at int64) ServerRow {
	r.At = at
	return r
}

func (r ServerRow) merge(other ServerRow) ServerRow {
	return ServerRow{
		At: r.At, Span: r.Span + other.Span, CPU: r.CPU + other.CPU,
		Memory: max(r.Memory, other.Memory), Goroutines: max(r.Goroutines, other.Goroutines),
	}
}

// ServerSpan is what the server used in a block, its warm-up included, or in a phase of a run without blocks.
type ServerSpan struct {
	Block int `json:"block"`
	// Phase is empty for a block.
	Phase measure.Phase `json:"phase,omitempty"`
	// Start and End are when the server was asked, in µs since 1970.
	Start int64 `json:"start"`
	End   int64 `json:"end"`
	// CPU is the processor time used, in µs; Memory the most resident memory that was seen, in bytes.
	CPU        int64 `json:"cpu"`
	Memory     int64 `json:"memory"`
	Goroutines int64 `json:"goroutines"`
	// Queries are the searches that the server counted, ordered by collection and type.
	Queries []ServerQueries `json:"queries,omitempty"`
}

// ServerQueries are the searches of a collection that the server counted itself.
type ServerQueries struct {
	Collection string `json:"collection"`
	// Type is what Weaviate calls query_type: get_graphql for gRPC searches too.
	Type  string `json:"type"`
	Count int64  `json:"count"`
	// Time is the time that they took in all, in µs.
	Time int64 `json:"time"`
}

// span is a block or a phase as it begins. Its end is zero when it is not known beforehand.
type span struct {
	block int
	phase measure.Phase
	end   time.Time
}

// serverWatch asks the server what it uses.
type serverWatch struct {
	scraper scraper
	every   time.Duration
	limit   time.Duration
	clean   *cleaner
	spans   chan span
	at      func(time.Time) int64 // µs since 1970

	begun *scraped // at the beginning of the span that is running; nil when the server did not answer
	peak  int64    // the most memory since then
	last  *scraped

	mutex  sync.Mutex
	server Server
}

func newServerWatch(address string, clean *cleaner, at func(time.Time) int64) *serverWatch {
	return &serverWatch{
		scraper: newScraper(address), every: scrapeEvery, limit: scrapeLimit, clean: clean, at: at, spans: make(chan span, 16),
		server: Server{URL: clean.clean(withoutSecrets(address), maxText)},
	}
}

// withoutSecrets is an address without user, password and query; empty if it is none.
func withoutSecrets(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

// begins tells of a block or phase whose first batch was seen. It never waits: when many wait for a slow server, one is lost.
func (w *serverWatch) begins(s span) {
	select {
	case w.spans <- s:
	default:
	}
}

// watch asks the server until stop is closed.
func (w *serverWatch) watch(stop <-chan struct{}) {
	ticker := time.NewTicker(w.every)
	defer ticker.Stop()
	end := time.NewTimer(time.Hour)
	end.Stop()
	w.scrape()
	var running *span
	for !closed(stop) {
		select {
		case <-stop:
		case <-ticker.C:
			w.scrape()
		case <-end.C: // the block ends, and no batch is dispatched: the next one begins with what this one ends with
			w.turn(running)
			running = nil
			ticker.Reset(w.every)
		case next := <-w.spans:
			if running != nil || w.begun == nil {
				w.turn(running)
			}
			running = &next
			end.Stop()
			if !next.end.IsZero() {
				end.Reset(max(0, time.Until(next.end)))
			}
		}
	}
	w.ends(running, w.scrape())
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// turn ends a span, if there is one, and begins the next.
func (w *serverWatch) turn(running *span) {
	now := w.scrape()
	w.ends(running, now)
	w.begun = now
	if now != nil {
		w.peak = now.memory
	}
}

// scrape asks the server; nil when it does not answer.
func (w *serverWatch) scrape() *scraped {
	ctx, cancel := context.WithTimeout(context.Background(), w.limit)
	defer cancel()
	now, err := w.scraper.scrape(ctx)
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.server.Scrapes++
	if err != nil {
		w.server.Failed++
		w.server.Error = w.clean.clean(err.Error(), maxText)
		w.last = nil
		return nil
	}
	w.peak = max(w.peak, now.memory)
	if before := w.last; before != nil && now.cpu >= before.cpu { // else it was started anew
		w.server.Timeline = w.server.Timeline.append(ServerRow{
			At: w.at(before.time) / microsecondsPerSecond, Span: now.time.Sub(before.time).Microseconds(),
			CPU: now.cpu - before.cpu, Memory: now.memory, Goroutines: now.goroutines,
		})
	}
	w.last = now
	return now
}

// ends keeps what was used since the span began.
func (w *serverWatch) ends(s *span, now *scraped) {
	if s == nil || w.begun == nil || now == nil {
		return
	}
	use := &ServerSpan{
		Block: s.block, Phase: s.phase, Start: w.at(w.begun.time), End: w.at(now.time),
		CPU: now.cpu - w.begun.cpu, Memory: w.peak, Goroutines: now.goroutines,
	}
	queries, ok := now.since(w.begun)
	if !ok || use.CPU < 0 {
		return // it was started anew: what it counts begins at 0
	}
	for i := range queries { // the file is to be read again, and to hold no key
		queries[i].Collection, queries[i].Type = w.clean.clean(queries[i].Collection, maxLabel), w.clean.clean(queries[i].Type, maxLabel)
	}
	use.Queries = queries
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if len(w.server.Spans) == maxSpans {
		return // a script that gives every batch a block of its own
	}
	w.server.Spans = append(w.server.Spans, use)
}

// state is what is known so far.
func (w *serverWatch) state() *Server {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	state := w.server
	state.Spans = append([]*ServerSpan(nil), state.Spans...)
	state.Timeline.Rows = append([]ServerRow(nil), state.Timeline.Rows...)
	return &state
}
