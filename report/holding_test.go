package report

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTiesHaveNoSlowest: of members that are alike, the order in which they are sent makes one complete last most often.
func TestTiesHaveNoSlowest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		holding Holding
		stands  bool
		why     string
	}{
		"a tie":                           {Holding{Share: Known(0.54), Margin: Known(0.010), With: Known(45), Without: Known(44.99)}, false, "none stands out"},
		"a margin":                        {Holding{Share: Known(0.54), Margin: Known(0.44), With: Known(45), Without: Known(44.99)}, true, ""},
		"a tail that it makes":            {Holding{Share: Known(0.02), Margin: Known(0.1), With: Known(45), Without: Known(40)}, true, ""},
		"a margin, too few for a tail":    {Holding{Share: Known(0.54), Margin: Known(0.44)}, true, ""},
		"no margin, too few for a tail":   {Holding{Share: Known(0.54), Margin: Known(0.01)}, false, "none stands out"},
		"too few for a margin and a tail": {Holding{Share: Known(0.54)}, false, "unknown"},
	} {
		c.holding.Collection = "SongLyrics"
		r := Result{Duration: Summary{P50: Known(42.7)}, Holding: []Holding{c.holding}}
		slowest, why := r.Slowest()
		require.Equal(t, c.stands, slowest != nil, name)
		require.Equal(t, c.why, why, name)
	}
	_, why := (&Result{}).Slowest()
	require.Equal(t, "–", why, "what does not fan out cannot know")
}

// TestTheGuideLeavesTheNoiseFloorItsPlace: whether an effect is one, its interval says. (TestSimulationFloor of the package verdict has why.)
func TestTheGuideLeavesTheNoiseFloorItsPlace(t *testing.T) {
	t.Parallel()
	for _, term := range guide() {
		if term.Name == "noise floor" {
			require.NotContains(t, term.Text, "cannot be told from none")
			require.Contains(t, term.Text, "its own interval says")
		}
	}
}
