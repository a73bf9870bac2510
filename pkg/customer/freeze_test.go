package customer

import (
	"errors"
	"fmt"
	"testing"

	"partnercenter/pkg/party"
)

func TestEveryFreezeAndUnfreeze(t *testing.T) {
	type step func(party.Freeze, string) (party.Freeze, error)
	const no, account, all = party.NotFrozen, party.AccountFrozen, party.ResourcesFrozen
	for _, c := range []struct {
		name string
		do   step
		was  party.Freeze
		what string
		want party.Freeze
		err  error
	}{
		{"freeze", frozen, no, freezeAccount, account, nil},
		{"freeze", frozen, no, "", account, nil},
		{"freeze", frozen, no, freezeAll, all, nil},
		{"freeze", frozen, account, freezeAccount, account, ErrAlreadyFrozen},
		{"freeze", frozen, account, freezeAll, all, nil},
		{"freeze", frozen, all, freezeAccount, all, ErrAlreadyFrozen},
		{"freeze", frozen, all, freezeAll, all, ErrAlreadyFrozen},
		{"unfreeze", thawed, no, freezeAccount, no, ErrNotFrozen},
		{"unfreeze", thawed, no, freezeAll, no, ErrNotFrozen},
		{"unfreeze", thawed, account, "", no, nil},
		{"unfreeze", thawed, account, freezeAll, no, nil},
		{"unfreeze", thawed, all, freezeAccount, all, ErrNotFrozen},
		{"unfreeze", thawed, all, freezeAll, no, nil},
	} {
		if got, err := c.do(c.was, c.what); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s %q of %d: %d, %v; want %d, %v", c.name, c.what, c.was, got, err, c.want, c.err)
		}
	}
}

func TestAFrozenPartnerUnfreezesAccountsAlone(t *testing.T) {
	const no, account, all = party.NotFrozen, party.AccountFrozen, party.ResourcesFrozen
	for _, c := range []struct {
		was  party.Freeze
		what string
		want party.Freeze
		err  error
	}{
		{no, freezeAccount, no, ErrNotFrozen},
		{no, freezeAll, no, party.ErrBlocked},
		{account, "", no, nil},
		{account, freezeAccount, no, nil},
		{account, freezeAll, account, party.ErrBlocked},
		{all, freezeAccount, all, party.ErrBlocked},
		{all, freezeAll, all, party.ErrBlocked},
	} {
		if got, err := thawedBy(true, c.was, c.what); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%q of %d: %d, %v; want %d, %v", c.what, c.was, got, err, c.want, c.err)
		}
		want, refused := thawed(c.was, c.what)
		if got, err := thawedBy(false, c.was, c.what); got != want || fmt.Sprint(err) != fmt.Sprint(refused) {
			t.Errorf("not frozen itself, %q of %d: %d, %v; want %d, %v", c.what, c.was, got, err, want, refused)
		}
	}
}

func TestWhoMayApplyForARealName(t *testing.T) {
	for _, c := range []struct {
		state, kind int
		first, then bool // allowed: a first application, a change
	}{
		{party.Unverified, 0, true, false},
		{party.UnderReview, 0, false, false},
		{party.UnderReview, individual, false, false},
		{party.ReviewRejected, 0, true, false},
		{party.Verified, individual, false, true},
		{party.Verified, enterprise, false, false},
	} {
		p := party.Profile{VerifiedAs: c.state, CustomerType: c.kind}
		if err := mayApply(p, false); (err == nil) != c.first {
			t.Errorf("first, in state %d of type %d: %v", c.state, c.kind, err)
		}
		if err := mayApply(p, true); (err == nil) != c.then {
			t.Errorf("change, in state %d of type %d: %v", c.state, c.kind, err)
		}
	}
}
