package command

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/cmd/state"

	"github.com/xk6-weaviate/xk6-weaviate/dataset"
)

const defaultScale = 0.02

func newSeed(gs *state.GlobalState) *cobra.Command {
	o := dataset.Options{APIKey: gs.Env["WEAVIATE_API_KEY"]}
	cmd := &cobra.Command{
		Use:   "seed",
		Short: "Make and fill the nine SongLyrics collections",
		Long: "Make and fill the nine SongLyrics collections with made-up songs, always the same ones. What is there already\n" +
			"is kept and topped up; a collection that seed did not make is only touched with --replace.\n\n" +
			"The API key comes from WEAVIATE_API_KEY, which keeps it out of process lists.",
		Example: "  k6 x weaviate seed --scale 0.1",
	}
	flags := cmd.Flags()
	flags.StringVar(&o.URL, "url", variable(gs, "WEAVIATE_URL", "http://127.0.0.1:8080"), "Weaviate's HTTP address (WEAVIATE_URL)")
	flags.StringVar(&o.GRPC, "grpc", variable(gs, "WEAVIATE_GRPC", "127.0.0.1:50051"), "Weaviate's gRPC address (WEAVIATE_GRPC)")
	flags.Float64Var(&o.Scale, "scale", defaultScale, "share of the full sizes; 1 is 1,737,000 objects, 1,000,000 of them in SongLyrics")
	flags.IntVar(&o.Dimensions, "dimensions", dataset.DefaultDimensions, "length of the vectors")
	flags.BoolVar(&o.Replace, "replace", false, "delete collections of these names first, with all their objects")
	flags.IntVar(&o.Workers, "workers", 3, "batches sent at the same time")
	flags.IntVar(&o.BatchSize, "batch-size", 200, "objects in a batch")
	cmd.RunE = run(gs, func(ctx context.Context) error {
		if o.Workers < 1 || o.BatchSize < 1 || o.Dimensions < 1 {
			return misuse(fmt.Errorf("--workers, --batch-size and --dimensions are %d, %d and %d: use at least 1",
				o.Workers, o.BatchSize, o.Dimensions))
		}
		if !(o.Scale > 0 && o.Scale <= 1) {
			return misuse(fmt.Errorf("--scale is %v: use a number above 0 and up to 1 (the full million)", o.Scale))
		}
		return seed(ctx, gs, o)
	})
	return cmd
}

func seed(ctx context.Context, gs *state.GlobalState, o dataset.Options) error {
	start := time.Now()
	o.Progress = (&progressLine{w: gs.Stderr, tty: gs.Stderr.IsTTY}).show
	summary, err := dataset.Seed(ctx, o)
	if err != nil {
		return err
	}
	for _, note := range summary.Notes {
		_, _ = fmt.Fprintln(gs.Stderr, "note: "+note)
	}
	elapsed := time.Since(start)
	_, _ = fmt.Fprintf(gs.Stderr, "%d objects are in, %d of them imported now, %.0f a second\n",
		summary.Objects, summary.Imported, float64(summary.Imported)/elapsed.Seconds())
	return nil
}

// progressInterval is how often a collection's progress is shown.
const progressInterval = time.Second

// progressLine shows progress: in one line that changes on a terminal, in lines of their own elsewhere.
type progressLine struct {
	w          io.Writer
	tty        bool
	collection string
	began      time.Time
	shown      time.Time
}

func (l *progressLine) show(p dataset.Progress) {
	now := time.Now()
	finished := p.Done == p.Total
	if p.Collection != l.collection {
		l.collection, l.began, l.shown = p.Collection, now, now
	}
	if !finished && now.Sub(l.shown) < progressInterval {
		return
	}
	l.shown = now
	text := fmt.Sprintf("%s: %d of %d objects", p.Collection, p.Done, p.Total)
	if rate := float64(p.Done-p.Had) / now.Sub(l.began).Seconds(); rate > 0 && !finished {
		left := time.Duration(float64(p.Total-p.Done) / rate * float64(time.Second))
		text += fmt.Sprintf(", %.0f a second, %v left", rate, left.Round(time.Second))
	}
	switch {
	case !l.tty:
		_, _ = fmt.Fprintln(l.w, text)
	case finished:
		_, _ = fmt.Fprintf(l.w, "\r\x1b[K%s\n", text)
	default:
		_, _ = fmt.Fprintf(l.w, "\r\x1b[K%s", text)
	}
}
