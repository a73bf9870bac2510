package table

import (
	"context"
	"reflect"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const (
	writeUnit = 1024     // bytes of one write unit
	readUnit  = 4 * 1024 // bytes of one read unit
)

// Meter adds up what calls cost. It is safe for concurrent use.
type Meter struct {
	mu         sync.Mutex
	wcu, rcu   float64
	roundTrips int
}

// Use is what a meter has counted: write units, read units, and requests sent.
type Use struct {
	WCU, RCU   float64
	RoundTrips int
}

// Read gives what was counted so far.
func (m *Meter) Read() Use {
	m.mu.Lock()
	defer m.mu.Unlock()
	return Use{WCU: m.wcu, RCU: m.rcu, RoundTrips: m.roundTrips}
}

func (m *Meter) add(wcu, rcu float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wcu += wcu
	m.rcu += rcu
	m.roundTrips++
}

type meterKey struct{}

// WithMeter returns a context whose calls count on m as well as on the meters that ctx already has.
func WithMeter(ctx context.Context, m *Meter) context.Context {
	meters, _ := ctx.Value(meterKey{}).([]*Meter)
	return context.WithValue(ctx, meterKey{}, append(meters[:len(meters):len(meters)], m))
}

func spend(ctx context.Context, wcu, rcu float64) {
	meters, _ := ctx.Value(meterKey{}).([]*Meter)
	for _, m := range meters {
		m.add(wcu, rcu)
	}
}

// Size gives the bytes of an item as DynamoDB counts them: names in UTF-8 plus values.
// Source: AWS, "DynamoDB item sizes and formats".
func Size(attributes map[string]types.AttributeValue) int {
	total := 0
	for name, value := range attributes {
		total += len(name) + valueSize(value)
	}
	return total
}

func valueSize(value types.AttributeValue) int {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return numberSize(v.Value)
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberBOOL, *types.AttributeValueMemberNULL:
		return 1
	case *types.AttributeValueMemberM:
		total := 3
		for name, element := range v.Value {
			total += len(name) + valueSize(element) + 1
		}
		return total
	case *types.AttributeValueMemberL:
		total := 3
		for _, element := range v.Value {
			total += valueSize(element) + 1
		}
		return total
	case *types.AttributeValueMemberSS:
		return sum(v.Value, func(s string) int { return len(s) })
	case *types.AttributeValueMemberNS:
		return sum(v.Value, numberSize)
	case *types.AttributeValueMemberBS:
		return sum(v.Value, func(b []byte) int { return len(b) })
	default:
		return 0
	}
}

func sum[T any](values []T, size func(T) int) int {
	total := 0
	for _, v := range values {
		total += size(v)
	}
	return total
}

// numberSize gives one byte for two significant digits, plus one, plus one for a sign.
func numberSize(s string) int {
	digits := 0
	for _, r := range s {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	size := (digits+1)/2 + 1
	if s != "" && s[0] == '-' {
		size++
	}
	return size
}

// writeUnits gives the units of writing one base item: one per started KB of the larger image, twice that in a transaction.
func writeUnits(before, after map[string]types.AttributeValue, transactional bool) float64 {
	units := float64(started(max(Size(before), Size(after)), writeUnit))
	if transactional {
		units *= 2
	}
	return units
}

// indexUnits gives what a write costs on the indexes: one per started KB of an entry that is written or deleted, two
// entries when its key moves, nothing when neither its key nor what it projects changes.
func indexUnits(shape Shape, before, after map[string]types.AttributeValue) float64 {
	var units float64
	for _, index := range shape.Indexes {
		was, is := entry(shape, index, before), entry(shape, index, after)
		switch {
		case was == nil && is == nil:
		case was == nil:
			units += entryUnits(is)
		case is == nil:
			units += entryUnits(was)
		case text(was[index.PK]) != text(is[index.PK]) || text(was[index.SK]) != text(is[index.SK]):
			units += entryUnits(was) + entryUnits(is)
		case !same(was, is):
			units += max(entryUnits(was), entryUnits(is))
		}
	}
	return units
}

func entryUnits(e map[string]types.AttributeValue) float64 {
	return float64(started(Size(e), writeUnit))
}

// entry gives what an index holds of an item, nil when the item is not in it.
func entry(shape Shape, index Index, item map[string]types.AttributeValue) map[string]types.AttributeValue {
	if text(item[index.PK]) == "" || text(item[index.SK]) == "" {
		return nil
	}
	held := map[string]types.AttributeValue{}
	for _, name := range append([]string{shape.PK, shape.SK, index.PK, index.SK}, index.Projects...) {
		if v, ok := item[name]; ok {
			held[name] = v
		}
	}
	return held
}

// readUnits gives the units of reading bytes: one per started 4 KB, half when eventually consistent, at least one start.
func readUnits(bytes int, strong bool) float64 {
	units := float64(max(1, started(bytes, readUnit)))
	if !strong {
		units /= 2
	}
	return units
}

func started(bytes, unit int) int { return max(1, (bytes+unit-1)/unit) }

// same compares two images by value.
func same(a, b map[string]types.AttributeValue) bool { return reflect.DeepEqual(a, b) }
