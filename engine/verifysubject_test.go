package engine

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
)

// subjectDialer opens sources that can tell what people know messages by.
type subjectDialer struct{ fakeDialer }

type subjectSource struct{ *fakeSession }

func (d subjectDialer) Source(ctx context.Context, u User) (Source, error) {
	s, err := d.src.dial(ctx, u)
	return subjectSource{s}, err
}

func (s subjectSource) Subjects(_ context.Context, req ScanRequest, each func(Subject) error) (ScanResult, error) {
	for _, uid := range req.UIDs {
		if err := each(Subject{UID: uid, Subject: "Pictures " + joinPath(req.Folder.Path), From: "Gerda\x1b"}); err != nil {
			return ScanResult{}, err
		}
	}
	return ScanResult{}, nil
}

func TestMessagesThatAreNotThereAreToldByTheirSubject(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 30)
		w.project.Limits.MaxMessageBytes = 5000
		for _, name := range []string{"INBOX", "Archive/2019"} {
			w.src.folder(name).add(letter(900)+strings.Repeat("x", 6000), nil, testDate)
		}
		w.run()
		var msgs []VerifiedMessage
		v := NewVerify(w.project, w.file, subjectDialer{fakeDialer{w.src, w.dst}}, VerifyOptions{Users: w.users, Message: func(m VerifiedMessage) { msgs = append(msgs, m) }})
		if _, err := v.Run(t.Context()); err != nil || len(msgs) != 2 {
			t.Fatalf("%v %+v", err, msgs)
		}
		for _, m := range msgs {
			if m.Subject != "Pictures "+joinPath(m.Folder) || m.From != `Gerda\x1b` || !m.Date.Equal(testDate) || m.Code != ReasonTooBig || m.Code.Do() == "" {
				t.Errorf("%+v", m)
			}
		}
	})
}
