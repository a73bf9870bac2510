package subscription

import (
	"context"
	"slices"
	"time"

	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Events stand in the partition of the customer, by time. Source: package event, "Keys".
const (
	eventPrefix = "EVENT#"
	eventsEnd   = eventPrefix + "~" // behind every time

	eventsRead  = 5000 // of a customer that one page looks at for those of one resource
	eventsShown = 100  // the newest, on a timeline
)

type eventsInput struct {
	ResourceID string `path:"resource_id" maxLength:"64" doc:"A main resource"`
	CustomerID string `query:"customer_id" maxLength:"64" doc:"For partners and the vendor: whose resource it is"`
	Limit      int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"Events of a page"`
	Marker     string `query:"marker" maxLength:"1024" doc:"The marker of the page before"`
}

// happened is an event on the wire.
type happened struct {
	ID   string            `json:"id"`
	Type string            `json:"type" doc:"Such as subscription.renewed"`
	Time rest.Instant      `json:"time"`
	By   string            `json:"by" doc:"Who did it, masked, or system"`
	Why  string            `json:"why,omitempty"`
	Data map[string]string `json:"data,omitempty"`
}

type eventsOutput struct {
	Body struct {
		Data   []happened `json:"data" doc:"Oldest first. A page may hold fewer events than its limit while another follows"`
		Marker string     `json:"marker,omitempty" doc:"Where the next page starts; absent on the last one"`
	}
}

// events lists what happened to one main resource, oldest first.
func (s *Service) events(ctx context.Context, in *eventsInput) (*eventsOutput, error) {
	family, _, err := s.familyFor(ctx, in.CustomerID, ID(in.ResourceID))
	if err != nil {
		return nil, err
	}
	query := eventsOf(family.Main)
	query.After, query.Scope = in.Marker, "events "+string(rest.Caller(ctx).Party)+" "+in.ResourceID
	found, last, err := s.eventsBy(ctx, query, family.Main.ResourceID, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &eventsOutput{}
	out.Body.Data = showEvents(found)
	if last != nil {
		out.Body.Marker, err = s.Table.Marker(ctx, query, last)
	}
	return out, err
}

// familyFor reads a family of the calling customer, or of one that a partner names, and its holder.
// Errors: party.ErrUnknown, ErrUnknown, ErrNotMain.
func (s *Service) familyFor(ctx context.Context, customer string, id ID) (Family, party.Party, error) {
	holder, err := s.holderFor(ctx, customer)
	if err != nil {
		return Family{}, holder, err
	}
	family, err := loadFamily(ctx, s.Table, holder.ID, id)
	return family, holder, err
}

// eventsOf is the query that finds the events of a resource among those of its customer, oldest first and strongly consistent.
func eventsOf(main Subscription) table.Query {
	from := firstDay(main).Start().UTC().Format(time.RFC3339)
	return table.Query{PK: ownerKey(main.Customer), From: eventPrefix + from[:len("2006-01-02")], To: eventsEnd, Strong: true}
}

// eventsBy reads events of a resource, up to a limit. last is the event after which to go on; nil at the end.
func (s *Service) eventsBy(ctx context.Context, q table.Query, id ID, limit int) (found []*event.Event, last *event.Event, err error) {
	read := 0
	for e, err := range table.All[event.Event](ctx, s.Table, q) {
		if err != nil {
			return nil, nil, err
		}
		if len(found) == limit || read == eventsRead {
			return found, last, nil
		}
		if e.Subject == string(id) {
			found = append(found, e)
		}
		read++
		last = e
	}
	return found, nil, nil
}

func showEvents(all []*event.Event) []happened {
	shown := make([]happened, len(all))
	for i, e := range all {
		shown[i] = happened{ID: e.ID, Type: e.Type, Time: rest.Instant(e.At), By: e.By, Why: e.Why, Data: e.Data}
	}
	return shown
}

type timelineInput struct {
	ResourceID string `path:"resource_id" maxLength:"64" doc:"A main resource"`
	CustomerID string `query:"customer_id" maxLength:"64" doc:"For partners and the vendor: whose resource it is"`
}

// coming is a step ahead on the wire.
type coming struct {
	Time   rest.Instant `json:"time" doc:"When it is due; in the past: now"`
	Action string       `json:"action" enum:"renew,expire,freeze,release,convert" doc:"renew is an attempt of auto-renewal"`
	Reason string       `json:"reason"`
}

// underPolicy is what would come under an expiry policy.
type underPolicy struct {
	ExpirePolicy int      `json:"expire_policy" enum:"0,1,2,3,4,5"`
	Current      bool     `json:"current" doc:"Whether it is the policy now"`
	Future       []coming `json:"future"`
	Remark       string   `json:"remark,omitempty"`
}

type timelineOutput struct {
	Body struct {
		ResourceID   string        `json:"resource_id"`
		Status       int           `json:"status" enum:"2,3,4,5"`
		ExpirePolicy int           `json:"expire_policy" enum:"0,1,2,3,4,5"`
		ExpireTime   rest.Instant  `json:"expire_time"`
		Past         []happened    `json:"past" doc:"The newest 100 events, oldest first"`
		Earlier      bool          `json:"earlier" doc:"Whether there may be events before these: list the resource's events"`
		Future       []coming      `json:"future" doc:"What comes if nobody pays and nothing is set anew"`
		Remark       string        `json:"remark,omitempty" doc:"What the future does not show"`
		Policies     []underPolicy `json:"policies" doc:"What would come under each expiry policy, set now"`
	}
}

var actionNames = map[Action]string{
	ActionRenew: "renew", ActionExpire: "expire", ActionFreeze: "freeze", ActionRelease: "release", ActionConvert: "convert",
}

// timeline tells of one main resource what happened, what will, and what would under each policy. It changes nothing.
func (s *Service) timeline(ctx context.Context, in *timelineInput) (*timelineOutput, error) {
	family, holder, err := s.familyFor(ctx, in.CustomerID, ID(in.ResourceID))
	if err != nil {
		return nil, err
	}
	main, terms, now := family.Main, TermsOf(holder), s.Clock.Now()
	query := eventsOf(main)
	query.Descending = true
	past, before, err := s.eventsBy(ctx, query, main.ResourceID, eventsShown)
	if err != nil {
		return nil, err
	}
	slices.Reverse(past)
	out := &timelineOutput{}
	b := &out.Body
	b.ResourceID, b.Status, b.ExpirePolicy, b.ExpireTime = in.ResourceID, int(main.Status), int(main.Policy), rest.Instant(main.Expiry.LastSecond())
	b.Past, b.Earlier = showEvents(past), before != nil
	b.Future, b.Remark = foreseen(main, terms, now)
	for _, p := range Policies {
		under := underPolicy{ExpirePolicy: int(p), Current: p == main.Policy}
		under.Future, under.Remark = foreseen(Under(main, p, now), terms, now)
		b.Policies = append(b.Policies, under)
	}
	return out, nil
}

// foreseen gives the future of s on the wire, and what is to be said besides.
func foreseen(s Subscription, terms Terms, now time.Time) ([]coming, string) {
	ahead := Future(s, terms, now)
	shown := make([]coming, len(ahead))
	for i, a := range ahead {
		shown[i] = coming{Time: rest.Instant(a.At), Action: actionNames[a.Action], Reason: a.Why}
	}
	return shown, Remark(s, ahead, now)
}
