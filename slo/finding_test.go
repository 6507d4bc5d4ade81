package slo

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

func finding() Finding {
	return Finding{
		SearchType: fanout.SearchVector, Limit: 200, Strategy: fanout.ParallelGRPC, Objective: "p95<500ms",
		Result: Result{Rate: 40, Confirmed: true, Trials: []Trial{
			{Rate: 80, Batches: 800, Duration: 900, Failed: 0.002, Carried: 0.9, Why: "p95 is 900 ms"},
			{Rate: 42, Batches: 420, Duration: 510, Carried: 1, Why: "p95 is 510 ms"},
			{Rate: 40, Batches: 400, Duration: 440, Carried: 1},
			{Rate: 40, Batches: 1200, Duration: 450, Carried: 1, Confirms: true},
		}},
	}
}

func TestSentence(t *testing.T) {
	t.Parallel()
	f := finding()
	require.InDelta(t, 450, f.At().Duration, 0, "the longer trial counts")
	require.Equal(t, "40 batches a second keep to p95<500ms, also for longer. At 42, p95 is 510 ms.", f.Sentence())
	f.Confirmed = false
	require.Contains(t, f.Sentence(), "No rate was confirmed")
	f.Rate = 0
	require.Contains(t, f.Sentence(), "Not one batch a second keeps to p95<500ms. At 42,")
	require.Nil(t, f.At())
	f.Rate, f.Most = MostRate, true
	require.Contains(t, f.Sentence(), "10000 batches a second, more than which is not tried")
}

func TestFindingsComeBack(t *testing.T) {
	t.Parallel()
	text, err := Encode([]Finding{finding()})
	require.NoError(t, err)
	read, err := Decode(bytes.NewReader(text))
	require.NoError(t, err)
	require.Equal(t, []Finding{finding()}, read)
	for from, to := range map[string]string{
		`"version": 1`:     `"version": 2`,
		`"parallel-grpc"`:  `"parallel"`,
		`"p95\u003c500ms"`: `"soon"`,
		`"rate": 40,`:      `"rate": -1,`,
		`"duration": 900`:  `"duration": -900`,
		`"batches": 800`:   `"batches": -800`,
	} {
		wrong := strings.Replace(string(text), from, to, 1)
		require.NotEqual(t, string(text), wrong, from)
		_, err := Decode(strings.NewReader(wrong))
		require.Error(t, err, to)
	}
	_, err = Decode(strings.NewReader(strings.Repeat(" ", maxFile+1)))
	require.ErrorContains(t, err, "longer than")
}

// FuzzFindings: what is read can be shown.
func FuzzFindings(f *testing.F) {
	text, err := Encode([]Finding{finding()})
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte(`{"version":1,"limits":[{"strategy":"multi","objective":"p95<1s"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		read, err := Decode(bytes.NewReader(text))
		if err != nil {
			return
		}
		for i := range read {
			require.NotEmpty(t, read[i].Sentence())
		}
	})
}
