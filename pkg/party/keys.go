package party

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"strconv"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// What is refused of access keys. ASSUMED codes.
var (
	ErrNoKey       = problem.New(http.StatusNotFound, "CBC.0404", "no such access key")
	ErrTooManyKeys = problem.New(http.StatusConflict, "CBC.0409", "the user has two access keys; delete one first")
)

// NewKey is an access key that somebody wants: of which user, and how narrow.
type NewKey struct {
	User        auth.UserID
	Permissions []auth.Permission // fewer than the user's; none is all of them
	Sources     []string          // CIDR blocks; none is everywhere
	Claim       rest.Claim        // of the request that wants it
}

// check refuses a key that is wider than its user or than who issues it.
func (n NewKey) check(by auth.Principal, of auth.User) error {
	items := of.Permissions()
	for _, item := range n.Permissions {
		if !slices.Contains(items, item) {
			return problem.Invalid("permissions", "the user lacks %q; it has %v", item, items)
		}
	}
	for _, block := range n.Sources {
		if _, err := netip.ParsePrefix(block); err != nil {
			return problem.Invalid("sources", "%q is no CIDR block such as 203.0.113.0/24", block)
		}
	}
	if len(n.Permissions) > 0 {
		items = n.Permissions
	}
	return within(by, items)
}

// mine holds the caller to its own keys, unless it manages users.
func mine(by auth.Principal, user auth.UserID) error {
	if user != by.User && !by.May(auth.UserManage) {
		return problem.Denied("another user's access keys are for who has %s", auth.UserManage)
	}
	return nil
}

// managing makes tx, which changes a user's access keys, conditional on the caller being that user, or one who still manages users. Error: CBC.0155.
func (s *Service) managing(ctx context.Context, tx *table.Tx, by auth.Principal, user auth.UserID) error {
	if user == by.User {
		return nil
	}
	_, err := s.asManager(ctx, tx, by)
	return err
}

// Issue makes an access key for a user of the caller's party and returns it with its secret, which nobody can read again: the same request
// again returns the key without it.
//
// Errors: ErrNoUser, ErrTooManyKeys; CBC.0100 for what no key can have; CBC.0155 for more than the caller's own, and of another user's keys for who no
// longer manages users.
func (s *Service) Issue(ctx context.Context, by auth.Principal, n NewKey) (key *auth.AccessKey, secret string, err error) {
	if err := mine(by, n.User); err != nil {
		return nil, "", err
	}
	id, again, err := n.Claim.Once(ctx, s.Table, func() (string, error) {
		if key, secret, err = s.issue(ctx, by, n); err != nil {
			return "", err
		}
		return key.ID, nil
	})
	if !again || err != nil {
		return key, secret, err
	}
	found, err := s.key(ctx, by, id)
	return &found, "", err
}

// issue is the effect of Issue.
func (s *Service) issue(ctx context.Context, by auth.Principal, n NewKey) (key *auth.AccessKey, secret string, err error) {
	err = table.Retry(ctx, func() error {
		old, err := s.user(ctx, by.Party, n.User)
		if err != nil {
			return err
		}
		own, err := auth.LoadCustomRoles(ctx, s.Table, by.Party)
		if err != nil {
			return err
		}
		if err := n.check(by, old.By(own)); err != nil {
			return err
		}
		if len(old.Keys) >= maxKeys {
			return ErrTooManyKeys
		}
		if key, secret, err = auth.Issue(ctx, s.Sealer, &old, s.Clock.Now()); err != nil {
			return err
		}
		key.Permissions, key.Sources = n.Permissions, n.Sources
		next := old
		next.Keys = append(slices.Clone(old.Keys), key.ID)
		tx := table.NewTx()
		if err := s.managing(ctx, tx, by, n.User); err != nil {
			return err
		}
		tx.Replace(&old, &next)
		tx.Create(key)
		n.Claim.Put(tx, 0, key.ID)
		s.audit(tx, by, keyEvent(EventKeyIssued, *key))
		return s.Table.Commit(ctx, tx)
	})
	return key, secret, err
}

func keyEvent(kind string, k auth.AccessKey) event.Event {
	return event.Event{Type: kind, Owner: string(k.Party), Subject: k.ID, Data: map[string]string{"user": string(k.User)}}
}

// Keys lists a user's access keys. Errors: ErrNoUser, CBC.0155.
func (s *Service) Keys(ctx context.Context, by auth.Principal, of auth.UserID) ([]*auth.AccessKey, error) {
	if err := mine(by, of); err != nil {
		return nil, err
	}
	u, err := s.user(ctx, by.Party, of)
	if err != nil {
		return nil, err
	}
	names := keysOf(u)
	found, err := table.GetAll[auth.AccessKey](ctx, s.Table, names)
	keys := make([]*auth.AccessKey, 0, len(names))
	for _, name := range names {
		if key, ok := found[name]; ok {
			keys = append(keys, key)
		}
	}
	return keys, err
}

// key reads an access key of the caller's party that it may manage; any other looks like none. Error: ErrNoKey.
func (s *Service) key(ctx context.Context, by auth.Principal, id string) (auth.AccessKey, error) {
	var key auth.AccessKey
	err := s.Table.Get(ctx, auth.AccessKeyKey(id), &key)
	if errors.Is(err, table.ErrNotFound) || err == nil && (key.Party != by.Party || mine(by, key.User) != nil) {
		return auth.AccessKey{}, ErrNoKey.Saying("there is no access key %q", id)
	}
	return key, err
}

// Enable lets an access key be used, or not. It holds within a minute. To do so again changes nothing. Errors: ErrNoKey, CBC.0155 as Issue.
func (s *Service) Enable(ctx context.Context, by auth.Principal, id string, enabled bool) (auth.AccessKey, error) {
	var next auth.AccessKey
	err := table.Retry(ctx, func() error {
		old, err := s.key(ctx, by, id)
		next = old
		if err != nil || old.Disabled == !enabled {
			return err
		}
		next.Disabled = !enabled
		tx := table.NewTx()
		if err := s.managing(ctx, tx, by, old.User); err != nil {
			return err
		}
		tx.Replace(&old, &next)
		e := keyEvent(EventKeyChanged, next)
		e.Data["enabled"] = strconv.FormatBool(enabled)
		s.audit(tx, by, e)
		return s.Table.Commit(ctx, tx)
	})
	return next, err
}

// Delete ends an access key for good, within a minute. Errors: ErrNoKey, CBC.0155 as Issue.
func (s *Service) Delete(ctx context.Context, by auth.Principal, id string) error {
	return table.Retry(ctx, func() error {
		old, err := s.key(ctx, by, id)
		if err != nil {
			return err
		}
		u, err := s.user(ctx, by.Party, old.User)
		if err != nil {
			return err
		}
		next := u
		next.Keys = slices.DeleteFunc(slices.Clone(u.Keys), func(k string) bool { return k == id })
		tx := table.NewTx()
		if err := s.managing(ctx, tx, by, old.User); err != nil {
			return err
		}
		tx.Remove(&old)
		tx.Replace(&u, &next)
		s.audit(tx, by, keyEvent(EventKeyDeleted, old))
		return s.Table.Commit(ctx, tx)
	})
}
