package rest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"partnercenter/pkg/foundation/money"
)

// Amount is money on the wire: a JSON number in yuan with two decimals. A string with the same text is read as well, which is how the SDKs
// send it. It never passes through a float64.
type Amount money.Fen

// MarshalJSON writes a number such as 12.30.
func (a Amount) MarshalJSON() ([]byte, error) { return []byte(money.Fen(a).String()), nil }

// UnmarshalJSON reads a number or a string with at most two significant decimals.
func (a *Amount) UnmarshalJSON(text []byte) error {
	fen, err := readAmount(text)
	*a = Amount(fen)
	return err
}

// Schema describes an amount.
func (Amount) Schema(huma.Registry) *huma.Schema { return amountSchema("number") }

// AmountText is an amount that BSS sends as a string.
type AmountText money.Fen

// MarshalJSON writes a string such as "12.30".
func (a AmountText) MarshalJSON() ([]byte, error) { return json.Marshal(money.Fen(a).String()) }

// UnmarshalJSON reads a number or a string with at most two significant decimals.
func (a *AmountText) UnmarshalJSON(text []byte) error {
	fen, err := readAmount(text)
	*a = AmountText(fen)
	return err
}

// Schema describes an amount.
func (AmountText) Schema(huma.Registry) *huma.Schema { return amountSchema("string") }

func amountSchema(written string) *huma.Schema {
	return &huma.Schema{
		OneOf:       []*huma.Schema{{Type: "number"}, {Type: "string", Pattern: `^-?[0-9]+(\.[0-9]+)?$`}},
		Description: "Yuan with at most two decimals, as a number or a string; answered as a " + written + ".",
	}
}

// readAmount is where JSON money is read.
func readAmount(text []byte) (money.Fen, error) {
	s := string(text)
	if len(text) > 0 && text[0] == '"' {
		if err := json.Unmarshal(text, &s); err != nil {
			return 0, err
		}
	}
	return money.Parse(trimZeros(s))
}

// trimZeros drops zeros behind the second decimal: 1.500 is 1.50.
func trimZeros(s string) string {
	const decimals = 2
	point := strings.IndexByte(s, '.')
	if point < 0 || len(s) <= point+1+decimals {
		return s
	}
	keep := point + 1 + decimals
	return s[:keep] + strings.TrimRight(s[keep:], "0")
}

// Instant is a time on the wire: UTC to the second, such as 2026-12-01T15:59:59Z.
type Instant time.Time

const instantFormat = "2006-01-02T15:04:05Z"

// MarshalJSON writes UTC.
func (i Instant) MarshalJSON() ([]byte, error) {
	return json.Marshal(time.Time(i).UTC().Format(instantFormat))
}

// UnmarshalJSON reads UTC; an empty string is no time.
func (i *Instant) UnmarshalJSON(text []byte) error {
	var s string
	if err := json.Unmarshal(text, &s); err != nil || s == "" {
		return err
	}
	at, err := time.Parse(instantFormat, s)
	if err != nil {
		return fmt.Errorf("%q is not a UTC time such as 2026-12-01T15:59:59Z", s)
	}
	*i = Instant(at)
	return nil
}

// Schema describes an instant.
func (Instant) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: "string", Pattern: `^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?$`,
		Description: "UTC, such as 2026-12-01T15:59:59Z",
	}
}
