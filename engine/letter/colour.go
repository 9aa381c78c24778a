package letter

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

const defaultColour = "#0b5cad"

// Ink are the colours of a letter. Each can be read on its ground: the contrast
// is at least 4.5 to 1 (WCAG 2.2, 1.4.3).
type Ink struct {
	Light string // of titles and links on white
	Dark  string // the same on dark
	Bar   string // of the line on top, as it was asked for
}

// Dark grounds are no darker than this one.
const darkGround = "#1c1e21"

// InkOf makes readable colours of the company's. An empty one is blue.
func InkOf(colour string) (Ink, error) {
	if colour == "" {
		colour = defaultColour
	}
	c, err := rgb(colour)
	if err != nil {
		return Ink{}, err
	}
	white, dark := [3]float64{255, 255, 255}, [3]float64{28, 30, 33}
	return Ink{Light: hexColour(readable(c, white, [3]float64{})), Dark: hexColour(readable(c, dark, white)), Bar: hexColour(c)}, nil
}

func rgb(s string) (c [3]float64, err error) {
	digits := strings.TrimPrefix(strings.TrimSpace(s), "#")
	if len(digits) == 3 {
		digits = strings.Join([]string{digits[:1], digits[:1], digits[1:2], digits[1:2], digits[2:], digits[2:]}, "")
	}
	n, err := strconv.ParseUint(digits, 16, 24)
	if err != nil || len(digits) != 6 {
		return c, fmt.Errorf("%q is no colour: write #0b5cad", s)
	}
	return [3]float64{float64(n >> 16), float64(n >> 8 & 255), float64(n & 255)}, nil
}

func hexColour(c [3]float64) string {
	return fmt.Sprintf("#%02x%02x%02x", int(c[0]), int(c[1]), int(c[2]))
}

// readable moves a colour towards another until it can be read on ground.
func readable(c, ground, towards [3]float64) [3]float64 {
	for step := 0.0; step <= 1; step += 0.05 {
		var m [3]float64
		for i := range c {
			m[i] = math.Round(c[i] + (towards[i]-c[i])*step)
		}
		if contrast(m, ground) >= 4.5 {
			return m
		}
	}
	return towards
}

// contrast is WCAG's ratio of two colours.
func contrast(a, b [3]float64) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c [3]float64) float64 {
	var l [3]float64
	for i, v := range c {
		if v /= 255; v <= 0.04045 {
			l[i] = v / 12.92
		} else {
			l[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2]
}
