package bench

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// TestTheEndOfALogIsKeptInMind: it says what went wrong when there was no room for it on the disk.
func TestTheEndOfALogIsKeptInMind(t *testing.T) {
	t.Parallel()
	log := &testLog{file: fullDisk{}}
	for i := range 10_000 {
		n, err := fmt.Fprintf(log, "line %d\n", i)
		require.NoError(t, err)
		require.Equal(t, len(fmt.Sprintf("line %d\n", i)), n)
	}
	require.Equal(t, "line 9998\nline 9999", log.last(2))
	require.LessOrEqual(t, len(log.end), keptLog)
	require.Equal(t, "one", (&testLog{file: &strings.Builder{}, end: []byte("one\n")}).last(5))
}
