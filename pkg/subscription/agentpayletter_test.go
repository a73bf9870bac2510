package subscription_test

import (
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/notifytest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/subscription"
	"partnercenter/pkg/subscription/agentpayletter"
)

func TestWhoPaidIsToldByMailAndSMSOnce(t *testing.T) {
	w := agencyWorld(t)
	w.change("partner", func(p *party.Party) { p.Email, p.Locale = "p@partner.example", "en-US" })
	inbox, phone := &notifytest.Inbox{}, &notifytest.Phone{}
	tell := func() {
		sender := &immediate.Sender{
			Table: w.db, Clock: w.clock, Once: &notify.Once{Table: w.db, Mail: inbox, SMS: phone, Clock: w.clock, Wall: clock.System{}},
			Writers: map[string]immediate.Writer{
				subscription.WriterAgentPayAsked:   agentpayletter.Asked(w.service),
				subscription.WriterAgentPayDecided: agentpayletter.Decided(w.service),
			},
		}
		for _, owner := range []string{"partner", "c"} {
			for e, err := range event.List(t.Context(), w.db, owner, time.Time{}) {
				if err != nil {
					t.Fatal(err)
				}
				if e.Type != immediate.Event {
					continue
				}
				if err := sender.Send(t.Context(), *e); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	o := w.buys(0, "small")
	w.asks(o.OrderID).done(t)
	tell()
	w.agentPays(o.OrderID).done(t)
	tell()
	tell()
	mails, texts := inbox.Mails(), phone.Texts()
	if len(mails) != 2 || mails[0].To != "p@partner.example" || mails[0].Subject != "Name of c asks you to pay its order" ||
		mails[1].To != "c@customer.example" || mails[1].Subject != "Partner已支付您的订单" || !strings.Contains(mails[1].Text, o.OrderID) {
		t.Errorf("the mails are %+v", mails)
	}
	if len(texts) != 1 || texts[0].Template != "agent_paid" || texts[0].Params["amount"] != money.Fen(10_00).String() || texts[0].To != "13800000000" {
		t.Errorf("the SMS are %+v", texts)
	}
	second := w.buys(0, "small")
	w.asks(second.OrderID).done(t)
	w.rejects("c/" + second.OrderID)
	tell()
	mails = inbox.Mails()
	if len(mails) != 3 || mails[2].Subject != "Partner未支付您的订单" || !strings.Contains(mails[2].Text, "not this quarter") || len(phone.Texts()) != 1 {
		t.Errorf("after the rejection the mails are %+v", mails[2:])
	}
}
