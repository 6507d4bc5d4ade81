package record

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"go.k6.io/k6/v2/metrics"
	"go.k6.io/k6/v2/output"

	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// Output records the batches of a run.
type Output struct {
	path string

	mutex  sync.Mutex
	series map[Key]*Series
}

var _ output.Output = (*Output)(nil)

// New makes the output; it is what k6 calls for --out weaviate=FILE.
func New(params output.Params) (output.Output, error) {
	if params.ConfigArgument == "" {
		return nil, errors.New("the output weaviate needs a file: --out weaviate=run.weaviate")
	}
	return &Output{path: params.ConfigArgument, series: make(map[Key]*Series)}, nil
}

// Description implements output.Output.
func (o *Output) Description() string { return "weaviate (" + o.path + ")" }

// Start implements output.Output. It makes sure that the file can be written before the run, not after.
func (o *Output) Start() error {
	if info, err := os.Stat(o.path); err == nil && info.IsDir() {
		return fmt.Errorf("cannot record to %s: it is a folder; name a file", o.path)
	}
	return o.write()
}

// AddMetricSamples implements output.Output.
func (o *Output) AddMetricSamples(containers []metrics.SampleContainer) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	for _, container := range containers {
		if batch, ok := container.(*measure.Batch); ok {
			o.add(batch)
		}
	}
}

func (o *Output) add(batch *measure.Batch) {
	key := Key{batch.Block, batch.Phase, batch.Result.Strategy, batch.Result.Set.SearchType()}
	series := o.series[key]
	if series == nil {
		series = newSeries(key)
		o.series[key] = series
	}
	series.add(batch.Result)
}

// Stop implements output.Output.
func (o *Output) Stop() error { return o.write() }

// write replaces the run file by a whole new one: a run that is killed leaves the last good state.
func (o *Output) write() error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	run := &Run{Version: Version, Series: make([]*Series, 0, len(o.series))}
	for _, series := range o.series {
		run.Series = append(run.Series, series)
	}
	file, err := os.CreateTemp(filepath.Dir(o.path), filepath.Base(o.path)+".*")
	if err != nil {
		return fmt.Errorf("cannot record to %s: %w", o.path, err)
	}
	defer func() { _ = os.Remove(file.Name()) }() // gone already when all went well
	if err := errors.Join(run.Write(file), file.Close()); err != nil {
		return fmt.Errorf("cannot record to %s: %w", o.path, err)
	}
	if err := os.Rename(file.Name(), o.path); err != nil {
		return fmt.Errorf("cannot record to %s: %w", o.path, err)
	}
	return nil
}
