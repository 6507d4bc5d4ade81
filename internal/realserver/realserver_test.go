package realserver

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// asVictim makes this test binary a process that starts a server and is killed.
const asVictim = "XK6_WEAVIATE_TEST_AS_VICTIM"

func TestMain(m *testing.M) {
	if os.Getenv(asVictim) == "" {
		os.Exit(Tests(m).Run())
	}
	s, err := start(nil)
	if err != nil {
		panic(err)
	}
	_, _ = os.Stdout.WriteString(s.URL)
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
}

func get(t *testing.T, url string) (int, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	return reply.StatusCode, reply.Body.Close()
}

func TestTheServerAnswersAndEndsWithTheTest(t *testing.T) { //nolint:tparallel // what follows the subtest needs it ended
	t.Parallel()
	var s *Server
	ran := t.Run("running", func(t *testing.T) {
		s = Start(t, "MAXIMUM_ALLOWED_COLLECTIONS_COUNT=7")
		for _, url := range []string{s.URL + "/v1/.well-known/ready", s.MetricsURL} {
			status, err := get(t, url)
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, status)
		}
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.GRPC)
		require.NoError(t, err)
		require.NoError(t, conn.Close())
		require.DirExists(t, s.folder)
	})
	require.True(t, ran)
	_, err := get(t, s.URL)
	require.Error(t, err, "it must be gone")
	require.NoDirExists(t, s.folder)
}

func TestSharedIsOneServer(t *testing.T) {
	t.Parallel()
	first := Shared(t)
	require.Same(t, first, Shared(t))
	status, err := get(t, first.URL+"/v1/meta")
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
}

func TestTheServerEndsWithAKilledTest(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	require.NoError(t, err)
	victim := exec.CommandContext(t.Context(), self)
	folder := t.TempDir()
	victim.Env = append(os.Environ(), asVictim+"=1", "TMPDIR="+folder)
	url, err := victim.Output()
	require.ErrorContains(t, err, "killed")
	require.NotEmpty(t, url)
	require.Eventually(t, func() bool {
		left, err := os.ReadDir(folder)
		return err == nil && len(left) == 0
	}, time.Minute, 50*time.Millisecond)
	_, err = get(t, string(url))
	require.Error(t, err, "it must be gone")
}

func TestAMissingServerSaysHowToGetOne(t *testing.T) {
	t.Setenv(variable, filepath.Join(t.TempDir(), "weaviate-server"))
	_, err := start(nil)
	require.ErrorContains(t, err, "run `make server`, or set XK6_WEAVIATE_SERVER")
}

func TestAServerThatDoesNotStartLeavesNothing(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	_, err := start([]string{"PERSISTENCE_LSM_MAX_SEGMENT_SIZE=nonsense"})
	require.ErrorContains(t, err, "cannot start")
	require.ErrorContains(t, err, "could not load config", "the server's own words")
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	require.NoError(t, err)
	require.Empty(t, left)
}
