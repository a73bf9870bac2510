package account

import (
	"context"
	"fmt"
	"iter"

	"partnercenter/pkg/foundation/table"
)

// Keys of this capability:
//
//	ACCOUNT#<account> / BALANCE             what it holds          read by its id
//	ACCOUNT#<account> / ENTRY#<seq, 12>     a transfer of it       read in order
//
// Access patterns: the balance of an account (strong); its entries in order, from a number on.

func partition(id ID) string { return "ACCOUNT#" + string(id) }

func balanceHead(id ID) table.Head { return table.Head{PK: partition(id), SK: "BALANCE"} }

func entryHead(id ID, seq int64) table.Head {
	return table.Head{PK: partition(id), SK: fmt.Sprintf("ENTRY#%012d", seq)}
}

// Entries yields the transfers of an account in order, strongly consistent.
func Entries(ctx context.Context, db *table.Client, id ID) iter.Seq2[*Transfer, error] {
	return table.All[Transfer](ctx, db, table.Query{PK: partition(id), Prefix: "ENTRY#", Strong: true})
}
