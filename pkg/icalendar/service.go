package icalendar

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"iter"
	"net/http"
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Purpose is the purpose of feeds' tokens; as links they are served by no other page.
const Purpose = "calendar_feed"

// Ask is what a feed wants to show: what a party hears of, on the days from From to To, both included, in a language.
type Ask struct {
	Party    party.Party
	Now      time.Time // business time
	From, To calendar.Date
	Locale   notify.Locale
}

// Source yields entries, in no certain order.
type Source func(ctx context.Context, ask Ask) iter.Seq2[Entry, error]

// Sources gives the sources of feeds in env.
type Sources func(env *function.Env) []Source

// Service does the capability's effects.
type Service struct {
	Table   *table.Client
	Clock   clock.Clock // business time
	Signer  *link.Signer
	Sources []Source
}

// New returns the capability's service in env.
func New(env *function.Env, sources Sources) *Service {
	return &Service{Table: env.Table(), Clock: env.Clock, Signer: link.SignerOf(env), Sources: sources(env)}
}

// The events of feeds.
const (
	EventCreated = "calendar_feed.created"
	EventDeleted = "calendar_feed.deleted"
)

// What is refused in this capability. ASSUMED codes.
var (
	ErrMissing = problem.New(http.StatusNotFound, "CBC.0404", "there is no such calendar feed")
	ErrMany    = problem.New(http.StatusConflict, "CBC.0409", "the party has %d calendar feeds; delete one first", maxFeeds)
)

// directory reads a party's feeds; a party without any has an empty directory of version 0.
func (s *Service) directory(ctx context.Context, id auth.PartyID) (Directory, error) {
	key := feedsKey(id)
	d := Directory{}
	err := s.Table.Get(ctx, key, &d)
	d.PK, d.SK = key.PK, key.SK
	if errors.Is(err, table.ErrNotFound) {
		return d, nil
	}
	return d, err
}

// save appends to tx that a directory holds other feeds, and the event that tells so.
func (s *Service) save(ctx context.Context, tx *table.Tx, d Directory, feeds []Feed, kind, subject string) {
	next := d
	next.Feeds = feeds
	if d.Ver == 0 {
		tx.Create(&next)
	} else {
		tx.Replace(&d, &next)
	}
	caller := rest.Caller(ctx)
	event.Append(tx, event.Event{Type: kind, Owner: string(caller.Party), Subject: subject, At: s.Clock.Now(), By: caller.Masked()})
}

// create makes a feed for the caller's party, again when the same request did before. Error: ErrMany.
func (s *Service) create(ctx context.Context, f Feed) (id string, again bool, err error) {
	caller, claim := rest.Caller(ctx), rest.ClaimOf(ctx)
	f.ID, f.Created, f.By = "cal-"+strings.ToLower(rand.Text()[:16]), s.Clock.Now(), caller.Masked()
	return claim.Once(ctx, s.Table, func() (string, error) {
		return f.ID, table.Retry(ctx, func() error {
			d, err := s.directory(ctx, caller.Party)
			if err != nil {
				return err
			}
			if len(d.Feeds) >= maxFeeds {
				return ErrMany
			}
			tx := table.NewTx()
			s.save(ctx, tx, d, append(slices.Clone(d.Feeds), f), EventCreated, f.ID)
			claim.Put(tx, 0, f.ID)
			return s.Table.Commit(ctx, tx)
		})
	})
}

// remove ends a feed of the caller's party; its address shows nothing any more. Error: ErrMissing.
func (s *Service) remove(ctx context.Context, id string) error {
	owner := rest.Caller(ctx).Party
	_, err := rest.ClaimOf(ctx).Effect(ctx, s.Table, table.Retry, func(tx *table.Tx) (string, error) {
		d, err := s.directory(ctx, owner)
		if err != nil {
			return "", err
		}
		at := d.find(id)
		if at < 0 {
			return "", ErrMissing.Saying("there is no calendar feed %.64q", id).In("feed_id")
		}
		s.save(ctx, tx, d, slices.Delete(slices.Clone(d.Feeds), at, at+1), EventDeleted, id)
		return id, nil
	})
	return err
}

// address gives the address of a feed.
func (s *Service) address(ctx context.Context, owner auth.PartyID, f Feed) (string, error) {
	token, err := s.Signer.Token(ctx, link.Link{
		Purpose: Purpose, Party: owner, Object: f.ID, Locale: f.Locale, Expires: f.Created.Add(lives),
	})
	return s.Signer.Site + feedPath + token, err
}

// open gives the feed that a token is of, and whose it is. Error: ErrMissing, for whatever is none, or none any more.
func (s *Service) open(ctx context.Context, token string) (Feed, party.Party, error) {
	l, err := s.Signer.Open(ctx, token)
	if errors.Is(err, link.ErrMalformed) || errors.Is(err, link.ErrExpired) || err == nil && l.Purpose != Purpose {
		return Feed{}, party.Party{}, ErrMissing
	}
	if err != nil {
		return Feed{}, party.Party{}, err
	}
	d, err := s.directory(ctx, l.Party)
	if err != nil {
		return Feed{}, party.Party{}, err
	}
	at := d.find(l.Object)
	if at < 0 {
		return Feed{}, party.Party{}, ErrMissing
	}
	p, err := party.Get(ctx, s.Table, l.Party)
	return d.Feeds[at], p, err
}

// entries gives what a feed shows now, the soonest first.
func (s *Service) entries(ctx context.Context, f Feed, p party.Party) ([]Entry, error) {
	now := s.Clock.Now()
	today := calendar.DateOf(now)
	ask := Ask{Party: p, Now: now, Locale: f.Locale, From: today.AddMonths(-monthsBack, 1), To: today.AddMonths(monthsAhead+1, 1).AddDays(-1)}
	var all []Entry
	for _, source := range s.Sources {
		for e, err := range source(ctx, ask) {
			if err != nil {
				return nil, err
			}
			if !e.Day.Before(ask.From) && !e.Day.After(ask.To) {
				all = append(all, e)
			}
		}
	}
	slices.SortFunc(all, func(a, b Entry) int { return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.UID, b.UID)) })
	return most(all, today), nil
}

// most gives as many of sorted entries as a feed may have: before what is to come is left out, what is over is, the oldest first.
func most(all []Entry, today calendar.Date) []Entry {
	over, _ := slices.BinarySearchFunc(all, today, func(e Entry, day calendar.Date) int { return e.Day.Compare(day) })
	first := min(over, max(0, len(all)-maxEntries))
	return all[first:min(len(all), first+maxEntries)]
}
