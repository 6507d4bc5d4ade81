package main

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime/metrics"
	"runtime/pprof"
	"time"

	k6 "go.k6.io/k6/v2/cmd"

	_ "github.com/xk6-weaviate/xk6-weaviate" // registers the extension with k6
)

// profileVariable names the file of a process's CPU profile.
const profileVariable = "XK6_WEAVIATE_OVERHEAD_PROFILE"

// The roles of the processes that the program starts.
const (
	roleStub      = "stub"
	roleK6        = "k6"
	roleBare      = "bare"
	roleGenerated = "generated"
	roleEngine    = "engine"
)

// play makes this process what it was started for.
func play(role string) error {
	if role == roleStub {
		return playStub()
	}
	answer(usageNow)
	if role != roleK6 {
		return playLoop(role)
	}
	k6.Execute()
	return nil
}

// The files over which the parent asks, a byte a question, and is answered in JSON.
const (
	questionsFile = 3
	answersFile   = 4
)

// answer answers the parent's questions, beside whatever the process does, and ends it when the parent has gone.
func answer(to func(question byte) any) {
	questions := bufio.NewReader(os.NewFile(questionsFile, "questions"))
	answers := json.NewEncoder(os.NewFile(answersFile, "answers"))
	go func() {
		for {
			question, err := questions.ReadByte()
			if err == nil {
				err = answers.Encode(to(question))
			}
			if err != nil {
				os.Exit(exitFailed)
			}
		}
	}()
}

// The questions to a contender.
const (
	askUsage   = 'u'
	askProfile = 'p' // usage, and a CPU profile from now on
)

// usage is what a process has used since it was started.
type usage struct {
	CPU     time.Duration
	Memory  int64 // the most that was resident, in bytes
	Objects uint64
	Bytes   uint64 // of these objects, allocated on the heap
}

func usageNow(question byte) any {
	allocated := []metrics.Sample{{Name: "/gc/heap/allocs:objects"}, {Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(allocated)
	u := usage{Objects: allocated[0].Value.Uint64(), Bytes: allocated[1].Value.Uint64()}
	u.CPU, u.Memory = processorAndMemory()
	if question == askProfile {
		profile(os.Getenv(profileVariable))
	} else {
		pprof.StopCPUProfile()
	}
	return u
}

// profile writes a CPU profile from now on until it is stopped.
func profile(path string) {
	if os.MkdirAll(filepath.Dir(path), 0o750) != nil { //nolint:gosec // whoever measures names the folder
		return
	}
	if file, err := os.Create(path); err == nil { //nolint:gosec // the same
		_ = pprof.StartCPUProfile(file)
	}
}
