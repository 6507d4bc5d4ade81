package command

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/cmd/state"

	"github.com/xk6-weaviate/xk6-weaviate/dataset"
	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

const seedHelp = `Make and fill the nine SongLyrics collections, with made-up songs, always the same ones, or with the songs of a file.

What is there already is kept and topped up, so the same command goes on with a seed that was cut short. A collection that
this command did not make, or made of other songs, is only touched with --replace. The objects are counted at the end.

A file of songs is CSV (the first line names the columns) or has a JSON object on each line (.jsonl), in UTF-8, also
compressed (.gz). The columns title and lyrics are texts. A column vector holds vectors, as lists like [0.1,-0.2]; without
one, vectors are hash embeddings of title and lyrics, which match the query files. Every other column becomes a property:
int, number or boolean if all its values are, text otherwise; in JSON also text[]. A bad row is named before anything is
imported. The songs are dealt to the nine collections in the proportions of their full sizes, all of them unless
--scale says fewer.

The API key comes from WEAVIATE_API_KEY, which keeps it out of process lists.`

func newSeed(gs *state.GlobalState) *cobra.Command {
	o := dataset.Options{APIKey: gs.Env["WEAVIATE_API_KEY"]}
	cmd := &cobra.Command{
		Use:   "seed",
		Short: "Make and fill the nine SongLyrics collections",
		Long:  seedHelp,
		Example: "  k6 x weaviate seed --scale 0.1\n" +
			"  k6 x weaviate seed --from songs.csv",
	}
	flags := cmd.Flags()
	flags.StringVar(&o.URL, "url", variable(gs, "WEAVIATE_URL", fanout.DefaultURL), "Weaviate's HTTP address (WEAVIATE_URL)")
	flags.StringVar(&o.GRPC, "grpc", "", "Weaviate's gRPC address (WEAVIATE_GRPC; default port 50051 of the same host)")
	flags.StringVar(&o.From, "from", "", "file of songs: "+dataset.Formats+" (default: made-up songs)")
	flags.Float64Var(&o.Scale, "scale", dataset.DefaultScale,
		fmt.Sprintf("share of the full sizes; 1, also the default with --from, is %d objects, 1000000 of them in SongLyrics", dataset.FullSize()))
	flags.IntVar(&o.Dimensions, "dimensions", 0,
		fmt.Sprintf("length of the vectors (default %d, or what the file's vectors have)", dataset.DefaultDimensions))
	flags.BoolVar(&o.Replace, "replace", false, "delete the nine collections first if they are there, with all their objects")
	flags.IntVar(&o.Workers, "workers", dataset.DefaultWorkers, "import requests sent at the same time")
	flags.IntVar(&o.BatchSize, "batch-size", dataset.DefaultBatchSize, "objects in an import request")
	cmd.RunE = run(gs, func(ctx context.Context) error {
		if o.From != "" && !flags.Changed("scale") {
			o.Scale = 1
		}
		if flags.Changed("dimensions") && o.Dimensions < 1 {
			return misuse(fmt.Errorf("--dimensions is %d: use at least 1", o.Dimensions))
		}
		if !flags.Changed("grpc") && !flags.Changed("url") { // a URL of one server and a gRPC address of another would not do
			o.GRPC = gs.Env["WEAVIATE_GRPC"]
		}
		if err := o.Check(); err != nil {
			return misuse(err)
		}
		return seed(ctx, gs, o)
	})
	return cmd
}

func seed(ctx context.Context, gs *state.GlobalState, o dataset.Options) error {
	shown := &seedProgress{w: gs.Stderr, tty: gs.Stderr.IsTTY}
	o.Note = shown.note
	o.Progress = func(p dataset.Progress) { shown.show(p, time.Now()) }
	summary, err := dataset.Seed(ctx, o)
	shown.end()
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintln(gs.Stderr, describeSeed(summary, o.Workers))
	return nil
}

// describeSeed says what a seed did, how fast, and who waited for whom.
func describeSeed(s dataset.Summary, workers int) string {
	if s.Sent == 0 {
		return fmt.Sprintf("%d objects are in: none was missing", s.Objects)
	}
	waited := 100 * float64(s.Waiting) / float64(max(1, s.Making+s.Waiting))
	return fmt.Sprintf("%d objects are in, %d of them new; %.0f a second were sent by %d workers, which waited for the server %.0f %% of the time",
		s.Objects, s.Imported, float64(s.Sent)/s.Elapsed.Seconds(), workers, waited)
}
