package queries_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheFileInTheReadmeIsOne(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllSubmatch(readme, -1)
	require.Len(t, blocks, 1)
	require.Equal(t, []string{"Articles", "Authors", "Notes"}, read(t, blocks[0][1]).Collections())
}
