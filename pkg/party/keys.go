package party

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"slices"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
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
}

func (n NewKey) check(of auth.User) error {
	items := auth.PermissionsOf(of.Kind, of.Roles)
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
	return nil
}

// mine holds the caller to its own keys, unless it manages users.
func mine(by auth.Principal, user auth.UserID) error {
	if user != by.User && !by.May(auth.UserManage) {
		return problem.Denied("another user's access keys are for who has %s", auth.UserManage)
	}
	return nil
}

// Issue makes an access key for a user of the caller's party and returns it with its secret, which nobody can read again.
//
// Errors: ErrNoUser, ErrTooManyKeys, CBC.0100, CBC.0155.
func (s *Service) Issue(ctx context.Context, by auth.Principal, n NewKey) (key *auth.AccessKey, secret string, err error) {
	if err := mine(by, n.User); err != nil {
		return nil, "", err
	}
	err = s.retry(func() error {
		old, err := s.user(ctx, by.Party, n.User)
		if err != nil {
			return err
		}
		if err := n.check(old); err != nil {
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
		tx.Replace(&old, &next)
		tx.Create(key)
		s.audit(tx, by, EventKeyIssued, by.Party, key.ID, "")
		return s.Table.Commit(ctx, tx)
	})
	return key, secret, err
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
	var names []table.Key
	for _, id := range u.Keys {
		names = append(names, auth.AccessKeyKey(id))
	}
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

// Enable lets an access key be used, or not. It holds within a minute. Error: ErrNoKey.
func (s *Service) Enable(ctx context.Context, by auth.Principal, id string, enabled bool) (auth.AccessKey, error) {
	var next auth.AccessKey
	err := s.retry(func() error {
		old, err := s.key(ctx, by, id)
		if err != nil {
			return err
		}
		next = old
		next.Disabled = !enabled
		tx := table.NewTx()
		tx.Replace(&old, &next)
		s.audit(tx, by, EventKeyChanged, by.Party, id, "")
		return s.Table.Commit(ctx, tx)
	})
	return next, err
}

// Delete ends an access key for good, within a minute. Error: ErrNoKey.
func (s *Service) Delete(ctx context.Context, by auth.Principal, id string) error {
	return s.retry(func() error {
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
		tx.Remove(&old)
		tx.Replace(&u, &next)
		s.audit(tx, by, EventKeyDeleted, by.Party, id, "")
		return s.Table.Commit(ctx, tx)
	})
}
