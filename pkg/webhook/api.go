package webhook

import (
	"context"
	"errors"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// HookBody is a webhook on the wire. It is exported for the schema of the operations alone.
type HookBody struct {
	WebhookID   string        `json:"webhook_id"`
	URL         string        `json:"url"`
	Description string        `json:"description,omitempty"`
	EventTypes  []string      `json:"event_types" doc:"None is all of them"`
	Status      State         `json:"status" enum:"ENABLED,DISABLED,FAILED" doc:"FAILED: switched off after a day of failures"`
	CreatedAt   rest.Instant  `json:"created_at"`
	FailingAt   *rest.Instant `json:"failing_since,omitempty"`
	Secret      string        `json:"secret,omitempty" doc:"Shown once, when it is made"`
}

func bodyOf(e Endpoint) HookBody {
	b := HookBody{
		WebhookID: e.ID, URL: e.URL, Description: e.Description, EventTypes: append([]string{}, e.Types...), Status: e.State, CreatedAt: rest.Instant(e.Created),
	}
	if !e.Failing.IsZero() {
		at := rest.Instant(e.Failing)
		b.FailingAt = &at
	}
	return b
}

type hookOutput struct{ Body HookBody }

type createHookInput struct {
	Body struct {
		URL         string   `json:"url" maxLength:"2048" doc:"https, on the public Internet"`
		Description string   `json:"description,omitempty" maxLength:"100"`
		EventTypes  []string `json:"event_types,omitempty" maxItems:"100" uniqueItems:"true" doc:"As ListWebhooks shows them; none is all of them"`
	}
}

func (s *Service) createHook(ctx context.Context, in *createHookInput) (*hookOutput, error) {
	owner := rest.Caller(ctx).Party
	id, secret, err := s.create(ctx, owner, Endpoint{URL: in.Body.URL, Description: in.Body.Description, Types: in.Body.EventTypes})
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, id, secret)
}

// shown answers with an endpoint as it now is.
func (s *Service) shown(ctx context.Context, id, secret string) (*hookOutput, error) {
	e, err := s.Endpoint(ctx, rest.Caller(ctx).Party, id)
	if err != nil {
		return nil, err
	}
	out := &hookOutput{Body: bodyOf(e)}
	out.Body.Secret = secret
	return out, nil
}

type hooksOutput struct {
	Body struct {
		Webhooks   []HookBody `json:"webhooks"`
		EventTypes []string   `json:"event_types" doc:"All types that a webhook may hear of"`
	}
}

func (s *Service) listHooks(ctx context.Context, _ *struct{}) (*hooksOutput, error) {
	d, err := s.directory(ctx, rest.Caller(ctx).Party)
	if err != nil {
		return nil, err
	}
	out := &hooksOutput{}
	out.Body.Webhooks, out.Body.EventTypes = []HookBody{}, Types()
	for _, e := range d.Endpoints {
		out.Body.Webhooks = append(out.Body.Webhooks, bodyOf(e))
	}
	return out, nil
}

// HookPath names a webhook in a path. It is exported for the inputs of the operations alone.
type HookPath struct {
	WebhookID string `path:"webhook_id" maxLength:"64"`
}

type changeHookInput struct {
	HookPath
	Body struct {
		URL          *string   `json:"url,omitempty" maxLength:"2048"`
		Description  *string   `json:"description,omitempty" maxLength:"100"`
		EventTypes   *[]string `json:"event_types,omitempty" maxItems:"100" uniqueItems:"true" doc:"None is all of them"`
		Status       string    `json:"status,omitempty" enum:"ENABLED,DISABLED"`
		RotateSecret bool      `json:"rotate_secret,omitempty" doc:"Make another secret; for 24 hours requests are signed with the old one as well"`
	}
}

func (s *Service) changeHook(ctx context.Context, in *changeHookInput) (*hookOutput, error) {
	c := Change{URL: in.Body.URL, Description: in.Body.Description, Types: in.Body.EventTypes, NewSecret: in.Body.RotateSecret}
	switch State(in.Body.Status) {
	case Enabled:
		c.Step = Enable
	case Disabled:
		c.Step = Disable
	case Failed:
	}
	secret, err := s.change(ctx, rest.Caller(ctx).Party, in.WebhookID, c)
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, in.WebhookID, secret)
}

func (s *Service) deleteHook(ctx context.Context, in *HookPath) (*struct{}, error) {
	return nil, s.remove(ctx, rest.Caller(ctx).Party, in.WebhookID)
}

// DeliveryBody is a delivery on the wire. It is exported for the schema of the operations alone.
type DeliveryBody struct {
	DeliveryID string       `json:"delivery_id" doc:"The event's id"`
	EventType  string       `json:"event_type"`
	State      Outcome      `json:"state" enum:"PENDING,DELIVERED,FAILED,DROPPED"`
	CreatedAt  rest.Instant `json:"created_at"`
	Attempts   []tryBody    `json:"attempts" doc:"The last ten, oldest first"`
	Payload    string       `json:"payload" doc:"The body, as it is sent"`
}

type tryBody struct {
	At       rest.Instant `json:"at"`
	Status   int          `json:"status,omitempty" doc:"Of HTTP; absent when there was no answer"`
	Error    Why          `json:"error,omitempty"`
	Duration int64        `json:"duration_ms"`
}

func deliveryBody(d *Delivery) DeliveryBody {
	b := DeliveryBody{
		DeliveryID: d.ID, EventType: d.Type, State: d.State, CreatedAt: rest.Instant(d.Created), Attempts: []tryBody{}, Payload: d.Body,
	}
	for _, t := range d.Tries {
		b.Attempts = append(b.Attempts, tryBody{At: rest.Instant(t.At), Status: t.Status, Error: t.Why, Duration: t.Millis})
	}
	return b
}

type listDeliveriesInput struct {
	HookPath
	rest.QueryPaging
	State string `query:"state" enum:"PENDING,DELIVERED,FAILED,DROPPED"`
}

type deliveriesOutput struct {
	rest.CountHeader
	Body struct {
		Deliveries []DeliveryBody `json:"deliveries"`
		TotalCount int            `json:"total_count"`
		Marker     string         `json:"marker,omitempty"`
	}
}

func (s *Service) listDeliveries(ctx context.Context, in *listDeliveriesInput) (*deliveriesOutput, error) {
	owner := rest.Caller(ctx).Party
	if _, err := s.Endpoint(ctx, owner, in.WebhookID); err != nil {
		return nil, err
	}
	q := table.Query{
		PK: ownerKey(owner), Prefix: deliveriesPrefix(in.WebhookID), Descending: true, Strong: true,
		Scope: "webhook deliveries " + in.WebhookID + " " + in.State,
	}
	page, err := rest.List(ctx, s.Table, q, in.Paging(), func(d *Delivery) bool { return in.State == "" || d.State == Outcome(in.State) })
	if err != nil {
		return nil, err
	}
	out := &deliveriesOutput{CountHeader: page.Header()}
	out.Body.Deliveries, out.Body.TotalCount, out.Body.Marker = []DeliveryBody{}, page.Total, page.Marker
	for _, d := range page.Items {
		out.Body.Deliveries = append(out.Body.Deliveries, deliveryBody(d))
	}
	return out, nil
}

type sendInput struct {
	HookPath
	Body struct {
		DeliveryID string `json:"delivery_id,omitempty" maxLength:"64" doc:"What to send once more; absent sends a test event"`
	}
}

type deliveryOutput struct{ Body DeliveryBody }

// send has a test event or an earlier delivery sent, within seconds. Errors: ErrMissing; ErrState when the webhook is not enabled,
// or the delivery is still pending.
func (s *Service) send(ctx context.Context, in *sendInput) (*deliveryOutput, error) {
	owner := rest.Caller(ctx).Party
	id, err := rest.ClaimOf(ctx).Effect(ctx, s.Table, table.Retry, func(tx *table.Tx) (string, error) {
		e, err := s.Endpoint(ctx, owner, in.WebhookID)
		if err == nil && e.State != Enabled {
			err = ErrState.Saying("the webhook is %s; enable it first", e.State)
		}
		if err != nil {
			return "", err
		}
		if in.Body.DeliveryID == "" {
			return s.test(ctx, tx, e)
		}
		return in.Body.DeliveryID, s.again(ctx, tx, e, in.Body.DeliveryID)
	})
	if err != nil {
		return nil, err
	}
	d, err := s.delivery(ctx, in.WebhookID, id)
	if err != nil {
		return nil, err
	}
	return &deliveryOutput{Body: deliveryBody(&d)}, nil
}

// test appends to tx the delivery of a test event.
func (s *Service) test(ctx context.Context, tx *table.Tx, e Endpoint) (string, error) {
	owner := rest.Caller(ctx).Party
	n, err := noticeOf(event.Event{ID: ulid.Make().String(), Type: Test, Owner: string(owner), Subject: e.ID, At: s.Clock.Now()})
	if err != nil {
		return "", err
	}
	d := s.newDelivery(owner, e, n)
	d.Asked = true
	tx.Create(d)
	s.asked(ctx, tx, d)
	return d.ID, nil
}

// again appends to tx that a delivery is sent once more.
func (s *Service) again(ctx context.Context, tx *table.Tx, e Endpoint, id string) error {
	old, err := s.delivery(ctx, e.ID, id)
	if err != nil {
		return err
	}
	next := old
	if next.State, err = old.State.After(Redeliver); err != nil {
		return err
	}
	next.Attempts, next.Asked, next.TTL = 0, true, later(s.Wall.Now())
	next.arm(s.Clock.Now())
	tx.Replace(&old, &next)
	s.asked(ctx, tx, &next)
	return nil
}

// deliveryDatum names the delivery that was asked for.
const deliveryDatum = "delivery"

// asked appends to tx that the caller has asked for a delivery, upon which Fan has it sent.
func (s *Service) asked(ctx context.Context, tx *table.Tx, d *Delivery) {
	event.Append(tx, event.Event{
		Type: EventAsked, Owner: string(d.Party), Subject: d.Endpoint, At: s.Clock.Now(), By: rest.Caller(ctx).Masked(),
		Data: map[string]string{deliveryDatum: d.ID},
	})
}

// delivery reads a delivery of an endpoint of the caller's. Error: ErrMissing.
func (s *Service) delivery(ctx context.Context, endpoint, id string) (Delivery, error) {
	var d Delivery
	absent := ErrMissing.Saying("the webhook has no delivery %.64q", id).In("delivery_id")
	if !table.IsID(id) || !table.IsID(endpoint) {
		return d, absent
	}
	err := s.Table.Get(ctx, deliveryKey(rest.Caller(ctx).Party, endpoint, id), &d)
	if errors.Is(err, table.ErrNotFound) {
		return d, absent
	}
	return d, err
}
