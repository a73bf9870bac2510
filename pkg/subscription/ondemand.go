package subscription

import (
	"context"
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

type scheduleInput struct {
	rest.Lenient
	Body struct {
		Operation   string   `json:"operation" enum:"SET_UP,CANCEL"`
		ResourceIDs []string `json:"resource_ids" minItems:"1" maxItems:"100" uniqueItems:"true" doc:"Main resources; what is attached follows"`
	}
}

// errorDetail is a refusal of one id among several.
type errorDetail struct {
	ID        string `json:"id"`
	ErrorCode string `json:"error_code"`
	ErrorMsg  string `json:"error_msg"`
}

type scheduleOutput struct {
	Body struct {
		ErrorDetails []errorDetail `json:"error_details" doc:"Of the resources that were refused; empty when none was"`
	}
}

// schedule sets what happens to resources at their expiry: conversion to on-demand, or, cancelled, grace. Each is judged by itself.
func (s *Service) schedule(ctx context.Context, in *scheduleInput) (*scheduleOutput, error) {
	caller := rest.Caller(ctx)
	holder, err := s.consumer(ctx, caller.Party)
	if err != nil {
		return nil, err
	}
	out := &scheduleOutput{}
	out.Body.ErrorDetails = []errorDetail{}
	for _, id := range in.Body.ResourceIDs {
		err := s.retry(ctx, func() error {
			return s.scheduleFamily(ctx, caller, holder, ID(id), in.Body.Operation == "SET_UP")
		})
		refusal, refused := problem.As(err)
		switch {
		case refused && refusal.Status != http.StatusConflict:
			out.Body.ErrorDetails = append(out.Body.ErrorDetails, errorDetail{ID: id, ErrorCode: refusal.Code, ErrorMsg: refusal.Public()})
		case err != nil:
			return nil, err
		}
	}
	return out, nil
}

// consumer reads a customer that may consume. Error: party.ErrBlocked.
func (s *Service) consumer(ctx context.Context, id auth.PartyID) (party.Party, error) {
	holder, err := party.Get(ctx, s.Table, id)
	if err != nil {
		return holder, err
	}
	blocked, err := party.Blocked(ctx, s.Table, holder)
	if err == nil && blocked {
		err = party.ErrBlocked.Saying("the account is frozen or restricted, and its resources can't be converted to on-demand")
	}
	return holder, err
}

// scheduleFamily sets one resource. What is set already stays as it is.
func (s *Service) scheduleFamily(ctx context.Context, by auth.Principal, holder party.Party, id ID, set bool) error {
	family, err := loadFamily(ctx, s.Table, holder.ID, id)
	if err != nil {
		return err
	}
	now := s.Clock.Now()
	if err := GuardSchedule(family.Main, set, now); err != nil {
		return err
	}
	policy := PolicyToGrace
	if set {
		policy = PolicyToOnDemand
	}
	if family.Main.Policy == policy {
		return nil
	}
	tx := table.NewTx()
	family.change(tx, func(one Subscription) Subscription { return armed(Scheduled(one, policy, now), TermsOf(holder), now) })
	event.Append(tx, event.Event{
		Type: EventScheduled, Subject: string(id), Owner: string(holder.ID), At: now, By: by.Masked(), Data: map[string]string{"on": yesNo(set)},
	})
	return s.Table.Commit(ctx, tx)
}

type convertInput struct {
	rest.Lenient
	Body struct {
		ResourceIDs []string `json:"resource_ids" minItems:"1" maxItems:"10" uniqueItems:"true" doc:"Main resources; what is attached follows"`
	}
}

type converted struct {
	ResourceID string  `json:"resource_id"`
	Result     string  `json:"result" enum:"SUCCESS,AUDIT,FAIL" doc:"AUDIT: the vendor reviews the refund"`
	ErrorCode  string  `json:"error_code,omitempty"`
	ErrorMsg   string  `json:"error_msg,omitempty"`
	OrderID    OrderID `json:"order_id,omitempty"`
}

type convertOutput struct {
	Body struct {
		Results []converted `json:"to_ondemand_service_results"`
	}
}

// convert makes resources go on by the hour at once; what was paid for the time to come is given back.
func (s *Service) convert(ctx context.Context, in *convertInput) (*convertOutput, error) {
	caller := rest.Caller(ctx)
	if _, err := s.consumer(ctx, caller.Party); err != nil {
		return nil, err
	}
	whole := s.bundling(in.Body.ResourceIDs, ErrWholeService, func(id ID) error {
		_, err := s.convertible(ctx, caller, id)
		return err
	})
	all, err := s.each(ctx, in.Body.ResourceIDs, func(n int, id ID) (Order, error) {
		return s.convertFamily(ctx, caller, whole, n, id)
	})
	if err != nil {
		return nil, err
	}
	out := &convertOutput{}
	for _, j := range all {
		out.Body.Results = append(out.Body.Results, showConverted(j))
	}
	return out, nil
}

func showConverted(j judged) converted {
	switch {
	case j.Refusal != nil:
		return converted{ResourceID: j.ID, Result: "FAIL", ErrorCode: j.Refusal.Code, ErrorMsg: j.Refusal.Public()}
	case j.Order.Status == OrderUnderReview:
		return converted{ResourceID: j.ID, Result: "AUDIT", OrderID: j.Order.ID}
	default:
		return converted{ResourceID: j.ID, Result: "SUCCESS", OrderID: j.Order.ID}
	}
}

// convertible gives the ending of a resource by its conversion. Errors: ErrUnknown, those of GuardConvert.
func (s *Service) convertible(ctx context.Context, caller auth.Principal, id ID) (ending, error) {
	e, err := s.begin(ctx, caller.Party, id, caller.Masked())
	if err != nil {
		return e, err
	}
	product, err := loadProduct(ctx, s.Table, e.family.Main.ProductID)
	if err != nil {
		return e, err
	}
	return e, GuardConvert(e.family.Main, product, e.now)
}

// convertFamily converts the n-th resource of a request. Errors: ErrWholeService, those of convertible.
func (s *Service) convertFamily(ctx context.Context, caller auth.Principal, whole *bundling, n int, id ID) (Order, error) {
	e, err := s.convertible(ctx, caller, id)
	if err != nil {
		return Order{}, err
	}
	if err := whole.guard(ctx, e.family.Main); err != nil {
		return Order{}, err
	}
	e.of(OrderToOnDemand, Refund{Kind: WholeResource, Lines: Ending(e.stakes, BasisToOnDemand, e.now)})
	return s.commit(ctx, e, func(tx *table.Tx, o Order) { rest.ClaimOf(ctx).Put(tx, n, string(o.ID)) })
}
