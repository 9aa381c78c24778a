package imapconn

import "mxodus/engine"

type traceFile struct{}

func newTraceFile(path string) *traceFile { return nil }

func (t *traceFile) connection(side engine.Side) (*tracer, error) { return nil, nil }

// tracer writes lines of one connection into the trace file; nil writes none.
type tracer struct{}

func (t *tracer) server() func([]byte)       { return nil }
func (t *tracer) client(line []byte, s bool) {}
