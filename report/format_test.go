package report

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

func TestFiguresHaveTheDigitsThatAreKnown(t *testing.T) {
	t.Parallel()
	for value, text := range map[float64]string{
		0: "0", 0.052: "0.052", 0.9996: "1.00", 1.234: "1.23", 9.996: "10.0", 43.52: "43.5", 99.96: "100", 532.4: "532", 1234.5: "1,234",
		1235.5: "1,236", 30000: "30,000", 12345678: "12,345,678", -1234: "-1,234",
	} {
		require.Equal(t, text, Known(value).Text())
	}
	require.Equal(t, "unknown", Number{}.Text())
	for value, text := range map[float64]string{
		0: "0 %", 0.0012: "0.12 %", 0.01: "1.0 %", 0.123: "12 %", 1: "100 %", 0.0995: "10 %", 0.62: "62 %",
	} {
		require.Equal(t, text, Known(value).Percent())
	}
	require.Equal(t, "unknown", Number{}.Percent())
	require.Equal(t, "995 MB", Known(995e6).Bytes())
	require.Equal(t, "12.0 kB", Known(12000).Bytes())
	require.Equal(t, "unknown", Number{}.Bytes())
	for value, digits := range map[float64]float64{0.123456: 0.1235, 123456: 123500, 43.5249: 43.52, 1.0: 1, 0: 0, 99.996: 100, 1.0625: 1.062} {
		require.InDelta(t, digits, significant(value, 4), 1e-12, "%v, half to even", value)
	}
	require.Equal(t, "−42 % (−46 % to −38 %)", change(verdict.Interval{Estimate: 0.58, Lower: 0.54, Upper: 0.62}))
	require.Equal(t, "+0.4 % (−3.0 % to +12 %)", change(verdict.Interval{Estimate: 1.004, Lower: 0.97, Upper: 1.12}))
	require.Equal(t, "0 % (−0.3 % to +0.3 %)", change(verdict.Interval{Estimate: 1.0001, Lower: 0.997, Upper: 1.003}))
}

func TestUnknownFiguresAreNullInJSON(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal([]Number{{}, Known(0), Known(1.5), Known(30000), Known(math.NaN()), Known(1e-4)})
	require.NoError(t, err)
	require.Equal(t, "[null,0,1.5,30000,null,0.0001]", string(text))
	var read []Number
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, []Number{{}, Known(0), Known(1.5), Known(30000), {}, Known(1e-4)}, read)
	require.Error(t, json.Unmarshal([]byte(`["1"]`), &read))
}

func TestListsOfNumbersTakeOneLine(t *testing.T) {
	t.Parallel()
	for text, joined := range map[string]string{
		"{\n  \"a\": [\n    1,\n    null,\n    -2.5\n  ],\n  \"b\": 1\n}\n": "{\n  \"a\": [1,null,-2.5],\n  \"b\": 1\n}\n",
		"{\n  \"a\": [\n    \"1\",\n    \"[\"\n  ],\n  \"b\": []\n}\n":      "{\n  \"a\": [\n    \"1\",\n    \"[\"\n  ],\n  \"b\": []\n}\n",
		"[\n  [\n    1\n  ],\n  [\n    2\n  ]\n]\n":                         "[\n  [1],\n  [2]\n]\n",
	} {
		require.Equal(t, joined, string(joinNumbers([]byte(text))))
	}
}
