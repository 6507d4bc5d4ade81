package weaviate

import (
	"fmt"
	"time"

	"github.com/grafana/sobek"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// batchParams are what a call may say about its batch.
type batchParams struct {
	strategy fanout.Strategy
	phase    measure.Phase
	block    int
	blockEnd time.Time // zero unless a moment says it
	tags     map[string]string
	// ids asks for the ids of the objects found, which are read once the batch was timed.
	ids bool
}

// read reads the params of a call of the method.
func (p *batchParams) read(value sobek.Value, m method) error {
	if isMissing(value) {
		return nil
	}
	if now, ok := handle[*momentObject](value); ok {
		if m.strategy == "" {
			p.strategy = now.moment.Strategy
		}
		p.phase, p.block, p.blockEnd = now.moment.Phase, now.moment.Block, now.blockEnd
		return nil
	}
	var phase string
	read := fields{
		"tags":  readStringMap(&p.tags),
		"phase": readString(&phase),
		"block": readCount(&p.block, 0),
		"ids":   readBool(&p.ids),
	}
	if m.strategy == "" {
		read["strategy"] = readStrategy(&p.strategy)
	}
	if err := readObject("the params", value, read); err != nil {
		return err
	}
	if phase == "" {
		return nil
	}
	names := make([]string, 0, len(measure.Phases()))
	for _, known := range measure.Phases() {
		if phase == string(known) {
			p.phase = known
			return nil
		}
		names = append(names, string(known))
	}
	return fmt.Errorf("unknown phase %q%s The phases are %v", phase, fanout.DidYouMean(phase, names), names)
}
