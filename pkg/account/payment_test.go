package account_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
)

const (
	paymentsPath = "/v2/accounts/partner-accounts/payments"
	noticePath   = "/v2/payments/notices"
)

type payment struct {
	PaymentID  string `json:"payment_id"`
	State      string
	PaymentURL string `json:"payment_url"`
	ExpiresAt  string `json:"expires_at"`
	TransferID string `json:"transfer_id"`
}

func (w *world) pays(channel, amount string) payment {
	w.t.Helper()
	var p payment
	a := w.as(provider, "POST", paymentsPath, `{"channel":"`+channel+`","amount":`+amount+`}`)
	if a.Status != http.StatusCreated {
		w.t.Fatalf("got %d %s", a.Status, a.Body)
	}
	a.Into(w.t, &p)
	return p
}

func (w *world) shows(id string) payment {
	w.t.Helper()
	var p payment
	w.as(provider, "GET", paymentsPath+"/"+id, "").Into(w.t, &p)
	return p
}

// sandbox gives the world's provider.
func (w *world) sandbox() *account.Sandbox { return account.ProviderPort.In(w.env).(*account.Sandbox) }

// notice is a notice of the payment id of the partner.
func notice(id string, e account.PaymentEvent, number string, amount money.Fen) account.Notice {
	return account.Notice{Reference: id + ".partner", Event: e, Channel: "ALIPAY", Number: number, Amount: amount}
}

// tells delivers a notice, signed now.
func (w *world) tells(n account.Notice) answer {
	w.t.Helper()
	signed, err := w.sandbox().Sign(context.Background(), n, w.env.Wall.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	return w.delivers(signed)
}

func (w *world) delivers(s account.Signed) answer {
	r := httptest.NewRequest(http.MethodPost, noticePath, strings.NewReader(string(s.Body)))
	r.Header.Set("X-Payment-Timestamp", s.Timestamp)
	r.Header.Set("X-Payment-Signature", s.Signature)
	r.Header.Set("Content-Type", "application/json")
	out := httptest.NewRecorder()
	w.api.ServeHTTP(out, r)
	return answer{resttest.Answer{Status: out.Code, Header: out.Header(), Body: out.Body.String()}}
}

// ends does the due work of a payment.
func (w *world) ends(id string) error {
	key := table.Key{PK: "PAYMENTS#partner", SK: "PAYMENT#" + id}
	return account.Work(w.env)[account.WorkPayment](context.Background(), lifecycle.Due{Key: key, Kind: account.WorkPayment})
}

func TestAnOnlinePaymentCreditsWhenTheProviderTellsSo(t *testing.T) {
	w := newWorld(t)
	p := w.pays("ALIPAY", "100.50")
	if p.State != "pending" || !strings.Contains(p.PaymentURL, p.PaymentID) || w.balance("partner") != "0.00" {
		t.Errorf("got %+v, and the balance is %s", p, w.balance("partner"))
	}
	if a := w.tells(notice(p.PaymentID, account.ProviderPaid, "2026-1", 10050)); a.Status != 200 || !strings.Contains(a.Body, `"paid"`) {
		t.Fatalf("got %d %s", a.Status, a.Body)
	}
	shown := w.shows(p.PaymentID)
	if shown.State != "paid" || shown.TransferID == "" || shown.PaymentURL != "" || w.balance("partner") != "100.50" {
		t.Errorf("got %+v, and the balance is %s", shown, w.balance("partner"))
	}
	if got := fmt.Sprint(w.events("partner")); got != "[payment_created topped_up]" {
		t.Errorf("the events are %s", got)
	}
	if err := w.ends(p.PaymentID); !errors.Is(err, lifecycle.ErrNotDue) {
		t.Errorf("the due work of a paid payment gave %v", err)
	}
	w.as("partner rival", "GET", paymentsPath+"/"+p.PaymentID, "").Refused(t, 404, "CBC.0404", "no payment")
	var list struct {
		Payments []payment
		Total    int `json:"total_count"`
	}
	second := w.pays("WECHAT", "1")
	w.as(provider, "GET", paymentsPath+"?limit=1", "").Into(t, &list)
	if list.Total != 2 || len(list.Payments) != 1 || list.Payments[0].PaymentID != second.PaymentID {
		t.Errorf("got %+v, want the second of two", list)
	}
	w.as("partner rival", "GET", paymentsPath, "").Into(t, &list)
	if list.Total != 0 || len(list.Payments) != 0 {
		t.Errorf("another partner sees %+v", list)
	}
	w.state()
}

func TestBadPaymentsAreRefused(t *testing.T) {
	w := newWorld(t)
	before := w.state()
	for _, amount := range []string{"0", "-1", "1.005", "1e400", "NaN", `"１００"`, `" 1"`, "null", `""`, "10000000000000.01"} {
		w.as(provider, "POST", paymentsPath, `{"channel":"ALIPAY","amount":`+amount+`}`).Refused(t, 400, "CBC.0100", "")
	}
	w.as(provider, "POST", paymentsPath, `{"channel":"CASH","amount":1}`).Refused(t, 400, "CBC.0100", "channel")
	w.as(provider, "POST", paymentsPath, `{"channel":"WECHAT","amount":50000.01}`).Refused(t, 400, "CBC.99001070", "another bank card")
	w.as("customer c1", "POST", paymentsPath, `{"channel":"ALIPAY","amount":1}`).Refused(t, 403, "CBC.0155", "partner")
	if after := w.state(); after != before {
		t.Errorf("refused calls changed\n%s\nto\n%s", before, after)
	}
	first := w.signed("same", provider, "POST", paymentsPath, `{"channel":"ALIPAY","amount":1}`)
	if again := w.signed("same", provider, "POST", paymentsPath, `{"channel":"ALIPAY","amount":1}`); again.Body != first.Body {
		t.Errorf("a repeat began %s after %s", again.Body, first.Body)
	}
}

func TestNoticesThatCreditNothing(t *testing.T) {
	w := newWorld(t)
	id := w.pays("ALIPAY", "100").PaymentID
	other := w.pays("ALIPAY", "100").PaymentID
	w.tells(notice(other, account.ProviderPaid, "used", 10000)).Into(t, new(any))
	before := w.state()
	foreign := notice(id, account.ProviderPaid, "n", 10000)
	foreign.Reference = id + ".rival"
	wechat := notice(id, account.ProviderPaid, "n", 10000)
	wechat.Channel = "WECHAT"
	garbled := notice(id, account.ProviderPaid, "n", 10000)
	garbled.Reference = id
	for name, c := range map[string]struct {
		n      account.Notice
		status int
		code   string
		says   string
	}{
		"another amount":         {notice(id, account.ProviderPaid, "n", 9999), 409, "CBC.99001071", "100.00"},
		"more":                   {notice(id, account.ProviderPaid, "n", 10001), 409, "CBC.99001071", "100.00"},
		"another channel":        {wechat, 409, "CBC.99001071", "WECHAT"},
		"a number that has paid": {notice(id, account.ProviderPaid, "used", 10000), 409, "CBC.99001071", "something else"},
		"a second payment":       {notice(other, account.ProviderPaid, "n", 10000), 409, "CBC.99001071", "pay \"n\" back"},
		"unknown":                {notice("01JDZ0000000000000000000AB", account.ProviderPaid, "n", 10000), 404, "CBC.0404", "no payment"},
		"another's":              {foreign, 404, "CBC.0404", "no payment"},
		"no reference":           {garbled, 404, "CBC.0404", "reference"},
		"no such event":          {notice(id, "refunded", "n", 10000), 400, "CBC.0100", "refunded"},
		"no number":              {notice(id, account.ProviderPaid, "", 10000), 400, "CBC.0100", "number"},
	} {
		t.Run(name, func(t *testing.T) { w.tells(c.n).Refused(t, c.status, c.code, c.says) })
	}
	if after := w.state(); after != before || w.shows(id).State != "pending" {
		t.Errorf("refused notices changed\n%s\nto\n%s", before, after)
	}
}

func TestNoticesThatTheProviderDidNotSign(t *testing.T) {
	w := newWorld(t)
	n := notice(w.pays("ALIPAY", "100").PaymentID, account.ProviderPaid, "n", 10000)
	sign := func(at time.Time) account.Signed {
		signed, err := w.sandbox().Sign(context.Background(), n, at)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	good := sign(w.env.Wall.Now())
	forged := &account.Sandbox{Key: func(context.Context) ([]byte, error) { return make([]byte, 32), nil }}
	stranger, err := forged.Sign(context.Background(), n, w.env.Wall.Now())
	if err != nil {
		t.Fatal(err)
	}
	altered, later, unsigned, notHex := good, good, good, good
	altered.Body = []byte(strings.Replace(string(good.Body), "100.00", "900.00", 1))
	later.Timestamp += "0"
	unsigned.Signature, notHex.Signature = "", "zz"
	for name, s := range map[string]account.Signed{
		"another key": stranger, "another body": altered, "another time": later, "no signature": unsigned, "no hex": notHex,
		"old": sign(w.env.Wall.Now().Add(-6 * time.Minute)), "from the future": sign(w.env.Wall.Now().Add(6 * time.Minute)),
	} {
		t.Run(name, func(t *testing.T) { w.delivers(s).Refused(t, 403, "CBC.0151", "signed") })
	}
	if got := w.balance("partner"); got != "0.00" {
		t.Errorf("the balance is %s", got)
	}
	if a := w.delivers(good); a.Status != 200 || w.balance("partner") != "100.00" {
		t.Errorf("the good one gave %d %s", a.Status, a.Body)
	}
}

func TestNoticesTwiceAndOutOfOrderCreditOnce(t *testing.T) {
	for name, c := range map[string]struct {
		order []account.PaymentEvent
		state string
	}{
		"paid twice":         {[]account.PaymentEvent{account.ProviderPaid, account.ProviderPaid}, "paid"},
		"failed, then paid":  {[]account.PaymentEvent{account.ProviderFailed, account.ProviderPaid}, "paid"},
		"paid, then failed":  {[]account.PaymentEvent{account.ProviderPaid, account.ProviderFailed}, "paid"},
		"expired, then paid": {[]account.PaymentEvent{account.TimeOver, account.ProviderPaid}, "paid"},
		"failed twice":       {[]account.PaymentEvent{account.ProviderFailed, account.ProviderFailed}, "failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := w.pays("ALIPAY", "100").PaymentID
			for _, e := range c.order {
				if e == account.TimeOver {
					w.clock.Advance(30 * time.Minute)
					if err := w.ends(id); err != nil {
						t.Error(err)
					}
					continue
				}
				if a := w.tells(notice(id, e, "n", 10000)); a.Status != 200 {
					t.Errorf("%s gave %d %s", e, a.Status, a.Body)
				}
			}
			want := map[string]string{"paid": "100.00", "failed": "0.00"}[c.state]
			if got := w.shows(id).State + " " + w.balance("partner"); got != c.state+" "+want {
				t.Errorf("got %s, want %s %s", got, c.state, want)
			}
			w.state()
		})
	}
}

func TestAPaymentThatNobodyMakesExpiresOnce(t *testing.T) {
	w := newWorld(t)
	id := w.pays("ALIPAY", "100").PaymentID
	w.clock.Advance(29 * time.Minute)
	if err := w.ends(id); !errors.Is(err, lifecycle.ErrNotDue) || w.shows(id).State != "pending" {
		t.Errorf("too early it gave %v", err)
	}
	w.clock.Advance(time.Minute)
	if err := w.ends(id); err != nil || w.shows(id).State != "expired" {
		t.Errorf("got %v and %+v", err, w.shows(id))
	}
	if err := w.ends(id); !errors.Is(err, lifecycle.ErrNotDue) {
		t.Errorf("twice it gave %v", err)
	}
	if got := fmt.Sprint(w.events("partner")); got != "[payment_created payment_closed]" {
		t.Errorf("the events are %s", got)
	}
}

func TestANoticeByManyAtOnceCreditsOnce(t *testing.T) {
	w := newWorld(t)
	id := w.pays("ALIPAY", "100").PaymentID
	signed, err := w.sandbox().Sign(context.Background(), notice(id, account.ProviderPaid, "n", 10000), w.env.Wall.Now())
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 16 {
		wait.Go(func() {
			if a := w.delivers(signed); a.Status != http.StatusOK {
				t.Errorf("got %d %s", a.Status, a.Body)
			}
		})
	}
	wait.Wait()
	if got := w.balance("partner"); got != "100.00" {
		t.Errorf("the balance is %s", got)
	}
	w.state()
}
