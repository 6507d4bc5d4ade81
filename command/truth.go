package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/cmd/state"

	"github.com/xk6-weaviate/xk6-weaviate/dataset"
	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries/cluster"
	"github.com/xk6-weaviate/xk6-weaviate/truth"
)

const truthHelp = `Make the truth of a query file: for each of its vector queries, the nearest objects, found by comparing the query with every
object. A test that is given it (TRUTH) measures recall: the share of them that its searches found.

All objects of the collections are read once, over gRPC, and nothing is written there. The truth holds for the objects
that are there now: make it anew after an import. Only vector queries have one, and of these only those with a vector of
their own, without where, autocut, offset, distance and certainty; keyword and hybrid queries have none.

The API key comes from WEAVIATE_API_KEY, which keeps it out of process lists.`

// truthFlags are the flags of `k6 x weaviate truth`.
type truthFlags struct {
	queries string
	out     string
	options truth.Options
	cluster cluster.Config
}

func newTruth(gs *state.GlobalState) *cobra.Command {
	f := &truthFlags{cluster: cluster.Config{APIKey: gs.Env["WEAVIATE_API_KEY"]}}
	cmd := &cobra.Command{
		Use:     "truth",
		Short:   "Find what vector queries should return, so that recall can be measured",
		Long:    truthHelp,
		Example: "  k6 x weaviate truth --queries my-queries/vector.json",
	}
	flags := cmd.Flags()
	flags.StringVar(&f.queries, "queries", "", "the query file")
	flags.StringVar(&f.out, "out", "", "file to write (default: beside the query file, vector.truth.json for vector.json)")
	flags.IntVar(&f.options.Sets, "sets", truth.DefaultSets, "query sets that get a truth, at most, spread over the file")
	flags.IntVar(&f.options.Depth, "depth", truth.DefaultDepth, "nearest objects to find for each query: the largest limit to be tested")
	flags.StringVar(&f.cluster.URL, "url", variable(gs, "WEAVIATE_URL", fanout.DefaultURL), "Weaviate's HTTP address (WEAVIATE_URL)")
	flags.StringVar(&f.cluster.GRPC, "grpc", "", "Weaviate's gRPC address (WEAVIATE_GRPC; default: port 50051 of the same host)")
	cmd.RunE = run(gs, func(ctx context.Context) error {
		if !flags.Changed("grpc") && !flags.Changed("url") { // a URL of one server and a gRPC address of another would not do
			f.cluster.GRPC = gs.Env["WEAVIATE_GRPC"]
		}
		if err := f.check(); err != nil {
			return misuse(err)
		}
		return makeTruth(ctx, gs, f)
	})
	return cmd
}

func (f *truthFlags) check() error {
	switch {
	case f.queries == "":
		return errors.New("--queries is missing: name a query file, like queries/vector.json")
	case f.options.Sets < 1:
		return fmt.Errorf("--sets is %d: use at least 1", f.options.Sets)
	case f.options.Depth < 1 || f.options.Depth > truth.MaxDepth:
		return fmt.Errorf("--depth is %d: use 1 to %d", f.options.Depth, truth.MaxDepth)
	}
	if f.out == "" {
		f.out = strings.TrimSuffix(f.queries, ".json") + truth.Ending
	}
	base, err := fanout.ParseURL(f.cluster.URL)
	if err == nil {
		_, _, err = fanout.GRPCAddress(base, f.cluster.GRPC)
	}
	return err
}

func makeTruth(ctx context.Context, gs *state.GlobalState, f *truthFlags) error {
	file, err := os.Open(f.queries)
	if err != nil {
		return misuse(fmt.Errorf("cannot read the query file of --queries: %w", err))
	}
	asked, err := truth.ReadQueries(file, f.queries)
	_ = file.Close()
	if err != nil {
		return err
	}
	if !asked.HaveTruth() {
		return misuse(fmt.Errorf("%s: %w", f.queries, truth.ErrNone))
	}
	server, err := cluster.Open(ctx, f.cluster)
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }() // it was only read
	show, end := truthProgress(gs, &f.options)
	made, err := truth.Make(ctx, server, asked, f.options)
	end()
	if ctx.Err() != nil {
		return errors.New("stopped: nothing was written")
	}
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := made.Write(&text); err != nil {
		return err
	}
	if err := writeAll(filepath.Dir(f.out), []outputFile{{name: filepath.Base(f.out), text: text.Bytes()}}); err != nil {
		return err
	}
	show(fmt.Sprintf("%s: %s", f.out, made.About(asked)))
	return nil
}

// truthProgress has the making of a truth told on the terminal. show writes a line that stays, end clears one that changes.
func truthProgress(gs *state.GlobalState, o *truth.Options) (show func(string), end func()) {
	shown := &seedProgress{w: gs.Stderr, tty: gs.Stderr.IsTTY, said: "%s: %d objects compared"}
	o.Note = shown.note
	o.Progress = func(p truth.Progress) {
		shown.show(dataset.Progress{
			Collection: p.Collection, Done: int(p.Done), Total: int(p.Total), AllDone: int(p.AllDone), AllTotal: int(p.AllTotal),
		}, time.Now())
	}
	return func(text string) { shown.line(fanout.Plain(text)) }, shown.end
}
