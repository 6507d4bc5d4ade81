package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/xk6-weaviate/xk6-weaviate/record"
)

// The soak: all strategies in turns, by some users.
const (
	soakUsers = 20
	soakBlock = 10 * time.Second
	// soakLooks is about how often a soak is looked at, and shortestLook how long there is between two looks at least.
	soakLooks    = 360
	shortestLook = 250 * time.Millisecond
	soakRound    = 4 // blocks: three strategies, the baseline twice
	fewestRounds = 8 // unless the blocks would be shorter than a second
)

// measureSoak soaks and says whether the client stayed flat.
func measureSoak(ctx context.Context, s *settings, at target, folder string, stdout, stderr io.Writer) error {
	block := min(soakBlock, max(time.Second, s.soak/(soakRound*fewestRounds)))
	rounds := max(fewestRounds/2, int((s.soak+soakRound*block-1)/(soakRound*block)))
	_, _ = fmt.Fprintf(stderr, "soaks for %v …\n", time.Duration(rounds)*soakRound*block)
	looks, run, err := client(ctx, at, folder, max(shortestLook, s.soak/soakLooks),
		"STRATEGY=multi,parallel-graphql,parallel-grpc", fmt.Sprint("USERS=", soakUsers), "LIMIT=200", "SETTLE=0s",
		fmt.Sprint("ROUNDS=", rounds), "BLOCK="+block.String(), "WARMUP="+(block/5).String(), "DRAIN="+(block/10).String())
	if err != nil {
		return err
	}
	memory, goroutines, descriptors := held(looks, run.Processes[0])
	out := table.NewWriter()
	out.AppendHeader(table.Row{"", "second quarter", "last quarter", "allowed", "flat", "from the beginning to the end"})
	flat := true
	for _, c := range []struct {
		name   string
		values []float64
		slack  float64
	}{{"memory, MB", memory, memorySlack}, {"goroutines", goroutines, countSlack}, {"descriptors", descriptors, countSlack}} {
		f := flatness(peaks(c.values, rounds), c.slack)
		flat = flat && f.flat
		out.AppendRow(table.Row{
			c.name, fmt.Sprintf("%.0f", f.early), fmt.Sprintf("%.0f", f.late), fmt.Sprintf("%.0f", f.allowed),
			map[bool]string{true: "yes", false: "no"}[f.flat], curve(c.values),
		})
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s, %d users, %v, %d batches, of which %d failed and %d were lost.\n\n%s\n", at.Name, soakUsers,
		time.Duration(rounds)*soakRound*block, run.Batches(), failures(run), run.Lost(), out.RenderMarkdown())
	if err := publish(stdout, s.page, "soak", text.String()); err != nil {
		return err
	}
	if !flat || run.Lost() != 0 {
		return errors.New("the client does not stay as it is")
	}
	return nil
}

// held is what a process held from its first block on: how long k6 takes to start, and setup() to look at the server, is no round.
// memory is in MB.
func held(looks []look, process *record.Process) (memory, goroutines, descriptors []float64) {
	first := time.UnixMicro(process.FirstBlock)
	for _, l := range looks {
		if !l.at.Before(first) {
			memory, descriptors = append(memory, float64(l.memory)/(1<<20)), append(descriptors, float64(l.descriptors))
		}
	}
	for _, row := range process.Client.Rows {
		if row.At >= first.Unix() {
			goroutines = append(goroutines, float64(row.Goroutines))
		}
	}
	return memory, goroutines, descriptors
}
