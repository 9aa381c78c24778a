package engine

import "io"

// Meaning is what a message says, whatever way it is written. Package meaning
// reads it; nothing of it is changed once it is read.
type Meaning interface {
	// Against compares a message of the source with what the destination made of
	// it, which another call of the same ReadMeaning has read.
	Against(there Meaning) Likeness
}

// ReadMeaning reads a message to its end. It never fails: what it can't take
// apart, Against doubts.
type ReadMeaning func(body io.WriterTo) Meaning

// Likeness is how alike two messages are in what they say. Without differences and
// doubts they say the same.
type Likeness struct {
	Differs []string // what differs, in words: "its subject differs"
	Doubts  []string // what could not be compared, in words, and why
}
