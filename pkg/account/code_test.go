package account_test

import (
	"regexp"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/code"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/notifytest"
	"partnercenter/pkg/party"
)

// code lets a party be sent a code for its sensitive operations, and gives it.
func (w *world) code(id auth.PartyID) string {
	w.t.Helper()
	inbox := &notifytest.Inbox{}
	once := &notify.Once{Table: w.db, Mail: inbox, SMS: &notifytest.Phone{}, Clock: w.clock, Wall: w.clock}
	request, err := party.SensitiveCode(w.t.Context(), w.db, id)
	if err == nil {
		err = (&code.Codes{Table: w.db, Clock: w.clock, Wall: w.clock, Keys: w.env.Keyring(), Once: once}).Send(w.t.Context(), request)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return regexp.MustCompile(`\b[0-9]{6}\b`).FindString(inbox.Mails()[0].Text)
}
