package performance

import (
	"context"
	"fmt"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/party"
)

// placing judges new lines of a month, reading what that takes once.
type placing struct {
	book   *book
	moves  map[auth.PartyID][]*Transfer
	stages map[auth.PartyID]Stage // of the partners' slips
}

func (s *Service) newPlacing(ctx context.Context, month Month) (*placing, error) {
	b, err := s.newBook(ctx, month)
	return &placing{book: b, moves: map[auth.PartyID][]*Transfer{}, stages: map[auth.PartyID]Stage{}}, err
}

// place judges a line. It answers why the line can't be added: the slip that it belongs to is final, or is being reviewed.
func (p *placing) place(ctx context.Context, l *Line, holder party.Party) (why string, err error) {
	moves, known := p.moves[holder.ID]
	if !known {
		if moves, err = p.book.service.moves(ctx, holder.ID, p.book.month); err != nil {
			return "", err
		}
		p.moves[holder.ID] = moves
	}
	if err := p.book.judge(ctx, l, holder, moves); err != nil {
		return "", err
	}
	for _, partner := range []auth.PartyID{l.Partner, l.Moved} {
		stage, err := p.stage(ctx, partner)
		if err != nil {
			return "", err
		}
		if stage != Open {
			return fmt.Sprintf("the performance of %s in %s is %s: nothing is added to it", partner, p.book.month, stage.word()), nil
		}
	}
	return "", nil
}

func (p *placing) stage(ctx context.Context, partner auth.PartyID) (Stage, error) {
	if partner == "" {
		return Open, nil
	}
	if stage, known := p.stages[partner]; known {
		return stage, nil
	}
	slip, _, err := p.book.service.slip(ctx, partner, p.book.month)
	p.stages[partner] = slip.Stage
	return slip.Stage, err
}
