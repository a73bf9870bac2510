package specialist

import (
	"context"
	"errors"
	"strings"

	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type setAccountInput struct {
	AccountID string `path:"account_id" maxLength:"64"`
	Body      struct {
		AccountName    string `json:"account_name" minLength:"1" maxLength:"128" doc:"By which it signs in"`
		RealName       string `json:"real_name,omitempty" maxLength:"128"`
		Mobile         string `json:"mobile,omitempty" maxLength:"32" doc:"With its country code; one without is China's"`
		Email          string `json:"email,omitempty" maxLength:"128"`
		Locale         string `json:"locale,omitempty" enum:"zh-CN,en-US" doc:"zh-CN when absent"`
		Enterprise     bool   `json:"enterprise_authenticated,omitempty"`
		PartnerAccount bool   `json:"partner_account,omitempty" doc:"Whether it is a partner account itself"`
	}
}

// setAccount keeps what the identity platform says of a personal account. What it belongs to here stays.
// Source: DOMAIN.md 13, "Personal HUAWEI ID conditions".
func (s *Service) setAccount(ctx context.Context, in *setAccountInput) (*struct{}, error) {
	b := in.Body
	if !table.IsID(in.AccountID) {
		return nil, problem.Invalid("account_id", "%q is not 1 to 64 letters, digits, dots, underscores, colons or hyphens", in.AccountID)
	}
	said := Account{
		ID: AccountID(in.AccountID), Name: b.AccountName, Person: b.RealName, Email: b.Email, Locale: notify.LocaleOf(b.Locale),
		Enterprise: b.Enterprise, OfPartner: b.PartnerAccount,
	}
	if b.Mobile != "" {
		var ok bool
		if said.Mobile, ok = numberOf(b.Mobile); !ok {
			return nil, problem.Invalid("mobile", "it is no phone number with its country code, such as +8613800000000")
		}
	}
	if at := strings.Index(b.Email, "@"); b.Email != "" && (at < 1 || at == len(b.Email)-1) {
		return nil, problem.Invalid("email", "it is no mail address")
	}
	_, err := s.once(ctx, func(tx *table.Tx) (string, error) { return in.AccountID, s.keep(ctx, tx, said) })
	return nil, err
}

// keep appends to tx what the platform says of an account, and by what it is found.
func (s *Service) keep(ctx context.Context, tx *table.Tx, said Account) error {
	old, err := s.account(ctx, said.ID)
	known := err == nil
	if err != nil && !errors.Is(err, ErrNoAccount) {
		return err
	}
	next := old
	next.ID, next.Name, next.Person, next.Mobile, next.Email = said.ID, said.Name, said.Person, said.Mobile, said.Email
	next.Locale, next.Enterprise, next.OfPartner, next.Set = said.Locale, said.Enterprise, said.OfPartner, s.Clock.Now()
	if err := s.refind(ctx, tx, old, next); err != nil {
		return err
	}
	event.Append(tx, event.Event{
		Type: EventAccountSet, Owner: next.owner(), Subject: string(next.ID), At: next.Set, By: rest.Caller(ctx).Masked(),
	})
	if known {
		tx.Replace(&old, &next)
		return nil
	}
	next.Head = accountKey(next.ID).Head()
	tx.Create(&next)
	return nil
}

// finder says that a contact finds an account.
type finder struct {
	table.Head
}

// refind appends to tx by what an account is found from now on.
func (s *Service) refind(ctx context.Context, tx *table.Tx, old, next Account) error {
	before, now := old.contacts(), next.contacts()
	for _, way := range []string{byMobile, byEmail, byName} {
		from, to := before[way], now[way]
		if from != "" && to != "" && foundBy(way, from) == foundBy(way, to) || from == to {
			continue
		}
		if from != "" {
			var f finder
			if err := s.Table.Get(ctx, finderKey(way, from, old.ID), &f); err != nil {
				return err
			}
			tx.Remove(&f)
		}
		if to != "" {
			tx.Create(&finder{Head: finderKey(way, to, next.ID).Head()})
		}
	}
	return nil
}

// found gives the accounts that a contact finds, at most one more than are shown.
func (s *Service) found(ctx context.Context, way, value string) ([]Account, error) {
	var keys []table.Key
	for f, err := range table.All[finder](ctx, s.Table, table.Query{PK: foundBy(way, value), Strong: true, Page: mostCandidates + 1}) {
		if err != nil {
			return nil, err
		}
		if keys = append(keys, accountKey(AccountID(f.SK))); len(keys) > mostCandidates {
			break
		}
	}
	items, err := table.GetAll[Account](ctx, s.Table, keys)
	if err != nil {
		return nil, err
	}
	var all []Account
	for _, key := range keys {
		if a, ok := items[key]; ok {
			all = append(all, *a)
		}
	}
	return all, nil
}
