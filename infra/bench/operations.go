package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/digest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/subscription"
	"partnercenter/pkg/subscription/notices"
	worker "partnercenter/pkg/system/lifecycle"
)

const (
	vendor   = "vendor vendor"
	customer = "customer cust-1"
)

// step is one call of an operation; {name} in its path and body stands for what an earlier answer had, of a list its first, and {code to <address>} for
// the code in the last mail to an address. One without a name is not counted: it
// makes what later ones use, such as the keys of secrets and markers.
type step struct{ name, by, method, path, body string }

// steps are every operation, in an order in which each succeeds: a function for each capability. What subscriptions import comes first, since the
// others use it.
func steps() []step {
	return slices.Concat(
		importSteps(),
		partySteps(),
		accountSteps(),
		moneySteps(),
		couponSteps(),
		subscriptionSteps(),
		orderSteps(),
		customerSteps(),
		authorizationSteps(),
		associationSteps(),
		renewalTaskSteps(),
		businessSteps(),
		invoiceSteps(),
		performanceSteps(),
		incentiveSteps(),
		opportunitySteps(),
		programSteps(),
		specialistSteps(),
		webhookSteps(),
	)
}

// measure meters every operation and job.
func (s *scene) measure(ctx context.Context) ([]measured, error) {
	if err := s.failedWork(ctx); err != nil {
		return nil, err
	}
	var all []measured
	known := map[string]any{}
	for _, st := range steps() {
		m, err := metered(ctx, st.name, func(ctx context.Context) error {
			switch st.method {
			case work:
				st.path = fill(st.path, known)
				return s.work(ctx, st)
			case carry:
				return s.carry(ctx, st.by)
			case later:
				return s.later(st.path)
			case seed:
				return s.put(ctx, fill(st.path, known), known)
			case notice:
				return s.notify(ctx, fill(st.path, known))
			}
			answer, err := s.call(ctx, fill(st.by, known), st.method, fill(st.path, known), fill(st.body, known))
			s.learn(answer, known)
			return err
		})
		if err != nil {
			return nil, err
		}
		if st.name != "" {
			all = append(all, m)
		}
	}
	lines, err := thousandLines(ctx)
	if err != nil {
		return nil, err
	}
	jobs, err := s.jobs(ctx)
	return append(append(all, lines), jobs...), errors.Join(err, s.missed(all))
}

// work does a piece of due work: a step whose method is work names the account, the item's keys, and in its body the kind.
func (s *scene) work(ctx context.Context, st step) error {
	s.clock.Advance(time.Hour) // it is due within one
	pk, sk, _ := strings.Cut(st.path, " ")
	due := lifecycle.Due{Key: table.Key{PK: pk, SK: sk}, Kind: st.body, Account: st.by}
	return worker.Handlers(s.env)[due.Kind](ctx, due)
}

// work is the method of a step that is no call.
const work = "WORK"

// missed says which operations of the API were not measured.
func (s *scene) missed(all []measured) error {
	var missed []error
	for _, op := range s.api.Operations() {
		if !slices.ContainsFunc(all, func(m measured) bool { return m.Name == op.ID }) {
			missed = append(missed, fmt.Errorf("%s was not measured", op.ID))
		}
	}
	return errors.Join(missed...)
}

var sixDigits = regexp.MustCompile(`\d{6}`)

// learn keeps what an answer has, of a list of things what the first has, and the codes in the mails that went out. An answer without a body teaches
// nothing.
func (s *scene) learn(answer string, known map[string]any) {
	var has map[string]any
	_ = json.Unmarshal([]byte(answer), &has)
	for _, value := range has {
		if list, ok := value.([]any); ok && len(list) > 0 {
			if first, ok := list[0].(map[string]any); ok {
				maps.Copy(known, first)
			}
		}
	}
	maps.Copy(known, has)
	if _, rest, found := strings.Cut(answer, `name="token" value="`); found { // of a page
		known["form token"], _, _ = strings.Cut(rest, `"`)
	}
	for _, mail := range s.inbox.Mails() {
		known["code to "+mail.To] = sixDigits.FindString(mail.Text)
	}
}

// failedID names the work that failed for good, on the wire.
var failedID = base64.RawURLEncoding.EncodeToString([]byte("WAITING#failed\x1fWAITING"))

// failedWork makes work that failed for good.
func (s *scene) failedWork(ctx context.Context) error {
	item := &waiting{table.Head{PK: "WAITING#failed", SK: "WAITING"}}
	lifecycle.Arm(&item.Head, "bench", "cust-1", "failed", s.clock.Now())
	item.G2PK = strings.Replace(item.G2PK, "DUE#", "FAILED#", 1)
	return s.db.Create(ctx, item)
}

func fill(text string, known map[string]any) string {
	for name, value := range known {
		if list, ok := value.([]any); ok && len(list) > 0 {
			value = list[0]
		}
		if s, ok := value.(string); ok {
			text = strings.ReplaceAll(text, "{"+name+"}", s)
		}
	}
	return text
}

// jobs meters what happens by itself.
func (s *scene) jobs(ctx context.Context) ([]measured, error) {
	sweep := &lifecycle.Sweep{Table: s.db, Clock: s.clock, Wall: s.clock, Queue: discard{}}
	s.clock.Set(start.AddDays(-400).Start())
	idle, idleErr := metered(ctx, "IdleSweep", func(ctx context.Context) error {
		_, err := sweep.Tick(ctx)
		return err
	})
	s.clock.Set(start.AddDays(2).At(3, 0))
	renewal, renewalErr := metered(ctx, "AutoRenewal", func(ctx context.Context) error {
		return subscription.New(s.env).Do(ctx, due("cust-1", resourceID(1)))
	})
	if err := notify.Touch(ctx, s.db, "cust-1", s.clock.Now()); err != nil {
		return nil, err
	}
	s.clock.Set(start.AddDays(2).At(9, 0))
	work := digest.Work(s.env, notices.Source(s.db))
	told, toldErr := metered(ctx, "Digest", func(ctx context.Context) error {
		return work[notify.WorkDigest](ctx, lifecycle.Due{Key: table.Key{PK: "PARTY#cust-1", SK: "DIGEST"}, Kind: notify.WorkDigest, Account: "cust-1"})
	})
	if told.WCU < 1 {
		toldErr = errors.Join(toldErr, fmt.Errorf("the digest wrote nothing: %+v", told))
	}
	return []measured{renewal, told, idle}, errors.Join(idleErr, renewalErr, toldErr)
}
