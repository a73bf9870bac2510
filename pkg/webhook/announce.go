package webhook

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Announcement is what every party of some kinds hears, as far as it was made deliveries of: it is due work until everybody in its shard has one.
type Announcement struct {
	table.Head
	Notice Notice   `dynamodbav:"notice"`
	Kinds  []string `dynamodbav:"kinds"`
	Shard  int      `dynamodbav:"shard"`
	Last   string   `dynamodbav:"last,omitempty"` // the party up to which all have heard
}

// announce makes the due work that tells every party of some kinds, by spaces. To do so twice is as once.
func (s *Service) announce(ctx context.Context, n Notice, kinds string) error {
	for shard := range listShards {
		key := announcementKey(n.ID, shard)
		a := &Announcement{Notice: n, Kinds: strings.Fields(kinds), Shard: shard}
		a.PK, a.SK, a.TTL = key.PK, key.SK, later(s.Wall.Now())
		a.arm(s.Clock.Now())
		err := s.Table.Create(ctx, a)
		if err != nil && !errors.Is(err, table.ErrExists) {
			return err
		}
		if err == nil {
			s.prompt(ctx, &a.Head)
		}
	}
	return nil
}

func (a *Announcement) arm(at time.Time) {
	lifecycle.Arm(&a.Head, WorkAnnouncement, fmt.Sprintf("%s-%02d", a.Notice.ID, a.Shard), a.Notice.ID, at)
}

// DoAnnouncement makes the deliveries of an announcement to the next parties of its shard. It is a lifecycle.Handler.
func (s *Service) DoAnnouncement(ctx context.Context, due lifecycle.Due) error {
	var old Announcement
	now := s.Clock.Now().Truncate(time.Second)
	if err := lifecycle.Load(ctx, s.Table, due.Key, now, &old); err != nil {
		return err
	}
	next := old
	told, err := s.tellNext(ctx, &next)
	if err != nil {
		return err
	}
	if told < perTurn {
		lifecycle.Disarm(&next.Head)
	} else {
		next.arm(now)
	}
	if err := s.Table.Replace(ctx, &old, &next); err != nil {
		return err
	}
	if told == perTurn {
		s.prompt(ctx, &next.Head)
	}
	return nil
}

// tellNext tells the parties behind the last one that was told, and gives how many it looked at.
func (s *Service) tellNext(ctx context.Context, a *Announcement) (n int, err error) {
	q := table.Query{Index: table.Listed, PK: listOf(a.Shard), Page: int32(perTurn)}
	if a.Last != "" {
		q.From = a.Last + "!" // it sorts before whatever an id consists of
	}
	for d, err := range table.All[Directory](ctx, s.Table, q) {
		if err != nil {
			return n, err
		}
		if err := s.tellOf(ctx, auth.PartyID(d.G1SK), *a); err != nil {
			return n, err
		}
		if a.Last, n = d.G1SK, n+1; n == perTurn {
			break
		}
	}
	return n, nil
}

// tellOf tells a party, if it is of the kinds that hear.
func (s *Service) tellOf(ctx context.Context, id auth.PartyID, a Announcement) error {
	var p party.Party
	err := s.Table.GetEventual(ctx, party.Key(id), &p)
	if errors.Is(err, table.ErrNotFound) || err == nil && !slices.Contains(a.Kinds, string(p.Kind)) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.tell(ctx, id, a.Notice)
}
