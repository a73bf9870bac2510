package lifecycle

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// reasonAttribute holds why a piece of work is on the operators' list.
const reasonAttribute = "failed_why"

func withReason(attributes map[string]types.AttributeValue, why string) map[string]types.AttributeValue {
	next := maps.Clone(attributes)
	delete(next, reasonAttribute)
	if why != "" {
		next[reasonAttribute] = &types.AttributeValueMemberS{Value: why}
	}
	return next
}

// ErrNoWork: there is no such failed work, or it was redriven already. ASSUMED code.
var ErrNoWork = problem.New(http.StatusNotFound, "CBC.0404", "no such failed work")

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
	}, func(ctx context.Context, in *redriveInput) (*struct{}, error) {
		return nil, redrive(ctx, env.Table(), in.ID, env.Clock.Now())
	})
}

func listFailed(ctx context.Context, db *table.Client, paging rest.Paging) (*failedOutput, error) {
	if err := paging.Check(); err != nil {
		return nil, err
	}
	page, err := rest.Collect(failedKeys(ctx, db), paging)
	if err != nil {
		return nil, err
	}
	items, err := table.GetAll[table.Raw](ctx, db, page.Items)
	if err != nil {
		return nil, err
	}
	out := &failedOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.FailedWork = page.Total, []failedWork{}
	for _, key := range page.Items {
		if item, ok := items[key]; ok && strings.HasPrefix(item.G2PK, failPrefix) {
			out.Body.FailedWork = append(out.Body.FailedWork, showFailed(item))
		}
	}
	return out, nil
}

// failedKeys yields what is on the list, shard after shard.
func failedKeys(ctx context.Context, db *table.Client) iter.Seq2[table.Key, error] {
	return func(yield func(table.Key, error) bool) {
		for shard := range shards {
			q := table.Query{Index: table.Due, PK: fmt.Sprintf("%s%02d", failPrefix, shard)}
			for item, err := range table.All[table.Raw](ctx, db, q) {
				if err != nil {
					yield(table.Key{}, err)
					return
				}
				if !yield(item.Key(), nil) {
					return
				}
			}
		}
	}
}

func showFailed(item *table.Raw) failedWork {
	at, account, _ := strings.Cut(item.G2SK, separator)
	account, _, _ = strings.Cut(account, separator)
	due, _ := time.Parse(dueFormat, at)
	why, _ := item.Rest[reasonAttribute].(*types.AttributeValueMemberS)
	w := failedWork{ID: workID(item.Key()), Kind: item.Work, Account: account, DueAt: rest.Instant(due), Tries: item.Tries}
	if why != nil {
		w.Reason = why.Value
	}
	return w
}

// redrive makes failed work due at an instant, as if it had never failed. Error: ErrNoWork.
func redrive(ctx context.Context, db *table.Client, id string, now time.Time) error {
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
	next.Tries, next.G2PK = 0, duePrefix+old.G2PK[len(failPrefix):]
	next.G2SK = now.UTC().Format(dueFormat) + old.G2SK[len(dueFormat):]
	next.Rest = withReason(old.Rest, "")
	return db.Replace(ctx, &old, &next)
}

// workID names an item on the wire.
func workID(key table.Key) string {
	return base64.RawURLEncoding.EncodeToString([]byte(key.PK + "\x1f" + key.SK))
}

func keyOf(id string) (table.Key, error) {
	raw, err := base64.RawURLEncoding.DecodeString(id)
	pk, sk, ok := strings.Cut(string(raw), "\x1f")
	if err != nil || !ok {
		return table.Key{}, ErrNoWork
	}
	return table.Key{PK: pk, SK: sk}, nil
}
