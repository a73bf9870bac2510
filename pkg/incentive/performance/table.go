package performance

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
)

// Keys of this capability:
//
//	CONSUMPTION#<customer>#<month> / LINE#<time>#<id>       a line of a customer's month
//	CONSUMPTION#<customer>#<month> / TRANSFER#<id>          performance of it that was transferred
//	CONSUMPTION#<customer>#<month> / LATE#<time>#<id>       a line that came too late for its slip
//	CONSUMPTION#<customer>#<month> / COUNT                  whose slips have shares of it              due work "performance_count"
//	PERFORMANCE#<partner>#<month> / SHARE#<customer>        what a customer's month gives to a partner's slip
//	PERFORMANCE#<partner>#<month> / SLIP                    a partner's slip                           due work "performance_review"
//	PERFORMANCE#<partner>#<month> / TRANSFER#<id>           a transfer as each of its partners lists it
//	PARTY#<partner> / PERFORMANCESTANDING                   whether a partner is in the plan and certified
//	PARTY#<customer> / PERFORMANCEORDERS                    up to when a customer's orders are collected     due work "performance_orders"
//	PARTY#<partner> / PERFORMANCEQUESTION#<id>              a question about a line
//	CONSUMPTIONIMPORT#<import> / IMPORT                     an import                                  due work "consumption_import"
//	CONSUMPTIONIMPORT#<import> / CHUNK#<n>                  some of its lines                          due work "consumption_chunk"
//	CONSUMPTIONMONTH#<month> / RUNNING                      who writes lines of a month: imports, and others that reviews wait for
//	INCENTIVEPOLICY#<shard> / POLICY#<service>#<month>      a product's policy from a month on
//	SERVICETYPES#<shard> / SERVICE#<service>                a service type with its resource types
//
// Listed in GSI1:
//
//	CONSUMPTIONIMPORTS#<month>                              / <time>#<import>
//	PERFORMANCEQUESTIONS#<state>#<month of asking>          / <time>#<id>
//
// Access patterns: the lines of a customer's month by time; the shares of a partner's month by customer; a slip, and a partner's slips of some months,
// by key; the imports of a month, newest first; the open questions, by month; all policies and all service types, which are few, in a few queries.

// The kinds of due work that this capability does.
const (
	WorkImport = "consumption_import"
	WorkChunk  = "consumption_chunk"
	WorkCount  = "performance_count"
	WorkReview = "performance_review"
	WorkOrders = "performance_orders"
)

const (
	linePrefix     = "LINE#"
	latePrefix     = "LATE#"
	transferPrefix = "TRANSFER#"
	sharePrefix    = "SHARE#"
	questionPrefix = "PERFORMANCEQUESTION#"
	chunkPrefix    = "CHUNK#"
	policyPrefix   = "POLICY#"
	servicePrefixK = "SERVICE#"
	lineTime       = "060102T150405"
	listTime       = "2006-01-02T15:04:05.000Z"
)

func ofCustomer(customer auth.PartyID, month Month) string {
	return "CONSUMPTION#" + string(customer) + "#" + string(month)
}

func ofPartner(partner auth.PartyID, month Month) string {
	return "PERFORMANCE#" + string(partner) + "#" + string(month)
}

func lineKey(customer auth.PartyID, month Month, at time.Time, id string) table.Key {
	return table.Key{PK: ofCustomer(customer, month), SK: linePrefix + at.UTC().Format(lineTime) + "#" + id}
}

// lateKey is where it is noted that a line came too late.
func lateKey(line table.Key) table.Key {
	return table.Key{PK: line.PK, SK: latePrefix + strings.TrimPrefix(line.SK, linePrefix)}
}

func countKey(customer auth.PartyID, month Month) table.Key {
	return table.Key{PK: ofCustomer(customer, month), SK: "COUNT"}
}

func movedKey(customer auth.PartyID, month Month, id string) table.Key {
	return table.Key{PK: ofCustomer(customer, month), SK: transferPrefix + id}
}

func shareKey(partner auth.PartyID, month Month, customer auth.PartyID) table.Key {
	return table.Key{PK: ofPartner(partner, month), SK: sharePrefix + string(customer)}
}

func slipKey(partner auth.PartyID, month Month) table.Key {
	return table.Key{PK: ofPartner(partner, month), SK: "SLIP"}
}

func transferKey(partner auth.PartyID, month Month, id string) table.Key {
	return table.Key{PK: ofPartner(partner, month), SK: transferPrefix + id}
}

func standingKey(partner auth.PartyID) table.Key {
	return table.Key{PK: "PARTY#" + string(partner), SK: "PERFORMANCESTANDING"}
}

func ordersKey(customer auth.PartyID) table.Key {
	return table.Key{PK: "PARTY#" + string(customer), SK: "PERFORMANCEORDERS"}
}

func questionKey(partner auth.PartyID, id string) table.Key {
	return table.Key{PK: "PARTY#" + string(partner), SK: questionPrefix + id}
}

const importPrefix = "CONSUMPTIONIMPORT#"

func importKey(id string) table.Key { return table.Key{PK: importPrefix + id, SK: "IMPORT"} }

func chunkKey(id string, n int) table.Key {
	return table.Key{PK: importPrefix + id, SK: chunkPrefix + fmt.Sprintf("%05d", n)}
}

// isImport says whether an id is an import's.
func isImport(id string) bool { return strings.HasPrefix(id, "imp-") }

// importOfChunk gives the id of a chunk's import.
func importOfChunk(k table.Key) string { return strings.TrimPrefix(k.PK, importPrefix) }

func runningKey(month Month) table.Key {
	return table.Key{PK: "CONSUMPTIONMONTH#" + string(month), SK: "RUNNING"}
}

func importsOf(month Month) string { return "CONSUMPTIONIMPORTS#" + string(month) }

func questionsIn(state QuestionState, month Month) string {
	return "PERFORMANCEQUESTIONS#" + string(state) + "#" + string(month)
}

// shards is over how many partitions the policies and the service types are spread: they are some hundreds, and all of them are read at once.
const shards = 4

func shardOf(service string) int { return int(sha256.Sum256([]byte(service))[0]) % shards }

func policyKey(service string, month Month) table.Key {
	return table.Key{PK: policiesOf(shardOf(service)), SK: policyPrefix + service + "#" + string(month)}
}

func policiesOf(shard int) string { return fmt.Sprintf("INCENTIVEPOLICY#%d", shard) }

func serviceKey(service string) table.Key {
	return table.Key{PK: servicesOf(shardOf(service)), SK: servicePrefixK + service}
}

func servicesOf(shard int) string { return fmt.Sprintf("SERVICETYPES#%d", shard) }

// importID names the import of a file: its content, its source and its month.
func importID(source string, month Month, hash string) string {
	sum := sha256.Sum256([]byte(source + "\n" + string(month) + "\n" + hash))
	return "imp-" + hex.EncodeToString(sum[:12])
}

// objectOf names an import's file in the store.
func objectOf(id string) string { return "consumption/" + id + ".csv" }

// dueNow makes an item due at once.
func dueNow(h *table.Head, kind, account, id string, now time.Time) {
	lifecycle.Arm(h, kind, account, id, now)
}
