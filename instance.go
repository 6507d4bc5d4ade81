package weaviate

import (
	"errors"
	"fmt"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/js/modules"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/schedule"
)

// module is what all VUs of a process share.
type module struct {
	files queryFiles
	names measure.Names // of the collections that calls are about
	tally measure.Tally
}

func newModule() *module { return &module{} }

var _ modules.Module = (*module)(nil)

// NewModuleInstance implements modules.Module.
func (m *module) NewModuleInstance(vu modules.VU) modules.Instance {
	env := vu.InitEnv()
	registered, err := measure.Register(env.Registry)
	if err != nil {
		common.Throw(vu.Runtime(), err)
	}
	return &instance{
		module: m, vu: vu, metrics: registered, env: environment{env.RuntimeOptions.Env, env.LookupEnv},
		schedules: make(map[sobek.Value]*schedule.Schedule),
	}
}

// instance is one VU's view of the module.
type instance struct {
	module  *module
	vu      modules.VU
	metrics *measure.Metrics
	tagger  measure.Tagger
	env     environment

	schedules map[sobek.Value]*schedule.Schedule // behind the objects that scripts made

	constructor *sobek.Object // of clients

	fallback *client // behind the module-level parallelQuery
}

// Exports implements modules.Instance.
func (mi *instance) Exports() modules.Exports {
	rt := mi.vu.Runtime()
	face := rt.NewObject()
	if mi.constructor == nil { // k6 asks for each import
		mi.constructor = rt.ToValue(mi.construct).ToObject(rt)
	}
	named := map[string]any{
		"Client":        mi.constructor,
		"newClient":     mi.newClient,
		"Schedule":      mi.newSchedule,
		"loadQuerySets": mi.loadQuerySets,
		"parallelQuery": mi.parallelQuery,
	}
	for name, value := range named {
		must(rt, face.Set(name, value))
	}
	return modules.Exports{Default: face, Named: named}
}

// parallelQuery searches through a client configured from the environment, which the VU's first call makes.
func (mi *instance) parallelQuery(call sobek.FunctionCall) sobek.Value {
	if mi.fallback == nil {
		mi.fallback = mi.mustClient(sobek.Undefined())
	}
	return mi.fallback.parallelQuery(call)
}

// phase is that of a batch whose call names none. What setup() and teardown() send is not what the test is about: their VU is the one without
// a number.
func (mi *instance) phase() measure.Phase {
	if state := mi.vu.State(); state != nil && state.VUID == 0 {
		return measure.Warmup
	}
	return measure.Measured
}

var errInit = errors.New("searches and writes need a running VU: call this inside the default function, setup() or teardown(), " +
	"not at the top of the script")

// throw ends the call with a JavaScript Error. k6 writes its text to the terminal as it is, and servers may have had a hand in it.
func (mi *instance) throw(format string, args ...any) {
	err := fmt.Errorf(format, args...)
	if text := err.Error(); fanout.Plain(text) != text {
		err = errors.New(fanout.Plain(text))
	}
	common.Throw(mi.vu.Runtime(), err)
}

func must(rt *sobek.Runtime, err error) {
	if err != nil {
		common.Throw(rt, err)
	}
}

// environment looks up variables: those given by -e first, then the process's own.
type environment struct {
	given  map[string]string
	lookup func(string) (string, bool)
}

func (e environment) get(name, fallback string) string {
	if value := e.given[name]; value != "" {
		return value
	}
	if e.lookup != nil {
		if value, ok := e.lookup(name); ok && value != "" {
			return value
		}
	}
	return fallback
}
