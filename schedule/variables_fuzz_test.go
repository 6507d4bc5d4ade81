package schedule

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// FuzzVariables makes a schedule of whatever the environment says: an error, or one that is bounded, ends, and measures something.
func FuzzVariables(f *testing.F) {
	for _, seed := range []string{
		"", "USERS=1,2,5;STRATEGY=multi,parallel-grpc", "STRATEGY=multi,parallel-grpc;ROUNDS=3;BLOCK=1s;WARMUP=100ms;DRAIN=100ms", "RATE=50;RUN_TIME=10s",
		"ROUNDS=9223372036854775807;STRATEGY=multi,bulk", "STRATEGY=multi,bulk;BLOCK=1ns;WARMUP=0s;DRAIN=0s;RUN_TIME=1000h", "SPAWN_RATE=1e-300",
		"SPAWN_RATE=NaN", "SPAWN_RATE=Inf", "USERS=99999999999999999999", "USERS=1,2,2", "BLOCK=106751d;STRATEGY=multi,bulk;WARMUP=106000d;DRAIN=106000d",
		"STRATEGY=multi,multi", "STRATEGY=,", "SEED=-1", "RUN_TIME=-5m", "SETTLE=1e9d",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, settings string) {
		set := make(map[string]string)
		for _, setting := range strings.Split(settings, ";") {
			name, value, _ := strings.Cut(setting, "=")
			set[name] = value
		}
		s, err := Read(func(name string) string { return set[name] })
		if err != nil {
			return
		}
		blocks := s.Blocks()
		require.LessOrEqual(t, len(blocks), maxBlocks)
		require.Positive(t, s.Length())
		require.GreaterOrEqual(t, s.Ramp(), time.Duration(0))
		for _, strategy := range s.Options().Strategies {
			require.Positive(t, s.Measured(strategy), "%s", settings)
		}
		require.Equal(t, len(blocks), len(s.Plan().Blocks))
		for _, at := range []time.Duration{0, s.Length() / 2, s.Length() - 1, s.Length() + time.Hour} {
			moment := s.At(at)
			require.Contains(t, []measure.Phase{measure.Ramp, measure.Warmup, measure.Measured}, moment.Phase)
			require.Less(t, moment.Block, max(1, len(blocks)))
		}
	})
}
