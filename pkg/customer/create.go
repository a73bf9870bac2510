package customer

import (
	"context"
	"strings"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/code"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

type createInput struct {
	rest.Lenient
	Body createBody
}

type createBody struct {
	DomainName               string `json:"domain_name,omitempty" maxLength:"64" doc:"Login name; made when absent"`
	MobilePhone              string `json:"mobile_phone,omitempty" maxLength:"20" doc:"Of China"`
	Email                    string `json:"email,omitempty" maxLength:"254" doc:"On the international site; then with verification_code"`
	DomainArea               string `json:"domain_area,omitempty" maxLength:"2" doc:"On the international site: the country"`
	VerificationCode         string `json:"verification_code,omitempty" maxLength:"16"`
	XaccountID               string `json:"xaccount_id" minLength:"1" maxLength:"64"`
	XaccountType             string `json:"xaccount_type" minLength:"1" maxLength:"64"`
	Password                 string `json:"password,omitempty" maxLength:"64" doc:"Checked and not kept: customers sign in by the partner's platform"`
	IsCloseMarketMs          string `json:"is_close_market_ms,omitempty" enum:",true,false"`
	CooperationType          string `json:"cooperation_type,omitempty" maxLength:"8" doc:"1 referral, all else resale"`
	IndirectPartnerID        string `json:"indirect_partner_id,omitempty" maxLength:"64"`
	IncludeAssociationResult bool   `json:"include_association_result,omitempty" doc:"It is part of the creation"`
}

// check says what is wrong with a new customer, without looking at others. Source: SDK CreateSubCustomer.
func (b createBody) check() error {
	if b.DomainName != "" {
		if err := checkName("domain_name", b.DomainName); err != nil {
			return err
		}
	}
	if b.MobilePhone != "" {
		if err := checkMobile("mobile_phone", b.MobilePhone); err != nil {
			return err
		}
	}
	if b.Email != "" && !mailAddress().MatchString(b.Email) {
		return problem.Invalid("email", "%q is no mail address", b.Email)
	}
	if b.MobilePhone != "" && b.Email != "" { // one code proves one of them
		return problem.Invalid("email", "a phone number or a mail address, not both; the customer adds the other one itself")
	}
	if (b.MobilePhone != "" || b.Email != "") && b.VerificationCode == "" {
		return problem.Invalid("verification_code", "a phone number or mail address needs the code that was sent to it")
	}
	if b.Password != "" {
		return checkPassword(b.Password, b.DomainName, b.MobilePhone)
	}
	return nil
}

// kind gives the association type. Source: SDK CreateSubCustomer.
func (b createBody) kind() int {
	if b.CooperationType == "1" {
		return party.Referral
	}
	return party.Resale
}

type createOutput struct {
	Body struct {
		DomainID   string `json:"domain_id"`
		DomainName string `json:"domain_name"`
	}
}

// createCustomer makes a customer of the acting partner, its first administrator and their association, in one transaction.
func (s *Service) createCustomer(ctx context.Context, in *createInput) (*createOutput, error) {
	b := in.Body
	if err := b.check(); err != nil {
		return nil, err
	}
	partner, err := s.acting(ctx, b.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	if b.DomainName == "" {
		b.DomainName = "c" + strings.ToLower(ulid.Make().String())
	}
	answer, err := s.made(ctx, func(tx *table.Tx) (string, error) { return s.create(ctx, tx, partner, b) })
	if err != nil {
		return nil, err
	}
	out := &createOutput{}
	out.Body.DomainID, out.Body.DomainName, _ = strings.Cut(answer, " ")
	return out, s.letIn(ctx, auth.PartyID(out.Body.DomainID))
}

// letIn lets the first administrator of a customer that was made here sign in, if it has a mail address.
func (s *Service) letIn(ctx context.Context, customer auth.PartyID) error {
	var u auth.User
	err := s.Table.Get(ctx, auth.UserKey(auth.UserID(customer)), &u)
	if absent(err) || err == nil && (u.Email == "" || u.Party != customer) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.Directory().Add(ctx, u.ID, u.Email)
}

// create appends to tx a new customer of a partner, and gives its id and login name.
func (s *Service) create(ctx context.Context, tx *table.Tx, partner auth.PartyID, b createBody) (string, error) {
	if err := s.mayExpand(ctx, tx, partner, b.kind()); err != nil {
		return "", err
	}
	if b.VerificationCode != "" {
		given := code.Given{
			Purpose: purposes[sceneRegister], To: notify.Address{Mobile: b.MobilePhone, Email: b.Email}, Code: b.VerificationCode, Field: "verification_code",
		}
		if err := s.Codes().Use(ctx, tx, given); err != nil {
			return "", err
		}
	}
	p := party.Party{
		Row: party.Row{
			ID: auth.PartyID(ulid.Make().String()), Kind: auth.Customer, Name: b.DomainName, Email: b.Email, Level: lowestLevel,
			Partner: partner, AssociationType: b.kind(),
		},
		Mobile: b.MobilePhone,
		Profile: party.Profile{
			Account: b.DomainName, XAccount: b.XaccountID, XType: b.XaccountType, Associated: s.Clock.Now(), Country: b.DomainArea,
			NoMarketing: b.IsCloseMarketMs == "true",
		},
	}
	if by := rest.Caller(ctx); by.Party == partner && !sees(by, "") {
		p.Profile.Manager = by.User // who sees its own customers alone sees the one it made
	}
	return string(p.ID) + " " + b.DomainName, s.enter(ctx, tx, p)
}

// lowestLevel is the level of a customer that has spent nothing yet. Source: DOMAIN.md 1.
const lowestLevel = "V0"

// enter appends to tx a new customer with all that it registers with, its first administrator, and its association. Errors: ErrBarred, ErrTaken.
func (s *Service) enter(ctx context.Context, tx *table.Tx, p party.Party) error {
	by, err := s.followerOf(ctx, p)
	if err != nil {
		return err
	}
	if by != "" {
		return ErrBarred.Saying("the customer can't be associated: it %s", followedBy[by])
	}
	platform := ""
	if p.Profile.XAccount != "" {
		platform = p.Profile.XType + "\x1f" + p.Profile.XAccount
	}
	for _, r := range []struct{ kind, field, value string }{
		{byName, "domain_name", p.Profile.Account},
		{byEmail, "email", p.Email},
		{byMobile, "mobile_phone", p.Mobile},
		{byPlatform, "xaccount_id", platform},
	} {
		if err := s.register(ctx, tx, r.kind, r.field, r.value, p.ID); err != nil {
			return err
		}
	}
	now := s.Clock.Now()
	party.Create(tx, p, rest.Caller(ctx).Masked(), now)
	party.Enlist(tx, p, now)
	tx.Create(auth.NewUser(auth.UserID(p.ID), p.ID, auth.Customer, p.Name, p.Email, []auth.Role{auth.Admin}))
	return s.associated(ctx, tx, p)
}

// associated appends to tx the record and the event of a new association, and the end of the report that the partner has of the customer.
func (s *Service) associated(ctx context.Context, tx *table.Tx, p party.Party) error {
	s.began(ctx, tx, p)
	s.audit(ctx, tx, event.Event{
		Type: EventAssociated, Owner: string(p.ID), Subject: string(p.ID),
		Data: map[string]string{"partner": string(p.Partner), "type": typeName(p.AssociationType)},
	})
	r, live, err := s.reportOf(ctx, p.Partner, p)
	if err != nil || !live {
		return err
	}
	return s.end(ctx, tx, r, ReportAccepts, p.ID)
}

func typeName(kind int) string {
	if kind == party.Referral {
		return "referral"
	}
	return "resale"
}

// mayExpand refuses a partner that can have no new customer of an association type, and appends to tx that the partner stays as it is: a customer that
// comes while its partner exits would stay behind. Errors: party.ErrBlocked, party.ErrExiting. Source: DOMAIN.md 0, "Partner restricted/frozen cascade"; 11.
func (s *Service) mayExpand(ctx context.Context, tx *table.Tx, partner auth.PartyID, kind int) error {
	p, err := party.Get(ctx, s.Table, partner)
	if err != nil {
		return err
	}
	if p.Standing == party.Exiting {
		return party.ErrExiting.Saying("the partner is exiting, and can have no new customers")
	}
	if kind == party.Resale {
		blocked, err := party.Blocked(ctx, s.Table, p)
		if err != nil {
			return err
		}
		if blocked {
			return party.ErrBlocked.Saying("the partner is frozen or restricted, and can have no new resale customers")
		}
	}
	tx.Check(&p)
	return nil
}
