package table

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func s(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }
func n(v string) types.AttributeValue { return &types.AttributeValueMemberN{Value: v} }

// sized gives a base item of exactly the given bytes.
func sized(bytes int, more image) image {
	item := image{"PK": s("p"), "SK": s("s")}
	for name, v := range more {
		item[name] = v
	}
	item["x"] = s(strings.Repeat("x", bytes-Size(item)-1))
	return item
}

func TestSizesFollowAWS(t *testing.T) {
	// Source: AWS, "DynamoDB item sizes and formats".
	cases := []struct {
		name string
		item image
		want int
	}{
		{"a text counts its UTF-8 bytes and its name's", image{"name": s("华为")}, 4 + 6},
		{"a number takes a byte for two digits and one more", image{"n": n("1234")}, 1 + 3},
		{"a negative number takes one more", image{"n": n("-1234")}, 1 + 4},
		{"a boolean takes one", image{"b": &types.AttributeValueMemberBOOL{Value: true}}, 1 + 1},
		{"a map takes three and one for each element", image{"m": &types.AttributeValueMemberM{Value: image{"a": s("bc")}}}, 1 + 3 + (1 + 2 + 1)},
		{"a list takes three and one for each element", image{"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{s("ab"), s("c")}}}, 1 + 3 + (2 + 1) + (1 + 1)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := Size(c.item); got != c.want {
				t.Errorf("got %d bytes, want %d", got, c.want)
			}
		})
	}
}

func TestWritesCostWhatAWSCharges(t *testing.T) {
	listed := image{"G1PK": s("list"), "G1SK": s("1"), "row": s("a")}
	moved := image{"G1PK": s("list"), "G1SK": s("2"), "row": s("a")}
	changed := image{"G1PK": s("list"), "G1SK": s("1"), "row": s("b")}
	due := image{"G2PK": s("due"), "G2SK": s("1")}
	cases := []struct {
		name          string
		before, after image
		transactional bool
		want          float64
	}{
		{"one unit up to 1 KB", nil, sized(1024, nil), false, 1},
		{"two from 1 KB and a byte", nil, sized(1025, nil), false, 2},
		{"twice in a transaction", nil, sized(1024, nil), true, 2},
		{"the larger image counts", sized(3000, nil), sized(100, nil), true, 6},
		{"a new index entry is one more", nil, sized(500, listed), false, 2},
		{"an entry whose key moves is two", sized(500, listed), sized(500, moved), false, 3},
		{"an entry whose projection changes is one", sized(500, listed), sized(500, changed), false, 2},
		{"an entry that stays as it is costs nothing", sized(500, listed), sized(600, listed), false, 1},
		{"leaving an index is one", sized(500, due), sized(500, nil), false, 2},
		{"index entries are not doubled by a transaction", nil, sized(500, listed), true, 3},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := writeUnits(c.before, c.after, c.transactional) + indexUnits(TheShape(), c.before, c.after)
			if got != c.want {
				t.Errorf("got %v units, want %v", got, c.want)
			}
		})
	}
}

func TestReadsCostWhatAWSCharges(t *testing.T) {
	cases := []struct {
		name   string
		bytes  int
		strong bool
		want   float64
	}{
		{"nothing found, strong", 0, true, 1},
		{"nothing found, eventual", 0, false, 0.5},
		{"4 KB", 4096, true, 1},
		{"4 KB and a byte", 4097, true, 2},
		{"25 KB, eventual", 25 * 1024, false, 3.5},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := readUnits(c.bytes, c.strong); got != c.want {
				t.Errorf("got %v units, want %v", got, c.want)
			}
		})
	}
}
