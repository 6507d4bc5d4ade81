// Screenshots takes the pictures of a report's page that docs/report.md and the README show:
//
//	go run ./tools/screenshots k6 PAGE.html docs/images
//
// It drives Chromium by k6's browser module, and makes small PNG files of what it sees: one of each section at the width of a desk,
// and two each of the sections at the widths of a phone and of paper, in columns.
package main

import (
	_ "embed"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed screenshots.js
var script []byte

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: screenshots K6 PAGE.html FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run takes pictures of a page into a folder.
func run(k6, page, folder string) error {
	page, err := filepath.Abs(page)
	if err != nil {
		return err
	}
	if _, err := os.Stat(page); err != nil { //nolint:gosec // the page that its user names
		return err
	}
	raw, err := os.MkdirTemp("", "screenshots")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(raw) }()
	if err := shoot(k6, page, raw); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // pictures are for all to see
		return err
	}
	return develop(raw, folder)
}

// shoot runs the script, which leaves its pictures in a folder.
func shoot(k6, page, raw string) error {
	browser, err := chromium()
	if err != nil {
		return err
	}
	path := filepath.Join(raw, "screenshots.js")
	if err := os.WriteFile(path, script, 0o600); err != nil {
		return err
	}
	cmd := exec.Command(k6, "run", "--quiet", "--no-usage-report", path) //nolint:gosec,noctx // the k6 of this tree; the script ends by itself
	cmd.Env = append(os.Environ(), "PAGE="+page, "OUT="+raw, "K6_AUTO_EXTENSION_RESOLUTION=false",
		"K6_BROWSER_EXECUTABLE_PATH="+browser, "K6_BROWSER_HEADLESS=true",
		"K6_BROWSER_ARGS=no-sandbox,force-color-profile=srgb,hide-scrollbars") // the page is our own
	output, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, output)
	}
	if strings.Contains(string(output), "level=error") {
		return errors.New(string(output))
	}
	return nil
}

// chromium is where the browser is.
func chromium() (string, error) {
	names := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("there is no browser to open the page with: install Chromium, so that one of %s is in PATH", strings.Join(names, ", "))
}

// The sizes of the pictures, in pixels. A section that is taller is cut: the picture is to show what it is like.
const (
	tallest         = 1000
	tallestInColumn = 540
)

// words are the sections that are nothing but text: they are not shown at each width.
var words = []string{"failures", "origin", "guide"}

// develop makes the pictures that are kept.
func develop(raw, folder string) error {
	top, err := read(filepath.Join(raw, "report.png"))
	if err != nil {
		return err
	}
	if err := write(filepath.Join(folder, "report.png"), top); err != nil {
		return err
	}
	sections, err := filepath.Glob(filepath.Join(raw, "desk-*.png"))
	if err != nil || len(sections) == 0 {
		return errors.New("the browser has seen no section of the page")
	}
	for _, path := range sections {
		id := sectionOf(path)
		if id == "top" || id == "guide" {
			continue
		}
		picture, err := read(path)
		if err != nil {
			return err
		}
		if err := write(filepath.Join(folder, "report-"+id+".png"), framed(cut(picture, tallest))); err != nil {
			return err
		}
	}
	for _, width := range []struct {
		name    string
		columns int
	}{{"phone", 3}, {"print", 2}} {
		paths, err := filepath.Glob(filepath.Join(raw, width.name+"-*.png"))
		if err != nil {
			return err
		}
		slices.Sort(paths)
		var parts []image.Image
		for _, path := range paths {
			if slices.Contains(words, sectionOf(path)) {
				continue
			}
			picture, err := read(path)
			if err != nil {
				return err
			}
			parts = append(parts, cut(picture, tallestInColumn))
		}
		for i, sheet := range sheets(parts, width.columns) {
			if err := write(filepath.Join(folder, fmt.Sprintf("report-%s-%d.png", width.name, i+1)), sheet); err != nil {
				return err
			}
		}
	}
	return nil
}

// sectionOf is the section that a picture of the script shows: desk-03-effects.png.
func sectionOf(path string) string {
	return strings.SplitN(strings.TrimSuffix(filepath.Base(path), ".png"), "-", 3)[2]
}

func read(path string) (image.Image, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return png.Decode(file)
}

func write(path string, picture image.Image) error {
	file, err := os.Create(path) //nolint:gosec // the folder that its user names
	if err != nil {
		return err
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err = encoder.Encode(file, fewer(picture)); err != nil {
		_ = file.Close()
		return err
	}
	return file.Close()
}
