package main

import (
	"context"
	"fmt"
	"io"
	"time"
)

const (
	membersPerBatch = 9

	// settling is how long a contender runs before it is watched: at its start, until its connections are open, its replies have
	// been decoded once and its memory has been collected once; and after a pause, until what waited for it is gone.
	settlingFirst = time.Second
	settling      = 100 * time.Millisecond

	batchesToStart = 20 // of each user
	startLimit     = time.Minute
	startPoll      = 20 * time.Millisecond
)

// cost is what a contender used for a batch, on average over a turn.
type cost struct {
	cpu     float64 // seconds
	objects float64 // allocated
	bytes   float64 // of these
	// memory is the most that was resident once every user had sent batchesToStart, in bytes: of the process, not of a batch. After as
	// many batches, because k6 keeps every value of a Trend: who is faster would seem larger.
	memory float64
}

// costs are those of each contender, a turn each.
type costs map[contender][]cost

// measureCosts lets the contenders of a situation send by turns. While one sends, the others are paused; so all of them see the
// same machine, whatever else it does meanwhile.
func measureCosts(ctx context.Context, in *situation, s settings, folder string) (costs, error) {
	server, err := startServer(ctx, stubConfig{ObjectSize: in.size / in.objects})
	if err != nil {
		return nil, err
	}
	defer server.end()
	running := make(map[contender]*process)
	memory := make(map[contender]float64)
	for _, c := range in.contenders() {
		p, err := c.launch(ctx, in, server.at, folder, s.profiles)
		if err != nil {
			return nil, err
		}
		defer p.end() //nolint:gocritic // all run until the situation was measured
		running[c] = p
		if memory[c], err = awaitStart(ctx, p, server, in.users); err != nil {
			return nil, err
		}
	}
	measured := make(costs)
	for range s.rounds {
		for _, c := range in.contenders() {
			one, err := turn(ctx, running[c], server, s)
			if err != nil {
				return nil, err
			}
			one.memory = memory[c]
			measured[c] = append(measured[c], one)
		}
	}
	return measured, nil
}

// awaitStart waits until a contender has sent some batches for each of its users, lets it settle and then pauses it. It returns how
// much memory that took, in bytes.
func awaitStart(ctx context.Context, p *process, server *server, users int) (float64, error) {
	before, err := server.requests()
	if err != nil {
		return 0, err
	}
	var used usage
	for end := time.Now().Add(startLimit); ; {
		if err := p.ask(askUsage, &used); err != nil {
			return 0, err
		}
		now, err := server.requests()
		if err != nil {
			return 0, err
		}
		if now-before >= users*membersPerBatch*batchesToStart {
			break
		}
		if time.Now().After(end) {
			return 0, fmt.Errorf("%s has not sent %d batches for each of its %d users within %v", p.name, batchesToStart, users, startLimit)
		}
		if err := sleep(ctx, startPoll); err != nil {
			return 0, err
		}
	}
	if err := sleep(ctx, settlingFirst); err != nil {
		return 0, err
	}
	return float64(used.Memory), p.pause()
}

// turn lets a contender send for the settings' window, and says what that cost.
func turn(ctx context.Context, p *process, server *server, s settings) (cost, error) {
	if err := p.resume(); err != nil {
		return cost{}, err
	}
	if err := sleep(ctx, settling); err != nil {
		return cost{}, err
	}
	var before, after usage
	question := byte(askUsage)
	if s.profiles != "" {
		question = askProfile
	}
	if err := p.ask(question, &before); err != nil {
		return cost{}, err
	}
	sent, err := server.requests()
	if err != nil {
		return cost{}, err
	}
	if err := sleep(ctx, s.window); err != nil {
		return cost{}, err
	}
	if err := p.ask(askUsage, &after); err != nil {
		return cost{}, err
	}
	sentAfter, err := server.requests()
	if err != nil {
		return cost{}, err
	}
	if sentAfter == sent {
		return cost{}, fmt.Errorf("%s has sent nothing within %v: give it a longer -window", p.name, s.window)
	}
	batches := float64(sentAfter-sent) / membersPerBatch
	return cost{
		cpu:     (after.CPU - before.CPU).Seconds() / batches,
		objects: float64(after.Objects-before.Objects) / batches,
		bytes:   float64(after.Bytes-before.Bytes) / batches,
	}, p.pause()
}

// sleep waits for d, or until the context ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// progress says on a line of its own what is measured now.
func progress(to io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(to, format+"\n", args...) }
