package tui

import (
	"context"
	"errors"
	"sync"

	"mxodus/engine"
	"mxodus/engine/letter"
)

// posting is letters on their way, in the background.
type posting struct {
	kind letter.Kind
	way  string

	mu   sync.Mutex
	snap postSnap
}

// postSnap is a posting at one moment.
type postSnap struct {
	kind  letter.Kind
	total int
	done  []letter.Delivered
}

func newPosting(k letter.Kind, way string, total int) *posting {
	return &posting{kind: k, way: way, snap: postSnap{kind: k, total: total}}
}

func (p *posting) status() *postSnap {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.snap
	s.done = s.done[:len(s.done):len(s.done)]
	return &s
}

// run sends. What can't be sent is in the snapshot; the error is about the
// project's file, the vault or ctx.
func (p *posting) run(ctx context.Context, job postJob) error {
	log, ok := job.file.(engine.DeliveryLog)
	if !ok {
		return errors.New("this project can't remember letters")
	}
	carrier, err := job.carrier()
	if err != nil {
		return err
	}
	_, err = job.maker.Deliver(ctx, job.file, log, carrier, job.letters, letter.DeliverOptions{Again: job.again,
		Quiet: job.project.Limits.WithDefaults().QuietTime, Told: func(d letter.Delivered) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.snap.done = append(p.snap.done, d)
		}})
	return err
}

// postJob is what run needs.
type postJob struct {
	file    engine.ProjectFile
	project engine.Project
	maker   *letter.Maker
	letters []letter.Letter
	again   map[int64]bool
	carrier func() (letter.Carrier, error)
}

// carry makes what brings letters by a way. It may wait.
func carry(a engine.Adapters, way string, p engine.Project, v engine.Vault, o engine.DialOptions) (letter.Carrier, error) {
	if way == letter.WayInbox {
		return letter.NewInbox(a.Dial(p, v, o)), nil
	}
	var password engine.Secret
	if p.Letters.SMTP.Login != "" {
		password, _ = v.Get(engine.SMTPSecretName)
		if password == "" {
			return nil, &engine.Fault{Code: engine.CodeSecret, Who: "you", What: "The password for sending is not in the project.",
				Do: "Press w and type it in."}
		}
	}
	return letter.NewSMTP(p.Letters.SMTP, password)
}
