package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"go.k6.io/k6/v2/cmd/state"

	"github.com/xk6-weaviate/xk6-weaviate/dataset"
	"github.com/xk6-weaviate/xk6-weaviate/embed"
	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
	"github.com/xk6-weaviate/xk6-weaviate/queries/cluster"
)

// queryMaker makes the files of one `k6 x weaviate queries`.
type queryMaker struct {
	*queriesFlags
	gs          *state.GlobalState
	searchTypes []fanout.SearchType
	// byVector and byText say what the files search by.
	byVector, byText bool

	server  *cluster.Cluster // nil offline
	samples *cluster.Samples // nil if nothing is taken from objects
	targets []queries.Target
	texts   []string // search terms
	terms   []queries.Term
}

func newQueryMaker(gs *state.GlobalState, f *queriesFlags) (*queryMaker, error) {
	searchTypes, err := f.check()
	if err != nil {
		return nil, err
	}
	m := &queryMaker{queriesFlags: f, gs: gs, searchTypes: searchTypes}
	for _, t := range searchTypes {
		m.byVector = m.byVector || t != fanout.SearchBM25
		m.byText = m.byText || t != fanout.SearchVector
	}
	m.texts, err = f.readTerms()
	return m, err
}

func (m *queryMaker) close() {
	if m.server != nil {
		_ = m.server.Close() // it was only read
	}
}

// prepare gathers what the files are made of: targets and terms.
func (m *queryMaker) prepare(ctx context.Context) error {
	if m.offline(m.byVector) {
		m.targets = queries.SongTargets(m.collections)
	} else if err := m.look(ctx); err != nil {
		return err
	}
	switch {
	case m.texts != nil:
	case m.songs() && m.embedder != sampleEmbedder:
		m.texts = queries.SongTerms()
	default:
		m.texts = m.samples.Texts()
	}
	if len(m.texts) == 0 && (m.byText || m.embedder != sampleEmbedder) {
		return errors.New("the objects have no text to search for: name a file with a search term a line by --terms")
	}
	if !m.byVector {
		m.terms = withoutVectors(m.texts)
		return nil
	}
	var err error
	switch m.embedder {
	case sampleEmbedder:
		m.terms, err = m.samples.Terms(m.texts)
	case openAIEmbedder:
		m.terms, err = m.askOpenAI(ctx)
	default:
		m.terms, err = m.hash()
	}
	return err
}

// look finds out from the server what there is to search.
func (m *queryMaker) look(ctx context.Context) error {
	var err error
	if m.server, err = cluster.Open(ctx, m.cluster); err != nil {
		return err
	}
	m.targets, err = m.server.Targets(ctx, cluster.Choice{
		Collections: m.collections, Searched: m.searched, Returned: m.properties, Vectors: m.targetVectors, Tenant: m.tenant,
		ByVector: m.byVector, ByText: m.byText,
	})
	if err != nil {
		return err
	}
	if m.songs() {
		m.preferSongs()
	}
	m.samples, err = m.server.Samples(ctx, m.targets, len(m.texts))
	return err
}

// preferSongs searches and returns what the committed files do, where the flags say nothing and the collections have it.
func (m *queryMaker) preferSongs() {
	prefer := func(song, found []string) []string {
		kept := slices.DeleteFunc(song, func(name string) bool { return !slices.Contains(found, name) })
		if len(kept) == 0 {
			return found
		}
		return kept
	}
	for i, song := range queries.SongTargets(m.collections) {
		if m.searched == nil {
			m.targets[i].Searched = prefer(song.Searched, m.targets[i].Searched)
		}
		if m.properties == nil {
			m.targets[i].Returned = prefer(song.Returned, m.targets[i].Returned)
		}
	}
}

func withoutVectors(texts []string) []queries.Term {
	terms := make([]queries.Term, len(texts))
	for i, text := range texts {
		terms[i].Text = text
	}
	return terms
}

// hash makes hash vectors, of the collections' length unless another is asked for.
func (m *queryMaker) hash() ([]queries.Term, error) {
	length := m.dimensions
	if length == 0 {
		length = dataset.DefaultDimensions
		if m.server != nil {
			var err error
			if length, err = m.samples.Length(); err != nil {
				return nil, err
			}
		}
	}
	embedder, err := embed.NewHash(length)
	if err != nil {
		return nil, err
	}
	terms := withoutVectors(m.texts)
	for i := range terms {
		if terms[i].Vector, err = embedder.Embed(terms[i].Text); err != nil {
			return nil, fmt.Errorf("%s: %w", m.termsFile, err) // other terms have words
		}
	}
	if !m.songs() {
		_, _ = fmt.Fprintln(m.gs.Stderr, "note: hash vectors mean nothing to collections that seed did not make, so these searches may "+
			"cost more or less than real ones: --embedder sample uses real vectors")
	}
	return terms, m.checkLength(length, "leave --dimensions out, or use --dimensions %d")
}

func (m *queryMaker) askOpenAI(ctx context.Context) ([]queries.Term, error) {
	embedder, err := embed.NewOpenAI(m.openAI)
	if err != nil {
		return nil, err
	}
	vectors, err := embedder.Embed(ctx, m.texts)
	if err != nil {
		return nil, err
	}
	terms := withoutVectors(m.texts)
	for i := range terms {
		terms[i].Vector = vectors[i]
	}
	return terms, m.checkLength(len(vectors[0]), "name the model that made those by --openai-model, or ask this one for --dimensions %d")
}

// checkLength makes sure that the collections can be searched for vectors of a length; remedy is told the right one.
func (m *queryMaker) checkLength(length int, remedy string) error {
	if m.server == nil {
		return nil
	}
	want, err := m.samples.Length()
	if err != nil {
		return err
	}
	if length != want {
		return fmt.Errorf("the collections have vectors of %d numbers and the %s embedder makes %d: "+remedy, want, m.embedder, length, want)
	}
	return nil
}

// files makes the files and tries each on the server.
func (m *queryMaker) files(ctx context.Context) ([]outputFile, error) {
	embedder := m.embedder
	if embedder == openAIEmbedder {
		embedder += " " + m.openAI.Model
	}
	files := make([]outputFile, 0, len(m.searchTypes))
	for _, t := range m.searchTypes {
		file, err := queries.Make(queries.Options{SearchType: t, Terms: m.terms, Targets: m.targets, Embedder: embedder})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t, err)
		}
		if m.server != nil {
			if err := m.server.Try(ctx, file); err != nil {
				return nil, fmt.Errorf("%s: %w", t, err)
			}
		}
		var text bytes.Buffer
		if err := file.Write(&text); err != nil {
			return nil, fmt.Errorf("%s: %w", t, err)
		}
		if text.Len() > queries.MaxSize {
			return nil, fmt.Errorf("%s: the file would be larger than %d MiB: use fewer search terms", t, queries.MaxSize>>20)
		}
		about := setsOf(len(m.terms), len(m.targets))
		if file.Embedder != "" {
			about += ", vectors by " + file.Embedder
		}
		files = append(files, outputFile{string(t) + ".json", text.Bytes(), about})
	}
	return files, nil
}

// setsOf says how many query sets a file has, and how many queries each of them.
func setsOf(sets, each int) string {
	return fanout.Count(sets, "query set", "query sets") + " of " + fanout.Count(each, "query", "queries")
}
