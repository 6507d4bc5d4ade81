package main

import (
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"slices"
)

// margin is around a section, and between columns.
const margin = 20

// cut keeps the upper part of a picture.
func cut(picture image.Image, height int) image.Image {
	b := picture.Bounds()
	b.Max.Y = min(b.Max.Y, b.Min.Y+height)
	kept := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(kept, kept.Bounds(), picture, b.Min, draw.Src)
	return kept
}

// framed has white around it.
func framed(picture image.Image) image.Image {
	b := picture.Bounds()
	frame := blank(b.Dx()+2*margin, b.Dy()+2*margin)
	draw.Draw(frame, image.Rect(margin, margin, margin+b.Dx(), margin+b.Dy()), picture, b.Min, draw.Src)
	return frame
}

// sheets puts pictures of one width below each other, and cuts them into columns that stand side by side on two sheets.
func sheets(parts []image.Image, columns int) []image.Image {
	width, total := 0, 0
	for _, part := range parts {
		width, total = max(width, part.Bounds().Dx()), total+part.Bounds().Dy()+margin
	}
	strip := blank(width+2*margin, total)
	height := (total + 2*columns - 1) / (2 * columns)
	at := 0
	for _, part := range parts {
		b := part.Bounds()
		draw.Draw(strip, image.Rect(margin, at, margin+b.Dx(), at+b.Dy()), part, b.Min, draw.Src)
		at += b.Dy() + margin
	}
	var list []image.Image
	column := width + 2*margin + 1 // with a line between them
	for from := 0; from < total; from += columns * height {
		sheet := image.NewRGBA(image.Rect(0, 0, columns*column-1, height))
		draw.Draw(sheet, sheet.Bounds(), image.NewUniform(color.Gray{Y: 0xb0}), image.Point{}, draw.Src)
		for i := range columns {
			place := image.Rect(i*column, 0, i*column+column-1, height)
			draw.Draw(sheet, place, image.NewUniform(color.White), image.Point{}, draw.Src)
			draw.Draw(sheet, place, strip, image.Pt(0, from+i*height), draw.Over)
		}
		list = append(list, sheet)
	}
	return list
}

func blank(width, height int) *image.RGBA {
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(picture, picture.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	return picture
}

// Colours that are nearer to each other than this (squared distance, of 8 bits) are one; no picture keeps more colours than that.
const (
	alike       = 3 * 5 * 5
	mostColours = 80
)

// fewer is a picture in its most frequent colours, which is a fifth of the size. The others are shades at the edges of letters.
func fewer(picture image.Image) image.Image {
	b := picture.Bounds()
	counts := make(map[color.RGBA]int)
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(picture.At(x, y)).(color.RGBA) }
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			counts[at(x, y)]++
		}
	}
	colours := make([]color.RGBA, 0, len(counts))
	for c := range counts {
		colours = append(colours, c)
	}
	slices.SortFunc(colours, func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(key(a), key(b))) // the same picture each time
	})
	var palette color.Palette
	for _, c := range colours {
		if len(palette) < mostColours && !slices.ContainsFunc(palette, func(p color.Color) bool { return distance(p.(color.RGBA), c) < alike }) {
			palette = append(palette, c)
		}
	}
	nearest := make(map[color.RGBA]uint8, len(colours))
	for _, c := range colours {
		nearest[c] = uint8(palette.Index(c)) //nolint:gosec // of mostColours
	}
	paletted := image.NewPaletted(b, palette)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			paletted.SetColorIndex(x, y, nearest[at(x, y)])
		}
	}
	return paletted
}

func distance(a, b color.RGBA) int {
	r, g, bl := int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B)
	return r*r + g*g + bl*bl
}

func key(c color.RGBA) uint32 {
	return uint32(c.R)<<24 | uint32(c.G)<<16 | uint32(c.B)<<8 | uint32(c.A)
}
