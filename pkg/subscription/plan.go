package subscription

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Plans, all ASSUMED.
const (
	planRows  = callRows        // of one sheet
	planValid = time.Hour       // of business time, in which a plan can be committed
	planKept  = importKept      // of wall time
	planNow   = MaxIDs          // rows that are renewed within the call: as many as one call renews
	planLease = 2 * time.Minute // after which due work takes up what a call that renews has left
)

// What a plan is refused for. ASSUMED codes.
var (
	// ErrNoPlan: the customer has no such plan, or it is no longer kept.
	ErrNoPlan = problem.New(http.StatusNotFound, "CBC.0404", "no such plan")
	// ErrPlanExpired: the plan was not committed while it was valid.
	ErrPlanExpired = problem.New(http.StatusBadRequest, "CBC.99003670", "the plan is no longer valid")
)

// EventPlanCommitted tells that a customer has committed a renewal plan.
const EventPlanCommitted = "subscription.renewal_plan_committed"

// Plan is a wish to renew many resources, each at the price that it had when the plan was made.
type Plan struct {
	table.Head
	ID        string       `dynamodbav:"id"`
	Customer  auth.PartyID `dynamodbav:"cust"`
	By        string       `dynamodbav:"by"`
	Source    Source       `dynamodbav:"src,omitempty"` // of the orders, once it is committed
	At        time.Time    `dynamodbav:"at"`            // business time, UTC
	Until     time.Time    `dynamodbav:"until"`         // UTC: from then on it can't be committed any more
	Committed time.Time    `dynamodbav:"done,omitempty"`
	Rows      int          `dynamodbav:"rows"`
	Accepted  int          `dynamodbav:"acc"`
	Total     money.Fen    `dynamodbav:"total"` // of the accepted rows
	Parts     int          `dynamodbav:"parts"`
}

// PlanRow is one resource of a plan: accepted at a price, or refused by a code. A row that was accepted is refused later if its renewal is.
type PlanRow struct {
	Line     int           `dynamodbav:"l"` // of the sheet; the header is 1
	Resource ID            `dynamodbav:"r,omitempty"`
	Term     calendar.Term `dynamodbav:"t,omitempty"`
	Expiry   calendar.Date `dynamodbav:"e,omitempty"` // from which the term extends it
	Until    calendar.Date `dynamodbav:"u,omitempty"` // to which
	Price    money.Fen     `dynamodbav:"p,omitempty"` // of the whole family
	Accepted bool          `dynamodbav:"a,omitempty"`
	Code     string        `dynamodbav:"c,omitempty"`
	Message  string        `dynamodbav:"m,omitempty"`
}

// planPart is some of a plan's rows. Done says that each has been renewed or refused.
type planPart struct {
	table.Head
	Plan     string       `dynamodbav:"plan"`
	Customer auth.PartyID `dynamodbav:"cust"`
	Rows     []PlanRow    `dynamodbav:"rows"`
	Done     bool         `dynamodbav:"done"`
}

// planPaid says which order a row became. It is written with the order, so that no row becomes two.
type planPaid struct {
	table.Head
	Line  int     `dynamodbav:"l"`
	Order OrderID `dynamodbav:"o"`
}

const (
	planPartPrefix = "ROWS#"
	planPaidPrefix = "PAID#"
)

func planKey(customer auth.PartyID, id string) table.Key {
	return table.Key{PK: "RENEWALPLAN#" + string(customer) + "#" + id, SK: "PLAN"}
}

func planPartKey(customer auth.PartyID, id string, n int) table.Key {
	return table.Key{PK: planKey(customer, id).PK, SK: fmt.Sprintf("%s%04d", planPartPrefix, n)}
}

func planPaidKey(customer auth.PartyID, id string, line int) table.Key {
	return table.Key{PK: planKey(customer, id).PK, SK: fmt.Sprintf("%s%05d", planPaidPrefix, line)}
}

// refuse notes why a row is refused; an error that is no refusal ends the plan, and so does a conflict, after which it can be tried again.
func (r *PlanRow) refuse(err error) error {
	refusal, ok := problem.As(err)
	if !ok || refusal.Status == http.StatusConflict {
		return err
	}
	r.Code, r.Message = refusal.Code, refusal.Public()
	return nil
}

// judge says of every row that was read whether it can be renewed now, and at which price.
func (s *Service) judge(ctx context.Context, holder party.Party, rows []PlanRow) error {
	families, err := s.familiesOf(ctx, holder.ID, rows)
	if err != nil {
		return err
	}
	named := make([]string, 0, len(families))
	for _, f := range families {
		named = append(named, string(f.Main.ResourceID))
	}
	catalogue, err := ReadProducts(ctx, s.Table, slices.Collect(maps.Values(families)))
	if err != nil {
		return err
	}
	now := s.Clock.Now()
	broken, whole := map[OrderID]ID{}, bundles{}
	for i := range rows {
		f, held := families[rows[i].Line]
		if !held {
			continue
		}
		err := s.guardBundle(ctx, whole, f.Main, named, ErrWholeBundle)
		if err == nil {
			err = rows[i].accept(f, catalogue, holder, now)
		}
		if err != nil {
			broken[f.Main.Bundle] = rows[i].Resource
			if err := rows[i].refuse(err); err != nil {
				return err
			}
		}
	}
	return partBundles(rows, families, broken)
}

// partBundles refuses the accepted rows of bundles of which another row was refused.
func partBundles(rows []PlanRow, families map[int]Family, broken map[OrderID]ID) error {
	for i := range rows {
		r, bundle := &rows[i], families[rows[i].Line].Main.Bundle
		if !r.Accepted || bundle == "" || broken[bundle] == "" {
			continue
		}
		r.Accepted, r.Price = false, 0
		refusal := ErrWholeBundle.Saying("resource %q belongs to a promotional bundle with %q, which is refused", r.Resource, broken[bundle])
		if err := r.refuse(refusal); err != nil {
			return err
		}
	}
	return nil
}

// familiesOf reads the families of the rows that were read, by line, and refuses rows of which the customer has none.
func (s *Service) familiesOf(ctx context.Context, customer auth.PartyID, rows []PlanRow) (map[int]Family, error) {
	families := map[int]Family{}
	for i := range rows {
		if rows[i].Code != "" {
			continue
		}
		f, err := loadFamily(ctx, s.Table, customer, rows[i].Resource)
		if err == nil {
			families[rows[i].Line] = f
		} else if err := rows[i].refuse(err); err != nil {
			return nil, err
		}
	}
	return families, nil
}

// accept prices the renewal of a row's family. Errors: those of Guard and of Quote.
func (r *PlanRow) accept(f Family, catalogue Products, holder party.Party, now time.Time) error {
	renewal := Renewal{Family: f, Products: catalogue, Term: r.Term, Day: holder.ExpiryDay, Source: SourceCustomer, Now: now}
	if err := renewal.guard(); err != nil {
		return err
	}
	price, err := Quote(f, catalogue, holder, r.Term)
	if err != nil {
		return err
	}
	r.Accepted, r.Price, r.Expiry = true, price, f.Main.Expiry
	r.Until, _ = renewal.until()
	return nil
}

// draw keeps a plan of judged rows in one transaction, once for a request, and returns its id.
func (s *Service) draw(ctx context.Context, holder party.Party, rows []PlanRow) (string, error) {
	now := s.Clock.Now()
	p := Plan{
		ID: ulid.Make().String(), Customer: holder.ID, By: rest.Caller(ctx).Masked(), At: now, Until: second(now.Add(planValid)), Rows: len(rows),
	}
	tx, ttl := table.NewTx(), s.Wall.Now().Add(planKept).Unix()
	for rows := range slices.Chunk(rows, partRows) {
		key := planPartKey(p.Customer, p.ID, p.Parts)
		part := &planPart{Head: table.Head{PK: key.PK, SK: key.SK, TTL: ttl}, Plan: p.ID, Customer: p.Customer, Rows: rows, Done: true}
		for _, row := range rows {
			if row.Accepted {
				part.Done = false
				p.Accepted++
				p.Total += row.Price
			}
		}
		tx.Create(part)
		p.Parts++
	}
	key := planKey(p.Customer, p.ID)
	p.Head = table.Head{PK: key.PK, SK: key.SK, TTL: ttl}
	tx.Create(&p)
	rest.ClaimOf(ctx).Put(tx, 0, p.ID)
	return p.ID, s.Table.Commit(ctx, tx)
}

// arm makes a part due at a time.
func (p *planPart) arm(n int, at time.Time) {
	lifecycle.Arm(&p.Head, WorkBulk, string(p.Customer), fmt.Sprintf("%s.%04d", p.Plan, n), at)
}
