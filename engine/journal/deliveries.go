package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"mxodus/engine"
)

var _ engine.DeliveryLog = (*File)(nil)

const deliveryColumns = `user_id, letter, way, state, recipient, message_id, identity, next, at, said`

func scanDelivery(row scanner) (d engine.Delivery, err error) {
	var identity []byte
	var next int64
	var at any
	err = row.Scan(&d.UserID, &d.Letter, &d.Way, &d.State, &d.To, &d.MessageID, &identity, &next, &at, &d.Said)
	copy(d.Identity[:], identity)
	d.Next, d.At = uint32(next), fromInstant(at)
	return d, err
}

// ClaimDelivery writes d down as sending, durably, unless that letter to that
// user is being sent or was sent by anybody: then it returns that row and false.
// again replaces it whatever it says.
func (f *File) ClaimDelivery(ctx context.Context, d engine.Delivery, again bool) (stands engine.Delivery, claimed bool, err error) {
	err = f.writer.do(ctx, anybody, 1, func(t *tx) error {
		claimed = false
		old, err := scanDelivery(t.queryRow(`SELECT `+deliveryColumns+` FROM delivery WHERE user_id = ? AND letter = ?`, d.UserID, d.Letter))
		switch {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return err
		case old.State != engine.DeliveryFailed && !again:
			stands = old
			return nil
		}
		d.State, stands, claimed = engine.DeliverySending, d, true
		stands.State = engine.DeliverySending
		return t.exec(`INSERT OR REPLACE INTO delivery (`+deliveryColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			d.UserID, d.Letter, d.Way, string(d.State), d.To, d.MessageID, d.Identity[:], int64(d.Next), instant(d.At), d.Said)
	})
	return stands, claimed && err == nil, err
}

// SettleDelivery writes down what became of the claim with this MessageID. It is
// an error if another claim has taken its place.
func (f *File) SettleDelivery(ctx context.Context, d engine.Delivery) error {
	return f.writer.do(ctx, anybody, 1, func(t *tx) error {
		res, err := t.change(`UPDATE delivery SET state = ?, at = ?, said = ? WHERE user_id = ? AND letter = ? AND message_id = ?`,
			string(d.State), instant(d.At), d.Said, d.UserID, d.Letter, d.MessageID)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return fmt.Errorf("the letter %s to user %d is not in the journal any more", d.Letter, d.UserID)
		}
		return nil
	})
}

// Deliveries lists all, oldest first.
func (f *File) Deliveries(ctx context.Context) (list []engine.Delivery, err error) {
	err = f.each(ctx, func(rows *sql.Rows) error {
		d, err := scanDelivery(rows)
		list = append(list, d)
		return err
	}, `SELECT `+deliveryColumns+` FROM delivery ORDER BY id`)
	return list, err
}
