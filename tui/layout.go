package tui

// The numbers of the frame. All other sizes follow from them.
const (
	leastWidth, leastHeight = 60, 15 // smaller says so
	railFrom                = 100    // from this width the steps stand at the left
	railWidth               = 24     // its line included
	headLines               = 2      // the head and its rule
	footLines               = 2      // a rule and the keys
	railLines               = 1      // of the narrow rail
	bodyMargin              = 1      // blanks at the left of a step
)

// body is the room of a step in a terminal of that size.
func body(width, height int) (w, h int) {
	if width >= railFrom {
		return width - railWidth - 2*bodyMargin, height - headLines - footLines
	}
	return width - 2*bodyMargin, height - headLines - footLines - railLines
}
