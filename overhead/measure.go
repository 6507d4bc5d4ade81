package main

import (
	"context"
	"embed"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/xk6-weaviate/xk6-weaviate/queries"
)

//go:embed scripts/*.js
var scripts embed.FS

// measureAll measures everything and returns the rows of the table.
func measureAll(ctx context.Context, s settings, stderr io.Writer) ([]figure, error) {
	folder, err := os.MkdirTemp("", "overhead-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if err := writeFiles(folder); err != nil {
		return nil, err
	}
	var table []figure
	for _, in := range situations() {
		if !s.only.MatchString(in.name()) {
			continue
		}
		progress(stderr, "%s …", in.name())
		measured, err := measureCosts(ctx, &in, s, folder)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", in.name(), err)
		}
		table = append(table, in.figures(measured)...)
	}
	more, err := measureFidelities(ctx, s, folder, stderr)
	return append(table, more...), err
}

// writeFiles writes the scripts and the query file where k6 finds them.
func writeFiles(folder string) error {
	for _, name := range []string{extensionScript, httpBatchScript, knownDelaysScript} {
		text, err := scripts.ReadFile("scripts/" + name)
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, name), text, 0o600)
		}
		if err != nil {
			return err
		}
	}
	text, err := queries.Files.ReadFile(queryFile)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "queries.json"), text, 0o600)
}
