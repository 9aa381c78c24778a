package imapconn

import (
	"context"

	"github.com/emersion/go-imap/v2"

	"mxodus/engine"
)

// Quota asks for the storage quota of INBOX's quota roots (RFC 9208): of the one
// with the least room, if there are several. nil without error when there is
// none, or the server won't say.
func (s *session) Quota(ctx context.Context) (*engine.Quota, error) {
	if !s.has("QUOTA") {
		return nil, nil
	}
	var least *engine.Quota
	err := s.do(ctx, "ask for the quota", func() error {
		roots, err := s.client.GetQuotaRoot(inbox).Wait()
		if isRefusal(err) {
			if f := s.fault("ask for the quota", err); isBusy(f) {
				return f
			}
			return nil
		}
		for _, root := range roots {
			storage, ok := root.Resources[imap.QuotaResourceStorage]
			if !ok || storage.Limit <= 0 {
				continue
			}
			q := &engine.Quota{Used: storage.Usage << 10, Limit: storage.Limit << 10} // KiB
			if least == nil || q.Limit-q.Used < least.Limit-least.Used {
				least = q
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return least, nil
}
