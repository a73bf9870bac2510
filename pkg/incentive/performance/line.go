package performance

import (
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

// Line is what a customer consumed and paid for: one line of a provider's bill, or what an order of ours charged for one resource by one instrument. As
// an item it stays under 1 KB. Its key follows from what it holds, so it is written without a condition; what the capability finds out about it (whose
// it is, and the verdict) follows from that and from facts that are kept elsewhere.
type Line struct {
	table.Head
	Source       string     `dynamodbav:"src"`
	Import       string     `dynamodbav:"imp,omitempty"` // the import that wrote it last
	Number       int        `dynamodbav:"n,omitempty"`   // its line in that file
	At           time.Time  `dynamodbav:"at"`            // of consumption, or of an order's payment; UTC
	Category     Category   `dynamodbav:"cat"`
	Instrument   Instrument `dynamodbav:"ins"`
	Amount       Exact      `dynamodbav:"amt"` // unrounded, yuan
	Fen          money.Fen  `dynamodbav:"fen"` // what was charged
	Service      string     `dynamodbav:"svc"` // service type code
	ServiceName  string     `dynamodbav:"svcn,omitempty"`
	Resource     string     `dynamodbav:"res,omitempty"`
	ResourceName string     `dynamodbav:"resn,omitempty"`
	ResourceType string     `dynamodbav:"rt,omitempty"` // code
	Region       string     `dynamodbav:"reg,omitempty"`
	Sku          string     `dynamodbav:"sku,omitempty"`
	Quantity     Exact      `dynamodbav:"qty,omitempty"`
	Unit         string     `dynamodbav:"unit,omitempty"`
	List         Exact      `dynamodbav:"list,omitempty"` // the list price of it
	Mode         int        `dynamodbav:"mode"`           // BSS's charging mode
	Detail       int        `dynamodbav:"det"`            // BSS's bill_detail_type
	Order        string     `dynamodbav:"ord,omitempty"`  // of what was ordered here

	Judged `dynamodbav:"j"`
}

// Judged is what is known of a line beside what it says itself.
type Judged struct {
	Partner auth.PartyID `dynamodbav:"p,omitempty"` // whose the customer was
	Type    int          `dynamodbav:"t,omitempty"` // association type
	Counts  bool         `dynamodbav:"c,omitempty"` // for Partner
	Rule    Rule         `dynamodbav:"r"`
	Policy  int          `dynamodbav:"pol,omitempty"`

	Moved      auth.PartyID `dynamodbav:"m,omitempty"` // the partner that its performance was transferred to
	MovedCount bool         `dynamodbav:"mc,omitempty"`
	MovedRule  Rule         `dynamodbav:"mr,omitempty"`
}

// The longest texts of a line, in bytes: what is longer is cut. With them a line is under 1 KB. ASSUMED
const (
	longResource = 200
	longName     = 64
	longText     = 36
)

// LineID names a line on the wire: its customer, its month, and its key there.
type LineID string

// idSeparator is in no customer's id and in no line's key.
const idSeparator = "~"

// ID gives the line's name.
func (l *Line) ID() LineID {
	_, key, _ := strings.Cut(l.SK, linePrefix)
	return LineID(string(l.Month()) + idSeparator + string(l.Customer()) + idSeparator + strings.ReplaceAll(key, "#", idSeparator))
}

// key gives the key of the line that an id names; false for what is none.
func (id LineID) key() (customer auth.PartyID, month Month, key table.Key, ok bool) {
	parts := strings.Split(string(id), idSeparator)
	if len(parts) != 4 || !table.IsID(parts[1]) {
		return "", "", key, false
	}
	month, err := ParseMonth("line_id", parts[0])
	if err != nil {
		return "", "", key, false
	}
	customer = auth.PartyID(parts[1])
	return customer, month, table.Key{PK: ofCustomer(customer, month), SK: linePrefix + parts[2] + "#" + parts[3]}, true
}

// Customer gives who consumed.
func (l *Line) Customer() auth.PartyID {
	of, _, _ := strings.Cut(strings.TrimPrefix(l.PK, "CONSUMPTION#"), "#")
	return auth.PartyID(of)
}

// Month gives the month that the line belongs to.
func (l *Line) Month() Month { return Month(l.PK[strings.LastIndexByte(l.PK, '#')+1:]) }

// trade gives BSS's trade_id: the order, or the line's own key.
func (l *Line) trade() string {
	if l.Order != "" {
		return l.Order
	}
	return l.SK[strings.LastIndexByte(l.SK, '#')+1:]
}

// BSS's charging modes and bill types. Source: SDK, SubCustomerMonthlyBillDetail.
const (
	modePeriod  = 1
	modeUsage   = 3
	modeSavings = 11

	DetailNew         = 1
	DetailRenewal     = 2
	DetailChange      = 3
	DetailUnsubscribe = 4
	detailUse         = 5
	DetailAuto        = 8
	detailCredit      = 9  // 调账-补偿
	detailCharge      = 16 // 调账-扣费
	DetailSmaller     = 20
	DetailToOnDemand  = 24
)

// committed is FOCUS's PricingCategory of what a commitment pays for.
const committed = "Committed"

// lineOf gives the line of a record of a customer's month.
func lineOf(customer auth.PartyID, month Month, id string, r Record) *Line {
	l := &Line{
		Head: lineKey(customer, month, r.At, id).Head(), At: r.At, Category: r.Category, Instrument: r.Instrument, Amount: r.Amount, Fen: r.Amount.Fen(),
		Service: codeOf(servicePrefix, r.Service), ServiceName: cut(r.Service, longName), Resource: cut(r.Resource, longResource),
		ResourceName: cut(r.ResourceName, longName), Region: cut(r.Region, longText), Sku: cut(r.Sku, longText), Quantity: r.Quantity,
		Unit: cut(r.Unit, longText), List: r.ListCost, Mode: modeUsage, Detail: detailUse,
	}
	if r.ServiceCategory != "" {
		l.ResourceType = codeOf(resourcePrefix, r.ServiceCategory)
	}
	if r.Pricing == committed {
		l.Mode = modeSavings
	}
	switch {
	case r.Category == Purchase:
		l.Detail = DetailNew
	case r.Category == Credit || r.Category == Adjustment && l.Fen < 0:
		l.Detail = detailCredit
	case r.Category == Adjustment:
		l.Detail = detailCharge
	}
	return l
}

// cut gives a text of at most n bytes, without half a character at its end.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "")
}

// billType is BSS's: 0 consumption, 1 unsubscription, 2 the vendor's write-off.
func (l *Line) billType() string {
	switch l.Category {
	case Refund:
		return "1"
	case Credit, Adjustment:
		return "2"
	case Usage, Purchase, Tax:
	}
	return "0"
}
