package main

import (
	"image"
	"image/color"
	"image/draw"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// filled is a picture of one colour.
func filled(width, height int, c color.Color) *image.RGBA {
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(picture, picture.Bounds(), image.NewUniform(c), image.Point{}, draw.Src)
	return picture
}

func TestSheetsHoldAllPartsInColumns(t *testing.T) {
	t.Parallel()
	red, blue := color.RGBA{R: 200, A: 255}, color.RGBA{B: 200, A: 255}
	list := sheets([]image.Image{filled(100, 150, red), filled(100, 210, blue)}, 2)
	require.Len(t, list, 2, "400 rows are two columns of 100, twice")
	require.Equal(t, image.Rect(0, 0, 2*141-1, 100), list[0].Bounds())
	require.Equal(t, red, list[0].At(margin, 99))
	require.Equal(t, red, list[0].At(141+margin, 0), "the second column goes on where the first ends")
	require.Equal(t, color.RGBA{R: 255, G: 255, B: 255, A: 255}, list[0].At(141+margin, 60), "white between the parts")
	require.Equal(t, blue, list[1].At(141+margin, 0))
}

func TestFewerColoursKeepThoseThatDiffer(t *testing.T) {
	t.Parallel()
	picture := filled(100, 100, color.White)
	rare := color.RGBA{R: 213, G: 94, A: 255}
	picture.SetRGBA(7, 7, rare)
	picture.SetRGBA(8, 8, color.RGBA{R: 254, G: 254, B: 255, A: 255})
	small := fewer(picture)
	require.Equal(t, rare, small.At(7, 7))
	require.Equal(t, color.RGBA{R: 255, G: 255, B: 255, A: 255}, small.At(8, 8), "nearly white is white")
	require.Len(t, small.(*image.Paletted).Palette, 2)
}

func TestPicturesOfTheDocsAreSmall(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join("..", "..", "docs", "images", "*.png"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	total := int64(0)
	for _, path := range paths {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Less(t, info.Size(), int64(150_000), path)
		total += info.Size()
	}
	require.Less(t, total, int64(1_000_000))
}

// TestPicturesAreShown finds no picture that is missing in the docs, and none that nobody shows.
func TestPicturesAreShown(t *testing.T) {
	t.Parallel()
	docs := filepath.Join("..", "..", "docs")
	text, err := os.ReadFile(filepath.Join(docs, "report.md"))
	require.NoError(t, err)
	shown := make(map[string]bool)
	for _, match := range regexp.MustCompile(`\(images/([^)]+)\)`).FindAllStringSubmatch(string(text), -1) {
		shown[match[1]] = true
		require.FileExists(t, filepath.Join(docs, "images", match[1]))
	}
	paths, err := filepath.Glob(filepath.Join(docs, "images", "*.png"))
	require.NoError(t, err)
	for _, path := range paths {
		require.True(t, shown[filepath.Base(path)], "%s is not in docs/report.md", path)
	}
}
