package export

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Producer makes the file of one kind of export. A refusal that the domain foresees makes the export fail for good.
type Producer func(ctx context.Context, e Export) (*Sheet, error)

// Exports does the effects of exports.
type Exports struct {
	Table     *table.Client
	Clock     clock.Clock         // business time
	Wall      clock.Clock         // TTL
	Store     func() Store        // opened by who writes a file
	Addresses func() Addresses    // opened by who downloads one
	Producers map[string]Producer // by kind; only the due work needs them
}

// New returns the exports of an environment for who asks for them and downloads them.
func New(env *function.Env, addresses function.Port[Addresses]) *Exports {
	return &Exports{Table: env.Table(), Clock: env.Clock, Wall: env.Wall, Addresses: func() Addresses { return addresses.In(env) }}
}

// Work gives who makes exports, by kind of due work.
func Work(env *function.Env, store function.Port[Store], producers map[string]Producer) map[string]lifecycle.Handler {
	x := &Exports{Table: env.Table(), Clock: env.Clock, Wall: env.Wall, Store: func() Store { return store.In(env) }, Producers: producers}
	return map[string]lifecycle.Handler{WorkExport: x.Do}
}

// Ask notes that the caller wants an export of a kind, with what its producer needs to know, once for each request. It is due at once.
func (x *Exports) Ask(ctx context.Context, kind string, params map[string]string) (Export, error) {
	caller, claim := rest.Caller(ctx), rest.ClaimOf(ctx)
	id, _, err := claim.Once(ctx, x.Table, func() (string, error) {
		now := x.Clock.Now()
		e := Export{
			ID: table.NewID(now), Kind: kind, Owner: caller.Party, User: caller.User,
			By: caller.Masked(), Params: params, State: Waiting, Asked: now,
		}
		key := exportKey(e.Owner, kind, e.ID)
		e.Head = table.Head{PK: key.PK, SK: key.SK, TTL: x.Wall.Now().Add(keptUnmade).Unix()}
		lifecycle.Arm(&e.Head, WorkExport, string(e.Owner), e.ID, now)
		tx := table.NewTx()
		tx.Create(&e)
		event.Append(tx, e.told(EventAsked, now, caller.Masked()))
		claim.Put(tx, 0, e.ID)
		return e.ID, x.Table.Commit(ctx, tx)
	})
	if err != nil {
		return Export{}, err
	}
	return x.Mine(ctx, kind, id)
}

// Mine reads an export of the calling user. Somebody else's looks like one that does not exist. Errors: ErrMissing, ErrExpired.
func (x *Exports) Mine(ctx context.Context, kind, id string) (Export, error) {
	caller := rest.Caller(ctx)
	missing := ErrMissing.Saying("you have no export %q", id).In("export_id")
	var e Export
	if !table.IsID(id) {
		return e, missing
	}
	err := x.Table.Get(ctx, exportKey(caller.Party, kind, id), &e)
	switch {
	case errors.Is(err, table.ErrNotFound), err == nil && e.User != caller.User:
		return Export{}, missing
	case err != nil:
		return e, err
	case e.over(x.Clock.Now()):
		return Export{}, ErrExpired.Saying("export %q was kept until %s; ask for it again", id, e.Expires.Format("2006-01-02T15:04:05Z")).In("export_id")
	}
	return e, nil
}

// Address gives where a completed export can be downloaded by now.
func (x *Exports) Address(ctx context.Context, e Export) (string, error) {
	url, err := x.Addresses().URL(ctx, e.Object, e.Kind+"-"+e.ID+extension, e.life(x.Clock.Now()))
	if err != nil {
		return "", fmt.Errorf("address of %s: %w", e.Key(), err)
	}
	return url, nil
}

const extension = ".csv"

// object names the file of an export: the same one however often it is made.
func (e Export) object() string {
	return "exports/" + string(e.Owner) + "/" + e.Kind + "/" + e.ID + extension
}

// Do makes an export that is due. It is a lifecycle.Handler: cut short anywhere, it makes the same file again.
func (x *Exports) Do(ctx context.Context, due lifecycle.Due) error {
	var e Export
	err := x.Table.Get(ctx, due.Key, &e)
	if errors.Is(err, table.ErrNotFound) || err == nil && e.State != Waiting {
		return lifecycle.ErrNotDue
	}
	if err != nil {
		return err
	}
	produce, known := x.Producers[e.Kind]
	if !known {
		return fmt.Errorf("nobody makes exports of kind %q", e.Kind)
	}
	sheet, err := produce(ctx, e)
	if refusal, foreseen := problem.As(err); foreseen {
		return x.ended(ctx, e, func(next *Export) { next.State, next.Why = Failed, refusal.Public() })
	}
	if err != nil {
		return fmt.Errorf("make %s: %w", e.Key(), err)
	}
	if err := x.Store().Put(ctx, e.object(), sheet.Bytes()); err != nil {
		return fmt.Errorf("store %s: %w", e.Key(), err)
	}
	return x.ended(ctx, e, func(next *Export) {
		next.State, next.Object, next.Rows, next.Summary = Completed, e.object(), sheet.Rows(), sheet.sum
	})
}

// ended writes how an export ended, on the condition that it has not yet.
func (x *Exports) ended(ctx context.Context, e Export, how func(*Export)) error {
	now, next := x.Clock.Now(), e
	how(&next)
	next.Made, next.Expires = now, now.Add(Kept)
	next.TTL = x.Wall.Now().Add(Kept).Unix()
	lifecycle.Disarm(&next.Head)
	kind := EventMade
	if next.State == Failed {
		kind = EventFailed
	}
	tx := table.NewTx()
	tx.Replace(&e, &next)
	event.Append(tx, next.told(kind, now, system))
	return x.Table.Commit(ctx, tx)
}

// system is who acts when nobody does.
const system = "system"

// told gives the event of something that happened to an export.
func (e Export) told(kind string, now time.Time, by string) event.Event {
	return event.Event{
		Type: kind, Owner: string(e.Owner), Subject: e.ID, At: now, By: by, Why: e.Why,
		Data: map[string]string{"kind": e.Kind, "rows": strconv.Itoa(e.Rows)},
	}
}
