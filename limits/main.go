// Command limits finds out how far one client carries, and whether it stays the same over time: it runs the project's own test with
// more and more users, closed and open, or for long (-soak), and prints what that took. It searches a stub, and the real server of
// WEAVIATE_URL and WEAVIATE_GRPC if they are set. Linux only: it looks into /proc.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/internal/roles"
)

// The exit statuses.
const (
	exitDone   = 0
	exitFailed = 1 // it could not measure, a count was lost, or the soak is not flat
	exitUsage  = 2
)

func main() {
	roles.Play(play)
	roles.Run(run)
}

// settings say what is measured.
type settings struct {
	users   []int         // the steps of a closed loop
	rates   []int         // the steps of an open loop, in batches per second
	window  time.Duration // how long a step is measured at the least
	longest time.Duration // and at the most
	soak    time.Duration // the length of a soak; 0 for none
	page    string        // the page whose tables are written anew; none if empty
	url     string        // a real server; none if empty
	grpc    string
	seed    bool // the real server gets the nine collections first
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s := settings{url: os.Getenv("WEAVIATE_URL"), grpc: os.Getenv("WEAVIATE_GRPC")}
	flags := flag.NewFlagSet("limits", flag.ContinueOnError)
	flags.SetOutput(stderr)
	users := flags.String("users", "1,2,5,10,20,50,100,200,500,1000", "the `numbers` of users of the closed model, with commas")
	rates := flags.String("rates", "10,100,200,500,1000,2000", "the `rates` of the open model, in batches a second, with commas; the most users stand by")
	flags.DurationVar(&s.window, "window", 8*time.Second, "how long a step is measured at the least, in whole seconds")
	flags.DurationVar(&s.longest, "longest", time.Minute, "how long at the most, where batches take long; and how long it warms up at the most")
	flags.DurationVar(&s.soak, "soak", 0, "soak for so long instead, and say whether memory, goroutines and descriptors stay flat")
	flags.BoolVar(&s.seed, "seed", false, "give the real server the nine collections first")
	flags.StringVar(&s.page, "page", "", "`file` whose tables are to be written anew")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return exitDone
		}
		return exitUsage
	}
	var err error
	if s.users, err = numbers(*users); err == nil {
		s.rates, err = numbers(*rates)
	}
	if err == nil && (flags.NArg() > 0 || s.window < time.Second || s.window%time.Second != 0 || s.soak < 0) {
		err = errors.New("limits takes no arguments, and a window of whole seconds, at least one")
	}
	if err == nil && (s.longest < max(s.window, before) || s.longest%time.Second != 0) {
		err = fmt.Errorf("the longest window is %v: use whole seconds, at least %v", s.longest, max(s.window, before))
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "limits:", err)
		return exitUsage
	}
	if s.seed {
		if err := seed(ctx, &s, stderr); err != nil {
			_, _ = fmt.Fprintln(stderr, "limits:", err)
			return exitFailed
		}
	}
	if err := measureAll(ctx, &s, stdout, stderr); err != nil {
		_, _ = fmt.Fprintln(stderr, "limits:", err)
		return exitFailed
	}
	return exitDone
}

// measureAll starts what the measurements need.
func measureAll(ctx context.Context, s *settings, stdout, stderr io.Writer) error {
	stub, end, err := startStub(ctx)
	if err != nil {
		return err
	}
	defer end()
	folder, remove, err := unpack()
	if err != nil {
		return err
	}
	defer remove()
	targets := []target{stub}
	if s.url != "" && s.grpc != "" {
		targets = append(targets, target{"real server", s.url, s.grpc})
	}
	if s.soak > 0 {
		return measureSoak(ctx, s, targets[len(targets)-1], folder, stdout, stderr)
	}
	return measureLoad(ctx, s, targets, folder, stdout, stderr)
}

func join(numbers []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(numbers), "[]"), " ", ",")
}

func numbers(list string) ([]int, error) {
	var found []int
	for text := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is not a whole number from 1 up", text)
		}
		found = append(found, n)
	}
	return found, nil
}
