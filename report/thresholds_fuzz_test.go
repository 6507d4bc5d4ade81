package report

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// FuzzThresholds sets every threshold to what somebody typed: an error, or limits that are numbers and can be written and read again.
func FuzzThresholds(f *testing.F) {
	for _, seed := range []string{"30%", "0.3", "1.5", "-20%", "", "%", "NaN", "Inf", "1e999", "1e300%", "0x1p-2", "5", " 7 ", "−3%", "1_000"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for i, flag := range Flags() {
			limits := verdict.DefaultThresholds()
			if flag.Set(&limits, text) != nil || limits.Validate() != nil {
				continue
			}
			value := flag.get(&limits)
			require.False(t, math.IsNaN(value) || math.IsInf(value, 0), "--%s %q", flag.Name, text)
			require.NoError(t, Flags()[i].Set(&limits, flag.Value(&limits)), "--%s %q", flag.Name, text)
		}
	})
}
