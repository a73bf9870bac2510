package feedback

import (
	"encoding/json"
	"fmt"
	"testing"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/notifytest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
)

// from wraps an event of SES as SNS does.
func from(t *testing.T, id, event string) function.Message {
	t.Helper()
	body, err := json.Marshal(envelope{Type: "Notification", Message: event})
	if err != nil {
		t.Fatal(err)
	}
	return function.Message{ID: id, Body: string(body)}
}

func bounce(kind, address string) string {
	return fmt.Sprintf(`{"eventType":"Bounce","mail":{"tags":{"message_id":["m"]}},"bounce":{"bounceType":%q,"bouncedRecipients":[{"emailAddress":%q}]}}`, kind, address)
}

func complaint(kind, address string) string {
	return fmt.Sprintf(`{"eventType":"Complaint","mail":{},"complaint":{"complaintFeedbackType":%q,"complainedRecipients":[{"emailAddress":%q}]}}`, kind, address)
}

func hear(t *testing.T, db *table.Client, messages ...function.Message) []string {
	t.Helper()
	env := &function.Env{Clock: clock.System{}, Wall: clock.System{}}
	function.Port[*table.Client]{Name: "table"}.Put(env, db)
	return handle(env)(t.Context(), messages)
}

func TestAddressThatBouncesForGoodOrComplainsGetsNothingMore(t *testing.T) {
	db := tabletest.New(t)
	for range 2 {
		failed := hear(t, db,
			from(t, "1", bounce("Permanent", "Gone@customer.example")), from(t, "2", bounce("Transient", "full@customer.example")),
			from(t, "3", complaint("abuse", "angry@customer.example")), from(t, "4", complaint("", "curt@customer.example")),
			from(t, "5", complaint("not-spam", "glad@customer.example")), from(t, "6", `{"eventType":"Open","mail":{}}`))
		if len(failed) > 0 {
			t.Fatal(failed)
		}
	}
	once := notify.Once{Table: db, Mail: &notifytest.Inbox{}, Clock: clock.System{}, Wall: clock.System{}}
	for address, want := range map[string]notify.Outcome{
		"gone@customer.example": notify.Suppressed, "angry@customer.example": notify.Suppressed, "full@customer.example": notify.Sent,
		"curt@customer.example": notify.Suppressed, "glad@customer.example": notify.Sent,
	} {
		got, err := once.Send(t.Context(), notify.Message{ID: notify.MessageID(address), To: address}, clock.System{}.Now())
		if err != nil || got.Outcome != want {
			t.Errorf("%s: %q, %v; want %q", address, got.Outcome, err, want)
		}
	}
}

func TestMailThatSESHasTakenIsWrittenDown(t *testing.T) {
	db := tabletest.New(t)
	for _, kind := range []string{"Send", "Delivery"} {
		if failed := hear(t, db, from(t, "1", `{"eventType":"`+kind+`","mail":{"tags":{"message_id":["m1"]}}}`)); len(failed) > 0 {
			t.Fatal(failed)
		}
	}
	for id, want := range map[string]bool{"m1": true, "m2": false} {
		if got, err := notify.WasTaken(t.Context(), db, id); err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", id, got, err, want)
		}
	}
}

// CASES.md B48.
func TestOnlyPoisonFails(t *testing.T) {
	db := tabletest.New(t)
	failed := hear(t, db, function.Message{ID: "1", Body: "x"}, from(t, "2", complaint("abuse", "a@customer.example")), from(t, "3", "what SES never says"))
	if len(failed) != 2 || failed[0] != "1" || failed[1] != "3" {
		t.Errorf("failed %v, want 1 and 3", failed)
	}
}

// SES tells the topic so in plain text when it is to send its events there, which is at each deployment that makes it anew.
func TestThatSESHasFoundItsTopicIsNoPoison(t *testing.T) {
	if failed := hear(t, tabletest.New(t), from(t, "1", "Successfully validated SNS topic for Amazon SES event publishing.")); len(failed) > 0 {
		t.Errorf("failed %v", failed)
	}
}
