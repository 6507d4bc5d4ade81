package command

import (
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
)

func TestTheGRPCAddressOfTheEnvironmentGoesWithItsURL(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"of-env:1":  nil,
		"":          {"--url", "http://elsewhere:8080"},
		"of-flag:2": {"--url", "http://elsewhere:8080", "--grpc", "of-flag:2"},
	} {
		f := &queriesFlags{set: pflag.NewFlagSet("", pflag.ContinueOnError)}
		f.set.StringVar(&f.cluster.URL, "url", "http://of-env:8080", "")
		f.set.StringVar(&f.cluster.GRPC, "grpc", "of-env:1", "")
		require.NoError(t, f.set.Parse(args))
		_, err := f.check()
		require.NoError(t, err)
		require.Equal(t, want, f.cluster.GRPC)
	}
}
