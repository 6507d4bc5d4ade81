package bench

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
	"github.com/xk6-weaviate/xk6-weaviate/queries/cluster"
	"github.com/xk6-weaviate/xk6-weaviate/truth"
)

// The variables by which the tests get a truth. A bench sets them itself: the truths are those of its search types.
const (
	variableTruth = "TRUTH"
	variableRate  = "RECALL_RATE"
)

// checkRecall finds out which search types have a truth.
func (b *Bench) checkRecall() error {
	rate := b.options.Recall
	if rate == 0 {
		return nil
	}
	if !(rate > 0 && rate <= 1) {
		return fmt.Errorf("the recall of a share of %v of the batches cannot be measured: use a number above 0, up to 1", rate)
	}
	for _, t := range b.options.SearchTypes {
		asked, err := b.readQueries(t)
		if err != nil {
			return err
		}
		if asked.HaveTruth() {
			b.recalled = append(b.recalled, t)
		}
	}
	if len(b.recalled) == 0 {
		return fmt.Errorf("recall cannot be measured in these tests (%s): %w", joined(b.options.SearchTypes), truth.ErrNone)
	}
	return nil
}

// readQueries reads the query file of a search type: as the scripts do, one that the binary carries unless QUERIES names another.
func (b *Bench) readQueries(t fanout.SearchType) (*truth.Queries, error) {
	var file io.ReadCloser
	name := string(t) + ".json"
	own, err := b.ownQueries(t)
	if own != "" {
		name = own
		file, err = os.Open(own)
	} else if err == nil {
		file, err = queries.Files.Open(name)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the query file for %s: %w", t, err)
	}
	defer func() { _ = file.Close() }()
	return truth.ReadQueries(file, name)
}

// ownQueries is the query file that QUERIES names for a search type; empty for none.
func (b *Bench) ownQueries(t fanout.SearchType) (string, error) {
	own := b.options.Env[variableQueries]
	if own == "" {
		return "", nil
	}
	if !strings.HasSuffix(own, ".json") {
		own = filepath.Join(own, string(t)+".json")
	}
	return filepath.Abs(own)
}

// describeRecall says whose recall is measured.
func (b *Bench) describeRecall() string {
	text := fmt.Sprintf("recall is measured in %v %% of the batches of %s; what their searches should find is found out before the tests, "+
		"by reading all objects of the collections", 100*b.options.Recall, joined(b.recalled))
	var others []fanout.SearchType
	for _, t := range b.options.SearchTypes {
		if !slices.Contains(b.recalled, t) {
			others = append(others, t)
		}
	}
	if len(others) > 0 {
		text += fmt.Sprintf("; there is none for %s: keyword and hybrid searches have no truth", joined(others))
	}
	return text
}

func joined(types []fanout.SearchType) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = string(t)
	}
	return strings.Join(names, ", ")
}

// openForTruths opens the server that the truths are made of; none if there are none to make. It comes before the results folder is made:
// without a server there would be nothing in it.
func (b *Bench) openForTruths(ctx context.Context) (server *cluster.Cluster, end func(), err error) {
	toMake := func(t *Test) bool { return !t.Done && slices.Contains(b.recalled, t.SearchType) }
	if !slices.ContainsFunc(b.tests, toMake) {
		return nil, func() {}, nil
	}
	server, err = cluster.Open(ctx, cluster.Config{
		URL: cmp.Or(b.options.Env[variableURL], fanout.DefaultURL), GRPC: b.options.Env[variableGRPC], APIKey: b.options.Env[variableKey],
	})
	if err != nil {
		return nil, nil, b.nothing(err)
	}
	return server, func() { _ = server.Close() }, nil // it was only read
}

// makeTruths makes the truths of the tests that are still to run, or takes those that are there and fit.
func (b *Bench) makeTruths(ctx context.Context, server *cluster.Cluster) error {
	for _, t := range b.recalled {
		var tests []*Test
		for _, test := range b.tests {
			if test.SearchType == t && !test.Done {
				tests = append(tests, test)
			}
		}
		if len(tests) == 0 {
			continue
		}
		path, err := b.makeTruth(ctx, server, t)
		if err != nil {
			return fmt.Errorf("the truth of %s: %w", t, err)
		}
		for _, test := range tests {
			test.truth = path
		}
	}
	return nil
}

// makeTruth makes the truth of one search type, and returns where it is.
func (b *Bench) makeTruth(ctx context.Context, server *cluster.Cluster, t fanout.SearchType) (string, error) {
	asked, err := b.readQueries(t)
	if err != nil {
		return "", err
	}
	path, err := filepath.Abs(filepath.Join(b.options.Folder, numbered(t)+truth.Ending))
	if err != nil {
		return "", err
	}
	p := &progress{options: &b.options, title: "truth of " + string(t)}
	depth := asked.Depth(slices.Max(b.options.Limits))
	if made := b.fitting(ctx, server, path, asked, depth); made != nil {
		p.line("made before, and it still fits: "+made.About(asked), true)
		return path, nil
	}
	var made *truth.File
	how := "as it lies beside the query file"
	if own, _ := b.ownQueries(t); own != "" {
		made = b.fitting(ctx, server, strings.TrimSuffix(own, ".json")+truth.Ending, asked, depth)
	}
	if made == nil {
		how = "done"
		if made, err = truth.Make(ctx, server, asked, b.truthOptions(p, depth)); err != nil {
			p.line("failed", true)
			return "", err
		}
	}
	var text bytes.Buffer
	if err := made.Write(&text); err != nil {
		return "", err
	}
	if err := b.replace(path, text.Bytes()); err != nil {
		return "", err
	}
	p.line(how+": "+made.About(asked), true)
	return path, nil
}

// truthOptions have the progress shown.
func (b *Bench) truthOptions(p *progress, depth int) truth.Options {
	interval := b.options.interval()
	var shown time.Time
	return truth.Options{
		Sets: truth.DefaultSets, Depth: depth,
		Note: func(text string) { p.line(fanout.Plain(text), true) },
		Progress: func(done truth.Progress) {
			if now := time.Now(); now.Sub(shown) >= interval {
				shown = now
				p.line(fmt.Sprintf("%s, %d of %d objects compared", done.Collection, done.AllDone, done.AllTotal), false)
			}
		},
	}
}

// fitting is the truth that is at a path; nil if there is none, or if it is not that of the queries, to that depth, in what is there
// now.
func (b *Bench) fitting(ctx context.Context, server *cluster.Cluster, path string, asked *truth.Queries, depth int) *truth.File {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }()
	found, err := truth.Read(file, path)
	if err != nil || found.Queries != asked.SHA256 || found.Depth < depth {
		return nil
	}
	for _, c := range found.Collections {
		if now, err := server.Count(ctx, c.Name, c.Tenant); err != nil || now != c.Objects {
			return nil
		}
	}
	return found
}

// replace writes a file of the results folder as a whole.
func (b *Bench) replace(path string, text []byte) error {
	temporary := path + ".new"
	for _, name := range []string{path, temporary} {
		if err := ownFile(name); err != nil {
			return err
		}
	}
	if err := os.WriteFile(temporary, text, 0o644); err != nil { //nolint:gosec // results are for all to read
		_ = os.Remove(temporary)
		return fmt.Errorf("cannot write the results: %w", err)
	}
	return os.Rename(temporary, path)
}

// recallVariables are what a test gets to measure recall.
func (t *Test) recallVariables(o *Options) []string {
	return []string{variableTruth + "=" + t.truth, variableRate + "=" + strconv.FormatFloat(o.Recall, 'g', -1, 64)}
}
