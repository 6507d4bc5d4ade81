package schedule

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// TestThePlanMeasuresAsLongAsTheSchedule: what a run file divides by is what was measured, in every kind of run.
func TestThePlanMeasuresAsLongAsTheSchedule(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]map[string]string{
		"users":  {"STRATEGY": "parallel-grpc", "USERS": "10", "SPAWN_RATE": "5", "RUN_TIME": "30s"},
		"a rate": {"STRATEGY": "parallel-grpc", "RATE": "5", "WARMUP": "500ms", "RUN_TIME": "3500ms"},
		"blocks": {"STRATEGY": "multi,parallel-grpc", "USERS": "10", "ROUNDS": "6"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := Read(func(name string) string { return settings[name] })
			require.NoError(t, err)
			plan := s.Plan()
			blocks := 1
			if len(plan.Blocks) > 0 {
				blocks = 6
			}
			require.Equal(t, s.Measured(fanout.ParallelGRPC), plan.Measured()*time.Duration(blocks))
		})
	}
}
