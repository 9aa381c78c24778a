package journal

import (
	"testing"
	"time"

	"mxodus/engine"
)

func welcome(id int64, messageID string) engine.Delivery {
	return engine.Delivery{UserID: id, Letter: "welcome", Way: "smtp", To: "anna@acme.example", MessageID: messageID,
		Identity: engine.Identity{1, 2}, Next: 1<<32 - 1, At: time.Unix(1, 5)}
}

func TestLetterIsClaimedOnceUntilItIsKnownNotToHaveGone(t *testing.T) {
	f := newFile(t)
	id := newUser(t, f, "anna@acme.example")
	claim := func(messageID string, again, want bool) engine.Delivery {
		t.Helper()
		d, ok, err := f.ClaimDelivery(t.Context(), welcome(id, messageID), again)
		must(t, err)
		if ok != want {
			t.Fatalf("claim of %s: %t, %+v", messageID, ok, d)
		}
		return d
	}
	settle := func(messageID string, s engine.DeliveryState) {
		t.Helper()
		d := welcome(id, messageID)
		d.State, d.Said = s, "250 OK"
		must(t, f.SettleDelivery(t.Context(), d))
	}
	claim("a", false, true)
	if d := claim("b", false, false); d.MessageID != "a" || d.State != engine.DeliverySending || d.Next != 1<<32-1 || d.Identity != (engine.Identity{1, 2}) {
		t.Errorf("what stands: %+v", d)
	}
	settle("a", engine.DeliveryFailed)
	claim("b", false, true)
	settle("b", engine.DeliverySent)
	claim("c", false, false)
	claim("c", true, true)
	if err := f.SettleDelivery(t.Context(), welcome(id, "b")); err == nil {
		t.Error("a claim that was replaced is settled")
	}
	all, err := f.Deliveries(t.Context())
	must(t, err)
	if len(all) != 1 || all[0].MessageID != "c" || !all[0].At.Equal(time.Unix(1, 5)) {
		t.Errorf("%+v", all)
	}
	must(t, f.RemoveUser(t.Context(), id))
	if all, err = f.Deliveries(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("after the user is gone: %+v, %v", all, err)
	}
}

func TestLanguageAndSharedAreKept(t *testing.T) {
	f := newFile(t)
	_, err := f.SaveUsers(t.Context(), []engine.User{{Address: "office@acme.example", Language: "fr", Shared: true}})
	must(t, err)
	users, err := f.Users(t.Context())
	must(t, err)
	if users[0].Language != "fr" || !users[0].Shared {
		t.Errorf("%+v", users)
	}
	users[0].Language, users[0].Shared = "de", false
	_, err = f.SaveUsers(t.Context(), users)
	must(t, err)
	if users, err = f.Users(t.Context()); err != nil || users[0].Language != "de" || users[0].Shared {
		t.Errorf("%+v, %v", users, err)
	}
}
