package dataset

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	api "github.com/weaviate/weaviate-go-client/v5/weaviate"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

const (
	requestLimit = time.Minute
	countLimit   = 5 * time.Second // when it is all over and only the number is missing
)

// seeder carries one seed.
type seeder struct {
	options Options
	supply  supply
	columns []column // of a file
	api     *api.Client
	engine  *fanout.Client
	totals  []int // what each collection is to hold
	had     []int // what each held before
	summary Summary
}

// Seed creates and fills the nine collections. What is there already is kept and topped up; a collection that Seed did not make
// is only touched with Replace. The summary says what is in, also after an error.
func Seed(ctx context.Context, o Options) (Summary, error) {
	if err := o.Check(); err != nil {
		return Summary{}, err
	}
	s := &seeder{options: o}
	defer s.close()
	err := s.seed(ctx)
	if s.engine != nil {
		err = s.engine.Hide(err)
	}
	return s.summary, err
}

func (s *seeder) seed(ctx context.Context) error {
	if err := s.begin(ctx); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("%w: nothing was imported", errStopped)
		}
		return err
	}
	if err := s.fill(ctx); err != nil {
		return s.unfinished(ctx, err)
	}
	return s.awaitIndex(ctx)
}

// begin does all that comes before the first object is sent.
func (s *seeder) begin(ctx context.Context) error {
	if err := s.choose(ctx); err != nil {
		return err
	}
	if err := s.connect(); err != nil {
		return err
	}
	if err := s.engine.Reach(ctx); err != nil {
		return err
	}
	return s.prepare(ctx)
}

func (s *seeder) close() {
	if s.engine != nil {
		_ = s.engine.Close()
	}
}

// choose decides on the songs, their vectors and how many each collection gets.
func (s *seeder) choose(ctx context.Context) error {
	if s.options.Pause == 0 {
		s.options.Pause = defaultPause
	}
	s.supply = madeUp{s.options.Scale}
	if s.options.From != "" {
		if err := s.chooseFile(ctx); err != nil {
			return err
		}
	}
	if s.options.Dimensions == 0 {
		s.options.Dimensions = DefaultDimensions
	}
	s.totals = s.supply.sizes()
	s.summary.Total = sum(s.totals)
	return nil
}

func (s *seeder) chooseFile(ctx context.Context) error {
	o := &s.options
	f, err := checkSongFile(ctx, o.From)
	if err != nil {
		return err
	}
	s.note("%s", f.describe())
	if f.dimensions > 0 {
		if o.Dimensions != 0 && o.Dimensions != f.dimensions {
			return f.wrong(fmt.Errorf("its vectors have %d numbers and --dimensions is %d: leave the flag out", f.dimensions, o.Dimensions))
		}
		o.Dimensions = f.dimensions
	}
	d := dealFile(f, o.Scale)
	if d.count < f.songs {
		s.note("the first %d of them are imported, which is what this scale asks for", d.count)
	}
	s.supply, s.columns = d, f.columns.properties()
	return nil
}

func (s *seeder) connect() error {
	base, err := fanout.ParseURL(s.options.URL)
	if err != nil {
		return err
	}
	address, secure, err := fanout.GRPCAddress(base, s.options.GRPC)
	if err != nil {
		return err
	}
	s.options.GRPC = address
	header, headers := make(http.Header), make(map[string]string)
	if s.options.APIKey != "" {
		header.Set("Authorization", "Bearer "+s.options.APIKey)
		headers["Authorization"] = "Bearer " + s.options.APIKey
	}
	s.engine, err = fanout.NewClient(fanout.Config{
		URL: s.options.URL, GRPC: address, GRPCSecure: secure, Header: header, Timeout: requestLimit,
	})
	if err != nil {
		return err
	}
	rest := s.engine.HTTPClient()
	rest.Timeout = requestLimit
	s.api, err = api.NewClient(api.Config{
		Scheme: base.Scheme, Host: base.Host + base.Path, Headers: headers, ConnectionClient: rest,
	})
	return err
}

// fill makes the collections hold their songs, and does not believe it before it has counted them.
func (s *seeder) fill(ctx context.Context) error {
	start := time.Now()
	defer func() { s.summary.Elapsed = time.Since(start) }()
	from := make([]int, len(s.totals))
	for c, had := range s.had {
		from[c] = s.resumeFrom(had, s.totals[c])
	}
	counts := s.had
	for {
		if !slices.EqualFunc(from, s.totals, func(first, total int) bool { return first >= total }) {
			if err := s.importSongs(ctx, from, counts); err != nil {
				return err
			}
		}
		var err error
		if counts, err = s.count(ctx); err != nil {
			return err
		}
		s.tally(counts)
		again := false
		for c, total := range s.totals {
			switch {
			case counts[c] == total:
				from[c] = total
			case counts[c] > total:
				return fmt.Errorf("%s has %d objects where %d were to be: somebody else writes to it", Collections()[c].Name, counts[c], total)
			case from[c] == 0:
				return fmt.Errorf("all songs of %s were sent and it has %d of %d: see the server's log", Collections()[c].Name, counts[c], total)
			default: // a seed before left holes further back
				from[c], again = 0, true
			}
		}
		if !again {
			return nil
		}
	}
}

// tally puts into the summary what is in.
func (s *seeder) tally(counts []int) {
	s.summary.Objects = sum(counts)
	s.summary.Imported = sum(counts) - sum(s.had)
}

var errStopped = errors.New("stopped")

// unfinished says what is in when the seed ends before its time, as the server counts it if it still can.
func (s *seeder) unfinished(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		err = errStopped
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), countLimit)
	defer cancel()
	confirmed := ""
	if counts, failed := s.count(ctx); failed == nil {
		s.tally(counts)
	} else {
		confirmed = " (as far as the server confirmed it)"
	}
	return fmt.Errorf("%w: %d of %d objects are in%s; the same command again goes on from there",
		err, s.summary.Objects, s.summary.Total, confirmed)
}

// count asks the server how many objects each collection has.
func (s *seeder) count(ctx context.Context) ([]int, error) {
	counts := make([]int, len(s.totals))
	for c, name := range Names() {
		n, err := s.engine.Count(ctx, name, "")
		if err != nil {
			return nil, fmt.Errorf("cannot count the objects of %s over gRPC at %s: %w", name, s.options.GRPC, err)
		}
		counts[c] = int(n)
	}
	return counts, nil
}

func (s *seeder) note(format string, args ...any) {
	if s.options.Note != nil {
		text := fmt.Sprintf(format, args...)
		if s.engine != nil {
			text = s.engine.HideText(text)
		}
		s.options.Note(text)
	}
}

func sum(numbers []int) int {
	total := 0
	for _, n := range numbers {
		total += n
	}
	return total
}
