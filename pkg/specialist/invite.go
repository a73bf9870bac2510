package specialist

import (
	"context"
	"strconv"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type inviteInput struct {
	Body struct {
		Mobile      string `json:"mobile,omitempty" maxLength:"32" doc:"With its country code; one without is China's"`
		Email       string `json:"email,omitempty" maxLength:"128"`
		AccountName string `json:"account_name,omitempty" maxLength:"128"`
		AccountID   string `json:"account_id,omitempty" maxLength:"64" doc:"One of the candidates, when several accounts match"`
		Locale      string `json:"locale,omitempty" enum:"zh-CN,en-US" doc:"Of the mail; the account's own when absent"`
	}
}

// candidateBody is an account that matches, as somebody may see it to whom it does not belong.
type candidateBody struct {
	AccountID   AccountID `json:"account_id"`
	AccountName string    `json:"account_name" doc:"Masked"`
	Email       string    `json:"email,omitempty" doc:"Masked"`
	Mobile      string    `json:"mobile,omitempty" doc:"Masked"`
}

type inviteOutput struct {
	Body struct {
		Result     string          `json:"result" enum:"INVITED,CHOOSE" doc:"CHOOSE: several accounts match and nobody was invited; name one of the candidates"`
		Specialist *MemberBody     `json:"specialist,omitempty"`
		Candidates []candidateBody `json:"candidates,omitempty"`
	}
}

const (
	resultInvited = "INVITED"
	resultChoose  = "CHOOSE"
)

// wayIn reads by what somebody is invited: exactly one of three. Error: CBC.0100.
func wayIn(mobile, email, name string) (way, value string, err error) {
	given := 0
	for w, v := range map[string]string{byMobile: mobile, byEmail: email, byName: name} {
		if v = strings.TrimSpace(v); v != "" {
			way, value = w, v
			given++
		}
	}
	if given != 1 {
		return "", "", problem.Invalid("mobile", "%d of mobile, email and account_name are given; an invitation goes by exactly one", given)
	}
	if way == byMobile {
		number, ok := numberOf(value)
		if !ok {
			return "", "", problem.Invalid("mobile", "it is no phone number with its country code, such as +8613800000000")
		}
		value = number
	}
	return way, value, nil
}

// invite invites the account that a phone number, mail address or name finds. Errors: ErrNotJoined and ErrLimit before anything is looked for;
// ErrNoAccount, ErrBarred, ErrUnreachable, ErrState.
func (s *Service) invite(ctx context.Context, in *inviteInput) (*inviteOutput, error) {
	b := in.Body
	way, value, err := wayIn(b.Mobile, b.Email, b.AccountName)
	if err != nil {
		return nil, err
	}
	answer, err := s.attempt(ctx, func(tx *table.Tx) (string, error) {
		if err := s.admitted(ctx, tx); err != nil {
			return "", err
		}
		found, err := s.found(ctx, way, value)
		if err != nil {
			return "", err
		}
		if len(found) > 1 && b.AccountID == "" {
			return resultChoose, nil
		}
		a, err := picked(found, way, AccountID(b.AccountID))
		if err != nil {
			return "", err
		}
		return invitedPrefix + string(a.ID), s.inviting(ctx, tx, a.ID, way, b.Locale)
	})
	if err != nil {
		return nil, err
	}
	return s.invited(ctx, answer, way, value)
}

// invitedPrefix begins what a request's claim keeps of an invitation that went out: the account is behind it.
const invitedPrefix = resultInvited + " "

// invited gives the answer of an invitation: the member as it is now, or among whom to choose.
func (s *Service) invited(ctx context.Context, answer, way, value string) (*inviteOutput, error) {
	out := &inviteOutput{}
	if id, ok := strings.CutPrefix(answer, invitedPrefix); ok {
		m, err := s.Member(ctx, rest.Caller(ctx).Party, AccountID(id))
		shown := s.bodyOf(m)
		out.Body.Result, out.Body.Specialist = resultInvited, &shown
		return out, err
	}
	found, err := s.found(ctx, way, value)
	out.Body.Result, out.Body.Candidates = resultChoose, candidates(found)
	return out, err
}

func candidates(found []Account) []candidateBody {
	var all []candidateBody
	for _, a := range found[:min(len(found), mostCandidates)] {
		all = append(all, candidateBody{
			AccountID: a.ID, AccountName: export.MaskName(a.Name), Email: notify.MaskEmail(a.Email), Mobile: notify.MaskMobile(a.Mobile),
		})
	}
	return all
}

// picked gives the account that is invited. Errors: ErrNoAccount with its hint; CBC.0100 for an account that does not match.
func picked(found []Account, way string, pick AccountID) (Account, error) {
	switch {
	case len(found) == 0:
		hint := "no account information found: the account is not registered, or has not opened the cloud"
		if way == byMobile {
			hint += ", or the country code before the number is wrong"
		}
		return Account{}, ErrNoAccount.Saying("%s", hint).In(fieldOf[way])
	case pick == "":
		return found[0], nil
	}
	for _, a := range found {
		if a.ID == pick {
			return a, nil
		}
	}
	return Account{}, problem.Invalid("account_id", "%q is none of the accounts that match", pick)
}

var fieldOf = map[string]string{byMobile: "mobile", byEmail: "email", byName: "account_name"}

// inviting appends to tx that the caller invites an account, for the first time or again.
func (s *Service) inviting(ctx context.Context, tx *table.Tx, id AccountID, way, locale string) error {
	caller, now := rest.Caller(ctx), s.Clock.Now()
	old, err := s.Member(ctx, caller.Party, id)
	if _, refused := problem.As(err); err != nil && !refused {
		return err
	}
	if err == nil {
		next, err := old.stepped(StepInvite, now)
		if err != nil {
			return err
		}
		next.Way = way
		return s.ask(ctx, tx, &old, next, locale, EventInvited)
	}
	m := Member{
		Head: memberKey(caller.Party, id).Head(), Way: way,
		MemberRow: MemberRow{Partner: caller.Party, Account: id, State: Invited, Changed: now},
	}
	return s.ask(ctx, tx, nil, m, locale, EventInvited)
}

// ask appends to tx that an invitation goes out, by a new link, when all that it needs holds; of what is refused it appends nothing. old is nil for the
// first; a later one is in the language of the one before when none is named. Errors: ErrBarred with everything that is in the way, ErrUnreachable.
func (s *Service) ask(ctx context.Context, tx *table.Tx, old *Member, next Member, locale, kind string) error {
	caller, now := rest.Caller(ctx), s.Clock.Now()
	a, err := s.account(ctx, next.Account)
	if err != nil {
		return err
	}
	if err := barred(a, next.Partner, s); err != nil {
		return err
	}
	if a.Mobile == "" && a.Email == "" {
		return ErrUnreachable.Saying("the account has neither a mobile number nor a mail address, so no invitation reaches it; the person adds one first")
	}
	next.Name, next.By = export.MaskName(a.Name), caller.Masked()
	switch {
	case locale != "":
		next.Locale = notify.LocaleOf(locale)
	case old == nil:
		next.Locale = a.address().Locale
	}
	next = next.asked(now)
	if old == nil {
		tx.Create(&next)
		tx.Create(&invitation{Head: invitationKey(next.Account, next.Partner).Head(), Partner: next.Partner})
	} else {
		tx.Replace(old, &next)
	}
	immediate.Append(tx, WriterInvitation, event.Event{
		Owner: string(next.Partner), Subject: string(next.Account), At: now, By: caller.Masked(), Data: map[string]string{"serial": strconv.Itoa(next.Serial)},
	})
	s.tell(tx, kind, caller.Masked(), next, "", nil)
	return nil
}

// barred refuses an account that can't be bound to a partner. Error: ErrBarred with everything that is in the way.
func barred(a Account, partner auth.PartyID, s *Service) error {
	if why := a.Bars(partner, s.Clock.Now()); len(why) > 0 {
		return ErrBarred.Saying("verification failed: %s", strings.Join(why, "; "))
	}
	return nil
}
