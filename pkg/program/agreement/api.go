package agreement

import (
	"context"
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
)

// Paths below which everything is this package's.
const (
	Path        = "/v2/agreements"
	VendorPath  = "/v2/vendor/agreements"
	RelationsAt = "/v2/relation-declarations"

	signaturesAt = "/v2/agreement-signatures"
)

// signers allows partners and customers.
func signers(item auth.Permission) auth.Allow { return auth.Partners(item).Or(auth.Customer, item) }

// readers allows those who sign, and the vendor, who published.
func readers() auth.Allow { return signers(auth.AgreementRead).Or(auth.Vendor, auth.AgreementPublish) }

// Register registers the operations, but for the one that prints.
func Register(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "PublishAgreement", Method: http.MethodPost, Path: VendorPath, Status: http.StatusCreated,
		Summary:     "Publish a version of an agreement, in Chinese and English",
		Description: "What it says is the vendor's own text. A version is never changed: whoever has signed the one before signs the new one from the day on which it takes effect.",
		Allow:       auth.Only(auth.Vendor, auth.AgreementPublish), MaxBody: 2 << 20,
	}, function.Lazily(env, New, (*Service).publishAgreement))
	rest.Register(api, rest.Operation{
		ID: "ListAgreements", Method: http.MethodGet, Path: Path,
		Summary: "List the agreements that are in effect for the caller, with its signatures and what each unsigned one blocks",
		Allow:   readers(),
	}, function.Lazily(env, New, (*Service).listAgreements))
	rest.Register(api, rest.Operation{
		ID: "ShowAgreement", Method: http.MethodGet, Path: Path + "/{code}",
		Summary: "Show what a version of an agreement says, the one in effect when no other is named", Allow: readers(),
	}, function.Lazily(env, New, (*Service).showAgreement))
	rest.Register(api, rest.Operation{
		ID: "SignAgreement", Method: http.MethodPost, Path: Path + "/{code}/signatures", Status: http.StatusCreated,
		Summary: "Sign a version of an agreement; who signed it already gets that signature", Allow: signers(auth.AgreementSign),
	}, function.Lazily(env, New, (*Service).signAgreement))
	rest.Register(api, rest.Operation{
		ID: "ListAgreementSignatures", Method: http.MethodGet, Path: signaturesAt,
		Summary: "List the caller's signatures, old versions' too; the vendor names whose", Allow: readers(),
	}, function.Lazily(env, New, (*Service).listSignatures))
	rest.Register(api, rest.Operation{
		ID: "DeclareRelations", Method: http.MethodPost, Path: RelationsAt, Status: http.StatusCreated,
		Summary: "Declare the company's relations to the vendor's staff, or that there are none, for a year", Allow: auth.Partners(auth.AgreementSign),
	}, function.Lazily(env, New, (*Service).declareRelations))
	rest.Register(api, rest.Operation{
		ID: "ListRelationDeclarations", Method: http.MethodGet, Path: RelationsAt,
		Summary: "List what the calling partner has declared, newest first", Allow: auth.Partners(auth.AgreementRead),
	}, function.Lazily(env, New, (*Service).listDeclarations))
}

type documentBody struct {
	Locale string `json:"locale" enum:"zh-CN,en-US"`
	Title  string `json:"title" minLength:"1" maxLength:"200"`
	Text   string `json:"text" minLength:"1" doc:"Paragraphs stand apart by line ends; at most 100,000 characters"`
}

type publishAgreementInput struct {
	Body struct {
		Code          string         `json:"code" pattern:"^[a-z0-9-]{1,40}$" doc:"Names the agreement through all its versions"`
		Version       int            `json:"version" minimum:"1" maximum:"999999" doc:"The one after the last; 1 is the first"`
		EffectiveFrom string         `json:"effective_from" minLength:"10" maxLength:"10" doc:"Beijing date such as 2026-12-01, from whose beginning the version is the one to sign"`
		RequiredFor   []string       `json:"required_for,omitempty" enum:"payout,invoicing,joining" maxItems:"3" uniqueItems:"true" doc:"What stays blocked until it is signed"`
		SignedBy      []string       `json:"signed_by,omitempty" enum:"distributor,reseller,partner,customer" maxItems:"4" uniqueItems:"true" doc:"Partners of every kind when absent"`
		Documents     []documentBody `json:"documents" minItems:"2" maxItems:"2" doc:"One in each language"`
	}
}

// publication reads the input. Error: CBC.0100.
func (in *publishAgreementInput) publication() (publication, error) {
	b := in.Body
	p := publication{Code: Code(b.Code), N: b.Version, Texts: map[notify.Locale]Text{}}
	for _, d := range b.Documents {
		p.Texts[notify.Locale(d.Locale)] = Text{Title: d.Title, Text: d.Text}
	}
	if len(p.Texts) != len(b.Documents) {
		return p, problem.Invalid("documents", "both are in %s; give one in zh-CN and one in en-US", b.Documents[0].Locale)
	}
	for _, one := range b.RequiredFor {
		p.Required = append(p.Required, Purpose(one))
	}
	p.Audience = []auth.Kind{auth.Distributor, auth.Reseller, auth.Partner}
	if len(b.SignedBy) > 0 {
		p.Audience = nil
	}
	for _, kind := range b.SignedBy {
		p.Audience = append(p.Audience, auth.Kind(kind))
	}
	var err error
	if p.From, err = calendar.ParseDate(b.EffectiveFrom); err != nil {
		return p, problem.Invalid("effective_from", "%v", err)
	}
	return p, nil
}

type publishedOutput struct {
	Body struct {
		Code    Code              `json:"code"`
		Version int               `json:"version"`
		Hashes  map[string]string `json:"document_hashes" doc:"SHA-256 of the document in each language"`
	}
}

func (s *Service) publishAgreement(ctx context.Context, in *publishAgreementInput) (*publishedOutput, error) {
	p, err := in.publication()
	if err != nil {
		return nil, err
	}
	if err := p.check(s.Clock.Now()); err != nil {
		return nil, err
	}
	if err := s.publish(ctx, p, rest.Caller(ctx)); err != nil {
		return nil, err
	}
	out := &publishedOutput{}
	out.Body.Code, out.Body.Version, out.Body.Hashes = p.Code, p.N, map[string]string{}
	for l, t := range p.Texts {
		out.Body.Hashes[string(l)] = Hash(p.Code, p.N, l, t)
	}
	return out, nil
}

type signAgreementInput struct {
	Code string `path:"code" maxLength:"40"`
	Body struct {
		Version      int    `json:"version" minimum:"1"`
		Locale       string `json:"locale" enum:"zh-CN,en-US" doc:"Of the document that was read"`
		DocumentHash string `json:"document_hash" pattern:"^[0-9a-f]{64}$" doc:"SHA-256 of that document, as it is shown and printed"`
		Accepted     bool   `json:"accepted" doc:"That it was read and is agreed to"`
	}
}

type signatureBody struct {
	Code         Code         `json:"code"`
	Version      int          `json:"version"`
	Locale       string       `json:"locale"`
	DocumentHash string       `json:"document_hash"`
	SignedBy     auth.UserID  `json:"signed_by"`
	SignedAt     rest.Instant `json:"signed_at"`
	Source       string       `json:"source_address,omitempty"`
}

type signatureOutput struct{ Body signatureBody }

func (g Signature) body() signatureBody {
	return signatureBody{
		Code: g.Code, Version: g.Version, Locale: g.Locale, DocumentHash: g.Hash, SignedBy: g.Signer, SignedAt: rest.Instant(g.At), Source: g.Source,
	}
}

func (s *Service) signAgreement(ctx context.Context, in *signAgreementInput) (*signatureOutput, error) {
	if !in.Body.Accepted {
		return nil, problem.Invalid("accepted", "it is false; who signs has read the agreement and says true")
	}
	made, err := s.sign(ctx, signing{
		Code: Code(in.Code), Version: in.Body.Version, Locale: notify.Locale(in.Body.Locale), Hash: in.Body.DocumentHash,
		Source: rest.TraceOf(ctx).Source,
	}, rest.Caller(ctx))
	if err != nil {
		return nil, err
	}
	return &signatureOutput{Body: made.body()}, nil
}
