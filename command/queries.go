package command

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/cmd/state"

	"github.com/xk6-weaviate/xk6-weaviate/dataset"
	"github.com/xk6-weaviate/xk6-weaviate/embed"
	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
)

type queriesFlags struct {
	searchTypes []string
	terms       string
	collections []string
	dimensions  int
	out         string
}

func newQueries(gs *state.GlobalState) *cobra.Command {
	f := &queriesFlags{}
	cmd := &cobra.Command{
		Use:   "queries",
		Short: "Make query files",
		Long: "Make query files: one query set per search term, one query per collection. Without flags, it makes the five\n" +
			"files for the songs of `k6 x weaviate seed`. Vectors are hash embeddings, which match those of the songs.",
		Example: "  k6 x weaviate queries --search-types bm25,hybrid_01 --terms terms.txt --out my-queries",
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&f.searchTypes, "search-types", []string{"all"}, "files to make: vector, bm25, hybrid_01, hybrid_09, mixed")
	flags.StringVar(&f.terms, "terms", "", "file with a search term a line (default: forty built-in terms)")
	flags.StringSliceVar(&f.collections, "collections", nil, "collections to search (default: the nine of seed)")
	flags.IntVar(&f.dimensions, "dimensions", dataset.DefaultDimensions, "length of the vectors")
	flags.StringVar(&f.out, "out", "queries", "folder to write to")
	cmd.RunE = run(gs, func(context.Context) error { return makeQueries(gs, f) })
	return cmd
}

func makeQueries(gs *state.GlobalState, f *queriesFlags) error {
	searchTypes, err := readSearchTypes(f.searchTypes)
	if err != nil {
		return err
	}
	terms := queries.SongTerms()
	if f.terms != "" {
		if terms, err = readTerms(f.terms); err != nil {
			return err
		}
	}
	collections := f.collections
	if len(collections) == 0 {
		collections = dataset.Names()
	}
	embedder, err := embed.NewHash(f.dimensions)
	if err != nil {
		return misuse(fmt.Errorf("--dimensions: %w", err))
	}
	if err := os.MkdirAll(f.out, 0o755); err != nil { //nolint:gosec // query files are for all to read
		return fmt.Errorf("cannot make the folder: %w", err)
	}
	list := make([]queries.Term, len(terms))
	for i, term := range terms {
		vector, err := embedder.Embed(term)
		if err != nil {
			return err
		}
		list[i] = queries.Term{Text: term, Vector: vector}
	}
	for _, searchType := range searchTypes {
		path := filepath.Join(f.out, string(searchType)+".json")
		if err := makeQueryFile(path, searchType, list, collections); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		_, _ = fmt.Fprintf(gs.Stderr, "%s: %d query sets of %d queries\n", path, len(terms), len(collections))
	}
	return nil
}

func makeQueryFile(path string, t fanout.SearchType, terms []queries.Term, collections []string) error {
	file, err := queries.Make(queries.Options{
		SearchType: t, Terms: terms, Targets: queries.SongTargets(collections), Embedder: "hash",
	})
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := file.Write(&text); err != nil {
		return err
	}
	return os.WriteFile(path, text.Bytes(), 0o644) //nolint:gosec // query files are for all to read
}

func readTerms(path string) ([]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the search terms: %w", err)
	}
	var terms []string
	for _, line := range strings.Split(string(text), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			terms = append(terms, line)
		}
	}
	if len(terms) == 0 {
		return nil, fmt.Errorf("%s has no search terms: write one a line", path)
	}
	return terms, nil
}
