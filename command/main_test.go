package command_test

import (
	"testing"

	_ "github.com/xk6-weaviate/xk6-weaviate" // registers the command
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/realserver"
)

func TestMain(m *testing.M) { k6run.Main(realserver.Tests(m)) }
