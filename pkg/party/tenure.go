package party

import (
	"context"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
)

// Tenure is a time during which a customer was associated with one partner in one way. It lies from From, that included, to To, that excluded. A zero
// From is since ever: a customer that came with its partner was that one's before the system knew it.
type Tenure struct {
	Partner auth.PartyID `dynamodbav:"p"`
	Type    int          `dynamodbav:"t"`
	From    time.Time    `dynamodbav:"f,omitempty"` // business time, UTC, as To
	To      time.Time    `dynamodbav:"u"`
}

func (t Tenure) covers(at time.Time) bool { return !at.Before(t.From) && at.Before(t.To) }

// AssociatedAt gives with whom, and how, a customer was associated at an instant; false when it was with nobody.
func (p Party) AssociatedAt(at time.Time) (partner auth.PartyID, kind int, ok bool) {
	for _, past := range p.Past {
		if past.covers(at) {
			return past.Partner, past.Type, true
		}
	}
	if p.Partner == "" || at.Before(p.Profile.Associated) {
		return "", 0, false
	}
	return p.Partner, p.AssociationType, true
}

// ended notes that how a customer is associated ends now.
func (p *Party) ended(now time.Time) {
	past := Tenure{Partner: p.Partner, Type: p.AssociationType, From: p.Profile.Associated, To: now}
	if n := len(p.Past); n > 0 && p.Past[n-1].Partner == p.Partner && p.Past[n-1].To.After(past.From) {
		past.From = p.Past[n-1].To // the type was switched meanwhile
	}
	p.Past = append(p.Past[:len(p.Past):len(p.Past)], past)
}

// former is that a customer was a partner's until now. It never changes: who comes and leaves again is a former customer twice.
type former struct {
	table.Head
	Customer auth.PartyID `dynamodbav:"cust"`
}

// leaves notes that a customer's association ends now, and appends to tx that it is a former customer of its partner.
func (p *Party) leaves(tx *table.Tx, now time.Time) {
	p.ended(now)
	key := formerKey(p.Partner, now, p.ID, len(p.Past))
	tx.Create(&former{Head: key.Head(), Customer: p.ID})
}

// Former reads which customers left a partner at an instant or later, each once, strongly consistent. Some may have come back.
func Former(ctx context.Context, db *table.Client, partner auth.PartyID, since time.Time) ([]auth.PartyID, error) {
	var all []auth.PartyID
	q := table.Query{PK: "PARTY#" + string(partner), From: formerPrefix + since.UTC().Format(createdForm), To: formerPrefix + "~", Strong: true}
	for f, err := range table.All[former](ctx, db, q) {
		if err != nil {
			return nil, err
		}
		if !slices.Contains(all, f.Customer) {
			all = append(all, f.Customer)
		}
	}
	return all, nil
}

// Switched gives a customer whose association becomes one of another type now.
func Switched(p Party, kind int, now time.Time) Party {
	p.ended(now)
	p.AssociationType = kind
	return p
}
