package party

import (
	"context"
	"errors"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/code"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// Sensitive says whether a party's sensitive operations need a verification code (验证码验证). Source: DOMAIN.md 0.
type Sensitive struct {
	table.Head
	Required bool `dynamodbav:"required"`
}

// SensitiveOf reads whether a party's sensitive operations need a code. They need none until the party says so.
func SensitiveOf(ctx context.Context, db *table.Client, id auth.PartyID) (Sensitive, error) {
	var is Sensitive
	err := db.Get(ctx, sensitiveKey(id), &is)
	if errors.Is(err, table.ErrNotFound) {
		return Sensitive{}, nil
	}
	return is, err
}

// Require appends to tx that a party's sensitive operations need a code from now on, or none.
func (s Sensitive) Require(tx *table.Tx, id auth.PartyID, required bool) {
	next := Sensitive{Head: s.Head, Required: required}
	if s.Ver > 0 {
		tx.Replace(&s, &next)
		return
	}
	key := sensitiveKey(id)
	next.Head = key.Head()
	tx.Create(&next)
}

// SensitiveCode gives what a party's codes of sensitive operations are for, and where they go: to its phone number, else to its mail address.
func SensitiveCode(ctx context.Context, db *table.Client, id auth.PartyID) (code.Request, error) {
	p, err := Get(ctx, db, id)
	to := p.Address()
	if to.Mobile != "" {
		to.Email = ""
	}
	return code.Request{Purpose: "sensitive-" + string(id), To: to, Life: code.Life}, err
}

// Proven appends to tx that a party's verification code is used up, if its sensitive operations need one. Errors: CBC.0100 when it is missing; those
// of code.Check.
func Proven(ctx context.Context, codes *code.Codes, tx *table.Tx, id auth.PartyID, given string) error {
	is, err := SensitiveOf(ctx, codes.Table, id)
	if err != nil || !is.Required {
		return err
	}
	if given == "" {
		return problem.Invalid("verification_code", "sensitive operations need a verification code: let one be sent, and give it")
	}
	sent, err := SensitiveCode(ctx, codes.Table, id)
	if err != nil {
		return err
	}
	return codes.Use(ctx, tx, code.Given{Purpose: sent.Purpose, To: sent.To, Code: given, Field: "verification_code"})
}
