package engine

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Class says what a fault ends.
type Class uint8

// The classes, from mild to grave.
const (
	Retry       Class = iota + 1 // the same thing may work a little later, on the same connection
	Reconnect                    // the connection is done for; another may work
	SkipMessage                  // this message only
	SkipFolder                   // this folder only
	StopMailbox                  // this user, until somebody acts
	StopBatch                    // everybody, until somebody acts
)

// Fault is an error made for people: what happened, what to do, who does it.
type Fault struct {
	Class Class
	Code  Code
	What  string        // one sentence: "The old server refused the password."
	Do    string        // the remedy
	Who   string        // who can apply it
	Said  string        // the server's own words, cleaned; may be empty
	Side  Side          // where it happened; may be empty
	Wait  time.Duration // how long the server asked to wait; 0 when it didn't
	Until time.Time     // the moment when that wait ends; zero: so long from when the fault is met
	// Folder is the wire name of the folder in whose opening the connection ended;
	// empty where it ended otherwise.
	Folder string
	Err    error
}

// Code is a stable name for a kind of fault, for scripts and for decisions.
type Code string

// The codes that decisions rest on.
const (
	CodeAuth        Code = "sign-in-refused"
	CodeToken       Code = "token-expired"
	CodeConnLimit   Code = "too-many-connections"
	CodeFullHouse   Code = "too-many-connections-to-mailbox" // others may still connect to theirs
	CodeThrottled   Code = "throttled"
	CodeQuota       Code = "quota"
	CodeTooBig      Code = "too-big"
	CodeRefused     Code = "refused"
	CodeUnfit       Code = "message-not-taken" // the destination takes no such message, whoever sends it
	CodeNoFolder    Code = "no-such-folder"
	CodeUnavailable Code = "unavailable"
	CodeLost        Code = "connection-lost"
	CodeSilent      Code = "silent"
	CodeProtocol    Code = "protocol"
	CodeTLS         Code = "tls"
	CodeCertificate Code = "certificate"
	CodeDial        Code = "cannot-connect"
	CodeNoSTARTTLS  Code = "no-starttls"
	CodePreauth     Code = "preauth"
	CodePlaintext   Code = "plaintext"
	CodeUnreadable  Code = "unreadable"
	CodeJournal     Code = "journal"
	CodeInternal    Code = "internal"
	CodeSecret      Code = "no-password"
	CodeRenamed     Code = "folder-renamed"
	CodeShownPart   Code = "folder-shown-in-part"
	CodeNoLanguage  Code = "mailbox-without-language"
	CodeFlags       Code = "flags-not-kept"
	CodeDate        Code = "date-not-kept"
	CodePermission  Code = "permission-missing"
	CodeNotFound    Code = "not-found"
	CodeExists      Code = "exists-already"
	CodeNoSeats     Code = "no-free-licence"
	CodeNoCountry   Code = "no-usage-location"
	CodeNotVerified Code = "domain-not-verified"
)

func (f *Fault) Error() string {
	s := f.What
	if f.Said != "" {
		s += " (" + f.Said + ")"
	}
	if s == "" && f.Err != nil {
		s = f.Err.Error()
	}
	return s
}

func (f *Fault) Unwrap() error { return f.Err }

// waitEnd is when the wait ends that the server asked for, to whoever meets the
// fault now.
func (f *Fault) waitEnd(now time.Time) time.Time {
	if !f.Until.IsZero() {
		return f.Until
	}
	return now.Add(f.Wait)
}

// Sentinel errors that are no faults of anybody.
var (
	ErrGone        = errors.New("message is gone")
	ErrUIDValidity = errors.New("UIDVALIDITY changed")
	ErrNoKeyring   = errors.New("this system has no keyring")
)

// AsFault finds the Fault in err, or makes an internal one of it. nil stays nil.
func AsFault(err error) *Fault {
	if err == nil {
		return nil
	}
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return &Fault{Class: StopMailbox, Code: CodeInternal, What: "Something unexpected happened: " + err.Error() + ".",
		Do: "Run again. If it stays, send the log to whoever looks after mxodus.", Who: "you", Err: err}
}

// IsCode says whether err is a Fault of this code.
func IsCode(err error, c Code) bool {
	var f *Fault
	return errors.As(err, &f) && f.Code == c
}

// Recovered makes a Fault of a panic's value, so that none reaches a person.
func Recovered(v any) *Fault {
	return &Fault{Class: StopMailbox, Code: CodeInternal, What: "mxodus made a mistake and stopped this mailbox.",
		Do: "Run again: nothing is lost. Send the log to whoever looks after mxodus.", Who: "you", Err: fmt.Errorf("panic: %v", v)}
}

// NameLog puts a log's file into the remedies that say to send the log, since a fault
// doesn't know where it is. Without a file it says how to get one.
func NameLog(words, file string) string {
	if file == "" {
		words = strings.ReplaceAll(words, "Send the log to", "Do the same again with --log mxodus.log, and send that file to")
		return strings.ReplaceAll(words, "send the log to", "do the same again with --log mxodus.log, and send that file to")
	}
	words = strings.ReplaceAll(words, "Send the log to", "Send "+Clean(file, 0)+" to")
	return strings.ReplaceAll(words, "send the log to", "send "+Clean(file, 0)+" to")
}
