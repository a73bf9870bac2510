package specialist

import (
	"context"
	"fmt"

	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// profileBody is a profile on the wire. What is absent is empty.
type profileBody struct {
	Employment []Employment `json:"employment,omitempty" maxItems:"10"`
	Training   []Training   `json:"training,omitempty" maxItems:"10"`
	Projects   []Project    `json:"projects,omitempty" maxItems:"10"`
}

type profileInput struct {
	SpecialistID string `path:"specialist_id" maxLength:"64"`
	Body         profileBody
}

// check refuses dates that are none, or that end before they begin. Error: CBC.0100.
func (b profileBody) check() error {
	for i, e := range b.Employment {
		if err := spanIn(fmt.Sprintf("employment[%d]", i), e.From, e.To); err != nil {
			return err
		}
	}
	for i, t := range b.Training {
		if _, err := dateIn(fmt.Sprintf("training[%d].completed", i), t.Completed); err != nil {
			return err
		}
	}
	for i, p := range b.Projects {
		if err := spanIn(fmt.Sprintf("projects[%d]", i), p.From, p.To); err != nil {
			return err
		}
	}
	return nil
}

// spanIn refuses a time that is none; without an end it lasts. Error: CBC.0100.
func spanIn(field, from, to string) error {
	begin, err := dateIn(field+".from", from)
	if err != nil || to == "" {
		return err
	}
	end, err := dateIn(field+".to", to)
	if err != nil {
		return err
	}
	if end.Before(begin) {
		return problem.Invalid(field+".to", "%s is before from, %s", end, begin)
	}
	return nil
}

// setProfile sets what is told of a bound member: its employment, training and projects, all of them. Errors: ErrMissing, ErrState, CBC.0100.
func (s *Service) setProfile(ctx context.Context, in *profileInput) (*struct{}, error) {
	if err := in.Body.check(); err != nil {
		return nil, err
	}
	_, err := s.once(ctx, func(tx *table.Tx) (string, error) {
		caller := rest.Caller(ctx)
		m, err := s.Member(ctx, caller.Party, AccountID(in.SpecialistID))
		if err != nil {
			return "", err
		}
		if !m.State.Bound() {
			return "", ErrState.Saying("the member is %s; only one that is bound to you has a profile", m.StateAt(s.Clock.Now()))
		}
		s.profiled(tx, m, in.Body, caller.Masked())
		return in.SpecialistID, nil
	})
	return nil, err
}

// profiled appends to tx what is told of a bound member from now on.
func (s *Service) profiled(tx *table.Tx, m Member, b profileBody, by string) {
	next := m
	next.Profile = &Profile{Employment: b.Employment, Training: b.Training, Projects: b.Projects}
	tx.Replace(&m, &next)
	s.tell(tx, EventProfileSet, by, next, "", nil)
}
