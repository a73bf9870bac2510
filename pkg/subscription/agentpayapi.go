package subscription

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

const agentPayPath = "/v2/partners/agent-pay-orders"

// agentPayments registers how a partner pays its customers' orders (伙伴支付).
func agentPayments(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "RequestAgentPayment", Method: http.MethodPost, Path: "/v2/orders/customer-orders/agent-pay", Status: http.StatusNoContent,
		Summary: "Let the partner pay an order that awaits payment", Allow: auth.Only(auth.Customer, auth.OrderPlace),
	}, function.Lazily(env, New, (*Service).requestAgentPayment))
	pays := auth.Partners(auth.OrderAgentPay)
	rest.Register(api, rest.Operation{
		ID: "ListAgentPayOrders", Method: http.MethodGet, Path: agentPayPath,
		Summary: "List the orders that customers have asked their partner to pay, the newest first", Allow: pays,
	}, function.Lazily(env, New, (*Service).listAgentPayments))
	rest.Register(api, rest.Operation{
		ID: "PayAgentOrder", Method: http.MethodPost, Path: agentPayPath + "/{order_id}/pay", Status: http.StatusNoContent,
		Summary: "Pay a customer's order from the partner's balance", Allow: pays,
	}, function.Lazily(env, New, (*Service).payAgentOrder))
	rest.Register(api, rest.Operation{
		ID: "RejectAgentOrders", Method: http.MethodPost, Path: agentPayPath + "/reject",
		Summary: "Reject to pay customers' orders, which they can then pay themselves", Allow: pays,
	}, function.Lazily(env, New, (*Service).rejectAgentOrders))
}

// agentPayInfo is the partner's payment of an order on the wire: the SDK's AgentPayInfoV2, and behind it how it stands.
type agentPayInfo struct {
	IsAgentPay    bool          `json:"is_agent_pay" doc:"Whether the partner is to pay, or has"`
	PayingAgentID string        `json:"paying_agent_id,omitempty"`
	State         AgentPayState `json:"state" enum:"to_be_paid,rejected,paid"`
	RequestedAt   rest.Instant  `json:"requested_at"`
	Reason        string        `json:"reason,omitempty" doc:"Of a rejection"`
}

func showAgentPay(a *AgentPay) *agentPayInfo {
	if a == nil {
		return nil
	}
	info := &agentPayInfo{State: a.State, RequestedAt: rest.Instant(a.Asked), Reason: a.Reason}
	if a.State != AgentPayRejected {
		info.IsAgentPay, info.PayingAgentID = true, string(a.Partner)
	}
	return info
}

type requestAgentPaymentInput struct {
	Body struct {
		OrderID string `json:"order_id" minLength:"1" maxLength:"64" doc:"Of a combined transaction the transaction's"`
	}
}

func (s *Service) requestAgentPayment(ctx context.Context, in *requestAgentPaymentInput) (*struct{}, error) {
	caller := rest.Caller(ctx)
	return nil, s.onceAs(ctx, 0, func(tx *table.Tx) error {
		return s.askAgent(ctx, tx, caller.Party, OrderID(in.Body.OrderID), caller.Masked())
	})
}

type agentPaymentsInput struct {
	rest.QueryPaging
	CustomerID string `query:"customer_id" maxLength:"64"`
}

// listAgentPayments lists what waits for the calling partner: orders of the time that an order awaits its payment.
func (s *Service) listAgentPayments(ctx context.Context, in *agentPaymentsInput) (*ordersOutputList, error) {
	paging, partner, now := in.Paging(), rest.Caller(ctx).Party, s.Clock.Now()
	if err := paging.Check(); err != nil {
		return nil, err
	}
	query := table.Query{
		Index: table.Listed, After: in.Marker, Page: int32(paging.Size() + 1), Scope: fmt.Sprintf("agent payments %s %q", partner, in.CustomerID),
	}
	placed := OrderFilter{From: now.Add(-paymentWindow), To: now}
	wanted := func(o *Order) bool {
		return o.awaitsAgent(partner) && (in.CustomerID == "" || in.CustomerID == string(o.Customer))
	}
	page, err := rest.Collect(rest.Only(s.ordersOfPartner(ctx, party.ReaderOf(rest.Caller(ctx)), partner, placed, query), wanted), paging)
	if err != nil {
		return nil, err
	}
	out := &ordersOutputList{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.OrderInfos = page.Total, []orderBody{}
	for _, o := range page.Items {
		whole := withWindow(*o)
		body := showDetail(&whole)
		out.Body.OrderInfos = append(out.Body.OrderInfos, body)
	}
	if page.More {
		last := page.Items[len(page.Items)-1]
		query.PK = last.G1PK
		out.Body.Marker, err = s.Table.Marker(ctx, query, last)
	}
	return out, err
}

// withWindow gives an order that was read from the list, which lacks until when it is to be paid, with that.
func withWindow(o Order) Order {
	if o.PayBefore.IsZero() && o.Status == OrderAwaitingPayment {
		o.PayBefore = second(o.Placed.Add(paymentWindow))
	}
	return o
}

type payAgentOrderInput struct {
	OrderID string `path:"order_id" maxLength:"64"`
	Body    struct {
		CustomerID       string `json:"customer_id" minLength:"1" maxLength:"64" doc:"Whose order it is"`
		VerificationCode string `json:"verification_code,omitempty" maxLength:"16" doc:"When the partner has verification of sensitive operations on"`
	}
}

func (s *Service) payAgentOrder(ctx context.Context, in *payAgentOrderInput) (*struct{}, error) {
	return nil, s.onceAs(ctx, 0, func(tx *table.Tx) error {
		holder, err := s.ofPartnerOnly(ctx, auth.PartyID(in.Body.CustomerID), OrderID(in.OrderID))
		if err != nil {
			return err
		}
		return s.payAsAgent(ctx, tx, holder, OrderID(in.OrderID), rest.Caller(ctx), in.Body.VerificationCode)
	})
}

// agentAccount reads the account that a partner pays from. Error: party.ErrBlocked when it or its customer can't consume.
func (s *Service) agentAccount(ctx context.Context, a agency) (account.Account, error) {
	for _, p := range []party.Party{a.holder, a.partner} {
		blocked, err := party.Blocked(ctx, s.Table, p)
		if err != nil {
			return account.Account{}, err
		}
		if blocked {
			return account.Account{}, party.ErrBlocked.Saying("%q is frozen or restricted: nothing can be paid", p.ID)
		}
	}
	return payerOf(ctx, s.Table, a.partner.ID)
}

type customersOrder struct {
	CustomerID string `json:"customer_id" minLength:"1" maxLength:"64"`
	OrderID    string `json:"order_id" minLength:"1" maxLength:"64"`
}

type rejectAgentOrdersInput struct {
	Body struct {
		Orders []customersOrder `json:"orders" minItems:"1" maxItems:"100"`
		Reason string           `json:"reason" minLength:"1" maxLength:"200"`
	}
}

// failedOrder is a refusal of one order among several.
type failedOrder struct {
	ID        string `json:"id"`
	ErrorCode string `json:"error_code"`
	ErrorMsg  string `json:"error_msg"`
}

type rejectAgentOrdersOutput struct {
	Body struct {
		OrderIDs []string      `json:"order_ids" doc:"Those that are rejected now"`
		Failed   []failedOrder `json:"error_details,omitempty"`
	}
}

// rejectAgentOrders rejects each order by itself, in their order. A failure of ours ends the request, whose repeat goes on where it stopped.
func (s *Service) rejectAgentOrders(ctx context.Context, in *rejectAgentOrdersInput) (*rejectAgentOrdersOutput, error) {
	reason := strings.TrimSpace(in.Body.Reason)
	if reason == "" {
		return nil, problem.Invalid("reason", "a rejection says why")
	}
	out := &rejectAgentOrdersOutput{}
	out.Body.OrderIDs = []string{}
	for n, one := range in.Body.Orders {
		err := s.onceAs(ctx, n, func(tx *table.Tx) error {
			holder, err := s.ofPartnerOnly(ctx, auth.PartyID(one.CustomerID), OrderID(one.OrderID))
			if err != nil {
				return err
			}
			return s.rejectAsAgent(ctx, tx, holder, OrderID(one.OrderID), rest.Caller(ctx), reason)
		})
		refusal, refused := problem.As(err)
		switch {
		case refused && refusal.Status != http.StatusConflict:
			out.Body.Failed = append(out.Body.Failed, failedOrder{ID: one.OrderID, ErrorCode: refusal.Code, ErrorMsg: refusal.Public()})
		case err != nil:
			return nil, err
		default:
			out.Body.OrderIDs = append(out.Body.OrderIDs, one.OrderID)
		}
	}
	return out, nil
}
