package verdict

import (
	"fmt"
	"os"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// docs/method.md has the same names and the same limits as the code.
func TestMethodIsDescribed(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/method.md")
	require.NoError(t, err)
	described := func(what string) {
		t.Helper()
		require.Regexp(t, "(?m)"+what, string(text))
	}
	defaults := reflect.ValueOf(DefaultThresholds())
	for i := range defaults.NumField() {
		described("\\| `" + defaults.Type().Field(i).Name + fmt.Sprintf("` \\| %v \\|", defaults.Field(i)))
	}
	thresholds := DefaultThresholds()
	thresholds.MinRecall = 0.9
	test := both([]float64{1}, []float64{1})
	test.Rate = 1
	v := judge(test, fanout.ParallelGRPC, thresholds)
	require.Len(t, v.Criteria, 9, "all, with those of an open loop and recall")
	require.Len(t, v.Checks, 18, "all, with recall")
	for _, c := range v.Criteria {
		described("^\\| `" + c.Name + "`")
	}
	for _, c := range v.Checks {
		described("^\\| `" + c.Name + "` \\|")
	}
	described("^\\| `parts` \\|") // of runs that several processes shared
	for _, status := range []Status{Pass, Fail, Inconclusive, Invalid, Unknown} {
		described("`" + string(status) + "`")
	}
}
