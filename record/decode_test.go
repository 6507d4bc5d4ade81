package record

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/bomb"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// textOf is what a run file holds, decompressed.
func textOf(tb testing.TB, file []byte) []byte {
	tb.Helper()
	text, err := decompressed(file)
	require.NoError(tb, err)
	return text
}

func decompressed(file []byte) ([]byte, error) {
	decoder, err := zstd.NewReader(nil)
	if err != nil {
		return nil, err
	}
	defer decoder.Close()
	return decoder.DecodeAll(file, nil)
}

// fileOf is a run file of a text.
func fileOf(tb testing.TB, text string) []byte {
	tb.Helper()
	encoder, err := newEncoder()
	require.NoError(tb, err)
	return encoder.zstd.EncodeAll([]byte(text), nil)
}

// The lines of a small run file.
const (
	headerLine   = `{"header":{"format":"xk6-weaviate run","version":1}}` + "\n"
	processLines = `{"process":{"id":"a","machine":{},"versions":{},"clientStep":1}}` + "\n"
	seriesLines  = `{"series":{"block":0,"phase":"measure","strategy":"multi","searchType":"bm25","outcomes":{"full":1},"step":1,"duration":` + histogram + "}}\n"
	trailerLine  = `{"trailer":{"processes":1,"series":1}}` + "\n"
)

// hostile is a file that no run can have left, and what reading it says; nothing for one that is a run file after all.
type hostile struct {
	file []byte
	says string
}

func hostileFiles(tb testing.TB) map[string]hostile {
	tb.Helper()
	const process, series, ends, whole = processLines, seriesLines, trailerLine, headerLine + processLines + seriesLines + trailerLine
	with := func(old, text string) []byte { return fileOf(tb, strings.Replace(whole, old, text, 1)) }
	after := func(old, text string) []byte { return with(old, old+text+"\n") }
	return map[string]hostile{
		"whole":                {fileOf(tb, whole), ""},
		"a run of nothing":     {fileOf(tb, headerLine+`{"trailer":{"processes":0,"series":0}}`), ""},
		"nothing":              {nil, "x is not a whole run file: it has no end"},
		"text":                 {[]byte("hello"), "x is not a run file"},
		"other JSON":           {fileOf(tb, "{}\n"), "it does not say that the file is one"},
		"other format":         {with("xk6-weaviate run", "song"), "it does not say"},
		"other version":        {with(`"version":1`, `"version":2`), "version 2 and this binary reads version 1"},
		"no end":               {with(ends, ""), "x is not a whole run file: it has no end"},
		"cut in a frame":       {fileOf(tb, whole)[:100], "x is not a"},
		"more after the end":   {after(ends, "{}"), "line 5: there is more after the end"},
		"unknown line":         {after(process, `{"song":1}`), "line 3: it is none that this version knows"},
		"empty process":        {after(process, `{"process":{}}`), "none that this version knows"},
		"wrong count":          {with(`"series":1`, `"series":2`), "1 processes and 1 series, and should be 1 and 2"},
		"process in series":    {after(series, `{"process":{"id":"b"}}`), "a process comes after series"},
		"same process":         {after(process, strings.TrimSpace(process)), "processes are not in order"},
		"row without process":  {fileOf(tb, headerLine+`{"client":{"at":1}}`+"\n"), "it belongs to no process"},
		"server row":           {after(process, `{"server":{"at":1}}`), "did not ask the server"},
		"row order":            {after(process, `{"client":{"at":7}}`+"\n"+`{"client":{"at":7}}`), "rows are not in order"},
		"row before time":      {after(process, `{"client":{"at":-7}}`), "rows are not in order"},
		"time line too long":   {after(process, `{"client":{"at":1}}`+"\n"+`{"client":{"at":9999999}}`), "longer than it can be"},
		"negative use":         {after(process, `{"client":{"at":1,"cpu":-1}}`), "a count is -1"},
		"step":                 {with(`"step":1`, `"step":3`), "the step of a time line is 3"},
		"step of a process":    {with(`"clientStep":1`, `"clientStep":-1`), "the step of a time line is -1"},
		"span":                 {with(`"machine"`, `"server":{},"machine"`), ""},
		"part without series":  {after(process, `{"row":{"at":1}}`), "it belongs to no series"},
		"series order":         {after(series, strings.TrimSpace(series)), "series are not in order"},
		"phase":                {with("measure", "lunch"), "no block, phase or time"},
		"strategy":             {with("multi", "mulit"), "unknown strategy"},
		"block":                {with(`"block":0`, `"block":-2`), "no block, phase or time"},
		"outcome":              {with(`"full"`, `"half"`), "an outcome that is none"},
		"outcome count":        {with(`"full":1`, `"full":-1`), "a count is -1"},
		"sums":                 {with(`"full":1`, `"full":2`), "do not add up"},
		"search type":          {with("bm25", strings.Repeat("b", maxName+1)), "a name is empty or too long"},
		"histogram":            {with("[-5,1]", "[-5,-1]"), "a histogram"},
		"no name":              {after(series, `{"collection":{}}`), "a name is empty"},
		"collection order":     {after(series, `{"collection":{"name":"B"}}`+"\n"+`{"collection":{"name":"A"}}`), "collections are not in order"},
		"category":             {after(series, `{"collection":{"name":"B","failures":{"bad luck":{}}}}`), "failures of no category"},
		"negative text":        {after(series, `{"collection":{"name":"B","failures":{"timeout":{"count":1,"texts":[{"text":"x","count":-1}]}}}}`), "a count is -1"},
		"null failure":         {after(series, `{"collection":{"name":"B","failures":{"timeout":null}}}`), "failures of no category"},
		"negative objects":     {after(series, `{"collection":{"name":"B","objects":-1}}`), "a count is -1"},
		"recall of nothing":    {after(series, `{"collection":{"name":"B","recall":{}}}`), "a recall is of nothing"},
		"recall above 1":       {after(series, `{"collection":{"name":"B","recall":{"queries":1,"found":3,"wanted":2}}}`), "or above 1"},
		"negative recall":      {after(series, `{"collection":{"name":"B","recall":{"queries":1,"found":-1,"wanted":2}}}`), "a count is -1"},
		"truth":                {with(`"machine"`, `"info":{"truth":{"depth":-1}},"machine"`), "a count is -1"},
		"rate of recall":       {with(`"machine"`, `"info":{"truth":{"rate":2}},"machine"`), "no share"},
		"negative row":         {after(series, `{"row":{"at":1,"batches":-1}}`), "a count is -1"},
		"sample order":         {after(series, `{"sample":{"duration":5,"outcome":"full"}}`+"\n"+`{"sample":{"duration":5,"outcome":"full"}}`), "samples are not in order"},
		"sample outcome":       {after(series, `{"sample":{"duration":5}}`), "no batch that can be"},
		"sample member":        {after(series, `{"sample":{"duration":5,"outcome":"full","members":[{}]}}`), "a name is empty"},
		"sample objects":       {after(series, `{"sample":{"duration":5,"outcome":"full","members":[{"collection":"B","objects":-1}]}}`), "a count is -1"},
		"sample time":          {after(series, `{"sample":{"duration":-5,"outcome":"full"}}`), "a count is -5"},
		"plan":                 {with(`"machine"`, `"info":{"plan":{"runTime":1,"ramp":2}},"machine"`), "lengths of time that cannot be"},
		"planned block":        {with(`"machine"`, `"info":{"plan":{"block":9,"blocks":[{"strategy":"x"}]}},"machine"`), "unknown strategy"},
		"planned users":        {with(`"machine"`, `"info":{"plan":{"block":9,"blocks":[{"strategy":"multi","users":-1}]}},"machine"`), "a count is -1"},
		"collection of info":   {with(`"machine"`, `"info":{"collections":[{}]},"machine"`), "a name is empty"},
		"long line":            {fileOf(tb, headerLine+strings.Repeat(" ", maxLine+1)), "x is not a"},
		"empty lines":          {fileOf(tb, headerLine+strings.Repeat("\n", 1<<10)), "line 2"},
		"bomb of one line":     {fileOf(tb, strings.Repeat(" ", 64<<20)), "x is not a run file"},
		"bomb of valid lines":  {fileOf(tb, headerLine+process+rows(1000)+strings.Repeat(process, 2000)), "processes are not in order"},
		"bomb within a line":   {fileOf(tb, headerLine+processLines+strings.Repeat(`{"client":{"at":1}}`, 1<<20)), errBomb.Error()},
		"window beyond bounds": {wideFile(tb), "window size exceeded"},
	}
}

func TestReadRefusesWhatIsNoRunFile(t *testing.T) {
	t.Parallel()
	for name, c := range hostileFiles(t) {
		_, err := Read(bytes.NewReader(c.file), "x")
		if c.says == "" {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorContains(t, err, c.says, name)
	}
}

// TestReadBoundsWhatAReportMultiplies: of what a report goes through for each of something else, a file has no more than any run.
func TestReadBoundsWhatAReportMultiplies(t *testing.T) {
	t.Parallel()
	const whole = headerLine + processLines + seriesLines + trailerLine
	many := func(n int, one func(i int) string) string {
		list := make([]string, n)
		for i := range list {
			list[i] = one(i)
		}
		return strings.Join(list, ",")
	}
	lines := func(n int, one func(i int) string) string { return strings.ReplaceAll(many(n, one), "},{", "}\n{") }
	collection := func(i int) string { return fmt.Sprintf(`{"name":"C%06d"}`, i) }
	info := func(text string) string { return strings.Replace(whole, `"machine"`, `"info":{`+text+`},"machine"`, 1) }
	for text, says := range map[string]string{
		headerLine + lines(maxProcesses+1, func(i int) string { return fmt.Sprintf(`{"process":{"id":"p%04d"}}`, i) }):                                         "more than 1000 processes",
		info(`"collections":[` + many(maxCollections+1, collection) + `]`):                                                                                     "more than 100000 collections",
		strings.Replace(whole, seriesLines, seriesLines+lines(maxCollections+1, func(i int) string { return `{"collection":` + collection(i) + `}` })+"\n", 1): "more than 100000 collections",
		info(`"plan":{"blocks":[` + many(maxBlocks+1, func(int) string { return `{"strategy":"multi"}` }) + `]}`):                                              "more than 20000 planned blocks",
		headerLine + processLines + lines(maxSearchTypes+1, func(i int) string {
			return strings.TrimSpace(strings.Replace(seriesLines, "bm25", fmt.Sprintf("t%03d", i), 1))
		}): "more than 100 search types",
	} {
		_, err := readText(strings.NewReader(text), "x")
		require.ErrorContains(t, err, says)
	}
}

const histogram = `{"precision":9,"sum":5,"least":5,"most":5,"counts":[-5,1]}`

func rows(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"client":{"at":%d}}`+"\n", i)
	}
	return b.String()
}

// wideFile refers further back than any run file does: to read it would take that much memory.
func wideFile(tb testing.TB) []byte {
	tb.Helper()
	encoder, err := zstd.NewWriter(nil, zstd.WithWindowSize(512<<20), zstd.WithSingleSegment(false))
	require.NoError(tb, err)
	var b bytes.Buffer
	encoder.Reset(&b)
	_, err = encoder.Write([]byte(headerLine + strings.Repeat(`{"client":{"at":1}}`, 200_000)))
	require.NoError(tb, err)
	require.NoError(tb, encoder.Flush())
	require.NoError(tb, encoder.Close())
	return b.Bytes()
}

// TestReadBoundsWhatABombCosts counts what comes out of a file that would grow ten-thousand-fold if it was let.
func TestReadBoundsWhatABombCosts(t *testing.T) {
	t.Parallel()
	file := fileOf(t, headerLine+strings.Repeat(" ", 100<<20))
	require.Less(t, len(file), 100<<10)
	text := &bomb.Reader{
		From: must(zstd.NewReader(bytes.NewReader(file))), Packed: &bomb.Counter{Count: int64(len(file))}, Bounds: bounds(),
	}
	n, err := io.Copy(io.Discard, text)
	require.ErrorIs(t, err, errBomb)
	require.Less(t, n, int64(minText+maxRatio*(100<<10)))
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// FuzzRead reads what somebody made of run files: an error is fine, a panic is not. What is read can be worked with.
func FuzzRead(f *testing.F) {
	s := newStream(f, 1)
	run := recorded(f, process(1), s.run(2, 3), func() bool { return false })
	f.Add(written(f, run), false)
	f.Add(textOf(f, written(f, run)), true)
	for _, c := range hostileFiles(f) {
		if text, err := decompressed(c.file); err == nil && len(text) < 10_000 { // bombs keep it from trying much
			f.Add(text, true)
			f.Add(c.file, false)
		}
	}
	f.Fuzz(func(t *testing.T, file []byte, isText bool) {
		read := Read
		if isText { // changes of what is compressed rarely get past the decompression
			read = readText
		}
		run, err := read(bytes.NewReader(file), "x")
		if err != nil {
			return
		}
		work(t, run)
	})
}

// work does with a run what a report does.
func work(t *testing.T, run *Run) {
	t.Helper()
	for _, block := range run.Blocks() {
		if block.Measure != nil {
			_ = block.Measure.Duration.Quantile(0.5)
		}
	}
	for _, strategy := range run.Strategies() {
		for _, phase := range measure.Phases() {
			total := run.Total(strategy, phase)
			if total == nil {
				continue
			}
			_ = total.FailedAt(time.Second).Mean()
			_ = total.Sample(total.Duration.Quantile(0.99))
			for _, c := range total.Collections {
				_ = total.Without(c.Name).Quantile(0.95)
			}
		}
	}
	require.NoError(t, errors.Join(run.WriteStats(io.Discard), run.WriteHistory(io.Discard), run.WriteFailures(io.Discard)))
	for _, p := range run.Processes {
		p.ID += "2"
	}
	again, err := Read(bytes.NewReader(written(t, run)), "again")
	require.NoError(t, err)
	for _, p := range run.Processes {
		p.ID += "3"
	}
	if _, err := Merge(run, again); err != nil {
		require.NotEmpty(t, err.Error())
	}
}
