package page

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestScales(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		scale scale
		value float64
		at    float64
	}{
		{"linear", linear{0, 200}, 50, 0.25},
		{"logarithmic", logarithmic{1, 100}, 10, 0.5},
		{"another nine", nines{90, 99.99}, 99, 1.0 / 3},
		{"yet another", nines{90, 99.99}, 99.9, 2.0 / 3},
		{"flipped", flipped{linear{0, 200}}, 50, 0.75},
	} {
		require.InDelta(t, c.at, c.scale.at(c.value), 1e-9, c.name)
	}
}

func texted(a axis) string {
	list := make([]string, len(a.Ticks))
	for i, tick := range a.Ticks {
		list[i] = tick.Text + "@" + tick.At.String()
	}
	return strings.Join(list, " ")
}

func TestAxesEndAtRoundNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		axis axis
		want string
	}{
		{"whole", linearAxis("", 147, 4), "0@0% 50@33.33% 100@66.67% 150@100%"},
		{"parts", linearAxis("", 0.3, 2), "0@0% 0.2@50% 0.4@100%"},
		{"thousands", linearAxis("", 2000, 2), "0@0% 1,000@50% 2,000@100%"},
		{"nothing", linearAxis("", 0, 2), "0@0% 0.5@50% 1@100%"},
		{"decades", logAxis("", 3, 40_000), "10@15.89% 100@38.63% 1,000@61.37% 10,000@84.11%"},
		{"steps of decades", logAxis("", 21, 180), "20@0% 50@39.79% 100@69.9% 200@100%"},
		{"alike", valueAxis("", 60, 57, 26), "0@100% 20@66.67% 40@33.33% 60@0%"},
		{"unlike", valueAxis("", 20, 0, 2000), "20@100% 50@80.1% 100@65.05% 200@50% 500@30.1% 1,000@15.05% 2,000@0%"},
		{"none", valueAxis(""), "0@100% 0.25@75% 0.5@50% 0.75@25% 1@0%"},
	} {
		require.Equal(t, c.want, texted(c.axis), c.name)
	}
	require.Equal(t, "ms (log scale)", logAxis("ms", 1, 100).Label)
}

func TestLabelsDoNotMeet(t *testing.T) {
	t.Parallel()
	a := ratioAxis(0.4, 1.2, 0.7, "")
	require.Contains(t, texted(*a), "0 %@")
	require.Contains(t, texted(*a), "−30 %@", "the limit is always written")
	last, lastOnPhone := math.Inf(-1), math.Inf(-1)
	for _, tick := range a.Ticks {
		require.Greater(t, float64(tick.At)-last, 0.08)
		last = float64(tick.At)
		if !tick.Wide {
			require.Greater(t, float64(tick.At)-lastOnPhone, 0.15)
			lastOnPhone = float64(tick.At)
		}
	}
}

// step is one of a path.
var step = regexp.MustCompile(`([Ml])(-?[\d.]+) ?(-?[\d.]+)`)

// decoded are the places of a path, without what makes lines of one place dots.
func decoded(t *testing.T, path string) [][2]float64 {
	t.Helper()
	var places [][2]float64
	var x, y float64
	for _, m := range step.FindAllStringSubmatch(path, -1) {
		stepX, err := strconv.ParseFloat(m[2], 64)
		require.NoError(t, err)
		stepY, err := strconv.ParseFloat(m[3], 64)
		require.NoError(t, err)
		if m[0] == "l0 0" {
			continue
		}
		if m[1] == "M" {
			x, y = 0, 0
		}
		x, y = x+stepX, y+stepY
		places = append(places, [2]float64{x, y})
	}
	return places
}

func TestPensWriteStepsThatDoNotAddUp(t *testing.T) {
	t.Parallel()
	var p pen
	for i := range 1000 {
		p.to(float64(i)/3000, math.Sin(float64(i)))
	}
	p.lift()
	p.to(0.5, 0.25)
	places := decoded(t, p.String())
	require.Len(t, places, 1001)
	for i := range 1000 {
		require.InDelta(t, float64(i)/3, places[i][0], 0.0501)
		require.InDelta(t, 1000*math.Sin(float64(i)), places[i][1], 0.0501)
	}
	require.True(t, strings.HasSuffix(p.String(), "M500 250l0 0"), "one place is a dot")
	require.Equal(t, "M100 0l100 0l0 1000l-100 0Z", boxes(linear{0, 10}, [][2]float64{{1, 2}}))
}
