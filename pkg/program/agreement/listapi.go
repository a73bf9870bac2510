package agreement

import (
	"context"
	"errors"
	"slices"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// AgreementBody is an agreement on the wire, as it stands for the caller. It is exported for the schema of the operations alone.
type AgreementBody struct {
	Code          Code           `json:"code"`
	Version       int            `json:"version" doc:"The one in effect"`
	Title         string         `json:"title"`
	EffectiveFrom string         `json:"effective_from" doc:"Beijing date"`
	RequiredFor   []Purpose      `json:"required_for" enum:"payout,invoicing,joining"`
	Blocks        []Purpose      `json:"blocks" enum:"payout,invoicing,joining" doc:"What is refused until it is signed; empty once it is"`
	DocumentHash  string         `json:"document_hash"`
	Signature     *signatureBody `json:"signature,omitempty" doc:"Of this version"`
	Next          *nextBody      `json:"next,omitempty" doc:"A version that takes effect later, and may be signed by now"`
}

type nextBody struct {
	Version       int    `json:"version"`
	EffectiveFrom string `json:"effective_from"`
	Signed        bool   `json:"signed"`
}

type listAgreementsInput struct {
	Locale string `query:"locale" enum:"zh-CN,en-US" doc:"Of titles; the party's own when absent"`
}

type agreementsOutput struct {
	Body struct {
		Agreements []AgreementBody `json:"agreements" doc:"At most 40, by code"`
	}
}

// listAgreements lists the agreements that parties of the caller's kind sign.
func (s *Service) listAgreements(ctx context.Context, in *listAgreementsInput) (*agreementsOutput, error) {
	caller := rest.Caller(ctx)
	l, err := s.locale(ctx, caller.Party, in.Locale)
	if err != nil {
		return nil, err
	}
	all, err := loadRegister(ctx, s.Table, anyPurpose)
	if err != nil {
		return nil, err
	}
	foreign := func(e entry) bool { return !e.seenBy(caller.Kind) }
	current := slices.DeleteFunc(all.current(s.Clock.Now()), foreign) // of all versions: one that others sign supersedes, too
	mine := slices.DeleteFunc(all.Entries, foreign)
	signed, err := signaturesOf(ctx, s.Table, caller.Party, mine)
	if err != nil {
		return nil, err
	}
	out := &agreementsOutput{}
	out.Body.Agreements = []AgreementBody{}
	for _, e := range current {
		v, err := s.version(ctx, e.Code, e.N)
		if err != nil {
			return nil, err
		}
		b := v.body(l, signed[signatureKey(caller.Party, e.Code, e.N)])
		if newest, _ := (register{Entries: mine}).last(e.Code); newest.N > e.N {
			b.Next = &nextBody{
				Version: newest.N, EffectiveFrom: calendar.DateOf(newest.From).String(), Signed: signed[signatureKey(caller.Party, e.Code, newest.N)] != nil,
			}
		}
		out.Body.Agreements = append(out.Body.Agreements, b)
	}
	return out, nil
}

// body gives a version as it stands for who has signed it, or has not.
func (v Version) body(l notify.Locale, signed *Signature) AgreementBody {
	b := AgreementBody{
		Code: v.Code, Version: v.N, Title: v.Titles[l], EffectiveFrom: calendar.DateOf(v.From).String(), DocumentHash: v.Hashes[l],
		RequiredFor: append([]Purpose{}, v.Required...), Blocks: []Purpose{},
	}
	if signed == nil {
		b.Blocks = b.RequiredFor
		return b
	}
	given := signed.body()
	b.Signature = &given
	return b
}

// locale gives the language that is asked for, or else a party's own.
func (s *Service) locale(ctx context.Context, id auth.PartyID, asked string) (notify.Locale, error) {
	if asked != "" {
		return notify.Locale(asked), nil
	}
	p, err := party.Get(ctx, s.Table, id)
	return notify.LocaleOf(p.Locale), err
}

// AgreementPath names a document. It is exported for the schema of the operations alone.
type AgreementPath struct {
	Code    string `path:"code" maxLength:"40"`
	Version int    `query:"version" minimum:"1" doc:"The one in effect when absent"`
	Locale  string `query:"locale" enum:"zh-CN,en-US" doc:"The party's own when absent"`
}

type agreementOutput struct {
	Body struct {
		AgreementBody
		Locale notify.Locale `json:"locale"`
		Text   string        `json:"text"`
	}
}

// reading is a document that somebody reads.
type reading struct {
	Version
	Text
	locale notify.Locale
}

// read reads a document that parties of the caller's kind sign. Error: ErrMissing.
func (s *Service) read(ctx context.Context, at AgreementPath) (reading, error) {
	caller := rest.Caller(ctx)
	n := at.Version
	if n == 0 {
		all, err := loadRegister(ctx, s.Table, anyPurpose)
		if err != nil {
			return reading{}, err
		}
		for _, e := range all.current(s.Clock.Now()) {
			if e.Code == Code(at.Code) {
				n = e.N
			}
		}
	}
	v, err := s.version(ctx, Code(at.Code), n)
	if err != nil {
		return reading{}, err
	}
	if !v.entry().seenBy(caller.Kind) {
		return reading{}, ErrMissing.Saying("there is no agreement %q", at.Code).In("code")
	}
	l, err := s.locale(ctx, caller.Party, at.Locale)
	if err != nil {
		return reading{}, err
	}
	t, err := s.text(ctx, v, l)
	return reading{Version: v, Text: t, locale: l}, err
}

func (s *Service) showAgreement(ctx context.Context, in *AgreementPath) (*agreementOutput, error) {
	r, err := s.read(ctx, *in)
	if err != nil {
		return nil, err
	}
	caller := rest.Caller(ctx).Party
	signed, err := signaturesOf(ctx, s.Table, caller, []entry{{Code: r.Code, N: r.N}})
	if err != nil {
		return nil, err
	}
	out := &agreementOutput{}
	out.Body.AgreementBody = r.body(r.locale, signed[signatureKey(caller, r.Code, r.N)])
	out.Body.Locale, out.Body.Text = r.locale, r.Text.Text
	return out, nil
}

type signaturesOutput struct {
	rest.CountHeader
	Body struct {
		Signatures []signatureBody `json:"signatures"`
		TotalCount int             `json:"total_count"`
		Marker     string          `json:"marker,omitempty"`
	}
}

type signaturesInput struct {
	rest.QueryPaging
	PartyID string `query:"party_id" maxLength:"64" doc:"For the vendor, who names it: whose signatures"`
}

// whose gives the party whose signatures are asked for. Errors: CBC.0100; party.ErrUnknown for one that is not the caller's to ask about, as for none.
func (s *Service) whose(ctx context.Context, named string) (auth.PartyID, error) {
	caller := rest.Caller(ctx)
	unknown := party.ErrUnknown.Saying("party %q does not exist", named).In("party_id")
	switch {
	case caller.Kind != auth.Vendor && (named == "" || named == string(caller.Party)):
		return caller.Party, nil
	case caller.Kind == auth.Vendor && named == "":
		return "", problem.Invalid("party_id", "it is missing; name whose signatures you want")
	case caller.Kind != auth.Vendor || !table.IsID(named):
		return "", unknown
	}
	p, err := party.Get(ctx, s.Table, auth.PartyID(named))
	if errors.Is(err, party.ErrUnknown) {
		return "", unknown
	}
	return p.ID, err
}

// listSignatures lists a party's signatures, by code and version.
func (s *Service) listSignatures(ctx context.Context, in *signaturesInput) (*signaturesOutput, error) {
	of, err := s.whose(ctx, in.PartyID)
	if err != nil {
		return nil, err
	}
	q := table.Query{PK: ownerKey(of), Prefix: signaturePrefix, Strong: true, Scope: "agreement signatures " + string(of)}
	page, err := rest.List[Signature](ctx, s.Table, q, in.Paging(), nil)
	if err != nil {
		return nil, err
	}
	out := &signaturesOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Signatures = page.Total, page.Marker, []signatureBody{}
	for _, one := range page.Items {
		out.Body.Signatures = append(out.Body.Signatures, one.body())
	}
	return out, nil
}
