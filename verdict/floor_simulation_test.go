package verdict

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// An effect as small as the noise floor may be one all the same: its own interval says whether it is, and is right as often as it says.
func TestSimulationFloor(t *testing.T) {
	t.Parallel()
	const benches, rounds, ratio = 2000, 7, 0.95
	random := rand.New(rand.NewPCG(43, 0))
	s := simulation{rounds: rounds, shape: correlated, noise: 0.05, ratios: gain(ratio)}
	held, sure, within := 0, 0, 0
	for range benches {
		test := s.run(random)
		e, floor := Compare(test, P50, fanout.ParallelGRPC, fanout.Multi, 0.95), NoiseFloor(test, P50, 0.95)
		if e.Log.holds(math.Log(ratio)) {
			held++
		}
		if e.Log.Upper < 0 {
			sure++
			if floor.Log.holds(e.Log.Estimate) {
				within++
			}
		}
	}
	f := &figures{}
	f.row("%-58s %8s %8s %8s", "a true effect of 5 %, blocks ±5 %, 7 rounds", "held %", "sure %", "of those within the floor %")
	f.row("%-58s %8.1f %8.1f %8.1f", "", share(held, benches), share(sure, benches), share(within, sure))
	f.print(t)
	require.InDelta(t, 95, share(held, benches), 2)
	require.Greater(t, share(within, sure), 30.0, "being within the floor says nothing against an effect")
}
