package lifecycle

import (
	"context"
	"encoding/base64"
	"errors"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// ErrNoWork: there is no such failed work, or it was redriven already. ASSUMED code.
var ErrNoWork = problem.New(http.StatusNotFound, "CBC.0404", "no such failed work")

// EventRedriven: an operator has made failed work due again.
const EventRedriven = "work.redriven"

type failedWork struct {
	ID      string       `json:"id"`
	Kind    string       `json:"kind"`
	Account string       `json:"account"`
	DueAt   rest.Instant `json:"due_at" doc:"When it was last due"`
	Tries   int          `json:"tries"`
	Reason  string       `json:"reason"`
}

type failedInput struct{ rest.QueryPaging }

type failedOutput struct {
	rest.CountHeader
	Body struct {
		FailedWork []failedWork `json:"failed_work"`
		TotalCount int          `json:"total_count"`
		Marker     string       `json:"marker,omitempty"`
	}
}

type redriveInput struct {
	ID string `path:"id" maxLength:"512"`
}

// RegisterOperations adds the operators' list of failed work and its redrive.
func RegisterOperations(api *rest.API, env *function.Env) {
	operators := auth.Only(auth.Vendor, auth.WorkOperate)
	rest.Register(api, rest.Operation{
		ID: "ListFailedWork", Method: http.MethodGet, Path: "/v2/vendor/failed-work",
		Summary: "List due work that failed for good", Allow: operators,
	}, func(ctx context.Context, in *failedInput) (*failedOutput, error) {
		return listFailed(ctx, env.Table(), in.Paging())
	})
	rest.Register(api, rest.Operation{
		ID: "RedriveFailedWork", Method: http.MethodPost, Path: "/v2/vendor/failed-work/{id}/redrive", Status: http.StatusNoContent,
		Summary: "Make failed work due again, now", Allow: operators,
		Description: "404 CBC.0404 when there is no such failed work, or no longer: it was redriven, or its subject has changed.",
	}, func(ctx context.Context, in *redriveInput) (*struct{}, error) {
		return nil, rearm(ctx, env.Table(), in.ID, env.Clock.Now())
	})
}

// failedQuery is the query of one shard's list.
func failedQuery(shard int, paging rest.Paging) table.Query {
	return table.Query{
		Index: table.Due, PK: partition(failPrefix, shard), After: paging.Marker, Scope: "failed-work", Page: int32(paging.Size() + 1),
	}
}

func listFailed(ctx context.Context, db *table.Client, paging rest.Paging) (*failedOutput, error) {
	if err := paging.Check(); err != nil {
		return nil, err
	}
	page, err := rest.Collect(failed(ctx, db, paging), paging)
	if err != nil {
		return nil, err
	}
	out := &failedOutput{CountHeader: page.Header()}
	out.Body.TotalCount = page.Total
	if out.Body.FailedWork, err = show(ctx, db, page.Items); err != nil {
		return nil, err
	}
	if page.More {
		last := page.Items[len(page.Items)-1]
		query := failedQuery(0, paging)
		query.PK = last.G2PK
		out.Body.Marker, err = db.Marker(ctx, query, last)
	}
	return out, err
}

// failed yields the entries of the list, shard after shard, from the one that the marker lies in.
func failed(ctx context.Context, db *table.Client, paging rest.Paging) iter.Seq2[*table.Raw, error] {
	return func(yield func(*table.Raw, error) bool) {
		first, err := shardOf(ctx, db, paging)
		if err != nil {
			yield(nil, err)
			return
		}
		for shard := first; shard < shards; shard++ {
			for item, err := range table.All[table.Raw](ctx, db, failedQuery(shard, paging)) {
				if !yield(item, err) || err != nil {
					return
				}
			}
			paging.Marker = ""
		}
	}
}

// shardOf tells the shard that a marker lies in; without one it is the first.
func shardOf(ctx context.Context, db *table.Client, paging rest.Paging) (int, error) {
	if paging.Marker == "" {
		return 0, nil
	}
	pk, err := db.MarkerPK(ctx, failedQuery(0, paging).Scope, paging.Marker)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimPrefix(pk, failPrefix))
}

// show reads the items of entries; what has left the list meanwhile is left out.
func show(ctx context.Context, db *table.Client, entries []*table.Raw) ([]failedWork, error) {
	keys := make([]table.Key, len(entries))
	for i, e := range entries {
		keys[i] = e.Key()
	}
	items, err := table.GetAll[table.Raw](ctx, db, keys)
	if err != nil {
		return nil, err
	}
	list := []failedWork{}
	for _, key := range keys {
		if item, ok := items[key]; ok && strings.HasPrefix(item.G2PK, failPrefix) {
			at, account, _ := split(item.G2SK)
			list = append(list, failedWork{
				ID: workID(key), Kind: item.Work, Account: account, DueAt: rest.Instant(at), Tries: item.Tries, Reason: reasonOf(item),
			})
		}
	}
	return list, nil
}

// rearm makes failed work due at an instant, as if it had never failed. Error: ErrNoWork.
func rearm(ctx context.Context, db *table.Client, id string, now time.Time) error {
	key, err := keyOf(id)
	if err != nil {
		return err
	}
	var old table.Raw
	err = db.Get(ctx, key, &old)
	if errors.Is(err, table.ErrNotFound) || err == nil && !strings.HasPrefix(old.G2PK, failPrefix) {
		return ErrNoWork
	}
	if err != nil {
		return err
	}
	next := old
	next.Tries, next.G2PK, next.G2SK = 0, duePrefix+old.G2PK[len(failPrefix):], moveTo(old.G2SK, now)
	next.Rest = withReason(old.Rest, "")
	_, account, _ := split(old.G2SK)
	tx := table.NewTx()
	tx.Replace(&old, &next)
	event.Append(tx, event.Event{
		Type: EventRedriven, Subject: key.String(), Owner: account, At: now, By: rest.Caller(ctx).Masked(), Why: reasonOf(&old),
		Data: map[string]string{"kind": old.Work},
	})
	return db.Commit(ctx, tx)
}

// workID names an item on the wire, and nothing else: it is good for what is on the list alone.
func workID(key table.Key) string {
	return base64.RawURLEncoding.EncodeToString([]byte(key.PK + "\x1f" + key.SK))
}

func keyOf(id string) (table.Key, error) {
	raw, err := base64.RawURLEncoding.DecodeString(id)
	pk, sk, ok := strings.Cut(string(raw), "\x1f")
	if err != nil || !ok || pk == "" || sk == "" {
		return table.Key{}, ErrNoWork
	}
	return table.Key{PK: pk, SK: sk}, nil
}
