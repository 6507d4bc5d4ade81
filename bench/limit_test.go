package bench

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/slo"
)

// TestTrialsKeepTheirFiles: a rate that is tried again does not write over what was measured before.
func TestTrialsKeepTheirFiles(t *testing.T) {
	t.Parallel()
	one := &trials{run: make(map[string]int)}
	require.Equal(t, filepath.Join("limits", "vector_rate8"), one.name("vector_rate8"))
	require.Equal(t, filepath.Join("limits", "vector_rate8_2"), one.name("vector_rate8"))
	require.Equal(t, filepath.Join("limits", "vector_rate8_3"), one.name("vector_rate8"))
	require.Equal(t, filepath.Join("limits", "vector_rate8_confirming"), one.name("vector_rate8_confirming"))
}

// TestTellSaysWhatATrialHasShown in words that fit what is known.
func TestTellSaysWhatATrialHasShown(t *testing.T) {
	t.Parallel()
	objective, err := slo.Parse("p95<500ms")
	require.NoError(t, err)
	for says, trial := range map[string]slo.Trial{
		"p95 is 120 ms: holds":                                                              {Duration: 120, Status: slo.Holds},
		"p95 is 900 ms: does not hold: 8 % of them were slow":                               {Duration: 900, Status: slo.Fails, Why: "8 % of them were slow"},
		"p95 is 120 ms: 1 of 40 batches took 500ms or longer, and those are too few to say": {Duration: 120, Batches: 40, Slow: 1, Status: slo.Open},
		"tried again: the client was held":                                                  {Client: "the client was held", Status: slo.Holds},
		"does not hold: the client was held":                                                {Client: "the client was held", Status: slo.Fails, Why: "the client was held"},
	} {
		var out bytes.Buffer
		o := &Options{Progress: &out}
		one := &trials{limit: &LimitOptions{Objective: objective}, progress: &progress{options: o, title: "vector at 8 batches/s for " + (3 * time.Second).String()}}
		one.tell(&trial)
		require.Equal(t, "vector at 8 batches/s for 3s: "+says+"\n", out.String())
	}
}
