package command

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/pflag"
	"go.k6.io/k6/v2/cmd/state"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
	"github.com/xk6-weaviate/xk6-weaviate/queries/graphql"
)

// fromGraphQL makes a query file of GraphQL documents, and needs no server.
func fromGraphQL(gs *state.GlobalState, f *queriesFlags) error {
	var other string
	f.set.Visit(func(flag *pflag.Flag) {
		if !slices.Contains([]string{"from-graphql", "leave-out", "out"}, flag.Name) {
			other = flag.Name
		}
	})
	if other != "" {
		return misuse(fmt.Errorf("--%s does not go with --from-graphql: the documents say it, so leave one of them out", other))
	}
	paths, err := graphqlFiles(f.documents)
	if err != nil {
		return err
	}
	var sets []queries.Set
	var from []string
	for _, path := range paths {
		text, err := readGraphQL(path)
		if err != nil {
			return err
		}
		found, left, err := graphql.Read(text, path, f.leaveOut)
		if err != nil {
			return err
		}
		for _, note := range left {
			_, _ = fmt.Fprintln(gs.Stderr, "left out:", fanout.Plain(note))
		}
		sets = append(sets, found...)
		from = append(from, slices.Repeat([]string{path}, len(found))...)
	}
	file, err := graphql.File(sets, from)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := file.Write(&text); err != nil {
		return err
	}
	out := f.out
	if out == "" {
		out = "my-queries"
	}
	about := setsOf(len(sets), len(file.Collections()))
	made := []outputFile{{string(file.SearchType) + ".json", text.Bytes(), about}}
	if err := writeAll(out, made); err != nil {
		return err
	}
	_, err = fmt.Fprintf(gs.Stderr, "%s: %s\n", filepath.Join(out, made[0].name), about)
	return err
}

// graphqlFiles are the documents that a path names: a file, or those of a folder, by name.
func graphqlFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the documents of --from-graphql: %w", err)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the documents of --from-graphql: %w", err)
	}
	defer func() { _ = root.Close() }()
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the documents of --from-graphql: %w", err)
	}
	var paths []string
	for _, entry := range entries {
		name := entry.Name()
		if ext := filepath.Ext(name); entry.IsDir() || ext != ".graphql" && ext != ".gql" {
			continue
		}
		// A link may lead out of the folder, and what is no file may never end.
		if info, err := root.Stat(name); err != nil || !info.Mode().IsRegular() {
			return nil, fmt.Errorf("%s in the folder of --from-graphql is no file of that folder: take it away", name)
		}
		paths = append(paths, filepath.Join(path, name))
	}
	if len(paths) == 0 {
		return nil, errors.New("the folder of --from-graphql has no file that ends in .graphql or .gql: name them so, or name one file")
	}
	return paths, nil
}

// readGraphQL reads a document that is no larger than may be.
func readGraphQL(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("cannot read the documents of --from-graphql: %w", err)
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, graphql.MaxSize+1))
	if err != nil {
		return "", fmt.Errorf("cannot read the documents of --from-graphql: %w", err)
	}
	return string(text), nil
}
