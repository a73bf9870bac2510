package customer

import (
	"context"
	"strings"
	"unicode"

	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type isReviewOutput struct {
	Body struct {
		IsReview int `json:"is_review" enum:"0,1" doc:"1: a person decides"`
	}
}

type individualInput struct {
	rest.Lenient
	Body individualBody
}

type individualBody struct {
	CustomerID      string   `json:"customer_id" minLength:"1" maxLength:"64"`
	IdentifyType    int      `json:"identify_type" enum:"0,4" doc:"0 papers, 4 bank card"`
	VerifiedType    *int     `json:"verified_type,omitempty" enum:"3,5,6,9,10" doc:"The papers, of identify_type 0"`
	VerifiedFileURL []string `json:"verified_file_url" minItems:"1" maxItems:"3"`
	Name            string   `json:"name" minLength:"1" maxLength:"128"`
	VerifiedNumber  string   `json:"verified_number" minLength:"1" maxLength:"64"`
	ChangeType      *int     `json:"change_type,omitempty" enum:"-1" doc:"-1 first application"`
	XaccountType    string   `json:"xaccount_type" minLength:"1" maxLength:"64"`
	BankCardInfo    *struct {
		BankAccount      string `json:"bank_account" minLength:"1" maxLength:"64"`
		Areacode         string `json:"areacode" maxLength:"10"`
		Mobile           string `json:"mobile" maxLength:"20"`
		VerificationCode string `json:"verification_code" maxLength:"16"`
	} `json:"bank_card_info,omitempty" doc:"Of identify_type 4"`
}

const (
	byPapers     = 0
	byBankCard   = 4
	papersNeeded = 3 // files of an individual's papers
)

// check says what is wrong with an individual's application.
func (b individualBody) check() error {
	switch {
	case b.IdentifyType == byPapers && b.VerifiedType == nil:
		return problem.Invalid("verified_type", "an application by papers says which: 3, 5, 6, 9 or 10")
	case b.IdentifyType == byPapers && len(b.VerifiedFileURL) != papersNeeded:
		return problem.Invalid("verified_file_url", "%d files, and these papers are %d", len(b.VerifiedFileURL), papersNeeded)
	case b.IdentifyType == byBankCard && b.BankCardInfo == nil:
		return problem.Invalid("bank_card_info", "an application by bank card needs the card")
	}
	return files(b.VerifiedFileURL)
}

// applyIndividual applies for a customer's verification as an individual.
func (s *Service) applyIndividual(ctx context.Context, in *individualInput) (*isReviewOutput, error) {
	b := in.Body
	if err := b.check(); err != nil {
		return nil, err
	}
	what := papers{Name: b.Name, IdentifyType: b.IdentifyType, Number: b.VerifiedNumber, Files: b.VerifiedFileURL}
	if b.VerifiedType != nil {
		what.CertificateType = *b.VerifiedType
	}
	if b.IdentifyType != byBankCard {
		return s.submit(ctx, b.CustomerID, individual, false, what, nil)
	}
	card := *b.BankCardInfo
	what.BankAccount = card.BankAccount
	return s.submit(ctx, b.CustomerID, individual, false, what, func(tx *table.Tx) error {
		proof, err := s.Codes().Check(ctx, purposes[sceneBankCard], notify.Address{Mobile: card.Mobile}, card.VerificationCode)
		if p, refused := problem.As(err); refused {
			return p.In("bank_card_info.verification_code")
		}
		proof.Use(tx)
		return err
	})
}

// EnterpriseBody is what applications of enterprises have in common. It is exported for the schema of the operations alone.
type EnterpriseBody struct {
	CustomerID       string   `json:"customer_id" minLength:"1" maxLength:"64"`
	IdentifyType     int      `json:"identify_type" enum:"1" doc:"1 the enterprise's papers"`
	CertificateType  int      `json:"certificate_type,omitempty" enum:"0,1,2,3,4,99"`
	VerifiedFileURL  []string `json:"verified_file_url" minItems:"1" maxItems:"3"`
	CorpName         string   `json:"corp_name" minLength:"1" maxLength:"128"`
	VerifiedNumber   string   `json:"verified_number" minLength:"1" maxLength:"64"`
	RegCountry       string   `json:"reg_country,omitempty" pattern:"^([A-Z]{2})?$" doc:"Such as CN"`
	RegAddress       string   `json:"reg_address,omitempty" maxLength:"256"`
	XaccountType     string   `json:"xaccount_type" minLength:"1" maxLength:"64"`
	EnterprisePerson *struct {
		LegelName     string `json:"legel_name" minLength:"1" maxLength:"128" doc:"Spelt as BSS does"`
		LegelIDNumber string `json:"legel_id_number" minLength:"1" maxLength:"64"`
		CertifierRole string `json:"certifier_role,omitempty" enum:"legalPerson"`
	} `json:"enterprise_person,omitempty"`
}

type enterpriseInput struct {
	rest.Lenient
	Body EnterpriseBody
}

type changeInput struct {
	rest.Lenient
	Body struct {
		EnterpriseBody
		ChangeType int `json:"change_type" enum:"1" doc:"1 from an individual to an enterprise"`
	}
}

func (b EnterpriseBody) papers() papers {
	p := papers{
		Name: b.CorpName, IdentifyType: b.IdentifyType, CertificateType: b.CertificateType, Number: b.VerifiedNumber, Files: b.VerifiedFileURL,
		Country: b.RegCountry, Address: b.RegAddress,
	}
	if b.EnterprisePerson != nil {
		p.LegalName, p.LegalNumber = b.EnterprisePerson.LegelName, b.EnterprisePerson.LegelIDNumber
	}
	return p
}

func (b EnterpriseBody) check() error {
	if !strings.ContainsFunc(b.CorpName, unicode.IsLetter) {
		return problem.Invalid("corp_name", "%q has no letter; an enterprise's name is not digits and signs alone", b.CorpName)
	}
	return files(b.VerifiedFileURL)
}

// files refuses what is no relative address of a picture or document. Source: SDK ApplyIndividualRealnameAuthsReq.
func files(urls []string) error {
	for _, url := range urls {
		_, ext, _ := strings.Cut(url[strings.LastIndex(url, "/")+1:], ".")
		known := strings.Contains(" jpg jpeg bmp png gif pdf ", " "+strings.ToLower(ext[strings.LastIndex(ext, ".")+1:])+" ")
		if !known || ext == "" || strings.Contains(url, "..") || strings.Contains(url, ":") || strings.HasPrefix(url, "/") {
			return problem.Invalid("verified_file_url", "%.60q is no relative address of a jpg, jpeg, bmp, png, gif or pdf file", url)
		}
	}
	return nil
}

// applyEnterprise applies for a customer's verification as an enterprise.
func (s *Service) applyEnterprise(ctx context.Context, in *enterpriseInput) (*isReviewOutput, error) {
	if err := in.Body.check(); err != nil {
		return nil, err
	}
	return s.submit(ctx, in.Body.CustomerID, enterprise, false, in.Body.papers(), nil)
}

// changeEnterprise applies for the change of a verified individual to an enterprise.
func (s *Service) changeEnterprise(ctx context.Context, in *changeInput) (*isReviewOutput, error) {
	if err := in.Body.check(); err != nil {
		return nil, err
	}
	return s.submit(ctx, in.Body.CustomerID, enterprise, true, in.Body.papers(), nil)
}

type resultInput struct {
	CustomerID string `query:"customer_id" required:"true" minLength:"1" maxLength:"64"`
}

type resultOutput struct {
	Body struct {
		ReviewResult int    `json:"review_result" enum:"0,1,2" doc:"0 under review, 1 rejected, 2 passed"`
		Opinion      string `json:"opinion,omitempty" doc:"Of a rejection"`
	}
}

// showResult shows how a customer's last application was decided.
func (s *Service) showResult(ctx context.Context, in *resultInput) (*resultOutput, error) {
	c, err := s.mine(ctx, rest.Caller(ctx).Party, in.CustomerID)
	if err != nil {
		return nil, err
	}
	a, err := s.application(ctx, c.ID)
	out := &resultOutput{}
	out.Body.ReviewResult, out.Body.Opinion = a.Result, a.Why
	return out, err
}
