package tests_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// hit lists which members must have failed.
func (j *job) hit() (hit []bool, count int) {
	hit = make([]bool, len(j.Set))
	for i := range hit {
		if hit[i] = j.want.fails.hits(j.Strategy, i); hit[i] {
			count++
		}
	}
	return hit, count
}

// checkResults holds the batch as the script saw it against the row.
func (j *job) checkResults(t *testing.T, got *outcome) {
	t.Helper()
	hit, count := j.hit()
	want := fanout.Partial
	if count == len(hit) {
		want = fanout.Failed
	}
	require.Equal(t, want, got.Outcome)
	require.Equal(t, count, got.Failed)
	for i, m := range got.Results {
		require.Equal(t, j.Set[i]["collection"], m.Collection)
		require.Equal(t, !hit[i], m.OK, "%s: %v", m.Collection, m.Error)
		if m.OK {
			require.Equal(t, 5, m.Objects, "unharmed")
			require.Nil(t, m.Category)
			require.Nil(t, m.Error)
			continue
		}
		require.Equal(t, string(j.want.category), *m.Category, "%s: %s", m.Collection, *m.Error)
		require.NotContains(t, *m.Error, theKey)
		if i == struck {
			require.Equal(t, j.want.status, m.Status, *m.Error)
			require.Regexp(t, pattern(j.want.text), *m.Error)
		}
	}
}

// pattern matches an error text as the page shows it.
func pattern(text string) *regexp.Regexp {
	return regexp.MustCompile(`(?s)^` + strings.ReplaceAll(regexp.QuoteMeta(text), "…", ".*") + `$`)
}

// checkMetrics holds the metrics against the batch.
func (j *job) checkMetrics(t *testing.T, got *outcome, byMetric map[string]samples, tag ...string) {
	t.Helper()
	with := func(tags ...string) []string { return append(tags, tag...) }
	require.Equal(t, 1, byMetric["weaviate_batches"].sum(with("outcome", string(got.Outcome))...))
	require.Equal(t, 1, byMetric["weaviate_batches"].sum(tag...))
	require.Equal(t, 1, byMetric["weaviate_batch_failed"].sum(tag...))
	require.Equal(t, got.Failed, byMetric["weaviate_query_failures"].sum(with("category", string(j.want.category))...))
	require.Equal(t, got.Failed, byMetric["weaviate_query_failures"].sum(tag...))
	unsent := 0
	for _, m := range got.Results {
		of := with("collection", m.Collection)
		require.Equal(t, 1, byMetric["weaviate_query_failed"].count(of...))
		require.Equal(t, m.OK, byMetric["weaviate_query_failed"].sum(of...) == 0)
		require.Equal(t, m.Objects, byMetric["weaviate_query_objects"].sum(of...))
		if !m.OK && strings.HasPrefix(*m.Error, "it was not sent") {
			unsent++
		}
	}
	for _, s := range byMetric["weaviate_query_failures"] {
		if s.has(tag) {
			require.NotEmpty(t, s.Metadata["error"])
			require.NotContains(t, s.Metadata["error"], theKey)
			require.NotContains(t, s.Tags, "error", "each text would make a time series of its own")
		}
	}
	if j.Strategy.TimesMembers() {
		require.Equal(t, len(j.Set)-unsent, byMetric["weaviate_query_duration"].count(tag...))
	}
	switch {
	case j.Strategy.Protocol() == fanout.GRPC:
		require.Equal(t, len(j.Set)-unsent, byMetric["grpc_req_duration"].count(tag...))
	case j.Strategy == fanout.ParallelGraphQL:
		require.Equal(t, len(j.Set), byMetric["http_reqs"].sum(tag...))
	default:
		require.Equal(t, 1, byMetric["http_reqs"].sum(tag...))
	}
}

// checkServer: what was sent once was received once.
func (j *job) checkServer(t *testing.T, got *outcome) {
	t.Helper()
	if j.server == nil {
		return
	}
	sent := len(j.Set)
	if j.Strategy == fanout.Multi || j.Strategy == fanout.Bulk {
		sent = 1
	}
	for _, m := range got.Results {
		if !m.OK && strings.HasPrefix(*m.Error, "it was not sent") {
			sent--
		}
	}
	if j.unseen {
		require.LessOrEqual(t, j.server.Requests(), sent)
		return
	}
	require.Equal(t, sent, j.server.Requests(), "nothing is sent twice")
}
