package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/report/junit"
	"github.com/xk6-weaviate/xk6-weaviate/report/markdown"
	"github.com/xk6-weaviate/xk6-weaviate/report/page"
	"github.com/xk6-weaviate/xk6-weaviate/report/terminal"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// seed is what a run file holds, decompressed. It is small, so that much can be tried.
func seed(f *testing.F, o recorded.Options) []byte {
	f.Helper()
	o.Slowness = 30
	var file bytes.Buffer
	require.NoError(f, recorded.Run(f, o).Write(&file))
	decoder, err := zstd.NewReader(&file)
	require.NoError(f, err)
	defer decoder.Close()
	text, err := io.ReadAll(decoder)
	require.NoError(f, err)
	return text
}

// FuzzReport reports on what somebody made of a run file, as far as it is one, in every form. The forms that machines read can be read,
// and none has in it what a terminal or a browser would obey.
func FuzzReport(f *testing.F) {
	short := map[string]string{"ROUNDS": "1", "BLOCK": "3s", "WARMUP": "500ms", "DRAIN": "500ms", "USERS": "1"}
	f.Add(seed(f, recorded.Options{Variables: short}))
	f.Add(seed(f, recorded.Options{Variables: short, Failures: 0.1, Hostile: true}))
	f.Add(seed(f, recorded.Options{Variables: short, Recall: 0.9}))
	f.Add(seed(f, recorded.Options{Variables: map[string]string{"STRATEGY": "multi", "USERS": "1", "RUN_TIME": "3s"}, NoServer: true}))
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20), zstd.WithEncoderLevel(zstd.SpeedFastest))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text []byte) {
		run, err := record.Read(bytes.NewReader(encoder.EncodeAll(text, nil)), "x")
		if err != nil {
			return
		}
		source := &report.Source{Name: "x", Runs: []*report.Run{{Name: "x", Files: []string{"x"}, Run: run}}}
		o := report.Options{Thresholds: verdict.DefaultThresholds(), Now: time.Unix(1764000000, 0)}
		inEveryForm(t, report.New(source, o))
		inEveryForm(t, report.Compare(source, source, o))
		for _, write := range []func(io.Writer) error{run.WriteStats, run.WriteHistory, run.WriteFailures} {
			require.NoError(t, write(io.Discard))
		}
	})
}

func inEveryForm(t *testing.T, r *report.Report) {
	t.Helper()
	write := func(form func(io.Writer, *report.Report) error) string {
		var text bytes.Buffer
		require.NoError(t, form(&text, r))
		return text.String()
	}
	require.True(t, json.Valid([]byte(write(func(w io.Writer, r *report.Report) error { return r.WriteJSON(w) }))))
	require.NotContains(t, write(page.Write), "<script>alert(1)")
	for _, text := range []string{write(markdown.Write), write(func(w io.Writer, r *report.Report) error { return terminal.Write(w, r, false) })} {
		require.True(t, utf8.ValidString(text))
		require.False(t, strings.ContainsFunc(text, func(c rune) bool { return unicode.IsControl(c) && c != '\n' }), "%q", text)
	}
	decoder := xml.NewDecoder(strings.NewReader(write(junit.Write)))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
	}
}
