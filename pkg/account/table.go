package account

import (
	"context"
	"fmt"
	"iter"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
)

// Keys of this capability:
//
//	ACCOUNT#<account> / BALANCE             what it holds          read by its id
//	ACCOUNT#<account> / ENTRY#<seq, 12>     a transfer of it       read in order
//	REMITTANCE#<number> / REMITTANCE        a booked remittance    read by its number; of an online payment <channel>:<provider's number>
//	PAYMENTS#<partner> / PAYMENT#<id>       an online payment      read by its id, listed by time; due work when it ends
//	PAYEE#<number> / PAYEE                  a remittance account   read by its number, in a bank's feed
//	PAYERS#<partner> / PAYERS               who pays for it        read by the partner: its remittance account's number, its payers
//	PAYER#<hash of name> / <partner>        one of them            listed by the name, in a bank's feed
//	ARRIVAL#<number> / ARRIVAL              a row of a bank's feed read by its number
//	UNMATCHED#<date> / <number>             one that is nobody's   listed by the Beijing date of its arrival
//	CLAIMS#<partner> / CLAIM#<id>           a claim to one         read by its id, listed by time
//	WITHDRAWALS#<partner> / WITHDRAWAL#<id> a withdrawal           read by its id, listed by time; due work until it is decided
//	TAKEN#<partner> / <transfer>            what of a top-up was withdrawn
//
// Access patterns: the balance of an account (strong); its entries in order, from a number on; the latest entries first, down to a first instant,
// and from a last instant, whose number is found by halving, since entries have no gap and later numbers are no earlier; the adjustments of a
// partner are among the entries of its cash account, and those of one customer among that customer's.

func partition(id ID) string { return "ACCOUNT#" + string(id) }

func balanceHead(id ID) table.Head { return table.Head{PK: partition(id), SK: "BALANCE"} }

func entryHead(id ID, seq int64) table.Head {
	return table.Head{PK: partition(id), SK: fmt.Sprintf("ENTRY#%012d", seq)}
}

// entryEnd sorts behind the entries of an account.
const entryEnd = "ENTRY#~"

func remittanceHead(number string) table.Head {
	return table.Head{PK: "REMITTANCE#" + number, SK: "REMITTANCE"}
}

func paymentHead(partner auth.PartyID, id string) table.Head {
	return table.Head{PK: "PAYMENTS#" + string(partner), SK: "PAYMENT#" + id}
}

// Entries yields the transfers of an account in order, strongly consistent.
func Entries(ctx context.Context, db *table.Client, id ID) iter.Seq2[*Transfer, error] {
	return table.All[Transfer](ctx, db, table.Query{PK: partition(id), Prefix: "ENTRY#", Strong: true})
}
