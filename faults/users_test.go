//go:build linux

package faults_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

const (
	// usersCount is how many users search: one by each strategy.
	usersCount = 5
	// batchLimit is their limit of a batch, and shortLimit where it is to be met. Healthy batches take a hundredth of it.
	batchLimit = 30 * time.Second
	shortLimit = 8 * time.Second
	// patience bounds each stage. It is no measure of anything: it ends a test whose users are stuck.
	patience = time.Minute
)

// told is what a user told of a batch.
type told struct {
	User     int
	Strategy fanout.Strategy
	Outcome  fanout.Outcome
	Duration float64 // milliseconds
	Failures []struct {
		Category fanout.Category
		Error    string
	}
}

// users are those of one k6, as they tell.
type users struct {
	server *httptest.Server

	mutex sync.Mutex
	all   []told
	over  bool
}

func newUsers(t *testing.T) *users {
	t.Helper()
	u := &users{}
	u.server = httptest.NewServer(u)
	t.Cleanup(u.server.Close)
	return u
}

// ServeHTTP implements http.Handler.
func (u *users) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var batch told
	if err := json.NewDecoder(r.Body).Decode(&batch); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	u.mutex.Lock()
	defer u.mutex.Unlock()
	u.all = append(u.all, batch)
	if u.over {
		_, _ = w.Write([]byte("end"))
	}
}

// end has the users end.
func (u *users) end() {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	u.over = true
}

// ended says whether they were to end.
func (u *users) ended() bool {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	return u.over
}

// now is a moment, in what was told so far.
func (u *users) now() int {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	return len(u.all)
}

// since is what was told after a moment.
func (u *users) since(moment int) []told {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	return slices.Clone(u.all[moment:])
}

// await waits until each user of whom it is expected has told of a batch after a moment that is as it should be. What a user told
// first was under way by then, and may have been spared.
func (u *users) await(moment int, what string, expected func(fanout.Strategy) bool, as func(*told) bool) error {
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		seen, all := make(map[int]bool), make(map[int]told)
		batches := u.since(moment)
		for i := range batches {
			all[batches[i].User] = batches[i]
			seen[batches[i].User] = seen[batches[i].User] || as(&batches[i])
		}
		missing := 0
		for user := 1; user <= usersCount; user++ {
			if expected(strategyOf(user)) && !seen[user] {
				missing = user
			}
		}
		if missing == 0 {
			return nil
		}
		if u.ended() || time.Now().After(end) {
			return fmt.Errorf("user %d, who searches by %s, saw nothing that %s; the last it told: %+v",
				missing, strategyOf(missing), what, all[missing])
		}
	}
}

// strategyOf is a user's strategy, as the script has it.
func strategyOf(user int) fanout.Strategy {
	return []fanout.Strategy{
		fanout.Multi, fanout.ParallelGRPC, fanout.Bulk, fanout.SequentialGRPC, fanout.ParallelGraphQL,
	}[user%5]
}

func full9(b *told) bool { return b.Outcome == fanout.Full }

// outage is what happens while users search.
type outage struct {
	url, grpc string // where they search
	fresh     bool   // every request has a connection of its own
	// struck says whose batches meet it.
	struck func(fanout.Strategy) bool
	// begin begins it, end ends it; without an end it is over at once.
	begin, end func() error
	// as says what its batches are like, and what says it in words.
	as   func(*told) bool
	what string
	// categories are those that failures may have.
	categories []fanout.Category
}

// play has users search, lets the outage begin once all is well, end once all who are struck have met it, and the users end once
// all is well again, which takes as long as it says.
func (o *outage) play(t *testing.T) time.Duration {
	t.Helper()
	u := newUsers(t)
	var recovery time.Duration
	var begun int
	played := make(chan error, 1)
	go func() {
		err := func() error {
			if err := u.await(0, "succeeds", everybody, full9); err != nil {
				return err
			}
			begun = u.now()
			if err := o.begin(); err != nil {
				return err
			}
			if err := u.await(begun, o.what, o.struck, o.as); err != nil {
				return err
			}
			if o.end != nil {
				if err := o.end(); err != nil {
					return err
				}
			}
			since, ended := time.Now(), u.now()
			err := u.await(ended, "succeeds again", everybody, full9)
			recovery = time.Since(since)
			return err
		}()
		u.end()
		played <- err
	}()
	path := filepath.Join(t.TempDir(), "run.weaviate")
	limit, struck := batchLimit, []string{}
	for _, strategy := range fanout.Strategies() {
		if o.struck(strategy) {
			struck = append(struck, string(strategy))
		}
	}
	if slices.Contains(o.categories, fanout.CategoryTimeout) {
		limit = shortLimit
	}
	queries, err := filepath.Abs("../queries/mixed.json")
	require.NoError(t, err)
	result := k6run.Run(t, k6run.Options{Env: []string{
		"WEAVIATE_URL=" + o.url, "WEAVIATE_GRPC=" + o.grpc, "CONTROL=" + u.server.URL, "QUERIES=" + queries,
		fmt.Sprint("USERS=", usersCount), "BATCH_LIMIT=" + batchLimit.String(), "STRUCK_LIMIT=" + limit.String(),
		"STRUCK=" + strings.Join(struck, ","), fmt.Sprint("FRESH=", o.fresh),
	}}, "run", "--quiet", "--summary-mode", "disabled", "--out", "weaviate="+path, "users.js")
	u.end() // k6 may have ended by itself
	require.NoError(t, <-played, "k6 said:\n%s", result.Stderr)
	require.Zero(t, result.ExitCode, result.Stderr)
	require.NotContains(t, result.Stderr, "panic")
	o.check(t, u, begun, readRun(t, path))
	return recovery
}

func everybody(fanout.Strategy) bool { return true }

// check holds the record against what the users told, and that against what was to happen.
func (o *outage) check(t *testing.T, u *users, begun int, run *record.Run) {
	t.Helper()
	require.True(t, run.Complete())
	require.Zero(t, run.Lost())
	require.Equal(t, run.Processes[0].Batches, run.Processes[0].Dispatched)
	require.EqualValues(t, len(u.all), run.Batches(), "what was told and what was recorded")
	wantOutcomes, wantCategories := make(map[fanout.Outcome]int64), make(map[fanout.Category]int64)
	for i := range u.all {
		b := &u.all[i]
		wantOutcomes[b.Outcome]++
		for _, f := range b.Failures {
			wantCategories[f.Category]++
			require.True(t, o.struck(b.Strategy), "%s was not to be struck: %s", b.Strategy, f.Error)
			require.Contains(t, o.categories, f.Category, "%s: %s", b.Strategy, f.Error)
			require.GreaterOrEqual(t, i, begun, "it failed before the outage")
		}
	}
	outcomes, categories := make(map[fanout.Outcome]int64), make(map[fanout.Category]int64)
	for _, s := range run.Series {
		for outcome, n := range s.Outcomes {
			outcomes[outcome] += n
		}
		for _, c := range s.Collections {
			for category, failure := range c.Failures {
				categories[category] += failure.Count
			}
		}
	}
	require.Equal(t, len(o.categories) > 0, len(wantCategories) > 0, "%v", wantCategories)
	require.Equal(t, wantOutcomes, outcomes)
	require.Equal(t, wantCategories, categories)
}
