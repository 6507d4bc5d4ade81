package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.k6.io/k6/v2/cmd/state"

	"github.com/xk6-weaviate/xk6-weaviate/dataset"
	"github.com/xk6-weaviate/xk6-weaviate/embed"
	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
	"github.com/xk6-weaviate/xk6-weaviate/queries/cluster"
)

// The embedders.
const (
	hashEmbedder   = "hash"
	openAIEmbedder = "openai"
	sampleEmbedder = "sample"
)

// queriesFlags are the flags of `k6 x weaviate queries`.
type queriesFlags struct {
	set *pflag.FlagSet

	searchTypes   []string
	termsFile     string
	collections   []string
	properties    []string
	searched      []string
	targetVectors []string
	tenant        string
	embedder      string
	dimensions    int
	openAI        embed.OpenAIOptions
	out           string
	documents     string
	leaveOut      bool
	cluster       cluster.Config
}

func newQueries(gs *state.GlobalState) *cobra.Command {
	f := &queriesFlags{
		cluster: cluster.Config{APIKey: gs.Env["WEAVIATE_API_KEY"]},
		openAI:  embed.OpenAIOptions{Key: gs.Env["OPENAI_API_KEY"]},
	}
	cmd := &cobra.Command{
		Use:   "queries",
		Short: "Make query files",
		Long: "Make query files: one query set per search term, one query per collection. Without flags, it makes the five\n" +
			"files for the songs of `k6 x weaviate seed`, and needs no server. For collections of your own, it reads from the\n" +
			"server what there is to search, and tries each file there before it writes any.\n\n" +
			"Embedders, which make the vectors:\n" +
			"  hash    hashes of words, as seed makes them: offline, and for the songs (their default)\n" +
			"  openai  any endpoint that speaks OpenAI's protocol (OpenAI, Azure, Ollama, …); the key comes from OPENAI_API_KEY\n" +
			"  sample  the vectors of objects that are in the collections, whatever made them (the default for all others)\n\n" +
			"--from-graphql makes a file of GraphQL documents that you have, a query set of each, and needs no server.\n\n" +
			"How many objects a query asks for is not in the other files: LIMIT says so when a test runs, so one file serves all limits.\n" +
			"The server's API key comes from WEAVIATE_API_KEY. Keys are never flags, which keeps them out of process lists.",
		Example: "  k6 x weaviate queries --collections Articles,Authors\n" +
			"  k6 x weaviate queries --from-graphql documents --out my-queries\n" +
			"  k6 x weaviate queries --collections Articles --terms terms.txt --embedder openai --search-types vector,hybrid_09\n" +
			"  OPENAI_BASE_URL=http://127.0.0.1:11434/v1 OPENAI_MODEL=nomic-embed-text k6 x weaviate queries \\\n" +
			"      --collections Articles --terms terms.txt --embedder openai",
	}
	flags := cmd.Flags()
	f.set = flags
	flags.StringSliceVar(&f.searchTypes, "search-types", []string{"all"}, "files to make: vector, bm25, hybrid_01, hybrid_09, mixed")
	flags.StringVar(&f.termsFile, "terms", "", "file with a search term a line (default: forty for the songs; texts of objects for others)")
	flags.StringSliceVar(&f.collections, "collections", nil, "collections to search (default: the nine of seed)")
	flags.StringSliceVar(&f.searched, "search-properties", nil,
		"text properties that keyword searches look in; title^2 counts twice (default: title and lyrics of songs; all of others)")
	flags.StringSliceVar(&f.properties, "properties", nil,
		"properties returned with each object (default: title and artist of songs; all plain ones of others)")
	flags.StringSliceVar(&f.targetVectors, "target-vector", nil, "named vector to search, where a collection has several")
	flags.StringVar(&f.tenant, "tenant", "", "tenant to search, where a collection has tenants")
	flags.StringVar(&f.embedder, "embedder", "", "what makes the vectors: hash, openai or sample")
	flags.IntVar(&f.dimensions, "dimensions", 0,
		"length of the vectors of hash and openai (default: that of the collections; 384 without a server)")
	flags.StringVar(&f.openAI.URL, "openai-url", variable(gs, "OPENAI_BASE_URL", embed.DefaultOpenAIURL),
		"what precedes /embeddings at the endpoint (OPENAI_BASE_URL)")
	flags.StringVar(&f.openAI.Model, "openai-model", variable(gs, "OPENAI_MODEL", embed.DefaultOpenAIModel),
		"its model (OPENAI_MODEL)")
	flags.StringVar(&f.out, "out", "", "folder to write to (default: queries for the songs, my-queries for others)")
	flags.StringVar(&f.cluster.URL, "url", variable(gs, "WEAVIATE_URL", "http://127.0.0.1:8080"), "Weaviate's HTTP address (WEAVIATE_URL)")
	flags.StringVar(&f.cluster.GRPC, "grpc", gs.Env["WEAVIATE_GRPC"],
		"Weaviate's gRPC address (WEAVIATE_GRPC; default: port 50051 of the same host)")
	flags.StringVar(&f.documents, "from-graphql", "", "make a file of these GraphQL documents instead: a file, or a folder of *.graphql and *.gql")
	flags.BoolVar(&f.leaveOut, "leave-out", false, "with --from-graphql: leave out what cannot be measured, and say so, instead of ending")
	cmd.RunE = run(gs, func(ctx context.Context) error {
		switch {
		case flags.Changed("from-graphql"):
			return fromGraphQL(gs, f)
		case f.leaveOut:
			return misuse(errors.New("--leave-out is for --from-graphql: add that, or leave it out"))
		default:
			return makeQueries(ctx, gs, f)
		}
	})
	return cmd
}

// makeQueries makes all files before it writes any.
func makeQueries(ctx context.Context, gs *state.GlobalState, f *queriesFlags) error {
	m, err := newQueryMaker(gs, f)
	if err != nil {
		return err
	}
	defer m.close()
	if err := m.prepare(ctx); err != nil {
		return err
	}
	files, err := m.files(ctx)
	if err != nil {
		return err
	}
	if err := writeAll(m.out, files); err != nil {
		return err
	}
	for i := range files {
		_, _ = fmt.Fprintf(gs.Stderr, "%s: %s\n", filepath.Join(m.out, files[i].name), fanout.Plain(files[i].about))
	}
	return nil
}

// check reads what the flags say by themselves: what is wrong with them is wrong use.
func (f *queriesFlags) check() ([]fanout.SearchType, error) {
	searchTypes, err := readSearchTypes(f.searchTypes)
	if err != nil {
		return nil, err
	}
	if len(f.collections) == 0 {
		f.collections = dataset.Names()
	}
	songs := f.songs()
	if f.embedder == "" {
		f.embedder = sampleEmbedder
		if songs {
			f.embedder = hashEmbedder
		}
	}
	if f.out == "" {
		f.out = "my-queries"
		if songs {
			f.out = "queries"
		}
	}
	if f.set.Changed("url") && !f.set.Changed("grpc") {
		f.cluster.GRPC = "" // WEAVIATE_GRPC goes with WEAVIATE_URL
	}
	for _, check := range []func() error{f.checkCollections, f.checkEmbedder, f.checkAddress} {
		if err := check(); err != nil {
			return nil, misuse(err)
		}
	}
	return searchTypes, nil
}

func (f *queriesFlags) checkCollections() error {
	for i, name := range f.collections {
		q := fanout.Query{Collection: name, Type: fanout.BM25, Text: "any", Limit: 1}
		if err := q.Validate(); err != nil {
			return fmt.Errorf("--collections: %w", err)
		}
		if slices.Contains(f.collections[:i], name) {
			return fmt.Errorf("--collections names %s twice: name it once", name)
		}
	}
	return nil
}

func (f *queriesFlags) checkEmbedder() error {
	embedders := []string{hashEmbedder, openAIEmbedder, sampleEmbedder}
	switch {
	case !slices.Contains(embedders, f.embedder):
		return fmt.Errorf("unknown embedder %q%s The embedders are %s",
			f.embedder, fanout.DidYouMean(f.embedder, embedders), strings.Join(embedders, ", "))
	case f.set.Changed("dimensions") && (f.dimensions < 1 || f.dimensions > fanout.MaxVectorLength):
		return fmt.Errorf("--dimensions is %d: use 1 to %d", f.dimensions, fanout.MaxVectorLength)
	case f.embedder == sampleEmbedder && f.dimensions != 0:
		return errors.New("--dimensions is for the embedders hash and openai: sample takes vectors as they are, so leave it out")
	case f.embedder != openAIEmbedder && (f.set.Changed("openai-url") || f.set.Changed("openai-model")):
		return errors.New("--openai-url and --openai-model are for --embedder openai: add that, or leave them out")
	case f.embedder == openAIEmbedder && f.openAI.URL == embed.DefaultOpenAIURL && f.openAI.Key == "":
		return errors.New("OPENAI_API_KEY is not set: set it to a key of OpenAI's, or name another endpoint by --openai-url")
	case f.embedder != openAIEmbedder:
		return nil
	}
	f.openAI.Dimensions = f.dimensions
	if _, err := embed.NewOpenAI(f.openAI); err != nil {
		return fmt.Errorf("--openai-url: %w", err)
	}
	return nil
}

func (f *queriesFlags) checkAddress() error {
	base, err := fanout.ParseURL(f.cluster.URL)
	if err == nil {
		_, _, err = fanout.GRPCAddress(base, f.cluster.GRPC)
	}
	return err
}

// songs says whether all collections are seed's.
func (f *queriesFlags) songs() bool {
	return !slices.ContainsFunc(f.collections, func(name string) bool { return !slices.Contains(dataset.Names(), name) })
}

// offline says whether the flags ask for nothing that only a server knows.
func (f *queriesFlags) offline(byVector bool) bool {
	if !f.songs() || f.embedder == sampleEmbedder || f.embedder == openAIEmbedder && byVector {
		return false
	}
	return !slices.ContainsFunc([]string{"search-properties", "properties", "target-vector", "tenant", "url", "grpc"}, f.set.Changed)
}

// readTerms reads the file of --terms; nothing if there is none.
func (f *queriesFlags) readTerms() ([]string, error) {
	if f.termsFile == "" {
		return nil, nil
	}
	file, err := os.Open(f.termsFile)
	if err != nil {
		return nil, fmt.Errorf("cannot read the search terms of --terms: %w", err)
	}
	defer func() { _ = file.Close() }()
	return queries.ReadTerms(file, f.termsFile)
}
