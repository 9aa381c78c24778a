// Package journeys tests the built program in a real terminal, as a person goes
// through it. Each test is a story. It holds nothing else.
package journeys
