package customer

import (
	"context"
	"errors"
	"strings"

	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

type acceptInput struct {
	Body struct {
		Link           string `json:"link" minLength:"1" maxLength:"2048" doc:"The invitation's link, or what follows the last slash of it"`
		NoticeAccepted bool   `json:"notice_accepted" doc:"That the association notice was read and is agreed to"`
	}
}

// acceptInvitation associates the calling customer with the partner whose invitation a link is of. To accept again changes nothing.
func (s *Service) acceptInvitation(ctx context.Context, in *acceptInput) (*struct{}, error) {
	if !in.Body.NoticeAccepted {
		return nil, problem.Invalid("notice_accepted", "the association notice has to be read and agreed to")
	}
	token := in.Body.Link[strings.LastIndex(in.Body.Link, "/")+1:]
	l, err := s.Links.Open(ctx, token)
	switch {
	case errors.Is(err, link.ErrExpired):
		return nil, ErrDeadLink.Saying("the link has expired; ask the partner to send the invitation again").In("link")
	case errors.Is(err, link.ErrMalformed), err == nil && l.Purpose != Purpose:
		return nil, problem.Invalid("link", "it is no link of an invitation; copy all of it from the message")
	case err != nil:
		return nil, err
	}
	return nil, s.once(ctx, 0, func(tx *table.Tx) error {
		c, err := party.Get(ctx, s.Table, rest.Caller(ctx).Party)
		if err != nil {
			return err
		}
		o, err := s.Open(ctx, l)
		if errors.Is(err, ErrUsedLink) && o.Invitation.Customer == c.ID && c.ID != "" {
			return nil
		}
		if err != nil || c.Partner == o.Invitation.Partner { // by an offline one, before
			return err
		}
		return s.join(ctx, tx, c, o.Invitation)
	})
}
