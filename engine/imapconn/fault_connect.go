package imapconn

import "mxodus/engine"

func simple(code engine.Code, what, said string, err error) *engine.Fault {
	return &engine.Fault{Class: engine.Reconnect, Code: code, What: what, Said: said, Err: err}
}
func dialFault(e engine.Endpoint, err error) *engine.Fault {
	return simple(engine.CodeDial, "no connection", "", err)
}
func tlsFault(e engine.Endpoint, err error) *engine.Fault {
	return simple(engine.CodeTLS, "no TLS", "", err)
}
func preauthFault(said string) *engine.Fault { return simple(engine.CodePreauth, "preauth", said, nil) }
func byeFault(b *byeError) *engine.Fault {
	return simple(engine.CodeUnavailable, "bye", b.said, b)
}
func notIMAPFault(e engine.Endpoint, line []byte) *engine.Fault {
	return simple(engine.CodeProtocol, "no IMAP server", engine.Clean(string(line), 200), nil)
}
func noSTARTTLSFault(e engine.Endpoint, said string) *engine.Fault {
	return simple(engine.CodeNoSTARTTLS, "no STARTTLS", said, nil)
}
func injectedFault() *engine.Fault { return simple(engine.CodeTLS, "injected", "", nil) }
func noSecretFault(e engine.Endpoint, u engine.User) *engine.Fault {
	return simple(engine.CodeSecret, "no password for "+u.Address, "", nil)
}
