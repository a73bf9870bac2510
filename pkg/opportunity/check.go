package opportunity

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"partnercenter/pkg/foundation/calendar"
)

// Fault is why a reviewer would reject an opportunity, by the field that it lies in.
type Fault struct {
	Field   string `json:"field"`
	Reason  Reason `json:"reason_category" enum:"INCOMPLETE,INVALID,DUPLICATE,PUBLIC_TENDER,COMPLIANCE"`
	Message string `json:"message"`
}

// Check gives everything for which a reviewer would reject an opportunity that is submitted now, as far as it shows in what it says and in whether
// another one counts already. Nothing is submitted or shared that it finds fault with; an HO needs neither an offering nor the partner's work.
// Source: DOMAIN.md 12, Audit criteria.
func Check(o Opportunity, c Content, taken bool, now time.Time) []Fault {
	f := &finding{}
	f.texts(o, c)
	f.contact(c.Contact)
	f.business(o, calendar.DateOf(now))
	if o.Origin == PO {
		f.effort(o, c)
	}
	if !c.Consent {
		f.add("personal_data_consent", Compliance, "the customer must have agreed that its personal data is shared with the vendor")
	}
	if taken {
		f.add("customer_company", Duplicate, anotherExists)
	}
	return f.faults
}

// finding collects faults.
type finding struct{ faults []Fault }

func (f *finding) add(field string, why Reason, format string, args ...any) {
	f.faults = append(f.faults, Fault{Field: field, Reason: why, Message: fmt.Sprintf(format, args...)})
}

// texts finds what is missing or says nothing.
func (f *finding) texts(o Opportunity, c Content) {
	for _, t := range []struct {
		field, text, what string
		least             int
	}{
		{"opportunity_name", o.Name, "the opportunity's name", shortest},
		{"customer_company", o.Company, "the customer's company", shortest},
		{"customer_region", c.Region, "the customer's region", shortest},
		{"customer_industry", c.Industry, "the customer's industry", shortest},
		{"description", c.Description, "the description", shortestDescription},
		{"budget", c.Budget, "the budget (BANT: B)", shortest},
		{"authority", c.Authority, "who decides (BANT: A)", shortest},
		{"need", c.Need, "what the customer needs (BANT: N)", shortest},
		{"timing", c.Timing, "when the customer needs it (BANT: T)", shortest},
		{"contact.name", c.Contact.Name, "the contact's name", shortest},
		{"contact.title", c.Contact.Title, "the contact's title", shortest},
	} {
		f.text(t.field, t.text, t.what, t.least)
	}
	if o.Company != "" && Company(o.Company) == "" {
		f.add("customer_company", Incomplete, "%.60q has no letter", o.Company)
	}
}

func (f *finding) text(field, text, what string, least int) {
	said := strings.ToLower(strings.TrimSpace(text))
	switch {
	case said == "":
		f.add(field, Incomplete, "%s is missing", what)
	case slices.Contains(placeholders, said):
		f.add(field, Incomplete, "%.60q is no answer; say %s", text, what)
	case utf8.RuneCountInString(said) < least:
		f.add(field, Incomplete, "%.60q is too short to say %s: at least %d characters", text, what, least)
	}
}

// contact finds what makes a contact no clear one.
func (f *finding) contact(c Contact) {
	if c.Phone == "" && c.Email == "" {
		f.add("contact.phone", Invalid, "there is no clear contact: give a phone number or a mail address")
	}
	if c.Phone != "" && !isPhone(c.Phone) {
		f.add("contact.phone", Invalid, "it is no phone number: 7 to 20 digits, with spaces, hyphens and a plus sign at most")
	}
	if c.Email != "" && !isEmail(c.Email) {
		f.add("contact.email", Invalid, "it is no mail address such as name@company.example")
	}
}

// business finds what makes budget, time and revenue unclear.
func (f *finding) business(o Opportunity, today calendar.Date) {
	if o.Amount <= 0 {
		f.add("amount", Invalid, "there is no clear budget: the amount must be above 0")
	}
	switch last := today.AddMonths(farthestMonths, today.Day); {
	case o.Expected.IsZero():
		f.add("expected_order_date", Invalid, "there is no clear time: give the date on which the order is expected")
	case !o.Expected.After(today):
		f.add("expected_order_date", Invalid, "%s is not ahead; today is %s in Beijing", o.Expected, today)
	case o.Expected.After(last):
		f.add("expected_order_date", Invalid, "%s is too far ahead for a clear time: at the latest %s", o.Expected, last)
	}
	if len(o.Services) == 0 {
		f.add("cloud_services", Invalid, "without a cloud service there is no incremental revenue; name at least one")
	}
}

// effort finds that a PO has nothing of the partner's, or does not come from its own work. Source: DOMAIN.md 12.
func (f *finding) effort(o Opportunity, c Content) {
	if len(o.Offerings) == 0 {
		f.add("offerings", Incomplete, "name at least one offering that you sell and deliver")
	}
	if len(c.Activities) == 0 {
		f.add("presales_activities", Incomplete, "name what you have done with the customer already")
	}
	if c.Tender {
		f.add("public_tender", PublicTender, "what is known from a public tender or hearsay is no opportunity of yours; it needs your own work with the customer")
	}
}

func isPhone(s string) bool {
	digits := 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && i == 0, r == ' ', r == '-':
		default:
			return false
		}
	}
	return digits >= 7 && digits <= 20
}

func isEmail(s string) bool {
	name, host, found := strings.Cut(s, "@")
	dot := strings.LastIndexByte(host, '.')
	return found && name != "" && dot > 0 && dot < len(host)-1 && !strings.ContainsAny(s, " \t\r\n<>\",;") && !strings.Contains(host, "@")
}
