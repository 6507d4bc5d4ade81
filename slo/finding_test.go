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
		Result: Result{Rate: 40, Confirmed: true, Next: 42, Why: "7.1 % of 1260 batches took 500ms or longer, and 5 % may", Trials: []Trial{
			{Rate: 80, Seconds: 10, Batches: 800, Slow: 400, Failed: 2, Duration: 900, Status: Fails, Why: "50.0 % of 800 batches took 500ms or longer, and 5 % may"},
			{Rate: 40, Seconds: 10, Batches: 400, Duration: 440, Status: Holds},
			{Rate: 42, Seconds: 30, Confirms: true, Batches: 1260, Slow: 90, Duration: 510, Status: Fails, Why: "7.1 % of 1260 batches took 500ms or longer, and 5 % may"},
			{Rate: 40, Seconds: 30, Confirms: true, Batches: 1200, Slow: 10, Duration: 450, Status: Holds},
			{Rate: 40, Seconds: 30, Confirms: true, Batches: 1200, Duration: 800, Client: "the client is the limit", Status: Holds},
		}},
	}
}

func TestSentence(t *testing.T) {
	t.Parallel()
	f := finding()
	require.InDelta(t, 450, f.At().Duration, 0, "the longer trial counts, and one in which the client was the limit does not")
	require.Equal(t, "40 batches a second keep to p95<500ms, also for longer. At 42, 7.1 % of 1260 batches took 500ms or longer, and 5 % may.", f.Sentence())
	few, equal := f.Trials[3], f.Trials[3]
	few.Batches, few.Duration, equal.Duration = 100, 490, 300
	f.Trials = append(f.Trials, few, equal)
	require.InDelta(t, 450, f.At().Duration, 0, "of several, what most batches say, or else what is worse")
	f.Client, f.Why = true, "the client, and not Weaviate, is the limit: it used 97 % of its cores"
	require.Contains(t, f.Sentence(), "At 42, the client, and not Weaviate, is the limit: it used 97 % of its cores. Weaviate may carry more.")
	f.Rate = 0
	require.Equal(t, "Nothing is known of Weaviate: at 42, the client, and not Weaviate, is the limit: it used 97 % of its cores.", f.Sentence())
	f = finding()
	f.Confirmed, f.Open = false, "1200 batches in 30 s are too few to be sure, and it takes about 800 more"
	require.Contains(t, f.Sentence(), "40 batches a second may keep to p95<500ms, which is not confirmed: 1200 batches in 30 s are too few")
	require.Contains(t, f.Sentence(), "about 800 more. At 42, 7.1 %")
	f.Rate = 0
	require.Contains(t, f.Sentence(), "No rate was found that keeps to p95<500ms: 1200 batches in 30 s are too few")
	f.Open = ""
	require.Contains(t, f.Sentence(), "Not one batch a second keeps to p95<500ms. At 42,")
	require.Nil(t, f.At())
	f.Rate, f.Most, f.Next, f.Confirmed = MostRate, true, 0, true
	require.Equal(t, "It carries 10000 batches a second, more than which is not tried.", f.Sentence())
}

func TestFindingsComeBack(t *testing.T) {
	t.Parallel()
	text, err := Encode([]Finding{finding()})
	require.NoError(t, err)
	read, err := Decode(bytes.NewReader(text))
	require.NoError(t, err)
	require.Equal(t, []Finding{finding()}, read)
	for from, to := range map[string]string{
		`"version": 2`:     `"version": 1`,
		`"parallel-grpc"`:  `"parallel"`,
		`"p95\u003c500ms"`: `"soon"`,
		`"rate": 40,`:      `"rate": -1,`,
		`"duration": 900`:  `"duration": -900`,
		`"batches": 800`:   `"batches": 399`,
		`"slow": 400`:      `"slow": 1`,
		`"failed": 2`:      `"failed": -2`,
		`"seconds": 10`:    `"seconds": -10`,
		`"next": 42`:       `"next": -42`,
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
	f.Add([]byte(`{"version":2,"limits":[{"strategy":"multi","objective":"p95<1s"}]}`))
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
