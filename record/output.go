package record

import (
	"errors"
	"sync"
	"syscall"
	"time"

	"github.com/sirupsen/logrus"
	"go.k6.io/k6/v2/errext"
	"go.k6.io/k6/v2/errext/exitcodes"
	"go.k6.io/k6/v2/metrics"
	"go.k6.io/k6/v2/output"

	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

const (
	// writeEvery is how often the run file is written; besides, it is written whenever a block has ended.
	writeEvery = 10 * time.Second
	// writeShare bounds the part of the time that is spent on writing to a twentieth, unless that would be less than once in
	// writeAtLeast.
	writeShare   = 20
	writeAtLeast = time.Minute
	// lastPatience bounds how long the last state waits for a descriptor: idle connections are closed before.
	lastPatience = 20 * time.Second
	// exitFailed is k6's exit status when the run could not be recorded.
	exitFailed exitcodes.ExitCode = 1

	variableMetricsURL = "WEAVIATE_METRICS_URL"

	// VariableParent names the process, by its number, that k6 is a child of and must not outlive: a bench that was killed cannot
	// tell its test to end, and a test that nobody waits for would go on loading the cluster.
	VariableParent = "XK6_WEAVIATE_PARENT"
	// parentPoll is how often it is looked for.
	parentPoll = time.Second
)

// Output records the batches of a run.
type Output struct {
	path     string
	logger   logrus.FieldLogger
	clean    *cleaner
	process  *Process
	recorder *recorder
	client   *clientWatch
	server   *serverWatch // nil when there is no server to ask
	store    *store
	file     *file

	parent         string          // the number of the process that k6 must not outlive; empty for none
	users, dropped *metrics.Metric // k6's own
	stopRun        func(error)

	blockEnded chan struct{}
	stop       chan struct{}
	watches    sync.WaitGroup
}

var (
	_ output.WithTestRunStop       = (*Output)(nil)
	_ output.WithStopWithTestError = (*Output)(nil)
	_ output.WithBuiltinMetrics    = (*Output)(nil)
)

// New makes the output; it is what k6 calls for --out weaviate=FILE.
func New(params output.Params) (output.Output, error) {
	if params.ConfigArgument == "" {
		return nil, errors.New("the output weaviate needs a file: --out weaviate=run.weaviate")
	}
	now := time.Now()
	clean := newCleaner(params.Environment, params.RuntimeOptions.Env)
	store, err := newStore()
	if err != nil {
		return nil, err
	}
	o := &Output{
		path: params.ConfigArgument, logger: params.Logger, clean: clean, store: store,
		process:    newProcess(&params, clean, now),
		recorder:   newRecorder(clean, now),
		client:     newClientWatch(),
		parent:     params.Environment[VariableParent],
		stopRun:    func(error) {},
		blockEnded: make(chan struct{}, 1), stop: make(chan struct{}),
	}
	url := params.RuntimeOptions.Env[variableMetricsURL]
	if url == "" {
		url = params.Environment[variableMetricsURL]
	}
	if url != "" {
		o.server = newServerWatch(url, clean, o.recorder.at)
	}
	return o, nil
}

// Description implements output.Output.
func (o *Output) Description() string { return "weaviate (" + o.path + ")" }

// SetTestRunStopCallback implements output.WithTestRunStop.
func (o *Output) SetTestRunStopCallback(stop func(error)) { o.stopRun = stop }

// SetBuiltinMetrics implements output.WithBuiltinMetrics.
func (o *Output) SetBuiltinMetrics(builtin *metrics.BuiltinMetrics) {
	o.users, o.dropped = builtin.VUs, builtin.DroppedIterations
}

// Start implements output.Output.
func (o *Output) Start() error {
	file, err := openFile(o.path)
	if err != nil {
		return err
	}
	o.file = file
	if err := o.save(true, false); err != nil {
		return errors.Join(err, o.file.close())
	}
	o.watches.Go(func() {
		o.client.watch(o.stop, func(t time.Time) int64 { return o.recorder.at(t) / microsecondsPerSecond })
	})
	o.watches.Go(func() { o.client.pulse.beat(o.stop) })
	if o.server != nil {
		o.watches.Go(func() { o.server.watch(o.stop) })
	}
	o.watches.Go(o.keepSaving)
	if o.parent != "" {
		o.watches.Go(o.watchParent)
	}
	return nil
}

// AddMetricSamples implements output.Output. Batches are counted at once: to keep them for later would cost more than that.
func (o *Output) AddMetricSamples(containers []metrics.SampleContainer) {
	o.recorder.mutex.Lock()
	defer o.recorder.mutex.Unlock()
	for _, container := range containers {
		switch container := container.(type) {
		case *measure.Batch:
			if o.recorder.add(container) {
				o.begins(container)
			}
		case *measure.RunInfoSample:
			o.recorder.info = o.clean.info(container.Info)
		case metrics.ConnectedSamples:
			o.watchUsers(container.Samples)
		case metrics.Sample:
			if container.Metric == o.dropped {
				o.client.dropped.Add(int64(container.Value))
			}
		}
	}
}

// begins is called for the first batch of a block, or of a phase outside of blocks.
func (o *Output) begins(batch *measure.Batch) {
	if o.server != nil {
		next := span{block: batch.Block, end: batch.BlockEnd}
		if batch.Block < 0 {
			next.phase = batch.Phase
		}
		o.server.begins(next)
	}
	select {
	case o.blockEnded <- struct{}{}:
	default: // it is to be written anyway
	}
}

func (o *Output) watchUsers(samples []metrics.Sample) {
	for i := range samples {
		switch samples[i].Metric {
		case o.users:
			o.client.users.Store(int64(samples[i].Value))
			return // k6 sends it with the number of those that could be
		case o.dropped:
			o.client.dropped.Add(int64(samples[i].Value))
		}
	}
}

// keepSaving writes the run file every few seconds, and when a block has ended: that falls into the next one's warm-up.
func (o *Output) keepSaving() {
	timer := time.NewTimer(writeEvery)
	defer timer.Stop()
	var earliest time.Time
	ended := false // whether a block has ended since the file was written
	for {
		select {
		case <-o.stop:
			return
		case <-o.blockEnded:
			ended = true
			if wait := time.Until(earliest); wait > 0 {
				timer.Reset(wait)
				continue
			}
		case <-timer.C:
		}
		began := time.Now()
		err := o.save(!ended, false)
		switch {
		case lacksDescriptors(err):
			o.logger.Warn(err.Error() + "; it is tried again")
		case err != nil:
			// Without its file the run is worth nothing: it ends now, with an exit status that says so.
			o.stopRun(errext.WithAbortReasonIfNone(errext.WithExitCodeIfNone(err, exitFailed), errext.AbortedByOutput))
		}
		ended = false
		rest := min(writeShare*time.Since(began), writeAtLeast)
		earliest = time.Now().Add(rest)
		timer.Reset(max(writeEvery, rest))
	}
}

// Stop implements output.Output.
func (o *Output) Stop() error { return o.StopWithTestError(nil) }

// StopWithTestError implements output.WithStopWithTestError.
func (o *Output) StopWithTestError(failure error) error {
	if o.file == nil {
		return nil // it was not started
	}
	close(o.stop)
	o.watches.Wait()
	if o.server != nil {
		if server := o.server.state(); server.Failed > 0 {
			o.logger.Warnf("the server did not tell what it uses %d times of %d: %s", server.Failed, server.Scrapes, server.Error)
		}
	}
	o.process.Complete = true
	if failure != nil {
		o.process.Stopped = o.clean.clean(failure.Error(), maxText)
	}
	err := errors.Join(o.saveLast(), o.file.close())
	if o.process.Lost() != 0 {
		o.logger.Errorf("%d batches were dispatched and %d recorded: these results are not of all that happened, and are INVALID",
			o.process.Dispatched, o.process.Batches)
	}
	return err
}

// saveLast writes the last state. When there are no descriptors to be had, it waits for the users' idle connections to be closed.
func (o *Output) saveLast() error {
	err := o.save(true, true)
	for end := time.Now().Add(lastPatience); lacksDescriptors(err) && time.Now().Before(end); err = o.save(true, true) {
		time.Sleep(lastPatience / 100)
	}
	return err
}

// lacksDescriptors says whether an error is one that passes: users whose connections take all the descriptors that there are.
func lacksDescriptors(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

// save writes what there is, with or without the block that runs. last says that it is for the last time. It is for one
// goroutine at a time.
func (o *Output) save(running, last bool) error {
	taken := o.recorder.take(running)
	if err := o.store.add(taken.live); err != nil {
		return err
	}
	p := o.process
	now := time.Now()
	p.End, p.Batches, p.Dispatched = o.recorder.at(now), taken.batches, taken.dispatched
	if set := o.recorder.clockSet(now); max(set, -set) > max(p.ClockSet, -p.ClockSet) {
		p.ClockSet = set
	}
	p.Info, p.FirstBlock, p.Client = taken.info, taken.firstBlock, o.client.rows()
	if o.server != nil {
		p.Server = o.server.state()
	}
	frames, err := o.store.frames(p)
	if err != nil {
		return err
	}
	return o.file.write(frames, last)
}
