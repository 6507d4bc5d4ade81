package page

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/report"
)

// visit is a page as somebody sees it.
type visit struct {
	Path       string `json:"path"`
	Width      int    `json:"width"`
	Height     int    `json:"height,omitempty"`
	Scheme     string `json:"scheme,omitempty"`
	Media      string `json:"media,omitempty"`
	Script     *bool  `json:"script,omitempty"`
	Screenshot string `json:"screenshot,omitempty"`
}

// sight is what they find there.
type sight struct {
	// Said are errors, warnings, and whatever else went wrong.
	Said       []string `json:"said"`
	Beyond     []string `json:"beyond"`
	Collisions []string `json:"collisions"`
	Background string   `json:"background"`
	Verdicts   []string `json:"verdicts"`
	// Series is how much is seen of a strategy in the distributions, before it is switched off, while it is, and after.
	Series []int `json:"series"`
	// Panels says which panels of the anatomy and the time lines are seen, before and after another is chosen.
	Panels [][]bool `json:"panels"`
	// Tip is what the pointer finds at the median.
	Tip string `json:"tip"`
}

// chromium is where the browser is.
func chromium(t *testing.T) string {
	t.Helper()
	names := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	require.FailNow(t, "There is no browser to open the page with: install Chromium (Debian and Ubuntu: apt-get install chromium; macOS: "+
		"brew install --cask chromium), so that one of "+strings.Join(names, ", ")+" is in PATH.")
	return ""
}

// see visits pages with k6's own browser module, in one browser.
func see(t *testing.T, visits ...visit) []sight {
	t.Helper()
	asked, err := json.Marshal(visits)
	require.NoError(t, err)
	script, err := filepath.Abs(filepath.Join("testdata", "browser.js"))
	require.NoError(t, err)
	result := k6run.Run(t, k6run.Options{
		Dir: t.TempDir(),
		Env: []string{
			"VISITS=" + string(asked), "K6_BROWSER_EXECUTABLE_PATH=" + chromium(t), "K6_BROWSER_HEADLESS=true",
			"K6_BROWSER_ARGS=no-sandbox,force-color-profile=srgb", // the pages are our own
		},
	}, "run", "--quiet", "--log-format", "raw", script)
	var sights []sight
	for _, line := range strings.Split(result.Stderr, "\n") {
		if strings.HasPrefix(line, "{") {
			var s sight
			require.NoError(t, json.Unmarshal([]byte(line), &s), line)
			sights = append(sights, s)
		}
	}
	require.Len(t, sights, len(visits), "%s\n%s", result.Stdout, result.Stderr)
	return sights
}

// saved writes the page of a report and says where.
func saved(t *testing.T, name string, r *report.Report) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name+".html")
	require.NoError(t, os.WriteFile(path, []byte(written(t, r)), 0o644))
	return path
}

// The widths of a phone, a desk, and paper (A4 without its margins).
const (
	phone = 360
	desk  = 1280
	paper = 700
)

func TestPageInABrowser(t *testing.T) {
	t.Parallel()
	without := false
	usual := saved(t, "usual", example(t))
	sights := see(t,
		visit{Path: usual, Width: desk},
		visit{Path: usual, Width: phone, Scheme: "dark"},
		visit{Path: usual, Width: paper, Media: "print", Scheme: "dark"},
		visit{Path: usual, Width: desk, Script: &without},
	)
	for i, s := range sights {
		require.Empty(t, s.Said, "visit %d", i)
		require.Empty(t, s.Beyond, "visit %d", i)
		require.Empty(t, s.Collisions, "visit %d", i)
		require.Equal(t, []string{"parallel-graphql FAIL", "parallel-grpc PASS", "parallel-graphql FAIL", "parallel-grpc PASS"}, s.Verdicts)
		require.Positive(t, s.Series[0])
		require.Equal(t, []int{s.Series[0], 0, s.Series[0]}, s.Series, "a legend switches its strategy, with and without a script")
		if i == 2 {
			require.Len(t, s.Panels[0], 4)
			require.NotContains(t, s.Panels[0], false, "on paper nobody can choose: there is every test")
			continue
		}
		require.Equal(t, []bool{true, false}, s.Panels[0][:2])
		require.Equal(t, []bool{false, true}, s.Panels[1][:2], "and so do the buttons of panels")
	}
	require.Equal(t, []bool{false, true}, sights[0].Panels[1][2:], "who looks at one test looks at it in all sections")
	require.Equal(t, []bool{true, false}, sights[3].Panels[1][2:], "which takes a script")
	require.Equal(t, "rgb(255, 255, 255)", sights[0].Background)
	require.Equal(t, "rgb(20, 24, 29)", sights[1].Background)
	require.Equal(t, "rgb(255, 255, 255)", sights[2].Background, "paper is white")
	load := &example(t).Tests[0].Loads[0]
	for i := range load.Results {
		r := &load.Results[i]
		require.Contains(t, sights[0].Tip, string(r.Strategy)+": "+r.Duration.P50.Text()+" ms")
	}
	require.True(t, strings.HasPrefix(sights[0].Tip, "p50\n"), sights[0].Tip)
	require.Empty(t, sights[3].Tip)
}

func TestOtherPagesInABrowser(t *testing.T) {
	t.Parallel()
	var visits []visit
	for name, r := range map[string]*report.Report{"hostile": hostile(t), "sweep": swept(t), "comparison": beforeAndAfter(t), "recall": recalling(t), "recall before and after": recallBeforeAndAfter(t)} {
		path := saved(t, name, r)
		visits = append(visits, visit{Path: path, Width: phone}, visit{Path: path, Width: desk, Scheme: "dark"})
	}
	for i, s := range see(t, visits...) {
		require.Empty(t, s.Said, visits[i])
		require.Empty(t, s.Beyond, visits[i])
		require.Empty(t, s.Collisions, visits[i])
	}
}
